//! The words for what the walk finds: what was read, what is wanted, what was surely meant.

use std::collections::{HashMap, HashSet};

use super::instead;
use super::meant::{among_words, deeper, elsewhere, nearest, under_another_word, word};
use super::{FaultKind, HookPlace, Key, Limit, Shape, children, join, last, rows, versions_of};
use crate::kratos::hooks;
use crate::kratos::secrets;
use crate::kratos::version::{Version, Versions};
use crate::text::names::one_of;
use crate::yaml::{Node, NodeId, Value};

/// A message with its help, and what should stand there instead (with whether that surely was meant).
pub(super) struct Describe {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) replacement: Option<(String, bool)>,
}

impl Describe {
    fn new(message: impl Into<String>) -> Describe {
        Describe { message: message.into(), help: None, replacement: None }
    }

    fn help(mut self, help: impl Into<String>) -> Describe {
        self.help = Some(help.into());
        self
    }

    fn replace(mut self, text: impl Into<String>, sure: bool) -> Describe {
        self.replacement = Some((text.into(), sure));
        self
    }
}

/// What became of a key: the path of its successor, or advice where there is none.
struct Successor {
    /// Path of the old key.
    old: &'static str,
    /// Name of the new key at the same place, where it only changed its name.
    renamed: Option<&'static str>,
    /// What to do.
    advice: &'static str,
}

const fn renamed(old: &'static str, new: &'static str, advice: &'static str) -> Successor {
    Successor { old, renamed: Some(new), advice }
}

const fn replaced(old: &'static str, advice: &'static str) -> Successor {
    Successor { old, renamed: None, advice }
}

/// Renamed and replaced keys (embedx/config.schema.json of neighbouring tags; UPGRADE notes of v0.6 to v25.4).
const SUCCESSORS: &[Successor] = &[
    renamed(
        "selfservice.whitelisted_return_urls",
        "allowed_return_urls",
        "rename it to `allowed_return_urls` (its name since v0.9.0)",
    ),
    renamed("secrets.session", "cookie", "rename it to `secrets.cookie`"),
    replaced(
        "identity.default_schema_url",
        "use `default_schema_id` with an entry of that `id` in `identity.schemas`, since v0.9.0",
    ),
    renamed(
        "selfservice.methods.oidc.config.providers[].tenant",
        "microsoft_tenant",
        "rename it to `microsoft_tenant` (its name since v0.9.0)",
    ),
    renamed(
        "selfservice.methods.oidc.config.providers[].team_id",
        "apple_team_id",
        "rename it to `apple_team_id` (its name since v0.9.0)",
    ),
    renamed(
        "selfservice.methods.oidc.config.providers[].private_key_id",
        "apple_private_key_id",
        "rename it to `apple_private_key_id` (its name since v0.9.0)",
    ),
    renamed(
        "selfservice.methods.oidc.config.providers[].private_key",
        "apple_private_key",
        "rename it to `apple_private_key` (its name since v0.9.0)",
    ),
    renamed("courier.sms.request_config.header", "headers", "rename it to `headers` (its name since v0.11.0)"),
    replaced("courier.message_ttl", "use `courier.message_retries`"),
    replaced(
        "courier.sms",
        "use an entry of `courier.channels` with `id: sms`, `type: http` and this `request_config`",
    ),
    replaced(
        "selfservice.methods.code.passwordless_login_fallback_enabled",
        "use `selfservice.methods.code.config.missing_credential_fallback_enabled`",
    ),
    replaced("serve.public.domain_aliases", "give each domain its own base URL with a proxy before Kratos"),
    replaced("serve.admin.cors", "the admin API has no CORS: put a proxy before it"),
    replaced("selfservice.strategies", "strategies are called `selfservice.methods` since v0.6.0"),
    replaced("selfservice.logout", "use `selfservice.flows.logout`"),
    replaced("selfservice.login", "use `selfservice.flows.login`"),
    replaced("selfservice.registration", "use `selfservice.flows.registration`"),
    replaced("selfservice.settings", "use `selfservice.flows.settings`"),
    replaced("selfservice.recovery", "use `selfservice.flows.recovery`"),
    replaced("selfservice.verify", "use `selfservice.flows.verification`"),
    replaced("urls", "use `selfservice.flows.*.ui_url` and `serve.*.base_url`"),
    replaced("hashers.argon2.parallelism_factor", "use `hashers.argon2.parallelism`"),
];

