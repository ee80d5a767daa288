//! `object-trait-always-required`: an optional trait that every form must fill in.

use std::cell::Cell;

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "object-trait-always-required",
    aliases: &["object-trait-required"],
    summary: "optional trait that every registration needs: an object with a required member, or a list of objects",
    category: "identity",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_9),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The schema does not require the object, but it requires a member of it. Users who leave the whole object out cannot
register: Kratos answers that the member is missing. API clients get the same answer.

The same holds for an optional list of objects or of lists: whoever leaves it out gets "expected array, but got object".
HTML forms cannot send such a list at all, and social sign-in fails in the same way.

## Why

Kratos reads what is submitted along the identity schema and puts `{}` where an object is missing. Then it checks the
identity against the schema, and `{}` lacks the member. It puts `{}` in the place of a missing list of objects too. Identities that are created with the admin API are not changed
this way. A `$ref` inside the document is followed.

## What to do

Remove the member from the `required` of the object. If users must fill it in, add the object to the `required` around
it, so that the schema says what happens.

For a list leave the `type` of its `items` out, or write `type: ["array", "null"]` for the list: Kratos then leaves it alone. Or
let your application send `[]`.

## Versions

Since v0.9.0. Before v1.0.0 only lists are reported, as a note.

## Source

oryx/decoderx/http.go:decodeURLValues, oryx/jsonschemax/keys.go:listPaths (ory/x before); seen on v1.3.1, v25.4.0 and
v26.2.0, lists on v1.3.1 and v26.2.0; ory/kratos issue 2360 (v0.9.0).
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(whole) = schema.root().and_then(identity::traits_schema) else { continue };
        let mut found = Vec::new();
        let Some(root) = schema.root() else { continue };
        Objects { root, followed: Cell::new(0) }.members(whole, "", 0, &mut found);
        for (object, name, member) in found {
            let Some(member) = member else {
                let message = format!("registration fails without `{name}`: expected array, but got object");
                let level = if context.target < Version::V1_0 { Level::Info } else { Level::Warning };
                out.report_in(object.key_place(), &schema.pointer, &schema.url_place, message)
                    .level(level)
                    .label(object.key_place(), "Kratos puts `{}` here when it is missing")
                    .help("remove `type` from its `items`, or let your application send `[]`");
                continue;
            };
            if context.target < Version::V1_0 {
                continue;
            }
            let (without, remove) = match member.as_str() {
                Some(shown) => (format!("`{name}.{shown}`"), format!("remove `{shown}` from this list")),
                None => ("it".to_owned(), format!("remove `{}`", member.key().unwrap_or_default())),
            };
            let message = format!("`{name}` is optional, but registration fails without {without}");
            out.report_in(member.place(), &schema.pointer, &schema.url_place, message)
                .label(object.key_place(), "Kratos puts `{}` here when it is missing")
                .help(format!("{remove}, or add `{name}` to the `required` around it"));
        }
    }
}

/// Deeper objects are left alone.
const MAX_DEPTH: usize = 16;

/// More references are not followed.
const MAX_FOLLOWED: usize = 64;

/// A trait with its path and the member that refuses `{}`; none for a list.
type Found<'t> = (Node<'t>, String, Option<Node<'t>>);

/// The objects of a schema.
struct Objects<'t> {
    root: Node<'t>,
    /// How many references were followed: those of a strange schema can lead in circles.
    followed: Cell<usize>,
}

impl<'t> Objects<'t> {
    /// The optional objects below an object, with their path and the first member whose lack refuses `{}`; lists for which
    /// `{}` is made have no member.
    fn members(&self, object: Node<'t>, path: &str, depth: usize, found: &mut Vec<Found<'t>>) {
        if depth > MAX_DEPTH {
            return;
        }
        let required = identity::required_names(object);
        for field in object.get("properties").into_iter().flat_map(Node::fields) {
            let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            let optional = !required.contains(field.key);
            let Some(schema) = self.resolved(field.value) else { continue };
            if optional && is_list_of_objects(schema) {
                found.push((field.value, path, None));
                continue;
            }
            if !is_made(schema, "object") {
                continue;
            }
            let refused = || self.missing(schema, 0).or_else(|| refused(schema));
            match optional.then(refused).flatten() {
                Some(member) => found.push((field.value, path, Some(member))),
                None => self.members(schema, &path, depth + 1, found),
            }
        }
    }

