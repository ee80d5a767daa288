//! `identifier-may-be-null`: only one account can have null as login identifier.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identifier-may-be-null",
    aliases: &[],
    summary: "null as login identifier: only one account can have it",
    category: "identity",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The first user who sends null for this trait can sign up. All later ones get "An account with the same identifier exists
already", whatever their address is. Clients that send JSON do so for fields that were left empty.

## Why

Kratos makes a text of the value before it stores it as identifier. Null becomes `%!s(<nil>)`, the same for all, and
identifiers are unique.

## What to do

Remove `null` from the type. A trait that is not required may be left out by the client: that is what an optional trait
needs.

## Versions

All versions.

## Source

identity/extension_credentials.go:setIdentifier (v0.7.1 to v26.2.0); seen on v1.3.1 and v26.2.0.
"#,
    check,
};

/// The marks that make an identifier of the text of a value.
const MARKS: [&str; 2] = ["credentials.password.identifier", "credentials.webauthn.identifier"];

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for part in identity::traits(root) {
            let Some(own) = part.schema.get(EXTENSION) else { continue };
            if !MARKS.iter().any(|mark| own.find(mark).is_some_and(Node::is_true)) {
                continue;
            }
            let Some(kind) = part.schema.get("type") else { continue };
            let is_null = |node: Node<'_>| node.as_str() == Some("null");
            if let Some(null) = kind.items().find(|item| is_null(*item)) {
                let message = format!("only one account can have null as `{}`, an identifier", part.name);
                out.report_in(null.place(), &schema.pointer, &schema.url_place, message)
                    .help("remove \"null\" from the type; clients leave an empty field out");
            }
        }
    }
}