/// Whether a configuration may have a key that was renamed, replaced or removed before the oldest known release. A key with a dot
/// may stand for those that it joins.
pub(crate) fn has_forgotten_key(root: Node<'_>) -> bool {
    let has_dot = |node: Node<'_>| node.key().is_some_and(|key| key.contains('.'));
    let has_old = |row: &Successor| !root.select(row.old).is_empty() && versions_of(row.old).is_none();
    SUCCESSORS.iter().any(has_old) || root.descendants().into_iter().any(has_dot)
}

/// What was read, for a message; secrets are not shown.
pub(super) fn read(node: Node<'_>) -> String {
    if secrets::is_secret(node) {
        return node.type_name().to_owned();
    }
    match node.value() {
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Number(number) => format!("the number {}", number.text),
        Value::String(text) if text.chars().count() <= 40 && !text.contains('\n') => format!("the text {text:?}"),
        _ => node.type_name().to_owned(),
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Object | Shape::Open | Shape::Flags => "a map",
        Shape::List => "a list",
        Shape::Text => "a text",
        Shape::Boolean => "true or false",
        Shape::Integer => "a whole number",
        Shape::Number => "a number",
        Shape::Any => "a value",
    }
}

/// The name of what a path of the table stands for: the key in the file where the table has `*`.
fn name_of<'n>(node: Node<'n>, path: &'n str) -> &'n str {
    match last(path) {
        "*" => node.key().unwrap_or("*"),
        name => name,
    }
}

/// The whole path of a key, or its name where the path leads through lists or hooks.
fn full_name<'n>(node: Node<'n>, path: &'n str) -> &'n str {
    if path.contains(['#', '*', '[']) { name_of(node, path) } else { path }
}

/// What a message is about: a key, or an item of a list.
fn subject(node: Node<'_>, path: &str) -> String {
    match path.strip_suffix("[]") {
        Some(list) => format!("an item of `{}`", full_name(node.parent().unwrap_or(node), list)),
        None => format!("`{}`", full_name(node, path)),
    }
}

/// What Kratos makes of a value that it does not accept: "Kratos reads `yes` as text".
fn reads(node: Node<'_>) -> String {
    match node.value() {
        _ if secrets::is_secret(node) => format!("this is {}", node.type_name()),
        Value::Number(number) => format!("Kratos reads `{}` as a number", number.text),
        Value::String(text) if !text.is_empty() && text.chars().count() <= 40 && !text.contains(['\n', '`']) => {
            format!("Kratos reads `{text}` as text")
        }
        _ => format!("this is {}", read(node)),
    }
}

/// `dsn` is missing, …
pub(super) fn missing_key(node: Node<'_>, path: &str, key: &str) -> String {
    match last(path) {
        // A name that the user chose says which; the path says of what.
        "*" => format!("`{key}` is missing in `{}`", full_name(node, path)),
        "" => format!("`{key}` is missing"),
        around if path.ends_with("[]") => format!("this entry of `{around}` has no `{key}`"),
        around => format!("`{key}` is missing in `{around}`"),
    }
}

