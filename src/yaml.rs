//! The configuration as a tree with places: YAML and JSON, read as Kratos reads them.
//!
//! Aliases and merge keys are resolved while the tree is built (within a budget), so that each node has one parent and one
//! pointer; a node that came by an alias remembers where the alias is.

mod arena;
mod breaks;
mod build;
mod embed;
mod json;
pub(crate) mod overlay;
mod recover;
mod replaced;
mod scalar;
mod stream;
mod tabs;
pub mod template;
mod toml;
mod whole;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::text::{Place, Source, Span};

pub use build::{parse, parse_with};
pub(crate) use embed::json_part;
pub(crate) use stream::documents;
pub(crate) use whole::whole;

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML as `gopkg.in/yaml.v3` v3.0.1 reads it.
    Yaml,
    /// JSON as Go's `encoding/json` reads it.
    Json,
    /// TOML as `pelletier/go-toml` 1.9.5 reads it.
    Toml,
}

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A number as the loader hands it on.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: f64,
    /// Its spelling as JSON before the loader turns all numbers into float64 (`12.0` stays `12.0`, YAML `010` is `8`).
    pub text: Box<str>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Arc<str>),
    /// Filled in by a template (`{{ … }}`, `${VAR}`) before Kratos reads it: unknown, not wrong.
    Unknown,
    /// A list.
    Sequence(Vec<NodeId>),
    /// A map, in the order of the file, merged entries last.
    Mapping(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as Kratos sees it (`1`, `true` and so on as text).
    pub key: Box<str>,
    /// Bytes of the key, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: NodeId,
    /// Whether it came by a merge key `<<`.
    pub merged: bool,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A plain scalar, or nothing at all.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A list or map by indentation.
    Block,
    /// A list or map in brackets.
    Flow,
}

#[derive(Clone, Debug)]
struct NodeData {
    source: u16,
    span: Span,
    /// The place of the alias (or the merge key) through which this node came.
    alias: Option<Span>,
    parent: Option<NodeId>,
    /// Its position among what its parent holds.
    position: u32,
    value: Value,
    style: Style,
    tag: Option<Box<str>>,
    anchor: Option<Span>,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// All of it, `#` included, without the line break.
    pub span: Span,
    /// Whether it is alone on its line.
    pub own_line: bool,
}

/// What the loader would do about a fault of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Not YAML (or JSON) for the loader: refused.
    Syntax,
    /// A tab where only spaces may indent: refused.
    TabIndentation,
    /// The same key twice in one map: refused in YAML.
    DuplicateKey,
    /// The same key twice in JSON: the last one wins, silently.
    DuplicateKeyLastWins,
    /// A list or map as key, an implicit empty key, a merge key on what is no map, `%YAML 1.2`, …: refused.
    Refused,
    /// An alias without anchor: refused.
    UnknownAlias,
    /// Text that the loader never reads (a second document, after a dedent, after `...`): silently dropped.
    Dropped,
    /// A sign that ends a line for the loader and not in an editor.
    HiddenBreak,
    /// Larger or deeper than we (or the loader) read.
    Limit,
}

/// A fault of the text, as the loader sees it.
#[derive(Clone, Debug)]
pub struct TextFault {
    /// What kind.
    pub kind: FaultKind,
    /// Where.
    pub place: Place,
    /// What happens, as a sentence without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// Another place that belongs to it (the first of two keys), with a sentence.
    pub related: Option<(Place, String)>,
}

/// The tree of a text, or of several that were laid over each other.
#[derive(Clone, Debug)]
pub struct Tree {
    sources: Vec<Arc<Source>>,
    /// Shared by all trees that are parts of one.
    nodes: Arc<Vec<NodeData>>,
    root: Option<NodeId>,
    comments: Arc<Vec<Comment>>,
    faults: Arc<Vec<TextFault>>,
}

