//! Which messages a configuration sends (selfservice/strategy/{code,link}/*sender.go).

use super::{Message, named};
use crate::kratos::version::Version;
use crate::yaml::{Node, Value};

/// Whether a message is sent.
#[derive(Clone, Copy)]
pub(crate) enum Sending<'t> {
    /// It is, or nothing says that it is not.
    Maybe,
    /// Another message is sent: the one of the other method.
    Instead {
        /// The message that is sent.
        other: &'static str,
        /// What chooses the method, where it is written.
        chosen: Option<Node<'t>>,
    },
    /// What would send it is off.
    Off {
        /// The key that would switch it on.
        key: &'static str,
        /// Where it is written that it is off.
        written: Option<Node<'t>>,
    },
    /// No flow of this release sends it.
    Never,
}

impl Sending<'_> {
    /// Whether the message may be sent: what the file leaves out, the environment may switch on.
    #[must_use]
    pub(crate) fn is_possible(&self) -> bool {
        matches!(self, Sending::Maybe | Sending::Off { written: None, .. })
    }
}

/// Whether the configuration below `root` sends a message.
#[must_use]
pub(crate) fn sending<'t>(root: Node<'t>, version: Version, message: &Message) -> Sending<'t> {
    match message.name {
        "recovery" => by_method(root, version, message, ["selfservice.flows.recovery", "link", "recovery_code"]),
        "recovery_code" => by_method(root, version, message, ["selfservice.flows.recovery", "code", "recovery"]),
        "verification" => {
            by_method(root, version, message, ["selfservice.flows.verification", "link", "verification_code"])
        }
        "verification_code" => {
            by_method(root, version, message, ["selfservice.flows.verification", "code", "verification"])
        }
        "login_code" => by_switches(root, &[PASSWORDLESS, "selfservice.methods.code.mfa_enabled"]),
        "registration_code" => by_switches(root, &[PASSWORDLESS]),
        "otp" | "authenticator_key_added" => Sending::Never,
        _ => Sending::Maybe,
    }
}

const PASSWORDLESS: &str = "selfservice.methods.code.passwordless_enabled";

const NOTIFY_RECOVERY: &str = "selfservice.flows.recovery.notify_unknown_recipients";
const NOTIFY_VERIFICATION: &str = "selfservice.flows.verification.notify_unknown_recipients";

/// `[flow, method, name of the message of the other method]`
fn by_method<'t>(root: Node<'t>, version: Version, message: &Message, facts: [&'static str; 3]) -> Sending<'t> {
    let [flow, method, other] = facts;
    // Codes are new in v0.11.0, and the default since then.
    if version < Version::V0_11_0 {
        return Sending::Maybe;
    }
    let chosen = root.find(&format!("{flow}.use"));
    let used = match chosen.map(Node::as_str) {
        None => "code",
        Some(Some(used @ ("code" | "link"))) => used,
        Some(_) => return Sending::Maybe,
    };
    if used != method && named(other, message.variant, message.channel).is_some() {
        return Sending::Instead { other, chosen };
    }
    match (message.variant, flow) {
        // Before the switch these mails are always sent.
        (Some("invalid"), _) if version < Version::V0_13 => Sending::Maybe,
        (Some("invalid"), "selfservice.flows.recovery") => by_switches(root, &[NOTIFY_RECOVERY]),
        (Some("invalid"), _) => by_switches(root, &[NOTIFY_VERIFICATION]),
        _ => Sending::Maybe,
    }
}

/// Off unless one of these keys is true.
fn by_switches<'t>(root: Node<'t>, keys: &[&'static str]) -> Sending<'t> {
    let nodes: Vec<Option<Node<'t>>> = keys.iter().map(|key| root.find(key)).collect();
    let may_be_on = |node: &Node<'_>| !matches!(node.value(), Value::Bool(false) | Value::Null);
    if nodes.iter().flatten().any(may_be_on) {
        return Sending::Maybe;
    }
    let key = keys.first().copied().unwrap_or_default();
    Sending::Off { key, written: nodes.into_iter().flatten().next() }
}