/// What to write for keys that users leave out, by the end of their path.
const MISSING: [(&str, &str); 24] = [
    ("dsn", "add the address of the database, or set DSN in the environment"),
    ("secrets", "add `secrets.cipher` with a secret of 32 characters: `ciphers.algorithm` needs it"),
    ("secrets.cipher", "add a secret of 32 characters: `ciphers.algorithm` needs it"),
    ("courier.smtp.connection_uri", "add the address of the mail server: smtps://user:password@host:465/"),
    ("selfservice", "add the map `selfservice`, with `default_browser_return_url`"),
    ("selfservice.default_browser_return_url", "add the address of the page that users see after a flow"),
    ("identity", "add the map `identity`, with a list `schemas`"),
    ("identity.schemas", "list an identity schema: `- {id: default, url: file:///etc/kratos/identity.schema.json}`"),
    (".mapper_url", "add the Jsonnet that turns claims into traits: file:///… or base64://…"),
    (".auth.config.in", "add `in: header` or `in: cookie`"),
    (".rp.display_name", "add the name that browsers show"),
    (".rp.id", "add the host of the pages, or a parent of it"),
    (".body", "add a Jsonnet document: file:///… or base64://…"),
    (".request_config.url", "add the address that Kratos calls: `url: https://…`"),
    (".config.url", "add the address that Kratos calls: `url: https://…`"),
    (".request_config.method", "add the HTTP method of the call, for example `method: POST`"),
    (".config.method", "add the HTTP method of the call, for example `method: POST`"),
    (".providers[].id", "add a name that stays: it is part of the callback address and stored with accounts"),
    (".providers[].provider", "add which it is, for example `provider: google`; `generic` is any OpenID provider"),
    (".providers[].client_id", "add the client ID that the provider gave to your application"),
    (".schemas[].id", "add a name that stays, for example `id: default`: it is stored with identities"),
    (".schemas[].url", "add where the schema is: file:///…, base64://… or https://…"),
    ("#web_hook.config", "add `config` with `url`, `method` and `body`"),
    (".passkey.config", "add `config` with `rp`: its `id` (the host of your pages) and `display_name`"),
];

/// How to fix a missing key; one that the map has under another word gets its name.
pub(super) fn missing_help(node: Node<'_>, path: &str) -> String {
    let key = last(path);
    let around = path.strip_suffix(key).unwrap_or_default().trim_end_matches('.');
    let is_unknown = |name: &str| rows(&join(around, name)).is_empty();
    let written = node.fields().map(|field| field.key).find(|name| {
        is_unknown(name) && (nearest(name, &[key]).is_some() || under_another_word(name, &[key]).is_some())
    });
    if let Some(written) = written {
        return format!("rename `{}` to `{key}`", crate::kratos::secrets::name(written));
    }
    let known =
        MISSING.iter().find(|(end, _)| if end.starts_with(['.', '#']) { path.ends_with(end) } else { path == *end });
    known.map_or_else(|| format!("add `{}`: Kratos has no default for it", last(path)), |(_, help)| (*help).to_owned())
}