impl Tree {
    /// The topmost node; none for an empty text or one that could not be read at all.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.root.map(|id| Node { tree: self, id })
    }

    /// The source of the first text.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        // Every constructor puts one source in.
        &self.sources[0]
    }

    /// The texts of its nodes, the first one apart.
    #[must_use]
    pub(crate) fn other_sources(&self) -> &[Arc<Source>] {
        self.sources.get(1..).unwrap_or_default()
    }

    /// The comments of the first text, in order.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What the loader refuses or drops, in order of place.
    #[must_use]
    pub fn faults(&self) -> &[TextFault] {
        &self.faults
    }

    /// The tree with other comments.
    #[must_use]
    pub(crate) fn with_comments(self, comments: Vec<Comment>) -> Tree {
        Tree { comments: Arc::new(comments), ..self }
    }

    /// The tree of a file of which more is there than is checked.
    #[must_use]
    pub(crate) fn with_limit(self, place: Place, why: &str) -> Tree {
        let message = format!("kratos-lint does not check the rest of this file: {why}");
        let help = Some("split the file".to_owned());
        let fault = TextFault { kind: FaultKind::Limit, place, message, help, related: None };
        let faults = self.faults.iter().cloned().chain([fault]).collect();
        Tree { faults: Arc::new(faults), ..self }
    }

    /// The node of an id of this tree.
    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    fn data(&self, id: NodeId) -> &NodeData {
        // Ids are made by this module only and never outlive their tree.
        &self.nodes[id.0 as usize]
    }

    /// The part of a tree below a node as a tree of its own, in which pointers begin at that node.
    #[must_use]
    pub(crate) fn subtree(&self, root: NodeId) -> Tree {
        Tree { root: Some(root), ..self.clone() }
    }

    /// The same tree without the nodes around it when it is a small part of another: what changes it copies its nodes, and one file
    /// may hold thousands of configurations.
    fn alone(&self) -> Tree {
        let below = self.root().map(Node::descendants).unwrap_or_default();
        if below.len() * 2 >= self.nodes.len() {
            return self.clone();
        }
        let ids: HashMap<NodeId, NodeId> = (0..).map(NodeId).zip(&below).map(|(new, node)| (node.id, new)).collect();
        let moved = |id: NodeId| ids.get(&id).copied().unwrap_or(id);
        let copied = |node: &Node<'_>| {
            let mut data = node.data().clone();
            data.parent = node.parent().map(|parent| moved(parent.id));
            data.value.move_children(moved);
            data
        };
        let nodes = Arc::new(below.iter().map(copied).collect());
        Tree { nodes, root: self.root.map(moved), ..self.clone() }
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// A key with its value.
#[derive(Clone, Copy)]
pub struct Field<'t> {
    /// The key.
    pub key: &'t str,
    /// The value.
    pub value: Node<'t>,
    /// Bytes of the key in the value's source.
    pub key_span: Span,
    /// Whether it came by a merge key.
    pub merged: bool,
}

