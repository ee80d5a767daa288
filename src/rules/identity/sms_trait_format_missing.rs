//! `sms-trait-format-missing`: a trait verified by SMS without a format.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::identity;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "sms-trait-format-missing",
    aliases: &["sms-trait-format"],
    summary: "trait verified by SMS without a `format`",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: changes::versions("schema-via-phone"),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos refuses every value of the trait, on every registration and every change.

## Why

With `verification.via: sms` Kratos checks the number by the `format` of the trait.

## What to do

Add `"format": "tel"`, or `"format": "no-validate"`.

## Versions

Since v1.1.0.

## Source

identity/extension_verification.go (v1.1.0 to master); seen on v1.3.1 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for extension in identity::extensions(root) {
            let sms = extension.find("verification.via").filter(|via| via.as_str() == Some("sms"));
            let has_format = extension.parent().is_some_and(|part| part.get("format").is_some());
            if let Some(via) = sms.filter(|_| !has_format) {
                let message = "Kratos refuses every value of this trait: it is verified by SMS and has no `format`";
                out.report_in(via.place(), &schema.pointer, &schema.url_place, message)
                    .help("add \"format\": \"tel\" to the trait (numbers like +49 151 …), or \"no-validate\"");
            }
        }
    }
}