/// How to fix a hook without a name; a dash too many makes one of the settings of the hook before it.
pub(super) fn nameless_hook(item: Node<'_>) -> &'static str {
    let is_first = item.parent().and_then(|list| list.items().next()).is_none_or(|first| first.id() == item.id());
    if item.get("config").is_some() && !is_first {
        return "remove its dash if it belongs to the hook above it, else add its name: `hook: web_hook`";
    }
    "add the name of the hook, for example `hook: web_hook`"
}

pub(super) fn wrong_type(node: Node<'_>, path: &str, key: &Key) -> Describe {
    let name = subject(node, path);
    let message = format!("{name} must be {}; {}", wanted(key.shape), reads(node));
    let (help, replacement) = instead::of_type(node, path, key);
    Describe { message, help, replacement }
}

/// The keys that each object may have: asked for once, not for each of its unknown keys.
#[derive(Default)]
pub(super) struct Allowed(HashMap<Option<NodeId>, Siblings>);

/// The keys that one object may have.
#[derive(Default)]
struct Siblings {
    present: Vec<&'static str>,
    free: Vec<&'static str>,
}

impl Allowed {
    fn of(&mut self, around: Option<Node<'_>>, path: &str, version: Version) -> &Siblings {
        self.0.entry(around.map(Node::id)).or_insert_with(|| {
            let written: HashSet<&str> = around.into_iter().flat_map(Node::fields).map(|field| field.key).collect();
            let (present, free) = children(path, version).partition(|name| written.contains(name));
            Siblings { present, free }
        })
    }
}

pub(super) fn unknown_key(
    node: Node<'_>,
    path: &str,
    key: &str,
    version: Version,
    allowed: &mut Allowed,
) -> (FaultKind, Describe) {
    let child = join(path, key);
    let successor = SUCCESSORS.iter().find(|row| row.old == child);
    if let Some(known) = versions_of(&child).filter(|_| !key.contains('.')) {
        return other_version(key, known, version, successor);
    }
    let around = node.parent().map_or_else(|| last(path), |around| name_of(around, path));
    let message = match around {
        "" => format!("Kratos knows no key `{key}`"),
        around if path.ends_with("[]") => format!("an entry of `{around}` has no key `{key}`"),
        around => format!("`{around}` has no key `{key}`"),
    };
    let found = Describe::new(message);
    if let Some(row) = successor {
        let found = found.help(row.advice);
        let free = row.renamed.filter(|new| node.parent().is_none_or(|around| around.get(new).is_none()));
        return (FaultKind::Removed, if let Some(new) = free { found.replace(new, true) } else { found });
    }
    let Siblings { present, free: siblings } = allowed.of(node.parent(), path, version);
    if let Some((meant, sure)) = nearest(key, siblings) {
        return (FaultKind::UnknownKey, found.help(format!("did you mean `{meant}`?")).replace(meant, sure));
    }
    if let Some(meant) = under_another_word(key, siblings) {
        return (FaultKind::UnknownKey, found.help(format!("did you mean `{meant}`?")).replace(meant, false));
    }
    if let Some(place) = deeper(path, present.iter().chain(siblings), key, version) {
        return (FaultKind::UnknownKey, found.help(format!("move it to {place}")));
    }
    if let Some((meant, _)) = nearest(key, present) {
        return (FaultKind::UnknownKey, found.help(format!("remove it: the key is `{meant}`, which is set too")));
    }
    if let Some(meant) = among_words(key, siblings) {
        return (FaultKind::UnknownKey, found.help(format!("did you mean `{meant}`?")).replace(meant, false));
    }
    if let Some(meant) = path.is_empty().then(|| joined(key, version)).flatten() {
        let is_variable = key.chars().all(|chr| !chr.is_ascii_lowercase());
        let or = if is_variable { ", or set the variable in the environment of Kratos" } else { "" };
        return (FaultKind::UnknownKey, found.help(format!("write it as `{meant}`, each part one level deeper{or}")));
    }
    let described = match elsewhere(node, path, key, version) {
        Some(place) => found.help(format!("move it to {place}")),
        None if siblings.is_empty() || siblings.len() > 12 => found,
        // Those that are there already are left out.
        None => found.help(format!("remove it, or use one of: {}", siblings.join(", "))),
    };
    (FaultKind::UnknownKey, described)
}

/// The key that is written as its variable is, `log_level` for `log.level`.
fn joined(key: &str, version: Version) -> Option<&'static str> {
    let is_sign = |(of, written): (u8, u8)| of.eq_ignore_ascii_case(&written) || (of == b'.' && written == b'_');
    let is_it =
        |path: &str| path.len() == key.len() && path.contains('.') && path.bytes().zip(key.bytes()).all(is_sign);
    super::KEYS.iter().find(|row| row.versions.contains(version) && is_it(row.path)).map(|row| row.path)
}

