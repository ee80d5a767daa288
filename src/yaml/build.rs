//! From parser events to the tree.

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, Placement, ScalarStyle, StructureStyle};

use super::{Comment, Entry, Fault, FaultKind, Format, NodeData, NodeId, Style, Tree, Value, scalar};
use crate::text::{Place, Source, Span};

/// Reads a text. Never fails: what cannot be read is among [`Tree::faults`], with as much of a tree as there is.
#[must_use]
pub fn parse(source: &Arc<Source>, format: Format) -> Tree {
    let mut builder = Builder::new(source, format);
    builder.run();
    builder.tree
}

enum Open {
    Sequence(NodeId, Vec<NodeId>),
    Mapping(NodeId, Vec<Entry>, Option<(Box<str>, Span)>),
}

struct Builder<'s> {
    source: &'s Arc<Source>,
    tree: Tree,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Arc<Source>, _format: Format) -> Builder<'s> {
        Builder {
            source,
            tree: Tree {
                sources: vec![Arc::clone(source)],
                nodes: Vec::new(),
                root: None,
                comments: Vec::new(),
                faults: Vec::new(),
            },
            open: Vec::new(),
            anchors: HashMap::new(),
        }
    }

    fn run(&mut self) {
        let mut options = Options::default();
        options.max_buffered_comment_events = 100_000;
        let source = Arc::clone(self.source);
        for next in Parser::new_from_str_with_options(source.text(), options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    if !self.event(event, Span::new(range.start, range.end)) {
                        break;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or_default();
                    self.fault(FaultKind::Syntax, Span::at(at), error.info());
                    break;
                }
            }
        }
        while !self.open.is_empty() {
            self.close();
        }
    }

    fn fault(&mut self, kind: FaultKind, span: Span, message: String) {
        let place = Place::new(self.source, span);
        self.tree.faults.push(Fault { kind, place, message, help: None, related: None });
    }

    /// Takes one event; false at the end of the first document.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::DocumentEnd => return false,
            Event::Comment(_, placement) => {
                let own_line = placement != Placement::Right;
                self.tree.comments.push(Comment { span, own_line });
            }
            Event::Scalar(text, style, anchor, _tag) => {
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                    _ => Style::Plain,
                };
                if let Some(Open::Mapping(_, _, key @ None)) = self.open.last_mut() {
                    *key = Some((text.into(), span));
                    return true;
                }
                let value = if style == Style::Plain { scalar::resolve(&text) } else { Value::String(text.into()) };
                let id = self.add(value, style, span, anchor);
                self.place(id);
            }
            Event::SequenceStart(style, anchor, _) => {
                let id = self.add(Value::Sequence(Vec::new()), structure(style), span, anchor);
                self.open.push(Open::Sequence(id, Vec::new()));
            }
            Event::MappingStart(style, anchor, _) => {
                let id = self.add(Value::Mapping(Vec::new()), structure(style), span, anchor);
                self.open.push(Open::Mapping(id, Vec::new(), None));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                if let Some(target) = self.anchors.get(&anchor).copied() {
                    let id = self.copy(target, span, 0);
                    self.place(id);
                }
            }
            _ => {}
        }
        true
    }

    fn add(&mut self, value: Value, style: Style, span: Span, anchor: usize) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        self.tree.nodes.push(NodeData {
            source: 0,
            span,
            alias: None,
            parent: None,
            value,
            style,
            tag: None,
            anchor: None,
        });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        id
    }

    fn copy(&mut self, target: NodeId, alias: Span, depth: usize) -> NodeId {
        let mut data = self.tree.data(target).clone();
        data.alias = Some(alias);
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        let value = std::mem::replace(&mut data.value, Value::Null);
        self.tree.nodes.push(data);
        let value = match value {
            _ if depth > 200 => Value::Null,
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|item| self.child(item, alias, depth, id)).collect())
            }
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|entry| Entry { value: self.child(entry.value, alias, depth, id), ..entry })
                    .collect(),
            ),
            other => other,
        };
        self.tree.nodes[id.0 as usize].value = value;
        id
    }

    fn child(&mut self, target: NodeId, alias: Span, depth: usize, parent: NodeId) -> NodeId {
        let id = self.copy(target, alias, depth + 1);
        self.tree.nodes[id.0 as usize].parent = Some(parent);
        id
    }

    fn place(&mut self, id: NodeId) {
        let parent = match self.open.last_mut() {
            None => {
                self.tree.root = Some(id);
                return;
            }
            Some(Open::Sequence(parent, items)) => {
                items.push(id);
                *parent
            }
            Some(Open::Mapping(parent, entries, key)) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value: id, merged: false });
                }
                *parent
            }
        };
        self.tree.nodes[id.0 as usize].parent = Some(parent);
    }

    fn close(&mut self) {
        let (id, value, end) = match self.open.pop() {
            Some(Open::Sequence(id, items)) => {
                let end = items.last().map(|item| self.tree.data(*item).span.end);
                (id, Value::Sequence(items), end)
            }
            Some(Open::Mapping(id, entries, _)) => {
                let end = entries.last().map(|entry| self.tree.data(entry.value).span.end.max(entry.key_span.end));
                (id, Value::Mapping(entries), end)
            }
            None => return,
        };
        let data = &mut self.tree.nodes[id.0 as usize];
        data.value = value;
        data.span.end = data.span.end.max(end.unwrap_or_default());
        self.place(id);
    }
}

fn structure(style: StructureStyle) -> Style {
    if style == StructureStyle::Flow { Style::Flow } else { Style::Block }
}
