//! An edited configuration, read again: whether all else is as before.

use std::collections::BTreeMap;

use crate::discover;
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::{Node, Value};

/// The unit in the changed text of its file; none when something new is wrong with it.
#[must_use]
pub(super) fn reread(unit: &Unit, path: &str, text: &str) -> Option<Unit> {
    let before = unit.tree.faults().len();
    let mut units = discover::named(&Source::new(path, text)).into_iter();
    units.find(|again| again.at == unit.at).filter(|again| again.tree.faults().len() <= before)
}

/// The values outside of what a pointer names, by their pointers. What is empty on the way to it may be a map afterwards.
#[must_use]
pub(super) fn outside(root: Node<'_>, pointer: &str) -> BTreeMap<String, String> {
    let mut leaves = leaves(root);
    leaves.retain(|at, _| {
        let is_in = at.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let is_around = pointer.strip_prefix(at.as_str()).is_some_and(|rest| rest.starts_with('/'));
        !is_in && !is_around
    });
    leaves
}

/// The values below a node by their pointers from it on.
#[must_use]
pub(super) fn leaves(top: Node<'_>) -> BTreeMap<String, String> {
    let start = top.pointer().len();
    let shown = |node: Node<'_>| match node.value() {
        Value::Mapping(entries) if entries.is_empty() => Some("{}".to_owned()),
        Value::Sequence(items) if items.is_empty() => Some("[]".to_owned()),
        Value::Mapping(_) | Value::Sequence(_) => None,
        other => Some(format!("{other:?}")),
    };
    let all = top.descendants().into_iter();
    all.filter_map(|node| Some((node.pointer().get(start..)?.to_owned(), shown(node)?))).collect()
}
