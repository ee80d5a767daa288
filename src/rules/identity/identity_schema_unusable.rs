//! `identity-schema-unusable`: an identity schema that boots but breaks every operation on identities.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::IdentitySchema;
use crate::kratos::identity::meta::{self, When};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "identity-schema-unusable",
    aliases: &[],
    summary: "identity schema that fails every operation on identities",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D205"],
    docs: r#"
## What happens

- Kratos compiles the schema when the first identity of it is registered, imported or changed, and then fails with
  status 500: a `$schema` that its engine does not know (2019-09, 2020-12, or draft 7 with `https://` or without the
  final `#`), a `$ref` to a definition that does not exist, or a wrong `ory.sh/kratos` keyword on `traits` itself or
  below the root's `definitions`.
- A root that requires another key (`"required": ["email"]` beside `properties` instead of inside `traits`), or a part
  of its `allOf` that allows no `traits`, refuses every identity.
- A `$ref` to another file in a schema that is given as `base64://` and has no `$id`: there is no folder that it starts from.
- On master, `security.disallow_ref_in_identity_schemas` refuses each `$ref` to another document, unless it is
  `base64://`.

## Why

At start Kratos checks an identity schema against meta-schemas only. Identities are checked as `{"traits": …}`.

## What to do

Correct the schema at the place that is shown.

## Versions

All versions.

## Source

schema/validator.go:Validate (references of `base64://` schemas seen on v1.3.1 and v26.2.0), identity/validator.go:ValidateWithRunner, ory/jsonschema compiler.go; seen on v1.0.0,
v1.3.1 and v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let closed = context.find("security.disallow_ref_in_identity_schemas").is_some_and(Node::is_true);
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for fault in meta::faults(root, context.target).into_iter().filter(|fault| fault.when == When::Use) {
            let place = fault.place();
            let message = format!("each operation on identities fails: {}", fault.message);
            let help = fault.help.as_deref().unwrap_or("correct this place of the identity schema");
            out.report_in(place, &schema.pointer, &schema.url_place, message).help(help);
        }
        if let Some(fault) = baseless_reference(context, schema, root) {
            let message = "each operation on identities fails: in a `base64://` schema this reference starts nowhere";
            out.report_in(fault.place(), &schema.pointer, &schema.url_place, message)
                .help("move the definition into this schema, or write the whole address");
        }
        if closed && context.target >= Version::MASTER {
            outside_references(schema, root, out);
        }
    }
}

fn outside_references(schema: &IdentitySchema, root: Node<'_>, out: &mut Sink) {
    for node in root.descendants() {
        let is_reference = node.key() == Some("$ref") && node.parent().and_then(Node::key) != Some("properties");
        let outside = |target: &&str| !target.starts_with('#') && !target.starts_with("base64://");
        if node.as_str().filter(outside).is_some_and(|_| is_reference) {
            let message = "each operation on identities fails: `security.disallow_ref_in_identity_schemas` \
                forbids this reference";
            out.report_in(node.place(), &schema.pointer, &schema.url_place, message)
                .help("move the definition into this schema");
        }
    }
}

/// The first reference to another file in a schema without an address of its own.
fn baseless_reference<'t>(context: &Context, schema: &IdentitySchema, root: Node<'t>) -> Option<Node<'t>> {
    let urls = context.select("identity.schemas[].url");
    let url = urls.into_iter().find(|url| url.pointer() == schema.pointer)?;
    let is_encoded = url.as_str().is_some_and(|url| url.starts_with("base64://"));
    let is_id = |node: &Node<'_>| matches!(node.key(), Some("$id" | "id")) && node.as_str().is_some();
    if !is_encoded || root.descendants().iter().any(is_id) {
        return None;
    }
    let is_file = |target: &str| !target.is_empty() && !target.starts_with('#') && !target.contains(':');
    root.descendants().into_iter().find(|node| {
        let is_reference = node.key() == Some("$ref") && node.parent().and_then(Node::key) != Some("properties");
        is_reference && node.as_str().is_some_and(is_file)
    })
}
