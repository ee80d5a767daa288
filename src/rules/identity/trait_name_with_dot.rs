//! `trait-name-with-dot`: an object trait whose name Kratos takes for a path.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "trait-name-with-dot",
    aliases: &[],
    summary: "object trait whose name Kratos takes for a path",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- Where the object around the trait has `additionalProperties: false`, every sign-up is refused, with the trait or without it:
  `additionalProperties "a" not allowed` for a trait `a.b`.
- Elsewhere each identity gets another object beside it: `a: {b: {}}` (info).

## Why

Kratos reads what is submitted along the identity schema, and puts `{}` where an object, or a list of objects, is missing. It takes
the dot in the name for the way into another object. Texts, numbers and booleans with a dot in their name work.

## What to do

Give the trait a name without a dot.

## Versions

Since v1.0.0.

## Source

oryx/decoderx/http.go:decodeURLValues (ory/x before); seen on v1.3.1 and v26.2.0.
"#,
    check,
};

/// Deeper objects are left alone.
const MAX_DEPTH: usize = 16;

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        let mut around: Vec<(Node<'_>, usize)> =
            identity::traits_schema(root).into_iter().map(|all| (all, 0)).collect();
        while let Some((object, depth)) = around.pop() {
            let fields = object.get("properties").into_iter().flat_map(Node::fields).filter(|_| depth < MAX_DEPTH);
            for field in fields {
                if !is_made(root, field.value) {
                    continue;
                }
                // What a `$ref` leads to is not walked: it may lead in circles.
                if field.value.get("properties").is_some() {
                    around.push((field.value, depth + 1));
                }
                let Some((first, _)) = field.key.split_once('.').filter(|(first, _)| !first.is_empty()) else {
                    continue;
                };
                let is_closed = object.get("additionalProperties").is_some_and(|node| node.as_bool() == Some(false))
                    && object.get("properties").is_some_and(|all| all.get(first).is_none());
                let message = if is_closed {
                    format!("every sign-up is refused: Kratos adds `{first}` for the object `{}`", field.key)
                } else {
                    format!("each identity gets a stray `{first}`: Kratos takes the name `{}` for a path", field.key)
                };
                let report = out
                    .report_in(field.value.key_place(), &schema.pointer, &schema.url_place, message)
                    .help("give it a name without a dot");
                if !is_closed {
                    _ = report.level(Level::Info).effect(Effect::Advice);
                }
            }
        }
    }
}

/// Whether Kratos makes an object for a trait that is missing: for itself, or for the items of a list. A `$ref` is followed once.
fn is_made<'t>(root: Node<'t>, schema: Node<'t>) -> bool {
    let target = |node: Node<'t>| match node.get("$ref").and_then(Node::as_str) {
        Some(reference) => root.at(reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))?),
        None => Some(node),
    };
    let is = |node: Node<'t>, kind: &str| node.get("type").and_then(Node::as_str) == Some(kind);
    let Some(schema) = target(schema) else { return false };
    let items = || target(schema.get("items").filter(|_| is(schema, "array"))?);
    is(schema, "object") || items().is_some_and(|items| is(items, "object"))
}
