//! `ignored-trait-keyword`: an `ory.sh/kratos` keyword that Kratos does not see.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "ignored-trait-keyword",
    aliases: &[],
    summary: "`ory.sh/kratos` keyword that Kratos ignores",
    category: "identity",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- A misspelt key is an unknown keyword, which JSON Schema ignores.
- Beside a `$ref` all other keywords of the same object are ignored (draft 7).
- On a list the printed list becomes one identifier.
- On `traits` as a whole it marks no trait: users cannot sign in (error).
- Directly in `properties` it is the name of a trait.

## Why

Kratos reads marks of traits under the exact key `ory.sh/kratos`, in the trait itself.

## What to do

Move the keyword into the trait (for a list into `items`), or correct its name.

## Versions

All versions.

## Source

ory/jsonschema compiler.go, schema/extension.go (all versions).
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        let mut report = |node: Node, message: String, help: &str| {
            let report = out.report_in(node.key_place(), &schema.pointer, &schema.url_place, message).help(help);
            // All traits together are nobody's user name.
            if is_on_all_traits(root, node) && node.get("credentials").is_some() {
                _ = report.level(Level::Error).effect(Effect::RequestFails);
            }
        };
        for node in root.descendants() {
            let Some(key) = node.key() else { continue };
            if key == EXTENSION && identity::is_beside_reference(node) {
                let message =
                    format!("`{EXTENSION}` has no effect here: beside a `$ref` all other keywords are ignored");
                report(node, message, "move it into the definition that `$ref` points to");
            } else if key == EXTENSION && identity::is_among_schemas(node) {
                let message = format!("this marks no trait: `{EXTENSION}` is beside the traits, as if it were one");
                report(node, message, "move it into the trait that you mean");
            } else if key == EXTENSION && is_on_list(node) {
                let message =
                    format!("the whole list becomes one identifier: `{EXTENSION}` is on the list, not on its items");
                report(node, message, "move it into `items`");
            } else if key == EXTENSION && is_on_all_traits(root, node) {
                let message = format!("this marks no trait: `{EXTENSION}` is on all traits together");
                report(node, message, "move it into the trait that you mean, below `properties`");
            } else if is_misspelt(key) && node.is_mapping() && node.parent().and_then(Node::key) != Some("properties") {
                report(node, format!("`{key}` has no effect: the keyword is `{EXTENSION}`"), "correct the key");
            }
        }
    }
}

/// Whether the keyword is beside the `properties` of the traits, or of the whole schema.
fn is_on_all_traits(root: Node<'_>, node: Node<'_>) -> bool {
    let around = node.parent().map(Node::id);
    let traits = root.find("properties.traits").map(Node::id);
    let marks = ["credentials", "verification", "recovery"].iter().any(|mark| node.get(mark).is_some());
    marks && (around == Some(root.id()) || around == traits)
}

fn is_on_list(node: Node<'_>) -> bool {
    let kind = node.parent().and_then(|schema| schema.get("type")).and_then(Node::as_str);
    kind == Some("array")
        && ["credentials.password.identifier", "credentials.code.identifier", "credentials.webauthn.identifier"]
            .iter()
            .any(|mark| node.find(mark).is_some_and(Node::is_true))
}

/// `ory/kratos`, `ory.sh/krato`, `ory.sh.kratos`, `Ory.sh/Kratos`, …
fn is_misspelt(key: &str) -> bool {
    let letters: String = key.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    key != EXTENSION && letters.starts_with("ory") && letters.contains("krat") && letters.len() <= 12
}
