//! Definitions, links, symbols and inlay hints of configurations.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::hover::node_at;
use super::position::{Lines, Position};
use super::state::Snapshot;
use super::{completion, diagnostics, units, variables};
use crate::files::Found;
use crate::kratos::hooks::{self, Mode};
use crate::kratos::plan;
use crate::unit::Unit;
use crate::yaml::Node;

/// The files behind the `file://` values of a configuration.
pub(super) fn references<'u>(unit: &'u Unit, path: &Path, snapshot: &Snapshot) -> Vec<(Node<'u>, PathBuf)> {
    let known = snapshot.results.units.iter().find(|known| known.path == path && known.at == unit.at);
    let deployment = known.map(|known| std::sync::Arc::clone(&known.deployment)).unwrap_or_default();
    let files = units::files(unit.path(), snapshot, &deployment);
    let target = |(node, text): (Node<'u>, &str)| match files.find(text) {
        Found::Text(source) if !source.is_embedded() => Some((node, snapshot.real(source.path()))),
        _ => None,
    };
    units::file_values(unit).filter_map(target).collect()
}

/// The answer to `textDocument/definition`: the file of a `file://`, the entry of an identity schema, the variable that sets a
/// key, and the key that a variable sets.
pub(super) fn definition(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let byte = lines.byte_of(params);
    for unit in units::of_file(path, snapshot) {
        let Some(node) = unit.root().and_then(|root| node_at(root, byte)) else { continue };
        if let Some((_, file)) = references(&unit, path, snapshot).into_iter().find(|(one, _)| one.id() == node.id()) {
            let start = Position::default().json();
            return json!([{"uri": snapshot.uri(&file), "range": {"start": start, "end": start}}]);
        }
        if node.key() == Some("default_schema_id") {
            let ids = unit.root().map(|root| root.select("identity.schemas[].id")).unwrap_or_default();
            if let Some(entry) = ids.into_iter().find(|id| id.as_str() == node.as_str()) {
                let place = entry.place().in_file();
                return json!([{"uri": snapshot.uri(path), "range": lines.range(place.span)}]);
            }
        }
        let known = snapshot.results.units.iter().find(|known| known.path == path && known.at == unit.at);
        let set_by = known.map(|known| variables::of_key(node, known, snapshot)).unwrap_or_default();
        if !set_by.is_empty() {
            return Value::Array(set_by);
        }
    }
    let keys = variables::keys(path, byte, snapshot);
    if keys.is_empty() { Value::Null } else { Value::Array(keys) }
}

/// The answer to `textDocument/references`: where configurations refer to this file.
pub(super) fn uses(path: &Path, snapshot: &Snapshot) -> Value {
    let mut found = Vec::new();
    for known in snapshot.results.units.iter().filter(|known| known.related.contains(path)) {
        for unit in units::of_file(&known.path, snapshot).into_iter().filter(|unit| unit.at == known.at) {
            for (node, _) in references(&unit, &known.path, snapshot).into_iter().filter(|(_, file)| file == path) {
                let place = node.place().in_file();
                let lines = Lines::of(place.source.text(), snapshot.encoding);
                found.push(json!({"uri": snapshot.uri(&known.path), "range": lines.range(place.span)}));
            }
        }
    }
    Value::Array(found)
}

/// The answer to `textDocument/documentLink`.
pub(super) fn links(path: &Path, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        for (node, file) in references(&unit, path, snapshot) {
            let span = node.place().in_file().span;
            found.push(json!({"range": lines.range(span), "target": snapshot.uri(&file)}));
        }
    }
    Value::Array(found)
}

/// The answer to `textDocument/documentSymbol`: flows with their hooks, and providers.
pub(super) fn symbols(path: &Path, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let symbol = |node: Node<'_>, name: String, kind: u8, children: Vec<Value>| {
        let entry = node.entry_place().in_file().span;
        let own = diagnostics::one_line(&node.key_place().in_file());
        json!({"name": name, "kind": kind, "range": lines.range(entry.cover(own)), "selectionRange": lines.range(own),
            "children": children})
    };
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let lists = hooks::lists(root);
        for flow in hooks::FLOWS {
            let Some(node) = root.find("selfservice.flows").and_then(|flows| flows.get(flow)) else { continue };
            let of_flow = lists.iter().filter(|list| list.flow == flow);
            let hooks = of_flow.flat_map(|list| {
                let named = |hook: &hooks::Hook<'_>| {
                    symbol(hook.node, format!("{} · {}", list.point(), hook.name), 24, Vec::new())
                };
                list.hooks.iter().map(named).collect::<Vec<_>>()
            });
            found.push(symbol(node, flow.to_owned(), 2, hooks.collect()));
        }
        for provider in root.select("selfservice.methods.oidc.config.providers[]") {
            let id = provider.get("id").and_then(Node::as_str).unwrap_or("provider");
            found.push(symbol(provider, format!("provider {id}"), 11, Vec::new()));
        }
    }
    Value::Array(found)
}

/// The answer to `textDocument/inlayHint`: order and phase of each hook.
pub(super) fn hints(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let asked = lines.span(params.get("range").unwrap_or(&Value::Null));
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let points = plan::points(root, completion::version(path, Some(root), snapshot));
        for hook in hooks::lists(root).into_iter().flat_map(|list| list.hooks) {
            let end = hook.name_node.place().in_file().span.end;
            if end < asked.start || asked.end < end {
                continue;
            }
            if let Some(label) = hint(&points, hook.node) {
                found.push(json!({"position": lines.position(end).json(), "label": label, "paddingLeft": true}));
            }
        }
    }
    Value::Array(found)
}

/// "1 · before saving · blocking", "never runs".
fn hint(points: &[plan::Point<'_>], hook: Node<'_>) -> Option<String> {
    let runs = points.iter().find_map(|point| {
        let order = point.runs.iter().position(|run| run.hook.is_some_and(|own| own.node.id() == hook.id()))?;
        point.runs.get(order).map(|run| (order + 1, run.phase.words(), run.mode))
    });
    if let Some((order, phase, mode)) = runs {
        let mode = match mode {
            Mode::Background => "in the background",
            Mode::Blocking => "blocking",
            Mode::Interrupting => "can stop the flow",
        };
        return Some(format!("{order} · {phase} · {mode}"));
    }
    let never = points.iter().any(|point| point.never.iter().any(|never| never.hook.node.id() == hook.id()));
    never.then(|| "never runs".to_owned())
}
