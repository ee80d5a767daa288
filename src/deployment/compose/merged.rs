//! What a later file takes out of a service (`!reset`) or puts in the place of it (`!override`).
//!
//! Facts: the compose specification on merging, and what compose-go v2.4.7 makes of such projects.

use super::Layer;
use crate::yaml::Node;

/// Whether a file takes out what the files before it say.
fn is_taken_out(node: Node<'_>) -> bool {
    node.tag() == Some("!reset")
}

fn is_put_in_place(node: Node<'_>) -> bool {
    node.tag() == Some("!override")
}

/// Lays a service of a later file over others; whether there is still one.
pub(super) fn lay_service<'f>(layers: &mut Vec<Layer<'f>>, node: Node<'f>, over: Vec<Layer<'f>>) -> bool {
    let is_there = !is_taken_out(node);
    if is_there {
        lay(layers, over);
    }
    is_there
}

/// Lays the layers of a later file over others.
pub(super) fn lay<'f>(layers: &mut Vec<Layer<'f>>, over: Vec<Layer<'f>>) {
    if over.last().is_some_and(|layer| is_put_in_place(layer.node)) {
        layers.clear();
    }
    layers.extend(over);
}

/// What layers say of a key, as far as no later one takes it out or replaces it.
pub(super) fn saying<'l, 'f>(
    layers: &'l [Layer<'f>],
    key: &str,
) -> impl DoubleEndedIterator<Item = (&'l Layer<'f>, Node<'f>)> {
    let from = layers.iter().enumerate().rev().find_map(|(index, layer)| {
        let node = layer.node.get(key)?;
        let after = is_taken_out(node).then_some(index + 1);
        after.or_else(|| is_put_in_place(node).then_some(index))
    });
    let holding = layers.get(from.unwrap_or_default()..).unwrap_or_default();
    holding.iter().filter_map(move |layer| Some((layer, layer.node.get(key)?)))
}
