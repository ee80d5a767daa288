//! Hooks as a configuration writes them: lists at hook points, and what each hook asks for.
//!
//! Tolerates rubbish: what is not of the expected shape is absent here and reported by the schema.

use crate::kratos::version::{Version, Versions};
use crate::yaml::Node;

/// The flows that have hooks, in the order in which users meet them.
pub const FLOWS: [&str; 5] = ["login", "registration", "settings", "recovery", "verification"];

/// The methods of a flow whose `after` lists Kratos looks up, and since when the schema has their key
/// (traces of servers).
pub(crate) const METHODS: &[(&str, &[(&str, Versions)])] = &[
    (
        "login",
        &[
            ("password", Versions::ALL),
            ("oidc", Versions::ALL),
            ("webauthn", Versions::since(Version::V0_9)),
            ("code", Versions::since(Version::V1_1)),
            ("totp", Versions::since(Version::V1_1)),
            ("lookup_secret", Versions::since(Version::V1_1)),
            ("passkey", Versions::since(Version::V1_2)),
        ],
    ),
    (
        "registration",
        &[
            ("password", Versions::ALL),
            ("oidc", Versions::ALL),
            ("webauthn", Versions::since(Version::V0_9)),
            ("code", Versions::since(Version::V1_1)),
            ("passkey", Versions::since(Version::V1_2)),
        ],
    ),
    (
        "settings",
        &[
            ("password", Versions::ALL),
            ("profile", Versions::ALL),
            ("totp", Versions::since(Version::V1_1)),
            ("oidc", Versions::since(Version::V1_1)),
            ("webauthn", Versions::since(Version::V1_1)),
            ("lookup_secret", Versions::since(Version::V1_1)),
            ("passkey", Versions::since(Version::V1_2)),
        ],
    ),
];

/// The methods of a flow that `version` looks up.
pub(crate) fn methods(flow: &str, version: Version) -> impl Iterator<Item = &'static str> + use<> {
    let rows = METHODS.iter().find(|(name, _)| *name == flow).map_or(&[] as &[_], |(_, rows)| *rows);
    rows.iter().filter(move |(_, versions)| versions.contains(version)).map(|(method, _)| *method)
}

/// When in its flow a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// When the flow is created.
    Before,
    /// After the credentials were checked, before the identity is stored.
    PrePersist,
    /// After the identity is stored.
    PostPersist,
    /// After the flow, where nothing is stored.
    After,
}

impl Phase {
    /// The word in the JSON of `kratos-lint hooks`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Phase::Before => "before",
            Phase::PrePersist => "pre_persist",
            Phase::PostPersist => "post_persist",
            Phase::After => "after",
        }
    }

    /// When that is, in words.
    #[must_use]
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Phase::Before => "at the start",
            Phase::PrePersist => "before saving",
            Phase::PostPersist => "after saving",
            Phase::After => "at the end",
        }
    }
}

/// A hook that `version`s know at a phase of a flow: which type implements what (`driver/registry_default_hooks.go:getHooks` at each tag).
#[derive(Debug)]
pub struct Executor {
    /// Name of the hook.
    pub hook: &'static str,
    /// The flow.
    pub flow: &'static str,
    /// The phase.
    pub phase: Phase,
    /// The versions whose lists know it there.
    pub versions: Versions,
}

const fn executor(hook: &'static str, flow: &'static str, phase: Phase, versions: Versions) -> Executor {
    Executor { hook, flow, phase, versions }
}

/// The built-in hooks; `web_hook` implements every phase of every flow.
pub const EXECUTORS: &[Executor] = &[
    executor("session", "registration", Phase::PostPersist, Versions::ALL),
    executor("show_verification_ui", "registration", Phase::PostPersist, Versions::since(Version::V0_13)),
    executor("show_verification_ui", "login", Phase::After, Versions::since(Version::V1_2)),
    executor("show_verification_ui", "settings", Phase::PostPersist, Versions::since(Version::V25_4)),
    executor("verification", "registration", Phase::PostPersist, Versions::since(Version::V1_2)),
    executor("verification", "settings", Phase::PostPersist, Versions::since(Version::V1_2)),
    executor("verification", "login", Phase::After, Versions::since(Version::V1_2)),
    executor("revoke_active_sessions", "login", Phase::After, Versions::ALL),
    executor("revoke_active_sessions", "recovery", Phase::After, Versions::ALL),
    executor("revoke_active_sessions", "settings", Phase::PostPersist, Versions::since(Version::V1_1)),
    executor("require_verified_address", "login", Phase::After, Versions::ALL),
    executor("verify_new_address", "settings", Phase::PrePersist, Versions::since(Version::AFTER_V26_2)),
    executor("notify_previous_addresses", "settings", Phase::PostPersist, Versions::since(Version::AFTER_V26_2)),
];

