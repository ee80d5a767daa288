//! `identifier-may-be-empty`: an empty text as login identifier answers 500.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identifier-may-be-empty",
    aliases: &[],
    summary: "empty text as login identifier answers 500",
    category: "identity",
    level: Level::Info,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A client that sends JSON with an empty text for this trait, or one of spaces alone, gets 500 (`Unable to create identity
credentials with missing or empty identifier`) instead of a message at the field. Optional traits too: native apps and
browser clients often send fields that were left empty. HTML forms are not concerned: Kratos leaves their empty fields out.

## Why

The identity schema accepts the empty text, and only then Kratos refuses it as identifier of a password.

## What to do

Refuse it in the identity schema: `"minLength": 1`, or `"pattern": "\\S"`, which refuses spaces as well. Clients should
leave empty fields out.

## Versions

All versions.

## Source

persistence/sql/identity/persister_identity.go:createIdentityCredentials (v0.7.0 to v26.2.0); seen on v1.3.1 and v26.2.0; reported for v0.6 (ory/kratos#1286)
and v0.7 (ory/kratos#1787).
"#,
    check,
};

/// Keywords with which a schema may refuse the empty text.
const BOUNDS: [&str; 11] =
    ["format", "pattern", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "not", "if", "minLength"];

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for part in identity::traits(root) {
            let Some(mark) = part.schema.get(EXTENSION).and_then(|own| own.find("credentials.password.identifier"))
            else {
                continue;
            };
            let is_text = part.schema.get("type").and_then(Node::as_str) == Some("string");
            let is_bound =
                BOUNDS.iter().any(|keyword| part.schema.get(keyword).is_some_and(|node| !is_zero(keyword, node)));
            if mark.is_true() && is_text && !is_bound {
                let message = format!("JSON with an empty `{}` answers 500: the identity schema accepts it", part.name);
                out.report_in(part.schema.key_place(), &schema.pointer, &schema.url_place, message)
                    .help("add \"minLength\": 1");
            }
        }
    }
}

/// Whether a keyword bounds nothing.
fn is_zero(keyword: &str, node: Node<'_>) -> bool {
    keyword == "minLength" && node.as_str().is_none() && !node.as_f64().is_some_and(|length| length >= 1.0)
}
