//! `trait-channel-mismatch`: messages by e-mail for a phone number, or by SMS for an e-mail address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, meta};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "trait-channel-mismatch",
    aliases: &[],
    summary: "`via` of a trait does not fit its `format`",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- `credentials.code` or `recovery` with `via: sms`, and `format: email`: Kratos refuses every value of the trait. So with
  `recovery.via: email` and `format: tel`.
- `verification` the wrong way round, and `credentials.code` with `via: email` and `format: tel`: Kratos accepts the value and
  sends the code by SMS to an e-mail address, or by e-mail to a phone number. It never arrives.

## Why

`format` says what a value must be, `via` how Kratos sends messages to it. Kratos does not compare the two.

## What to do

Use `"via": "email"` with `"format": "email"`, and `"via": "sms"` with `"format": "tel"`.

## Versions

Since v1.1.0; `credentials.code` since v1.3.0, `recovery` by SMS since v25.4.0.

## Source

identity/extension_credentials.go, extension_verification.go, extension_recovery.go; all pairs tried on v1.3.1 and v26.2.0.
"#,
    check,
};

/// A key that says how messages are sent to a trait.
struct Use {
    path: &'static str,
    /// The first version whose behavior is known.
    since: Version,
    /// The channels with which Kratos refuses values that do not fit; with others it sends to them.
    refuses: &'static [&'static str],
}

const USES: [Use; 3] = [
    Use { path: "credentials.code.via", since: Version::V1_3_0, refuses: &["sms"] },
    Use { path: "verification.via", since: Version::V1_1, refuses: &[] },
    Use { path: "recovery.via", since: Version::V1_1, refuses: &["email", "sms"] },
];

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let extensions = schema.root().map(identity::extensions).unwrap_or_default();
        for (extension, one) in extensions.into_iter().flat_map(|extension| USES.map(|one| (extension, one))) {
            if let Some((via, message, help)) = mismatch(extension, &one, context.target) {
                out.report_in(via.place(), &schema.pointer, &schema.url_place, message).help(help);
            }
        }
    }
}

/// The channel that does not fit the format of the trait, with what happens and what to do.
fn mismatch<'t>(extension: Node<'t>, one: &Use, target: Version) -> Option<(Node<'t>, String, String)> {
    let format = extension.parent()?.get("format")?.as_str()?;
    let right = meta::channel_of(format)?;
    let via = extension.find(one.path).filter(|_| target >= one.since)?;
    let written = via.as_str().filter(|word| ["email", "sms"].contains(word) && *word != right)?;
    let is_code = || extension.find("credentials.code.identifier").is_some_and(Node::is_true);
    let is_idle = one.path.starts_with("credentials") && !is_code();
    // Before, `recovery` by SMS is what `identity-schema-refused` reports.
    let is_unknown = one.path == "recovery.via" && target < Version::V25_4;
    if is_idle || (is_unknown && written == "sms") {
        return None;
    }
    let message = if one.refuses.contains(&written) {
        format!("Kratos refuses every value of this trait: `via: {written}` does not fit `format: {format}`")
    } else {
        format!("messages never arrive: `via: {written}` sends them to a value of `format: {format}`")
    };
    let help = if is_unknown {
        "remove `recovery`, or write \"format\": \"email\"".to_owned()
    } else {
        format!("write \"via\": \"{right}\", or change the format")
    };
    Some((via, message, help))
}
