//! `list-trait-partly-checked`: a list of which the identity schema describes the first entry only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "list-trait-partly-checked",
    aliases: &[],
    summary: "list whose schema describes the first entry only",
    category: "identity",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Only the first entry of the list is checked. Marks of `ory.sh/kratos` hold for it alone: further addresses are neither
identifiers nor verified, and any value is accepted there.

## Why

In JSON Schema draft 7 `items` with a list (`"items": [{…}]`) describes entry by entry. `items` with an object describes all
entries.

## What to do

Write `"items": {…}` without the brackets.

Reported for a list with one schema and without `additionalItems`: more than one are entries of different kinds.

## Versions

All versions.

## Source

ory/jsonschema schema.go:validate (`items`, `additionalItems`); ory/kratos issue 3606.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(traits) = schema.root().and_then(identity::traits_schema) else { continue };
        for list in traits.descendants().into_iter().filter(|node| describes_first(*node)) {
            let message = "only the first entry of this list is checked: `items` is a list of one schema";
            out.report_in(list.key_place(), &schema.pointer, &schema.url_place, message)
                .help("write `\"items\": {…}` without the brackets");
        }
    }
}

/// Whether a node is the `items` of a list with one schema and nothing for further entries.
fn describes_first(node: Node<'_>) -> bool {
    let is_trait_name = node.parent().and_then(Node::key) == Some("properties");
    node.key() == Some("items")
        && node.is_sequence()
        && !is_trait_name
        && node.items().len() == 1
        && node.items().all(Node::is_mapping)
        && node.parent().is_some_and(|list| {
            let has = |keyword: &str| list.get(keyword).is_some();
            list.get("type").and_then(Node::as_str) == Some("array") && !has("additionalItems") && !has("maxItems")
        })
}
