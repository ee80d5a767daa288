//! `trait-channel-mismatch`: messages by e-mail for a phone number, or by SMS for an e-mail address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, meta};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
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

/// The words that send messages, the first version whose behavior is known, and whether Kratos refuses values that do not fit
/// `via: email` and `via: sms`.
const USES: [(&str, Version, bool, bool); 3] = [
    ("credentials.code.via", Version::V1_3_0, false, true),
    ("verification.via", Version::V1_1, false, false),
    ("recovery.via", Version::V1_1, true, true),
];

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for extension in identity::extensions(root) {
            let format = extension.parent().and_then(|part| part.get("format")).and_then(Node::as_str);
            let Some(right) = format.and_then(meta::channel_of) else { continue };
            for (path, since, by_mail, by_sms) in USES {
                let Some(via) = extension.find(path).filter(|_| context.target >= since) else { continue };
                let is_idle = path.starts_with("credentials")
                    && !extension.find("credentials.code.identifier").is_some_and(Node::is_true);
                let Some(written) = via.as_str().filter(|word| ["email", "sms"].contains(word) && *word != right)
                else {
                    continue;
                };
                // Before, `recovery` by SMS is what `identity-schema-refused` reports.
                let is_unknown = path == "recovery.via" && context.target < Version::V25_4;
                if is_idle || (is_unknown && written == "sms") {
                    continue;
                }
                let refused = if written == "sms" { by_sms } else { by_mail };
                let format = format.unwrap_or_default();
                let message = if refused {
                    format!(
                        "Kratos refuses every value of this trait: `via: {written}` does not fit `format: {format}`"
                    )
                } else {
                    format!("messages never arrive: `via: {written}` sends them to a value of `format: {format}`")
                };
                let help = if is_unknown {
                    "remove `recovery`, or write \"format\": \"email\"".to_owned()
                } else {
                    format!("write \"via\": \"{right}\", or change the format")
                };
                out.report_in(via.place(), &schema.pointer, &schema.url_place, message).help(help);
            }
        }
    }
}