/// What a web hook asks of the flow that calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The flow waits, and any error of the hook stops it.
    Blocking,
    /// The flow waits and reads the answer (`response.parse` or `can_interrupt`).
    Interrupting,
    /// Called in the background (`response.ignore`).
    Background,
}

impl Mode {
    /// The word in the JSON of `kratos-lint hooks`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Mode::Blocking => "blocking",
            Mode::Interrupting => "interrupting",
            Mode::Background => "background",
        }
    }
}

/// A hook of a list.
#[derive(Clone, Copy)]
pub struct Hook<'t> {
    /// The item of the list.
    pub node: Node<'t>,
    /// Its name.
    pub name: &'t str,
    /// The value of `hook`.
    pub name_node: Node<'t>,
}

impl<'t> Hook<'t> {
    /// The hook that an item of a list describes.
    #[must_use]
    pub(crate) fn of(node: Node<'t>) -> Option<Hook<'t>> {
        let name_node = node.get("hook")?;
        Some(Hook { node, name: name_node.as_str()?, name_node })
    }

    /// Whether it is a `web_hook`.
    #[must_use]
    pub(crate) fn is_web_hook(self) -> bool {
        self.name == "web_hook"
    }

    /// Its `config`, or a node below it.
    #[must_use]
    pub(crate) fn config(self, path: &str) -> Option<Node<'t>> {
        self.node.get("config")?.find(path)
    }

    /// Its URL.
    #[must_use]
    pub fn url(self) -> Option<&'t str> {
        self.config("url").and_then(Node::as_str)
    }

    /// `response.parse: true`, where it is.
    #[must_use]
    pub(crate) fn parse(self) -> Option<Node<'t>> {
        self.config("response.parse").filter(|node| node.is_true())
    }

    /// `can_interrupt: true`, where it is.
    #[must_use]
    pub(crate) fn can_interrupt(self) -> Option<Node<'t>> {
        self.config("can_interrupt").filter(|node| node.is_true())
    }

    /// What makes it read the answer: `response.parse` or `can_interrupt`, whichever is true.
    #[must_use]
    pub(crate) fn interrupts(self) -> Option<Node<'t>> {
        self.parse().or(self.can_interrupt())
    }

    /// Whether the response is ignored.
    #[must_use]
    pub(crate) fn is_ignored(self) -> bool {
        self.config("response.ignore").is_some_and(Node::is_true)
    }

    /// What it asks of the flow. Built-in hooks run within it.
    #[must_use]
    pub(crate) fn mode(self) -> Mode {
        match () {
            () if self.is_ignored() => Mode::Background,
            () if self.interrupts().is_some() => Mode::Interrupting,
            () => Mode::Blocking,
        }
    }
}

/// A list of hooks and the hook point that it belongs to.
#[derive(Clone)]
pub struct HookList<'t> {
    /// The flow.
    pub flow: &'static str,
    /// `before` or `after`.
    pub trigger: &'static str,
    /// The method, for lists under a method key.
    pub method: Option<&'t str>,
    /// The list itself.
    pub node: Node<'t>,
    /// Its hooks, in order.
    pub hooks: Vec<Hook<'t>>,
}

/// The path of a list of hooks, keys joined by dots.
#[must_use]
pub(crate) fn list_path(flow: &str, trigger: &str, method: Option<&str>) -> String {
    let method = method.map(|method| format!(".{method}")).unwrap_or_default();
    format!("selfservice.flows.{flow}.{trigger}{method}.hooks")
}

