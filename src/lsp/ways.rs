//! From one place to another: definitions, references, and the places that run a body.

use std::path::Path;

use serde_json::{Value, json};

use super::features::Features;
use super::location::{location, once_each};
use super::position::{Lines, Position};
use super::state::{Known, Snapshot};
use super::structure::{inline, references as file_references};
use super::units::{self, node_at};
use super::{bodies, variables, virtuals};
use crate::kratos::bodies::{self as documents, Document};
use crate::text::{Place, Span};
use crate::unit::Unit;
use crate::yaml::Node;

/// The value of a schema's name, and the names of schemas.
const DEFAULT_SCHEMA: &str = "identity.default_schema_id";
const SCHEMAS: &str = "identity.schemas[].id";
/// The names of providers.
const PROVIDERS: &str = "selfservice.methods.oidc.config.providers[]";

/// The first byte of a document.
fn start_of(uri: &str) -> Value {
    let start = Position::default().json();
    json!({"uri": uri, "range": {"start": start, "end": start}})
}

/// The answer to `textDocument/definition`: the file of a `file://`, the decoded text of a `base64://`, the entry of an identity
/// schema, the mapper of a provider, a trait, the variable that sets a key or fills in `${NAME}`, the key that a variable sets.
pub(super) fn definition(path: &Path, params: &Value, snapshot: &Snapshot, features: Features) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let byte = Lines::of(source.text(), snapshot.encoding).byte_of(params);
    let filled_in = variables::filled_in(path, source.text(), byte, snapshot);
    if !filled_in.is_empty() {
        return Value::Array(filled_in);
    }
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let Some(node) = node_at(root, byte).filter(|node| snapshot.holds(path, &node.place())) else { continue };
        let found = of_node(node, &unit, path, snapshot, features);
        if !found.is_empty() {
            return Value::Array(found);
        }
    }
    let mut found = variables::keys(path, byte, snapshot);
    if found.is_empty() {
        found =
            bodies::traits(path, source.text(), byte, snapshot).iter().map(|place| location(place, snapshot)).collect();
    }
    if found.is_empty() { Value::Null } else { Value::Array(found) }
}

fn of_node(node: Node<'_>, unit: &Unit, path: &Path, snapshot: &Snapshot, features: Features) -> Vec<Value> {
    let Some(root) = unit.root() else { return Vec::new() };
    if let Some((_, file)) = file_references(unit, path, snapshot).into_iter().find(|(one, _)| one.id() == node.id()) {
        return vec![start_of(&snapshot.uri(&file))];
    }
    if let Some((_, place)) = inline(unit, path, snapshot).into_iter().find(|(one, _)| one.id() == node.id()) {
        let start = Place { span: Span::at(place.span.start), ..place };
        return vec![location(&start, snapshot)];
    }
    if let Some(embedded) =
        virtuals::all(root).find(|embedded| embedded.node.id() == node.id()).filter(|_| features.virtuals)
    {
        return vec![start_of(&virtuals::address(&embedded, unit, path, snapshot))];
    }
    if is_at(node, root, DEFAULT_SCHEMA) {
        let ids = root.select(SCHEMAS).into_iter().filter(|id| id.as_str() == node.as_str());
        return ids.map(|id| location(&id.place(), snapshot)).take(1).collect();
    }
    let known = snapshot.known(path, unit);
    if let Some(provider) = provider(node, root) {
        let mapper = provider.get("mapper_url").into_iter();
        let mapper = mapper.flat_map(|mapper| of_node(mapper, unit, path, snapshot, features));
        let set = known.map(|known| variables::below(provider, known, snapshot)).unwrap_or_default();
        return mapper.chain(set).collect();
    }
    known.map(|known| variables::of_key(node, known, snapshot)).unwrap_or_default()
}

/// Whether a node is the one at a path.
fn is_at(node: Node<'_>, root: Node<'_>, path: &str) -> bool {
    root.find(path).is_some_and(|other| other.id() == node.id())
}

/// The provider whose name a node is.
fn provider<'t>(node: Node<'t>, root: Node<'t>) -> Option<Node<'t>> {
    let around = node.parent().filter(|_| node.key() == Some("id"))?;
    root.select(PROVIDERS).into_iter().find(|provider| provider.id() == around.id())
}

