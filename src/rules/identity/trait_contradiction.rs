//! `trait-contradiction`: a trait that no value can satisfy.

use std::collections::HashSet;

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{Node, Value};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "trait-contradiction",
    aliases: &[],
    summary: "trait that no value can satisfy",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- A lower bound above the upper one, an `enum` without any value of the trait's `type`, or `required` for a trait that
  the schema forbids refuses every identity.
- A pattern between slashes, as in JavaScript, fits nothing, and one with twice the backslashes fits only texts with a
  backslash (warning).
- `required` for a trait that is not described is a warning: no form asks for it, but an API client can send it.

## Why

Kratos checks at start that an identity schema is a schema, not that any identity fits it. Its forms are made from
`properties`.

## What to do

Correct the bounds, the `enum`, the pattern or the `required` list.

## Versions

All versions.

## Source

JSON Schema draft 7.
"#,
    check,
};

/// Lower and upper bounds that belong together.
const BOUNDS: [(&str, &str); 4] =
    [("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        let mut report = |node: Node, level: Level, message: String, help: &str| {
            _ = out.report_in(node.place(), &schema.pointer, &schema.url_place, message).level(level).help(help);
        };
        let whole = identity::traits_schema(root);
        for object in whole.into_iter().chain(identity::traits(root).into_iter().map(|part| part.schema)) {
            bounds(object, &mut report);
            choices(object, &mut report);
            required(object, &mut report);
            counts(object, &mut report);
            quoted(object, &mut report);
        }
    }
}

fn bounds(object: Node<'_>, report: &mut impl FnMut(Node, Level, String, &str)) {
    for (low, high) in BOUNDS {
        let (Some(from), Some(to)) = (object.get(low), object.get(high)) else { continue };
        if from.as_f64() > to.as_f64() && to.as_f64().is_some() {
            let message = format!("no value fits: `{low}` is above `{high}`");
            report(from, Level::Error, message, "swap the bounds or remove one");
        }
    }
}

fn choices(object: Node<'_>, report: &mut impl FnMut(Node, Level, String, &str)) {
    let (Some(list), Some(kind)) = (object.get("enum"), object.get("type").and_then(Node::as_str)) else { return };
    let fits = |item: Node| match item.value() {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(_) => kind == "number" || kind == "integer",
        Value::String(_) => kind == "string",
        Value::Sequence(_) => kind == "array",
        Value::Mapping(_) => kind == "object",
        Value::Unknown => true,
    };
    if list.items().len() > 0 && !list.items().any(fits) {
        report(
            list,
            Level::Error,
            format!("no value fits: nothing in `enum` has the type `{kind}`"),
            "correct `type` or `enum`",
        );
    }
}

/// A pattern that is written as in another language: between slashes, or with twice the backslashes.
fn quoted(object: Node<'_>, report: &mut impl FnMut(Node, Level, String, &str)) {
    let is_text = object.get("type").and_then(Node::as_str) == Some("string");
    let Some(node) = object.get("pattern").filter(|_| is_text) else { return };
    let pattern = node.as_str().unwrap_or_default();
    if pattern.starts_with("/^") && !pattern.contains('|') {
        let message = "no value fits: the slashes are part of the pattern, so a text begins after one".to_owned();
        return report(node, Level::Error, message, "remove the slashes");
    }
    // A class and what repeats it, as `\\d{5}`: a backslash before a word of its own is not followed by these.
    let is_class = |rest: &str| {
        let mut signs = rest.chars();
        signs.next().is_some_and(|sign| "dwsDWS".contains(sign))
            && signs.next().is_none_or(|sign| "+*?{$)]".contains(sign))
    };
    if pattern.split(r"\\").skip(1).any(is_class) {
        let message = "only a text with a backslash fits: a backslash of the pattern is doubled twice".to_owned();
        report(node, Level::Warning, message, r"write `\\d` for a digit in JSON, not `\\\\d`");
    }
}

/// A count as the number of a schema.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// More members than are described, or fewer than are required.
fn counts(object: Node<'_>, report: &mut impl FnMut(Node, Level, String, &str)) {
    let count = |keyword: &str| Some((object.get(keyword)?, object.get(keyword)?.as_f64()?));
    let closed = object.get("additionalProperties").and_then(Node::as_bool) == Some(false);
    let is_whole = object.get("patternProperties").is_none() && object.get("$ref").is_none();
    let described = object.get("properties").into_iter().flat_map(Node::fields).count();
    let demanded = object.get("required").into_iter().flat_map(Node::items).count();
    if let Some((least, number)) = count("minProperties").filter(|_| closed && is_whole)
        && number > float(described)
    {
        let message = format!("no value fits: `properties` allows {described} members only");
        report(least, Level::Error, message, "lower the number, or describe more under `properties`");
    }
    if let Some((most, number)) = count("maxProperties").filter(|_| object.get("$ref").is_none())
        && number < float(demanded)
    {
        let message = format!("no value fits: `required` asks for {demanded} members");
        report(most, Level::Error, message, "raise the number, or require less");
    }
}

fn required(object: Node<'_>, report: &mut impl FnMut(Node, Level, String, &str)) {
    let (Some(list), Some(known)) = (object.get("required"), object.get("properties")) else { return };
    if object.get("patternProperties").is_some() || object.get("allOf").is_some() || object.get("$ref").is_some() {
        return;
    }
    let closed = object.get("additionalProperties").and_then(Node::as_bool) == Some(false);
    let known: HashSet<&str> = known.fields().map(|field| field.key).collect();
    for item in list.items() {
        let Some(name) = item.as_str().filter(|name| !known.contains(name)) else { continue };
        if closed {
            let message =
                format!("Kratos refuses every identity: `{name}` is required, and the schema allows no such trait");
            report(item, Level::Error, message, "describe it under `properties`, or remove it from the list");
        } else {
            let message = format!("`{name}` is required and not described under `properties`: no form asks for it");
            report(item, Level::Warning, message, "describe it under `properties`, or remove it from the list");
        }
    }
}