impl<'t> Node<'t> {
    /// Its index in the tree.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree that it belongs to.
    #[must_use]
    pub(crate) fn tree(self) -> &'t Tree {
        self.tree
    }

    fn data(self) -> &'t NodeData {
        self.tree.data(self.id)
    }

    fn with(self, id: NodeId) -> Node<'t> {
        Node { tree: self.tree, id }
    }

    /// What it holds.
    #[must_use]
    pub fn value(self) -> &'t Value {
        &self.data().value
    }

    /// How it is written.
    #[must_use]
    pub(crate) fn style(self) -> Style {
        self.data().style
    }

    /// Its tag as written (`!!str`), if any.
    #[must_use]
    pub(crate) fn tag(self) -> Option<&'t str> {
        self.data().tag.as_deref()
    }

    /// Bytes of its anchor (`&name`), if it has one.
    #[must_use]
    pub(crate) fn anchor(self) -> Option<Span> {
        self.data().anchor
    }

    /// Where it is: the alias, if it came by one, else its own bytes (quotes included, key excluded).
    #[must_use]
    pub fn place(self) -> Place {
        Place::new(self.source(), self.data().alias.unwrap_or(self.data().span))
    }

    /// Where its own bytes stand, also when it came by an alias.
    #[must_use]
    pub fn origin(self) -> Place {
        Place::new(self.source(), self.data().span)
    }

    /// Whether it came by an alias or a merge key.
    #[must_use]
    pub(crate) fn is_aliased(self) -> bool {
        self.data().alias.is_some()
    }

    /// The source in which it is.
    #[must_use]
    pub fn source(self) -> &'t Arc<Source> {
        let index = usize::from(self.data().source);
        self.tree.sources.get(index).unwrap_or(self.tree.source())
    }

    /// The place of its key; of itself for items of lists and the root.
    #[must_use]
    pub fn key_place(self) -> Place {
        match self.entry() {
            Some(entry) => Place::new(self.source(), entry.key_span),
            None => self.place(),
        }
    }

    /// Key and value together; only the value for items of lists and the root.
    #[must_use]
    pub(crate) fn entry_place(self) -> Place {
        let place = self.place();
        match self.entry() {
            Some(entry) if !self.is_aliased() => Place::new(self.source(), entry.key_span.cover(place.span)),
            _ => place,
        }
    }

    fn entry(self) -> Option<&'t Entry> {
        match self.parent()?.value() {
            Value::Mapping(entries) => entries.get(self.data().position as usize),
            _ => None,
        }
    }

    /// Its key in the mapping around it.
    #[must_use]
    pub(crate) fn key(self) -> Option<&'t str> {
        self.entry().map(|entry| &*entry.key)
    }

    /// Its position (from 0) in the list around it.
    #[must_use]
    pub(crate) fn index(self) -> Option<usize> {
        match self.parent()?.value() {
            Value::Sequence(_) => Some(self.data().position as usize),
            _ => None,
        }
    }

    /// The node around it.
    #[must_use]
    pub fn parent(self) -> Option<Node<'t>> {
        // What is around the root belongs to another tree.
        let parent = self.data().parent.filter(|_| self.tree.root != Some(self.id));
        parent.map(|id| self.with(id))
    }

    /// The nodes around it, innermost first.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The JSON pointer (RFC 6901) from the root to it.
    #[must_use]
    pub fn pointer(self) -> String {
        let mut path: Vec<Node> = std::iter::once(self).chain(self.ancestors()).collect();
        path.pop();
        path.iter().rev().fold(String::new(), |mut pointer, node| {
            match (node.key(), node.index()) {
                (Some(key), _) => pointer.push_str(&pointer_token(key)),
                (None, Some(index)) => _ = write!(pointer, "/{index}"),
                (None, None) => {}
            }
            pointer
        })
    }

    /// The value of a key; none where it is no mapping.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        match self.value() {
            Value::Mapping(entries) => {
                let entry = entries.iter().rfind(|entry| &*entry.key == key)?;
                Some(self.with(entry.value))
            }
            _ => None,
        }
    }

    /// The node at a path of keys joined by dots (`selfservice.flows`).
    #[must_use]
    pub fn find(self, path: &str) -> Option<Node<'t>> {
        path.split('.').try_fold(self, Node::get)
    }

    /// All nodes that a path of keys reaches; `*` is any key, `[]` after a key each item of that list (`a.*.hooks[].config`).
    #[must_use]
    pub fn select(self, path: &str) -> Vec<Node<'t>> {
        path.split('.').fold(vec![self], |nodes, step| {
            let (key, items) = match step.strip_suffix("[]") {
                Some(key) => (key, true),
                None => (step, false),
            };
            let found = nodes.into_iter().flat_map(|node| match key {
                "*" => node.fields().map(|field| field.value).collect(),
                "" => vec![node],
                _ => node.get(key).into_iter().collect::<Vec<_>>(),
            });
            if items { found.flat_map(|node| node.items().collect::<Vec<_>>()).collect() } else { found.collect() }
        })
    }

    /// The node that a JSON pointer names.
    #[must_use]
    pub fn at(self, pointer: &str) -> Option<Node<'t>> {
        pointer.split('/').skip(1).try_fold(self, |node, token| match node.value() {
            Value::Sequence(items) => token.parse::<usize>().ok().and_then(|i| items.get(i)).map(|id| node.with(*id)),
            _ => node.get(&pointer_key(token)),
        })
    }

    /// The entries of a mapping, in order; nothing for other nodes.
    pub fn fields(self) -> impl DoubleEndedIterator<Item = Field<'t>> {
        let entries: &[Entry] = match self.value() {
            Value::Mapping(entries) => entries,
            _ => &[],
        };
        entries.iter().map(move |entry| Field {
            key: &entry.key,
            value: self.with(entry.value),
            key_span: entry.key_span,
            merged: entry.merged,
        })
    }

    /// The items of a list, in order; nothing for other nodes.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'t>> + ExactSizeIterator {
        let items: &[NodeId] = match self.value() {
            Value::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |id| self.with(*id))
    }

    /// This node and all below it, in order.
    #[must_use]
    pub fn descendants(self) -> Vec<Node<'t>> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            found.push(node);
            open.extend(node.items().rev());
            open.extend(node.fields().rev().map(|field| field.value));
        }
        found
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a number.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        match self.value() {
            Value::Number(number) => Some(number.value),
            _ => None,
        }
    }

    /// Whether it is the boolean `true`.
    #[must_use]
    pub(crate) fn is_true(self) -> bool {
        self.as_bool() == Some(true)
    }

    /// Whether it is null.
    #[must_use]
    pub(crate) fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    /// Whether a template fills it in.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        matches!(self.value(), Value::Unknown)
    }

    /// Whether it is a mapping.
    #[must_use]
    pub(crate) fn is_mapping(self) -> bool {
        matches!(self.value(), Value::Mapping(_))
    }

    /// Whether it is a list.
    #[must_use]
    pub(crate) fn is_sequence(self) -> bool {
        matches!(self.value(), Value::Sequence(_))
    }

    /// What was read, for messages: `a text`, `null`, …
    #[must_use]
    pub(crate) fn type_name(self) -> &'static str {
        match self.value() {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Unknown => "a template",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a map",
        }
    }
}

/// The key that a token of a JSON pointer names, without its slash.
#[must_use]
pub(crate) fn pointer_key(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A token of a JSON pointer, with its slash.
#[must_use]
pub fn pointer_token(key: &str) -> String {
    if key.contains(['~', '/']) {
        format!("/{}", key.replace('~', "~0").replace('/', "~1"))
    } else {
        ["/", key].concat()
    }
}