impl HookList<'_> {
    /// The hook point in words: `registration.after.password`.
    #[must_use]
    pub(crate) fn point(&self) -> String {
        let mut point = format!("{}.{}", self.flow, self.trigger);
        if let Some(method) = self.method {
            point.push('.');
            point.push_str(method);
        }
        point
    }

    /// Whether it is the list for all methods of a flow that has method lists too.
    #[must_use]
    pub(crate) fn is_global(&self) -> bool {
        self.trigger == "after" && self.method.is_none() && METHODS.iter().any(|(flow, _)| *flow == self.flow)
    }
}

/// The list at a hook point, if the configuration has one.
#[must_use]
pub(crate) fn list<'t>(
    root: Node<'t>,
    flow: &'static str,
    trigger: &'static str,
    method: Option<&'t str>,
) -> Option<HookList<'t>> {
    let around = root.find("selfservice.flows")?.get(flow)?.get(trigger)?;
    let around = method.map_or(Some(around), |method| around.get(method))?;
    list_in(around, flow, trigger, method)
}

/// The list in the mapping of a hook point.
fn list_in<'t>(
    around: Node<'t>,
    flow: &'static str,
    trigger: &'static str,
    method: Option<&'t str>,
) -> Option<HookList<'t>> {
    let node = around.get("hooks").filter(|node| node.is_sequence())?;
    let hooks = node.items().filter_map(Hook::of).collect();
    Some(HookList { flow, trigger, method, node, hooks })
}

/// All lists of a configuration, in the order of [`FLOWS`], `before` first.
#[must_use]
pub fn lists(root: Node<'_>) -> Vec<HookList<'_>> {
    let mut found = Vec::new();
    let flows = root.find("selfservice.flows");
    for flow in FLOWS {
        for trigger in ["before", "after"] {
            let Some(around) = flows.and_then(|flows| flows.get(flow)?.get(trigger)) else { continue };
            found.extend(list_in(around, flow, trigger, None));
            // By its name each would be searched for among all others.
            let methods = around.fields().filter(|field| field.value.is_mapping());
            found.extend(methods.filter_map(|field| list_in(field.value, flow, trigger, Some(field.key))));
        }
    }
    found
}

/// What the built-in hooks do.
const ABOUT: &[(&str, &str)] = &[
    (
        "web_hook",
        "Calls an HTTP endpoint. With `response.ignore: true` it runs in the background; with `response.parse: true` the answer can stop the flow or change the identity.",
    ),
    ("session", "Signs the user in right after the registration."),
    ("show_verification_ui", "Sends the user to the verification page after the flow."),
    ("verification", "Sends a verification message to each new address."),
    ("revoke_active_sessions", "Ends all other sessions of the identity."),
    ("require_verified_address", "Refuses the sign-in until one address of the identity is verified."),
    ("verify_new_address", "Asks for a verification of a changed address before it is saved."),
    ("notify_previous_addresses", "Tells the former addresses that they were removed."),
];

/// What a built-in hook does.
#[must_use]
pub(crate) fn about(name: &str) -> Option<&'static str> {
    ABOUT.iter().find(|(hook, _)| *hook == name).map(|(_, text)| *text)
}

/// The names of all hooks.
#[must_use]
pub(crate) fn names() -> Vec<&'static str> {
    ABOUT.iter().map(|(hook, _)| *hook).collect()
}

/// Where a built-in hook acts in a release, in words: `login after saving`.
#[must_use]
pub(crate) fn acts(name: &str, version: Version) -> Vec<String> {
    let rows = EXECUTORS.iter().filter(|row| row.hook == name && row.versions.contains(version));
    rows.map(|row| format!("{} {}", row.flow, row.phase.words())).collect()
}

/// Whether only Ory Network and the Enterprise License run a hook of this name.
#[must_use]
pub(crate) fn is_commercial(hook: &str) -> bool {
    matches!(hook, "b2b_sso" | "organization")
}

/// Whether a hook of this name acts at a phase of a flow.
#[must_use]
pub(crate) fn has_executor(hook: &str, flow: &str, phase: Phase, version: Version) -> bool {
    hook == "web_hook"
        || EXECUTORS
            .iter()
            .any(|row| row.hook == hook && row.flow == flow && row.phase == phase && row.versions.contains(version))
}

/// Whether the open-source server of this version knows the name at all.
#[must_use]
pub(crate) fn is_known(hook: &str, version: Version) -> bool {
    hook == "web_hook" || EXECUTORS.iter().any(|row| row.hook == hook && row.versions.contains(version))
}