/// The answer to `textDocument/references`: what refers to the same file, identity schema, provider, key or variable; in other
/// files and elsewhere in a configuration nothing but what refers to the file itself.
pub(super) fn references(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let byte = Lines::of(source.text(), snapshot.encoding).byte_of(params);
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let Some(node) = node_at(root, byte).filter(|node| snapshot.holds(path, &node.place())) else { continue };
        let files = file_references(&unit, path, snapshot);
        if let Some((_, file)) = files.iter().find(|(one, _)| one.id() == node.id()) {
            return Value::Array(uses(file, snapshot));
        }
        let texts = inline(&unit, path, snapshot);
        if let Some((_, text)) = texts.iter().find(|(one, _)| one.id() == node.id()) {
            return Value::Array(of_text(&texts, text, snapshot));
        }
        if is_at(node, root, DEFAULT_SCHEMA) || root.select(SCHEMAS).iter().any(|id| id.id() == node.id()) {
            let all = root.select(SCHEMAS).into_iter().chain(root.find(DEFAULT_SCHEMA));
            let same = all.filter(|other| other.as_str().is_some() && other.as_str() == node.as_str());
            return Value::Array(same.map(|other| location(&other.place(), snapshot)).collect());
        }
        let known = snapshot.known(path, &unit);
        let found = known.map(|known| match provider(node, root) {
            Some(provider) => variables::below(provider, known, snapshot),
            None => variables::of_key(node, known, snapshot),
        });
        if let Some(found) = found.filter(|found| !found.is_empty()) {
            return Value::Array(found);
        }
    }
    let here = |place: &Place| snapshot.holds(path, place) && place.span.start <= byte && byte <= place.span.end;
    for (known, unit) in around(path, snapshot) {
        let texts = inline(&unit, &known.path, snapshot);
        if let Some((_, text)) = texts.iter().find(|(_, place)| here(place)) {
            return Value::Array(of_text(&texts, text, snapshot));
        }
    }
    let found = variables::uses(path, source.text(), byte, snapshot);
    if found.is_empty() { Value::Array(uses(path, snapshot)) } else { Value::Array(found) }
}

/// Where a configuration refers to a text between the lines of a file.
fn of_text(texts: &[(Node<'_>, Place)], text: &Place, snapshot: &Snapshot) -> Vec<Value> {
    let is_same = |place: &Place| place.span == text.span && place.source.path() == text.source.path();
    let same = texts.iter().filter(|(_, place)| is_same(place));
    same.map(|(node, _)| location(&node.place(), snapshot)).collect()
}

/// Where configurations refer to a file.
fn uses(path: &Path, snapshot: &Snapshot) -> Vec<Value> {
    let mut found = Vec::new();
    for (known, unit) in around(path, snapshot) {
        let all = file_references(&unit, &known.path, snapshot).into_iter().filter(|(_, file)| file == path);
        found.extend(all.map(|(node, _)| location(&node.place(), snapshot)));
    }
    once_each(found)
}

/// The configurations that a file belongs to.
fn around<'s>(path: &'s Path, snapshot: &'s Snapshot) -> impl Iterator<Item = (&'s Known, Unit)> {
    snapshot.belonging(path).flat_map(move |known| units::of_known(known, snapshot).map(move |unit| (known, unit)))
}

/// The answer to `kratos-lint/bodies`: the places that run the body that is open, or the one around the cursor of a
/// configuration, as `kratos-lint render --hook` takes them.
pub(super) fn bodies(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let byte = Lines::of(source.text(), snapshot.encoding).byte_of(params);
    let mut found = Vec::new();
    for (known, unit) in around(path, snapshot) {
        let Some(root) = unit.root().filter(|_| unit.at.is_empty()) else { continue };
        let files = units::files(unit.path(), snapshot, &known.deployment);
        let version = units::version(&known.path, Some(root), snapshot);
        for reference in documents::references(root, version) {
            let is_open = || match documents::document(&reference, &files) {
                Document::Text(source) => !source.is_embedded() && snapshot.real(source.path()) == path,
                _ => false,
            };
            let entry = reference.settings.entry_place().in_file();
            let is_here = || {
                let around = reference.settings.parent().map_or_else(|| entry.clone(), |node| node.place().in_file());
                around.span.start <= byte && byte <= around.span.end.max(entry.span.end)
            };
            let is_meant = if known.path == path { is_here() } else { is_open() };
            if is_meant {
                let title = reference.point.id();
                found.push(
                    json!({"title": title, "uri": snapshot.uri(&known.path), "pointer": reference.node.pointer()}),
                );
            }
        }
    }
    Value::Array(found)
}
