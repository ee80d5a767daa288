//! `sms-channel-missing`: an address for SMS and no channel that sends them.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::identity;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "sms-channel-missing",
    aliases: &[],
    summary: "address for SMS, and no channel that sends them",
    category: "identity",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: changes::versions("sms-keys-dead"),
    fixable: false,
    facts: &["D180"],
    docs: r#"
## What happens

Each text message fails when it is dispatched. The user does not see this.

## Why

Traits with `via: sms` make Kratos send text messages. Since v1.1.0 it sends them only through the entry with `id:
sms` in `courier.channels` (`courier.sms` is no longer read). Reported only where the flow or method that sends is
enabled.

## What to do

Add a channel with `id: sms`, `type: http` and the `request_config` of your SMS provider.

## Versions

Since v1.1.0.

## Source

courier/courier_dispatcher.go, courier/channel (v1.1.0 to master); seen on v1.3.1 and v26.2.0.
"#,
    check,
};

/// Where a trait says `sms`, which switch makes that matter, and since when.
const SENDERS: [(&str, &str, Versions); 4] = [
    ("verification.via", "selfservice.flows.verification.enabled", Versions::since(Version::V1_1)),
    ("recovery.via", "selfservice.flows.recovery.enabled", Versions::since(Version::V25_4)),
    ("credentials.code.via", "selfservice.methods.code.passwordless_enabled", Versions::since(Version::V1_3_0)),
    ("credentials.code.via", "selfservice.methods.code.mfa_enabled", Versions::since(Version::V1_3_0)),
];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let channels = root.find("courier.channels");
    let sends = |channel: Node| channel.get("id").is_none_or(|id| id.as_str() == Some("sms") || id.is_unknown());
    if channels.is_some_and(|list| !list.is_sequence() || list.items().any(sends)) {
        return;
    }
    for schema in context.identity_schemas() {
        let Some(identity) = schema.root() else { continue };
        let used = SENDERS.iter().filter(|(_, switch, versions)| {
            versions.contains(context.target) && identity::switch(root, switch, false) == Some(true)
        });
        let words =
            used.flat_map(|(path, ..)| identity::words(identity, path)).filter(|word| word.as_str() == Some("sms"));
        let Some(word) = words.min_by_key(|word| word.place().span) else { continue };
        let message = "each text message fails: `courier.channels` has no entry with `id: sms`";
        out.report_in(word.place(), &schema.pointer, &schema.url_place, message)
            .help("add a channel with `id: sms`, `type: http` and the `request_config` of your SMS provider");
    }
}