    /// The schema of a value, or the one that its `$ref` names.
    fn resolved(&self, schema: Node<'t>) -> Option<Node<'t>> {
        match schema.get("$ref") {
            Some(target) => self.target(target.as_str()?),
            None => Some(schema),
        }
    }

    /// What a reference inside the document points to.
    fn target(&self, reference: &str) -> Option<Node<'t>> {
        self.followed.set(self.followed.get() + 1);
        let pointer = reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))?;
        if self.followed.get() > MAX_FOLLOWED { None } else { self.root.at(pointer) }
    }

    /// The first required member that the made object lacks.
    fn missing(&self, object: Node<'t>, depth: usize) -> Option<Node<'t>> {
        let members = object.get("required").filter(|_| depth <= MAX_DEPTH)?;
        members.items().find_map(|member| {
            let schema = object.get("properties").and_then(|all| all.get(member.as_str()?))?;
            // A list of objects, or more than two types, are made too, by other rules.
            match self.resolved(schema).filter(|schema| is_made(*schema, "object")) {
                Some(made) => self.missing(made, depth + 1).map(|_| member),
                None => is_plain(schema).then_some(member),
            }
        })
    }
}

/// A small count as the number of a schema.
fn count(made: usize) -> f64 {
    u32::try_from(made).map_or(f64::INFINITY, f64::from)
}

/// What else refuses `{}`: more members than are made, or choices that each require one.
fn refused(object: Node<'_>) -> Option<Node<'_>> {
    let properties = object.get("properties")?;
    let made = properties.fields().filter(|field| !is_plain(field.value)).count();
    let least = object.get("minProperties").filter(|least| least.as_f64().is_some_and(|least| least > count(made)));
    let requires = |part: Node<'_>| {
        let names = part.get("required").into_iter().flat_map(Node::items).filter_map(Node::as_str);
        names.filter_map(|name| properties.get(name)).any(is_plain)
    };
    let choices = ["anyOf", "oneOf"].iter().filter_map(|keyword| object.get(keyword));
    least.or_else(|| choices.into_iter().find(|choices| choices.items().len() > 0 && choices.items().all(requires)))
}

/// Whether Kratos may make a value of this type when it is missing: `type` is this and nothing else.
fn is_made(schema: Node<'_>, kind: &str) -> bool {
    schema.get("type").and_then(Node::as_str) == Some(kind)
        && ["$ref", "const", "default"].iter().all(|keyword| schema.get(keyword).is_none())
}

/// Whether Kratos makes `{}` for a list when it is missing: all its items have one type, which is no scalar.
fn is_list_of_objects(schema: Node<'_>) -> bool {
    let Some(items) = schema.get("items").filter(|_| is_made(schema, "array")) else { return false };
    // A `$ref` of items counts by its type in releases that are not told apart here.
    let is_whole = |item: Node<'_>, kind| item.get("type").and_then(Node::as_str) == Some(kind);
    ["object", "array"].into_iter().any(|kind| {
        if items.is_sequence() {
            items.items().len() > 0 && items.items().all(|item| is_whole(item, kind))
        } else {
            is_whole(items, kind)
        }
    })
}

/// A text, a number or a boolean: nothing is made for it.
fn is_plain(schema: Node<'_>) -> bool {
    let kind = schema.get("type").and_then(Node::as_str);
    matches!(kind, Some("string" | "number" | "integer" | "boolean")) && schema.get("default").is_none()
}
