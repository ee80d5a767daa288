//! The arena while a tree is built: nodes are made, filled and hung under their parents.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Entry, FaultKind, NodeData, NodeId, Style, TextFault, Tree, Value};
use crate::text::{Place, Source, Span};

/// Most nodes of a tree, aliases included. The largest real configurations have some thousands.
const MAX_NODES: usize = 250_000;

/// Most nodes that aliases and merge keys may add. yaml.v3 stops at a ratio of about the same size.
const MAX_ALIASED: usize = 100_000;

/// So many bytes of a text count as a value: each rule that reads the text reads all of them wherever an alias repeats it.
const BYTES_OF_VALUE: usize = 10;

/// Most faults of one kind: no reader looks at more of them.
pub(super) const MAX_FAULTS: usize = 1_000;

/// Deepest nesting.
pub(super) const MAX_DEPTH: usize = 200;

/// Most bytes of the keys around a value, together: each finding says them all. Those of Kratos take less than 200.
const MAX_PATH: usize = 8 << 10;

/// What to do about keys that are too long.
const SHORTEN: &str = "write shorter keys; those of Kratos take less than 200 bytes together";

/// What to do about too many values.
const SPLIT: &str = "split the file: Kratos takes several with `-c`";

/// What to do about lists and maps that are too deep.
const FLATTEN: &str = "flatten it; Kratos has no key that is nested so deep";

/// A list or map that is still open.
pub(super) enum Open {
    Sequence(NodeId, Vec<NodeId>),
    Mapping(OpenMapping),
}

/// A map that is still open.
pub(super) struct OpenMapping {
    pub(super) id: NodeId,
    pub(super) entries: Vec<Entry>,
    /// The key whose value comes next.
    pub(super) key: Option<Key>,
    /// Where each key is, for finding the second one.
    pub(super) seen: HashMap<Box<str>, Span>,
    /// Maps that `<<` names.
    pub(super) merges: Vec<NodeId>,
    /// A lost entry began another map: this one holds the keys of two.
    pub(super) is_mixed: bool,
}

/// A key whose value is awaited.
pub(super) enum Key {
    Plain(Box<str>, Span),
    Merge(Span),
    /// Refused or dropped: the value is read and thrown away.
    Ignored,
}

pub(super) struct Arena {
    pub(super) tree: Tree,
    pub(super) open: Vec<Open>,
    /// Bytes of the keys around what is in each of them.
    around: Vec<usize>,
    /// The format says that the last of two equal keys wins.
    pub(super) last_key_wins: bool,
    /// Bytes of the entries that are left out because they cannot be read.
    pub(super) lost: Vec<usize>,
    aliased: usize,
    fault_counts: HashMap<FaultKind, usize>,
    /// Set when a limit was reached; nothing is added any more.
    pub(super) full: bool,
}

impl Arena {
    pub(super) fn new(source: &Arc<Source>) -> Arena {
        let tree = Tree {
            sources: vec![Arc::clone(source)],
            nodes: Arc::default(),
            root: None,
            comments: Arc::default(),
            faults: Arc::default(),
        };
        Arena {
            tree,
            open: Vec::new(),
            around: Vec::new(),
            last_key_wins: false,
            lost: Vec::new(),
            aliased: 0,
            fault_counts: HashMap::new(),
            full: false,
        }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(self.tree.source(), span)
    }

    pub(super) fn fault(&mut self, kind: FaultKind, span: Span, message: impl Into<String>, help: Option<&str>) {
        let place = self.place(span);
        let help = help.map(str::to_owned);
        self.push_fault(TextFault { kind, place, message: message.into(), help, related: None });
    }

    fn push_fault(&mut self, fault: TextFault) {
        let count = self.fault_counts.entry(fault.kind).or_default();
        *count += 1;
        if *count <= MAX_FAULTS {
            Arc::make_mut(&mut self.tree.faults).push(fault);
        }
    }

    /// Makes a node; it hangs nowhere yet.
    pub(super) fn add(&mut self, value: Value, style: Style, span: Span) -> NodeId {
        let index = self.tree.nodes.len();
        if index >= MAX_NODES && !self.full {
            self.full = true;
            self.fault(FaultKind::Limit, span, format!("this file has more than {MAX_NODES} values"), Some(SPLIT));
        }
        let id = NodeId(u32::try_from(index).unwrap_or(u32::MAX));
        Arc::make_mut(&mut self.tree.nodes).push(NodeData {
            source: 0,
            span,
            alias: None,
            parent: None,
            position: 0,
            value,
            style,
            tag: None,
            anchor: None,
        });
        id
    }

    pub(super) fn data_mut(&mut self, id: NodeId) -> &mut NodeData {
        // Ids are made by `add` alone.
        &mut Arc::make_mut(&mut self.tree.nodes)[id.0 as usize]
    }