fn other_version(key: &str, known: Versions, version: Version, row: Option<&Successor>) -> (FaultKind, Describe) {
    if version < known.from {
        let message = version.against(format_args!("`{key}` is new in {}", known.from));
        return (
            FaultKind::TooNew,
            Describe::new(message).help(format!("upgrade to {} or later, or remove it", known.from)),
        );
    }
    let gone = known.before.unwrap_or(version);
    let found = Describe::new(version.against(format_args!("`{key}` was removed in {gone}")));
    let found = match row {
        Some(row) => found.help(row.advice),
        None => found.help("remove it"),
    };
    let renamed = row.and_then(|row| row.renamed);
    (FaultKind::Removed, if let Some(new) = renamed { found.replace(new, true) } else { found })
}

pub(super) fn hook(name: &str, place: &HookPlace, version: Version) -> (FaultKind, Describe) {
    let list = place.path.strip_prefix("selfservice.flows.").unwrap_or(place.path);
    let names: Vec<&str> = place.hooks.iter().filter(|(_, v)| v.contains(version)).map(|(hook, _)| *hook).collect();
    // The open source server accepts commercial hooks and never runs them.
    let run: Vec<&str> = names.iter().copied().filter(|hook| !hooks::is_commercial(hook)).collect();
    let help = format!("allowed here: {}", if run.is_empty() { &names } else { &run }.join(", "));
    if let Some((_, known)) = place.hooks.iter().find(|(hook, _)| *hook == name) {
        if version < known.from {
            let message = version.against(format_args!("`{list}` accepts the hook `{name}` since {}", known.from));
            return (FaultKind::TooNew, Describe::new(message).help(help));
        }
        let message = version.against(format_args!("`{list}` accepts the hook `{name}` up to {}", known.last()));
        return (FaultKind::Removed, Describe::new(message).help(help));
    }
    let places = super::HOOK_PLACES
        .iter()
        .filter(|other| other.hooks.iter().any(|(hook, v)| *hook == name && v.contains(version)));
    let others: Vec<&str> =
        places.map(|other| other.path.strip_prefix("selfservice.flows.").unwrap_or(other.path)).collect();
    if let Some(first) = others.first() {
        let message = format!("`{list}` does not accept the hook `{name}`");
        let around = list.strip_suffix("hooks").unwrap_or(list);
        let near = others.iter().find(|other| other.starts_with(around));
        let help = match (others.len(), near) {
            _ if name == "session" && list.starts_with("login.") => "remove it: login always signs users in".to_owned(),
            (1, _) => format!("move it to `{first}`"),
            (_, Some(near)) => format!("move it to the list of a method, as `{near}`; {help}"),
            (_, None) => help,
        };
        return (FaultKind::MisplacedHook, Describe::new(message).help(help));
    }
    let found = Describe::new(format!("Kratos knows no hook `{name}`"));
    let found = match nearest(name, &names) {
        Some((meant, sure)) => found.help(format!("did you mean `{meant}`?")).replace(meant, sure),
        None => match hook_elsewhere(name, version) {
            Some((meant, list)) => found.help(format!("did you mean `{meant}`? Kratos runs it in `{list}`, not here")),
            None => found.help(help),
        },
    };
    (FaultKind::UnknownWord, found)
}

/// The hook that was likely meant, and the first list that accepts it.
fn hook_elsewhere(name: &str, version: Version) -> Option<(&'static str, &'static str)> {
    let known =
        super::HOOK_PLACES.iter().flat_map(|place| place.hooks.iter().map(move |(hook, v)| (*hook, *v, place.path)));
    let known: Vec<_> = known.filter(|(_, v, _)| v.contains(version)).collect();
    let names: Vec<&str> = known.iter().map(|(hook, ..)| *hook).collect();
    let (meant, _) = nearest(name, &names)?;
    let (.., path) = known.iter().filter(|(hook, ..)| *hook == meant).min_by_key(|(.., path)| path.len())?;
    Some((meant, path.strip_prefix("selfservice.flows.").unwrap_or(path)))
}

