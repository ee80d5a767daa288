//! `ignored-trait-keyword`: an `ory.sh/kratos` keyword that Kratos does not see.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION, EXTENSION_KEYS, meta};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "ignored-trait-keyword",
    aliases: &[],
    summary: "keyword of a trait that Kratos ignores",
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
- `credentials`, `verification` and `recovery` outside of it do nothing.
- Misspelt keywords (`minlength`, `minLenght`) and those of a later draft (`dependentRequired`) are not checked, nor is a
  trait that is in an object directly and not in its `properties`.

## Why

Kratos reads marks of traits under the exact key `ory.sh/kratos`, in the trait itself. Its engine knows the keywords of
draft 7, and JSON Schema ignores all others.

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
        let traits =
            identity::traits(root).into_iter().filter(|named| named.name != EXTENSION).map(|named| named.schema);
        for keyword in identity::traits_schema(root).into_iter().chain(traits).flat_map(Node::fields) {
            if let Some((message, help)) = ignored(keyword.key, keyword.value) {
                report(keyword.value, message, &help);
            }
        }
    }
}

/// Keywords of later drafts, with what draft 7 has instead (json-schema.org, drafts 2019-09 and 2020-12).
const LATER: [(&str, &str); 7] = [
    ("unevaluatedProperties", "use `additionalProperties`"),
    ("unevaluatedItems", "use `additionalItems`"),
    ("dependentRequired", "use `dependencies`"),
    ("dependentSchemas", "use `dependencies`"),
    ("prefixItems", "use a list under `items`"),
    ("minContains", "remove it"),
    ("maxContains", "remove it"),
];

/// Why nothing reads a key of the schema of a trait, and what to do.
fn ignored(key: &str, value: Node<'_>) -> Option<(String, String)> {
    let mark =
        ["credentials.", "verification.", "recovery."].into_iter().find(|mark| mark.trim_end_matches('.') == key);
    let is_mark = |mark: &str| {
        let rows = EXTENSION_KEYS.iter().filter_map(|row| row.path.strip_prefix(mark));
        rows.filter(|inner| !inner.contains('.')).any(|inner| value.get(inner).is_some())
    };
    if mark.is_some_and(is_mark) {
        return Some((format!("`{key}` has no effect here"), format!("move it into `{EXTENSION}`")));
    }
    if let Some((_, help)) = LATER.iter().find(|(name, _)| *name == key) {
        return Some((format!("`{key}` is not checked: it is a keyword of a later JSON Schema"), (*help).to_owned()));
    }
    match meta::keyword_meant(key).or_else(|| meta::keyword_misspelt(key, value)) {
        Some(name) if name != key => {
            Some((format!("`{key}` is not checked: the keyword is `{name}`"), "correct the key".to_owned()))
        }
        Some(_) => None,
        None => is_lost_trait(key, value).then(|| {
            let message = format!("`{key}` is no trait here: nothing reads it");
            (message, "move it into `properties` of this object".to_owned())
        }),
    }
}

/// Whether a key that is no keyword holds the schema of a trait, in an object that describes none.
fn is_lost_trait(key: &str, value: Node<'_>) -> bool {
    let is_schema = value.get("type").and_then(Node::as_str).is_some_and(|kind| meta::TYPES.contains(&kind));
    let around = value.parent();
    let is_object = around.and_then(|around| around.get("type")).and_then(Node::as_str) == Some("object");
    let describes = around.is_some_and(|around| {
        ["properties", "patternProperties", "$ref", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(|key| around.get(key).is_some())
    });
    is_schema && is_object && !describes && !key.starts_with(['$', 'x']) && !key.contains(['/', ':'])
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
