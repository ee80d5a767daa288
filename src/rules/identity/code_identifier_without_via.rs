//! `code-identifier-without-via`: a code identifier that does not say how the code is sent.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-identifier-without-via",
    aliases: &[],
    summary: "code identifier without the way to send the code",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos refuses every value of the trait, on every registration and every change, with a message about the channel.

## Why

A trait with `credentials.code.identifier: true` needs `via: email` or `via: sms` beside it. v1.1.0 and v1.2.0 accept `sms`
in the schema and know only `email` when they check a value ("credentials.code.via has unknown value").

## What to do

Add `"via": "email"` or `"via": "sms"`. For `sms` use v1.3.0 or later.

## Versions

Since v1.1.0. `via: sms` up to v1.2.0.

## Source

identity/extension_credentials.go (v1.1.0 to master); seen on v1.3.1 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for code in identity::extensions(root).into_iter().filter_map(|extension| extension.find("credentials.code")) {
            if !code.get("identifier").is_some_and(Node::is_true) {
                continue;
            }
            if let Some(via) = code.get("via") {
                if via.as_str() == Some("sms") && context.target < Version::V1_3_0 {
                    let message = "Kratos refuses every value of this trait: codes by SMS are new in v1.3.0";
                    out.report_in(via.place(), &schema.pointer, &schema.url_place, message)
                        .help("use Kratos v1.3.0 or later, or sign in with an e-mail address");
                }
                continue;
            }
            let message = "Kratos refuses every value of this trait: `credentials.code` has no `via`";
            out.report_in(code.place(), &schema.pointer, &schema.url_place, message)
                .help("add \"via\": \"email\" (or \"sms\") beside it");
        }
    }
}
