//! Links and symbols of configurations.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::features::Features;
use super::position::Lines;
use super::state::Snapshot;
use super::{diagnostics, units, virtuals};
use crate::files::FoundFile;
use crate::kratos::{hooks, secrets};
use crate::output::text::text;
use crate::text::{Place, Span};
use crate::unit::Unit;
use crate::yaml::Node;

/// The files that the `file://` values of a configuration name.
pub(super) fn references<'u>(unit: &'u Unit, path: &Path, snapshot: &Snapshot) -> Vec<(Node<'u>, PathBuf)> {
    let known = snapshot.known(path, unit);
    let deployment = known.map(|known| std::sync::Arc::clone(&known.deployment)).unwrap_or_default();
    let files = units::files(unit.path(), snapshot, &deployment);
    let target = |(node, text): (Node<'u>, &str)| match files.find(text) {
        FoundFile::Text(source) if !source.is_embedded() => Some((node, snapshot.real(source.path()))),
        _ => None,
    };
    units::file_values(unit).filter_map(target).collect()
}

/// The `file://` values of a configuration whose text is between the lines of another file, with where that is: an entry of a
/// ConfigMap or of the values of a chart.
pub(super) fn inline<'u>(unit: &'u Unit, path: &Path, snapshot: &Snapshot) -> Vec<(Node<'u>, Place)> {
    let known = snapshot.known(path, unit);
    let deployment = known.map(|known| std::sync::Arc::clone(&known.deployment)).unwrap_or_default();
    let files = units::files(unit.path(), snapshot, &deployment);
    let target = |(node, text): (Node<'u>, &str)| match files.find(text) {
        FoundFile::Text(source) if source.is_embedded() => {
            let all = Span::new(0, source.text().trim_end().len());
            Some((node, Place::new(&source, all).in_file()))
        }
        _ => None,
    };
    units::file_values(unit).filter_map(target).collect()
}

/// Most links of a configuration, hooks of a list and providers in an answer.
const MAX_SHOWN: usize = 2_000;

/// The answer to `textDocument/documentLink`.
pub(super) fn links(path: &Path, snapshot: &Snapshot, features: Features) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        for (node, file) in references(&unit, path, snapshot).into_iter().take(MAX_SHOWN) {
            let span = node.place().in_file().span;
            found.push(json!({"range": lines.range(span), "target": snapshot.uri(&file)}));
        }
        let Some(root) = unit.root().filter(|_| features.virtuals) else { continue };
        for embedded in virtuals::all(root).take(MAX_SHOWN) {
            let span = embedded.node.place().in_file().span;
            let target = virtuals::address(&embedded, &unit, path, snapshot);
            found.push(json!({"range": lines.range(span), "target": target, "tooltip": embedded.name}));
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
        json!({"name": text(&name).as_str(), "kind": kind, "range": lines.range(entry.cover(own)), "selectionRange": lines.range(own),
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
                    let (point, hook_name) = (secrets::name(&list.point()), secrets::hook(hook.name));
                    symbol(hook.node, format!("{point} · {hook_name}"), 24, Vec::new())
                };
                list.hooks.iter().take(MAX_SHOWN).map(named).collect::<Vec<_>>()
            });
            found.push(symbol(node, flow.to_owned(), 2, hooks.collect()));
        }
        let providers = root.select("selfservice.methods.oidc.config.providers[]");
        for provider in providers.into_iter().take(MAX_SHOWN) {
            let id = provider.get("id").and_then(Node::as_str).unwrap_or("provider");
            found.push(symbol(provider, format!("provider {}", secrets::name(id)), 11, Vec::new()));
        }
    }
    Value::Array(found)
}