    /// Opens a list or map that `add` made.
    pub(super) fn push(&mut self, id: NodeId, is_mapping: bool) {
        if self.open.len() >= MAX_DEPTH && !self.full {
            self.full = true;
            let span = self.tree.data(id).span;
            self.fault(
                FaultKind::Limit,
                span,
                format!("lists and maps are nested deeper than {MAX_DEPTH}"),
                Some(FLATTEN),
            );
        }
        self.around.push(self.path_bytes());
        self.open.push(if is_mapping {
            Open::Mapping(OpenMapping {
                id,
                entries: Vec::new(),
                key: None,
                seen: HashMap::new(),
                merges: Vec::new(),
                is_mixed: false,
            })
        } else {
            Open::Sequence(id, Vec::new())
        });
    }

    /// Bytes of the keys around what comes next: around a value with its own key.
    pub(super) fn path_bytes(&self) -> usize {
        let key = match self.open.last() {
            Some(Open::Mapping(OpenMapping { key: Some(Key::Plain(key, _)), .. })) => key.len(),
            _ => 0,
        };
        self.around.last().copied().unwrap_or_default() + key
    }

    /// Reads nothing more where the keys around a value are too long.
    fn check_path(&mut self, bytes: usize, span: Span) {
        if bytes > MAX_PATH && !self.full {
            self.full = true;
            let message = format!("the keys around this value take more than {MAX_PATH} bytes");
            let first = self.tree.source().slice(span).chars().next().map_or(0, char::len_utf8);
            self.fault(FaultKind::Limit, Span::new(span.start, span.start + first), message, Some(SHORTEN));
        }
    }

