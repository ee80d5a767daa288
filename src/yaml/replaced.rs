//! Trees in which some values are others than their text says.

use std::sync::Arc;

use super::{Entry, Node, NodeId, Style, Tree, Value, scalar};

impl Tree {
    /// The tree in which values that are filled in before Kratos reads them are unknown.
    #[must_use]
    pub(crate) fn with_unknown(&self, is_unknown: &dyn Fn(Node<'_>) -> bool) -> Tree {
        self.with_values(&|node| is_unknown(node).then_some(Value::Unknown))
    }

    /// The tree as YAML 1.1 has it (gopkg.in/yaml.v2): `yes`, `no`, `on` and `off` are booleans.
    #[must_use]
    pub(crate) fn with_words_as_booleans(&self) -> Tree {
        let is_plain = |node: Node<'_>| node.data().style == Style::Plain;
        self.with_values(&|node| scalar::word(node.as_str().filter(|_| is_plain(node))?).map(Value::Bool))
    }

    /// The tree with other values at some nodes.
    fn with_values(&self, value_of: &dyn Fn(Node<'_>) -> Option<Value>) -> Tree {
        let values = |tree: &Tree| -> Vec<(NodeId, Value)> {
            let below = tree.root().into_iter().flat_map(Node::descendants);
            below.filter_map(|node| Some((node.id, value_of(node)?))).collect()
        };
        // Most files have none: their nodes are shared, not copied.
        if values(self).is_empty() {
            return self.clone();
        }
        let mut tree = self.alone();
        for (id, value) in values(&tree) {
            if let Some(data) = Arc::make_mut(&mut tree.nodes).get_mut(id.0 as usize) {
                data.value = value;
            }
        }
        tree
    }

    /// The tree without the keys that have no value, but for those of maps in lists.
    #[must_use]
    pub(crate) fn without_nulls(&self) -> Tree {
        let is_null =
            |node: Node<'_>| node.is_null() && node.key().is_some() && !node.ancestors().any(Node::is_sequence);
        if !self.root().into_iter().flat_map(Node::descendants).any(is_null) {
            return self.clone();
        }
        let mut tree = self.alone();
        let nulls = tree.root().into_iter().flat_map(Node::descendants).filter(|node| is_null(*node));
        let mut around: Vec<NodeId> = nulls.filter_map(|node| Some(node.parent()?.id)).collect();
        around.dedup();
        for id in around {
            let Value::Mapping(entries) = tree.data(id).value.clone() else { continue };
            let is_kept = |entry: &Entry| tree.data(entry.value).value != Value::Null;
            let kept: Vec<Entry> = entries.into_iter().filter(is_kept).collect();
            for (position, entry) in (0..).zip(&kept) {
                if let Some(data) = Arc::make_mut(&mut tree.nodes).get_mut(entry.value.0 as usize) {
                    data.position = position;
                }
            }
            if let Some(data) = Arc::make_mut(&mut tree.nodes).get_mut(id.0 as usize) {
                data.value = Value::Mapping(kept);
            }
        }
        tree
    }
}