fn words(node: Node<'_>, path: &str, words: &[&str], version: Version) -> (FaultKind, Describe) {
    let name = full_name(node, path);
    let subject = subject(node, path);
    let message = format!("{subject} does not accept {}", read(node).trim_start_matches("the text "));
    let found = Describe::new(message);
    let text = node.as_str().unwrap_or_default();
    let spans = rows(path)
        .iter()
        .filter(|row| row.limits.iter().any(|limit| matches!(limit, Limit::Words(w) if w.contains(&text))));
    let history: Vec<Versions> = spans.map(|row| row.versions).collect();
    if let (Some(first), Some(end)) = (history.first(), history.last()) {
        if version < first.from {
            let message = version.against(format_args!("`{name}: {text}` is new in {}", first.from));
            return (FaultKind::TooNew, Describe::new(message).help(one_of(words)));
        }
        if let Some(gone) = end.before.filter(|gone| *gone <= version) {
            let message = version.against(format_args!("`{name}: {text}` was removed in {gone}"));
            return (FaultKind::Removed, Describe::new(message).help(one_of(words)));
        }
    }
    let found = match word(text, words) {
        Some((meant, sure)) => found.help(format!("did you mean `{meant}`?")).replace(meant, sure),
        None => found.help(one_of(words)),
    };
    (FaultKind::UnknownWord, found)
}

/// Whether a text must have so many characters, no more and no less.
fn is_exact(path: &str, bound: usize, version: Version) -> bool {
    let mut rows = super::rows(path).iter().filter(|key| key.versions.contains(version));
    rows.any(|key| key.limits.contains(&Limit::MinLength(bound)) && key.limits.contains(&Limit::MaxLength(bound)))
}

/// What is there instead. That it is a text is no fault: of a long one nothing is shown.
fn not_this(node: Node<'_>) -> String {
    let read = read(node);
    match read.strip_prefix("the text ") {
        _ if secrets::is_secret(node) => String::new(),
        None if node.as_str().is_some() => String::new(),
        text => format!(", not {}", text.unwrap_or(&read)),
    }
}

pub(super) fn limit(node: Node<'_>, path: &str, limit: Limit, version: Version) -> (FaultKind, Describe) {
    let subject = subject(node, path);
    let bad = |what: String| (FaultKind::OutOfRange, Describe::new(format!("{subject} {what}")));
    let range = |what: String, help: String| {
        let (kind, found) = bad(what);
        (kind, found.help(help))
    };
    if let Some((what, help)) = instead::form(node, path, limit) {
        let shown = not_this(node);
        return (FaultKind::Malformed, Describe::new(format!("{subject} must be {what}{shown}")).help(help));
    }
    let length = node.as_str().map(|text| text.chars().count()).unwrap_or_default();
    match limit {
        Limit::Words(list) => words(node, path, list, version),
        Limit::Min(bound) => {
            range(format!("must be at least {bound}, this is {}", read(node)), format!("write {bound} or more"))
        }
        Limit::Max(bound) => {
            range(format!("must be at most {bound}, this is {}", read(node)), format!("write {bound} or less"))
        }
        Limit::MinLength(bound) | Limit::MaxLength(bound) => {
            let (words, order) = match limit {
                _ if is_exact(path, bound, version) => ("exactly", format!("write exactly {bound} characters")),
                Limit::MinLength(_) => ("at least", format!("write {bound} characters or more")),
                _ => ("at most", format!("write {bound} characters or less")),
            };
            range(format!("must have {words} {bound} characters, this has {length}"), order)
        }
        Limit::MinItems(bound) => {
            let items = if bound == 1 { "item" } else { "items" };
            range(format!("needs at least {bound} {items}"), "add an item, or remove the key".to_owned())
        }
        _ => bad("is not valid".to_owned()),
    }
}