    /// Whether the next node is a key.
    pub(super) fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping(OpenMapping { key: None, .. })))
    }

    /// What the innermost map holds is not known.
    pub(super) fn mix(&mut self) {
        if let Some(Open::Mapping(mapping)) = self.open.last_mut() {
            mapping.is_mixed = true;
        }
    }

    pub(super) fn set_key(&mut self, key: Key) {
        if let Some(Open::Mapping(mapping)) = self.open.last_mut() {
            mapping.key = Some(key);
        }
    }

    /// Takes note of a key; a second one of the same text is a fault.
    pub(super) fn take_key(&mut self, text: &str, span: Span) {
        self.check_path(self.path_bytes() + text.len(), span);
        let Some(Open::Mapping(mapping)) = self.open.last_mut() else { return };
        let first = mapping.seen.insert(text.into(), span);
        mapping.key = Some(Key::Plain(text.into(), span));
        let Some(first) = first else { return };
        if self.lost.iter().any(|lost| (first.end..span.start).contains(lost)) {
            mapping.is_mixed = true;
            return;
        }
        let (kind, message, help) = if self.last_key_wins {
            (
                FaultKind::DuplicateKeyLastWins,
                format!("`{text}` is here twice: Kratos silently uses the last one"),
                "remove one of them",
            )
        } else {
            (FaultKind::DuplicateKey, format!("`{text}` is twice in the same map"), "merge the two or remove one")
        };
        let (place, earlier) = (self.place(span), self.place(first));
        let related = Some((earlier, "it is already here".to_owned()));
        self.push_fault(TextFault { kind, place, message, help: Some(help.to_owned()), related });
    }

    /// Where the open map has this key already.
    pub(super) fn earlier_key(&self, text: &str) -> Option<Span> {
        let Some(Open::Mapping(mapping)) = self.open.last() else { return None };
        mapping.seen.get(text).copied()
    }

    /// Takes a key that is here or at its earlier place, as a template decides: its value is unknown.
    pub(super) fn take_alternative(&mut self, text: &str) {
        let Some(Open::Mapping(mapping)) = self.open.last_mut() else { return };
        mapping.key = Some(Key::Ignored);
        let earlier = mapping.entries.iter().find(|entry| &*entry.key == text).map(|entry| entry.value);
        if let Some(id) = earlier {
            self.data_mut(id).value = Value::Unknown;
        }
    }

    /// Hangs a finished node under what is open.
    pub(super) fn hang(&mut self, id: NodeId) {
        let (parent, position) = match self.open.last_mut() {
            None => {
                self.tree.root = Some(id);
                return;
            }
            Some(Open::Sequence(parent, items)) => {
                items.push(id);
                (*parent, items.len() - 1)
            }
            Some(Open::Mapping(mapping)) => match mapping.key.take() {
                Some(Key::Plain(key, key_span)) => {
                    mapping.entries.push(Entry { key, key_span, value: id, merged: false });
                    (mapping.id, mapping.entries.len() - 1)
                }
                Some(Key::Merge(span)) => {
                    self.take_merge(id, span);
                    return;
                }
                Some(Key::Ignored) | None => return,
            },
        };
        self.data_mut(parent).span.end = self.tree.data(parent).span.end.max(self.tree.data(id).span.end);
        self.set_parent(id, parent, position);
    }

    fn set_parent(&mut self, id: NodeId, parent: NodeId, position: usize) {
        let data = self.data_mut(id);
        data.parent = Some(parent);
        data.position = u32::try_from(position).unwrap_or(u32::MAX);
    }

    /// `<<` takes a map or a list of maps (yaml.v3 decode.go:merge).
    fn take_merge(&mut self, id: NodeId, span: Span) {
        let maps = match &self.tree.data(id).value {
            Value::Mapping(_) => vec![id],
            Value::Sequence(items)
                if items.iter().all(|item| matches!(self.tree.data(*item).value, Value::Mapping(_))) =>
            {
                items.clone()
            }
            Value::Unknown => Vec::new(),
            _ => {
                let help = Some("name a map: `<<: *base`");
                return self.fault(FaultKind::Refused, span, "a merge key `<<` needs a map or a list of maps", help);
            }
        };
        if let Some(Open::Mapping(mapping)) = self.open.last_mut() {
            mapping.merges.extend(maps);
        }
    }

    /// Closes the innermost list or map and hangs it.
    pub(super) fn close(&mut self) {
        let Some(id) = self.finish() else { return };
        self.hang(id);
    }

    /// Closes the innermost list or map.
    pub(super) fn finish(&mut self) -> Option<NodeId> {
        let around = self.around.pop().unwrap_or_default();
        match self.open.pop()? {
            Open::Sequence(id, items) => {
                self.data_mut(id).value = Value::Sequence(items);
                Some(id)
            }
            Open::Mapping(mut mapping) => {
                self.merge(&mut mapping, around);
                // The keys of the root still belong where they stand.
                let is_unknown = mapping.is_mixed && !self.open.is_empty();
                let value = if is_unknown { Value::Unknown } else { Value::Mapping(mapping.entries) };
                self.data_mut(mapping.id).value = value;
                Some(mapping.id)
            }
        }
    }

    /// Entries of merged maps come last and never replace others. The keys around the map take `around` bytes.
    fn merge(&mut self, mapping: &mut OpenMapping, around: usize) {
        for map in std::mem::take(&mut mapping.merges) {
            let Value::Mapping(entries) = self.tree.data(map).value.clone() else { continue };
            // Also what is not taken over has been checked.
            self.count_aliased(entries.len(), self.tree.data(map).span);
            for entry in entries {
                if self.full {
                    return;
                }
                if mapping.seen.contains_key(&entry.key) {
                    continue;
                }
                mapping.seen.insert(entry.key.clone(), entry.key_span);
                let site = self.tree.data(map).alias.unwrap_or(self.tree.data(map).span);
                let value = self.copy(entry.value, site, 0, around + entry.key.len());
                self.set_parent(value, mapping.id, mapping.entries.len());
                mapping.entries.push(Entry { value, merged: true, ..entry });
            }
        }
    }

    /// A copy of a node and all below it, standing at `alias`; the keys around it take `around` bytes.
    pub(super) fn copy(&mut self, target: NodeId, alias: Span, depth: usize, around: usize) -> NodeId {
        self.check_path(around, alias);
        let count = match &self.tree.data(target).value {
            _ if depth > MAX_DEPTH => MAX_ALIASED,
            Value::String(text) => 1 + text.len() / BYTES_OF_VALUE,
            _ => 1,
        };
        self.count_aliased(count, alias);
        let mut data = self.tree.data(target).clone();
        data.alias = Some(alias);
        let value = std::mem::replace(&mut data.value, Value::Null);
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        Arc::make_mut(&mut self.tree.nodes).push(data);
        let value = match value {
            _ if self.full => Value::Unknown,
            Value::Sequence(items) => {
                let copied = |(position, item)| self.copy_child(item, alias, (depth, around), (id, position));
                Value::Sequence(items.into_iter().enumerate().map(copied).collect())
            }
            Value::Mapping(entries) => {
                let copied = |(position, entry): (usize, Entry)| {
                    let around = around + entry.key.len();
                    let value = self.copy_child(entry.value, alias, (depth, around), (id, position));
                    Entry { value, ..entry }
                };
                Value::Mapping(entries.into_iter().enumerate().map(copied).collect())
            }
            other => other,
        };
        self.data_mut(id).value = value;
        id
    }

    /// Notes that aliases and merge keys make so many values more.
    fn count_aliased(&mut self, count: usize, alias: Span) {
        self.aliased += count;
        if self.aliased > MAX_ALIASED && !self.full {
            self.full = true;
            let message = format!("aliases make more than {MAX_ALIASED} values of this file");
            self.fault(FaultKind::Limit, alias, message, Some("write it out instead of nesting aliases"));
        }
    }

    fn copy_child(
        &mut self,
        target: NodeId,
        alias: Span,
        (depth, around): (usize, usize),
        (parent, position): (NodeId, usize),
    ) -> NodeId {
        let id = self.copy(target, alias, depth + 1, around);
        self.set_parent(id, parent, position);
        id
    }
}
