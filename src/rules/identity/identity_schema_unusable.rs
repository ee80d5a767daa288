//! `identity-schema-unusable`: an identity schema that boots but breaks every operation on identities.

use std::path::Path;

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFile;
use crate::kratos::identity::IdentitySchema;
use crate::kratos::identity::meta::{self, When};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
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
- A `$ref` to a file that is not there: `file:///etc/config/kratos/address.json`.
- A relative `$ref` to another file where it starts at the wrong place: in a schema that is given as `base64://` and has no `$id`
  there is no folder; below `file://name.json` the name is treated as the folder; with an `$id` that is a web address Kratos fetches
  the file from there, although it is beside the schema.
- After v26.2.0, `security.disallow_ref_in_identity_schemas` refuses each `$ref` to another document, unless it is
  `base64://`.

## Why

At start Kratos checks an identity schema against meta-schemas only. Identities are checked as `{"traits": …}`.

## What to do

Correct the schema at the place that is shown.

## Versions

All versions.

## Source

schema/validator.go:Validate (relative references seen on v1.3.1 and v26.2.0), identity/validator.go:ValidateWithRunner, ory/jsonschema compiler.go; seen on v1.0.0,
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
        relative_reference(context, schema, root, out);
        missing_file(context, schema, root, out);
        if closed && context.target >= Version::AFTER_V26_2 {
            outside_references(schema, root, out);
        }
    }
}

fn outside_references(schema: &IdentitySchema, root: Node<'_>, out: &mut Sink) {
    for node in root.descendants() {
        let outside = |target: &&str| !target.starts_with('#') && !target.starts_with("base64://");
        if node.as_str().filter(outside).is_some_and(|_| is_reference(node)) {
            let message = "each operation on identities fails: `security.disallow_ref_in_identity_schemas` \
                forbids this reference";
            out.report_in(node.place(), &schema.pointer, &schema.url_place, message)
                .help("move the definition into this schema");
        }
    }
}

/// A reference to a file by its whole path, which is not there.
fn missing_file(context: &Context, schema: &IdentitySchema, root: Node<'_>, out: &mut Sink) {
    for node in root.descendants().into_iter().filter(|node| is_reference(*node)) {
        let target = node.as_str().unwrap_or_default();
        let Some(path) = target.split('#').next().filter(|path| path.starts_with("file:///")) else { continue };
        let FoundFile::Missing(path) = context.files.find(path) else { continue };
        let clause = format!("`{}` exists", path.display());
        let message = format!("each operation on identities fails unless {clause}: it was not found");
        out.report_in(node.place(), &schema.pointer, &schema.url_place, message)
            .unless(clause)
            .help("write the path that the file has where Kratos runs, or move the definition into this schema");
    }
}

/// A reference to another file that starts at an address where that file is not.
fn relative_reference(context: &Context, schema: &IdentitySchema, root: Node, out: &mut Sink) {
    let url = context.root().and_then(|root| root.at(&schema.pointer));
    let Some(url) = url.and_then(view::text) else { return };
    let all = root.descendants();
    let Some(node) = all.iter().copied().find(|node| is_file_reference(*node)) else { return };
    let ids: Vec<&Node> = all.iter().filter(|node| is_id(**node)).collect();
    let own = root.get("$id").or_else(|| root.get("id")).and_then(Node::as_str);
    let (message, help) = match (own, url.split_once("://")) {
        // An id in the middle moves the start of what is below it.
        _ if ids.len() > usize::from(own.is_some()) => return,
        (None, Some(("base64", _))) => (
            "each operation on identities fails: in a `base64://` schema this reference starts nowhere".to_owned(),
            "move the definition into this schema, or write the whole address",
        ),
        (None, Some(("file", path))) if !path.contains('/') => (
            format!("each operation on identities fails: Kratos opens `{path}/{}`", node.as_str().unwrap_or_default()),
            "write the whole path in `url`, or `file://./` before the name",
        ),
        (Some(id), Some(_)) if id.starts_with("http") && is_beside(context, node) => (
            "Kratos fetches this reference from the address of `$id`, not from the folder of the schema".to_owned(),
            "remove `$id`, or write the whole address of the file",
        ),
        _ => return,
    };
    let report = out.report_in(node.place(), &schema.pointer, &schema.url_place, message).help(help);
    if own.is_some() {
        // The file may be there too.
        _ = report.level(Level::Warning);
    }
}

fn is_id(node: Node) -> bool {
    matches!(node.key(), Some("$id" | "id")) && node.as_str().is_some()
}

fn is_reference(node: Node) -> bool {
    node.key() == Some("$ref") && node.parent().and_then(Node::key) != Some("properties")
}

/// Whether a node is a `$ref` to another file, given relative to this one.
fn is_file_reference(node: Node) -> bool {
    let is_file = |target: &str| !target.is_empty() && !target.starts_with(['#', '/']) && !target.contains(':');
    is_reference(node) && node.as_str().is_some_and(is_file)
}

/// Whether the file that a reference names is beside the schema in this project.
fn is_beside(context: &Context, node: Node) -> bool {
    let place = node.place();
    let name = node.as_str().unwrap_or_default().split('#').next().unwrap_or_default();
    let disk = context.files.disk();
    let file = Path::new(place.source.path()).with_file_name(name);
    disk.is_file(&disk.absolute(&file))
}
