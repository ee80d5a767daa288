//! Conditions of changes, as trees over the configuration, its identity schemas and its Jsonnet. `crate::upgrade` decides
//! them; each leaf is true, false or unknown.

/// Whom a change reaches. Paths join keys with dots; values are those of the file, else the default of the release before.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Every installation.
    Always,
    /// All of these.
    All(&'static [When]),
    /// At least one of these.
    Any(&'static [When]),
    /// The opposite.
    Not(&'static When),
    /// The key is in the file.
    Set(&'static str),
    /// The key is not in the file.
    Unset(&'static str),
    /// The value is true.
    True(&'static str),
    /// The value is this word.
    Word(&'static str, &'static str),
    /// The value is a number above this one.
    More(&'static str, u32),
    /// The value is a size above this many bytes.
    MoreBytes(&'static str, u64),
    /// The value is a duration above this one.
    LongerThan(&'static str, &'static str),
    /// The value is a list of at least so many items.
    Count(&'static str, usize),
    /// The first key is set, to another text than the second; a slash at the end does not count.
    Differs(&'static str, &'static str),
    /// The value is a text that begins with no scheme.
    Unschemed(&'static str),
    /// A list has a URL whose host has a `*` that is not `*.domain`.
    Wildcard(&'static str),
    /// Some `http(s)` URL of the file has two colons in its host.
    TwoColons,
    /// `dsn` is an address of `PostgreSQL`.
    Postgres,
    /// `dsn` is an address of `SQLite` with parameters of the old driver.
    SqliteParameters,
    /// The mail server is an `smtps://` address.
    Smtps,
    /// A method of `selfservice.methods` is on.
    Method(&'static str),
    /// A flow is on.
    Flow(&'static str),
    /// A hook that is reached fits.
    HookIs(Hooked),
    /// After this flow, the list of a usable method (one of these, if any) lacks this hook.
    Missing(&'static str, &'static str, &'static [&'static str]),
    /// After this flow, this hook has others after it in its list.
    SameList(&'static str, &'static str),
    /// A provider of social sign-in fits.
    ProviderIs(Provided),
    /// An identity schema has this.
    Schema(Feature),
    /// There is Jsonnet.
    Jsonnet,
    /// Jsonnet is read from the network.
    OnNetwork,
    /// Jsonnet calls one of these std functions.
    JsonnetCalls(&'static [&'static str]),
    /// The mapper of a provider reads this external variable.
    MapperReads(&'static str),
}

impl When {
    /// Whether it asks for the value of this key.
    #[must_use]
    pub(crate) fn asks_for(&self, path: &str) -> bool {
        match self {
            When::All(parts) | When::Any(parts) => parts.iter().any(|part| part.asks_for(path)),
            When::Not(part) => part.asks_for(path),
            When::Set(key)
            | When::Unset(key)
            | When::True(key)
            | When::Word(key, _)
            | When::More(key, _)
            | When::MoreBytes(key, _)
            | When::LongerThan(key, _)
            | When::Count(key, _)
            | When::Unschemed(key)
            | When::Wildcard(key) => *key == path,
            When::Differs(key, other) => *key == path || *other == path,
            When::Method(name) => path.strip_prefix("selfservice.methods.").is_some_and(|rest| is_switch(rest, name)),
            When::Flow(name) => path.strip_prefix("selfservice.flows.").is_some_and(|rest| is_switch(rest, name)),
            _ => false,
        }
    }
}

/// `NAME.enabled`
fn is_switch(rest: &str, name: &str) -> bool {
    rest.strip_suffix(".enabled") == Some(name)
}

/// Something that an identity schema may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// A trait that is verified.
    Verification,
    /// Two traits that are verified.
    TwoVerifications,
    /// A trait that is verified by the old word `phone`.
    VerificationByPhone,
    /// A trait for recovery.
    Recovery,
    /// A trait with `credentials.code`.
    Code,
    /// A trait that gets text messages.
    Sms,
    /// A text of format `email`.
    EmailFormat,
    /// A text of format `tel`.
    TelFormat,
    /// One identifier for passwords, with a title.
    OneTitledIdentifier,
    /// A text with `enum`.
    Enum,
    /// A `$ref`.
    Reference,
}

/// What a hook must be. `None` is any.
#[derive(Clone, Copy, Debug)]
pub struct Hooked {
    pub(crate) flow: Option<&'static str>,
    pub(crate) trigger: Option<&'static str>,
    pub(crate) name: Option<&'static str>,
    pub(crate) list: Place,
    /// Holds for its `config`.
    pub(crate) with: Option<&'static When>,
}

/// In which list of a flow a hook is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Any.
    Any,
    /// That for all methods.
    Global,
    /// That of this method.
    Of(&'static str),
    /// That of any other method than this one.
    NotOf(&'static str),
}

impl Hooked {
    /// Any hook.
    pub(crate) const NAMED: Hooked = Hooked { flow: None, trigger: None, name: None, list: Place::Any, with: None };

    /// In this flow.
    pub(crate) const fn flow(self, flow: &'static str) -> Hooked {
        Hooked { flow: Some(flow), ..self }
    }

    /// `before` or `after`.
    pub(crate) const fn phase(self, trigger: &'static str) -> Hooked {
        Hooked { trigger: Some(trigger), ..self }
    }

    /// Of this name.
    pub(crate) const fn name(self, name: &'static str) -> Hooked {
        Hooked { name: Some(name), ..self }
    }

    /// In this list.
    pub(crate) const fn list(self, list: Place) -> Hooked {
        Hooked { list, ..self }
    }

    /// With this in its `config`.
    pub(crate) const fn with(self, with: &'static When) -> Hooked {
        Hooked { with: Some(with), ..self }
    }
}

/// What a provider must be. Empty lists and `None` are any.
#[derive(Clone, Copy, Debug)]
pub struct Provided {
    /// One of these kinds.
    pub kinds: &'static [&'static str],
    /// Has one of these keys.
    pub keys: &'static [&'static str],
    /// Has a value for this key.
    pub has: Option<&'static str>,
    /// Does not have this word at this key.
    pub without: Option<(&'static str, &'static str)>,
}

impl Provided {
    /// Any provider.
    pub(crate) const ANY: Provided = Provided { kinds: &[], keys: &[], has: None, without: None };
}
