//! Trees laid over each other, as Kratos lays files over files and the environment over both.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Entry, NodeData, NodeId, Number, Style, Tree, Value};
use crate::text::{Place, Source, Span};

/// How a list is laid over another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    /// The later one replaces the earlier one (files; koanf maps.Merge, D009).
    Replace,
    /// Item by item: further items of the earlier one stay (variables; `configx/koanf_full_merge.go:MergeAllTypes`, D010).
    ByIndex,
}

/// A value that no file of YAML holds, and where it is written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// What it is.
    pub content: Content,
    /// The text that it was read from.
    pub place: Place,
    /// The bytes of what names it, in the same source.
    pub key_span: Span,
}

/// What a [`Written`] value is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A scalar, `null`, or unknown.
    Scalar(Value),
    /// A list.
    List(Vec<Written>),
    /// A map.
    Map(Vec<(String, Written)>),
}

impl Tree {
    /// The tree of written values.
    #[must_use]
    pub(crate) fn of_written(root: &Written) -> Tree {
        let mut tree = Tree {
            sources: vec![Arc::clone(&root.place.source)],
            nodes: Arc::default(),
            root: None,
            comments: Arc::default(),
            faults: Arc::default(),
        };
        tree.root = Some(tree.write(root));
        tree
    }

    fn write(&mut self, written: &Written) -> NodeId {
        let value = match &written.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => Value::Sequence(items.iter().map(|item| self.write(item)).collect()),
            Content::Map(fields) => {
                let entry = |(key, field): &(String, Written)| Entry {
                    key: key.as_str().into(),
                    key_span: field.key_span,
                    value: self.write(field),
                    merged: false,
                };
                Value::Mapping(fields.iter().map(entry).collect())
            }
        };
        let source = self.source_index(&written.place.source);
        let style = if matches!(value, Value::Sequence(_) | Value::Mapping(_)) { Style::Flow } else { Style::Plain };
        self.push(NodeData {
            source,
            span: written.place.span,
            alias: None,
            parent: None,
            position: 0,
            value,
            style,
            tag: None,
            anchor: None,
        })
    }

    fn source_index(&mut self, source: &Arc<Source>) -> u16 {
        let known = self.sources.iter().position(|known| Arc::ptr_eq(known, source));
        let index = known.unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        u16::try_from(index).unwrap_or(0)
    }

    /// Adds a node and makes it the parent of what it holds.
    fn push(&mut self, data: NodeData) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let below = data.value.children();
        Arc::make_mut(&mut self.nodes).push(data);
        self.set_parents(&below, id);
        id
    }

    fn set_parents(&mut self, children: &[NodeId], parent: NodeId) {
        let nodes = Arc::make_mut(&mut self.nodes);
        for (position, child) in (0..).zip(children) {
            if let Some(data) = nodes.get_mut(child.0 as usize) {
                (data.parent, data.position) = (Some(parent), position);
            }
        }
    }

    /// This tree with a later one laid over it: maps key by key, lists as said, anything else is replaced. Faults of both stay;
    /// comments are those of this one.
    #[must_use]
    pub(crate) fn overlaid(&self, later: &Tree, lists: Lists) -> Tree {
        let (mut tree, later) = (self.alone(), later.alone());
        let shift = u32::try_from(tree.nodes.len()).unwrap_or(u32::MAX);
        let moved = |id: NodeId| NodeId(id.0.saturating_add(shift));
        let sources: Vec<u16> = later.sources.iter().map(|source| tree.source_index(source)).collect();
        for data in later.nodes.iter() {
            let mut data = data.clone();
            data.source = sources.get(usize::from(data.source)).copied().unwrap_or_default();
            data.parent = data.parent.map(moved);
            data.value.move_children(moved);
            Arc::make_mut(&mut tree.nodes).push(data);
        }
        Arc::make_mut(&mut tree.faults).extend(later.faults.iter().cloned());
        // A file without a key, such as one of comments alone, sets nothing.
        let over = later.root.map(moved).filter(|over| tree.root.is_none() || tree.data(*over).value != Value::Null);
        tree.root = match (tree.root, over) {
            (Some(under), Some(over)) => Some(tree.lay(under, over, lists)),
            (under, over) => over.or(under),
        };
        tree
    }

    /// The id of what stays when `over` is laid over `under`.
    fn lay(&mut self, under: NodeId, over: NodeId, lists: Lists) -> NodeId {
        match (self.data(under).value.clone(), self.data(over).value.clone()) {
            (Value::Mapping(mut below), Value::Mapping(above)) => {
                let mut known: HashMap<Box<str>, usize> = HashMap::new();
                for (index, entry) in below.iter().enumerate() {
                    known.entry(entry.key.clone()).or_insert(index);
                }
                for entry in above {
                    match known.get(&entry.key).copied() {
                        Some(index) => {
                            let Some(known) = below.get_mut(index) else { continue };
                            let kept = self.lay(known.value, entry.value, lists);
                            if kept == entry.value {
                                *known = entry;
                            }
                        }
                        None => {
                            known.insert(entry.key.clone(), below.len());
                            below.push(entry);
                        }
                    }
                }
                self.fill(under, Value::Mapping(below))
            }
            (Value::Sequence(below), Value::Sequence(above)) if lists == Lists::ByIndex => {
                let mut items = below;
                for (index, item) in above.into_iter().enumerate() {
                    match items.get(index).copied() {
                        Some(known) => {
                            let kept = self.lay(known, item, lists);
                            if let Some(slot) = items.get_mut(index) {
                                *slot = kept;
                            }
                        }
                        None => items.push(item),
                    }
                }
                self.fill(under, Value::Sequence(items))
            }
            _ => over,
        }
    }

    fn fill(&mut self, id: NodeId, value: Value) -> NodeId {
        self.set_parents(&value.children(), id);
        if let Some(data) = Arc::make_mut(&mut self.nodes).get_mut(id.0 as usize) {
            data.value = value;
        }
        id
    }
}

impl Value {
    /// A number.
    #[must_use]
    pub(crate) fn number(value: f64) -> Value {
        Value::Number(Number { value, text: value.to_string().into() })
    }

    /// Gives the nodes that it holds other ids.
    pub(super) fn move_children(&mut self, moved: impl Fn(NodeId) -> NodeId) {
        match self {
            Value::Sequence(items) => items.iter_mut().for_each(|item| *item = moved(*item)),
            Value::Mapping(entries) => entries.iter_mut().for_each(|entry| entry.value = moved(entry.value)),
            _ => {}
        }
    }

    /// The nodes that it holds.
    fn children(&self) -> Vec<NodeId> {
        match self {
            Value::Sequence(items) => items.clone(),
            Value::Mapping(entries) => entries.iter().map(|entry| entry.value).collect(),
            _ => Vec::new(),
        }
    }
}
