//! Values that a release of a chart gets: a file of values, or a part of a manifest.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node, Tree, template};

/// Values of a release.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// Their file.
    pub(super) path: PathBuf,
    part: Option<Part>,
}

/// Values that are not a whole file.
#[derive(Clone, Debug)]
struct Part {
    values: Tree,
    /// Their pointer in their document; nothing where they are a text in it.
    at: String,
    /// Their bytes in the file.
    span: Span,
}

impl From<PathBuf> for Layer {
    fn from(path: PathBuf) -> Layer {
        Layer { path, part: None }
    }
}

impl PartialEq for Layer {
    fn eq(&self, other: &Layer) -> bool {
        let span = |layer: &Layer| layer.part.as_ref().map(|part| part.span);
        self.path == other.path && span(self) == span(other)
    }
}

impl Layer {
    /// A map in a manifest, or a text in it that holds one.
    pub(super) fn inside(path: &Path, node: Node<'_>) -> Option<Layer> {
        let span = node.place().in_file().span;
        let (values, at) = match node.embedded() {
            Some(text) => (parsed(&text), String::new()),
            None if node.is_mapping() => (node.tree().subtree(node.id()), node.pointer()),
            None => return None,
        };
        Some(Layer { path: path.to_path_buf(), part: Some(Part { values, at, span }) })
    }

    /// The values, when they are not a whole file.
    pub(super) fn part(&self) -> Option<&Tree> {
        self.part.as_ref().map(|part| &part.values)
    }

    /// Their bytes in the file, when they are not all of it.
    pub(super) fn span(&self) -> Option<Span> {
        self.part.as_ref().map(|part| part.span)
    }

    /// Whether a byte of the file is in them.
    pub(super) fn holds(&self, at: usize) -> bool {
        self.span().is_none_or(|span| span.start <= at && at < span.end)
    }

    /// A pointer of their document as one of the values.
    pub(super) fn below<'a>(&self, at: &'a str) -> Option<&'a str> {
        let around = self.part.as_ref().map_or("", |part| part.at.as_str());
        at.strip_prefix(around).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// A file of values, in which templates may stand.
pub(super) fn parsed(source: &Arc<Source>) -> Tree {
    yaml::parse_with(source, Format::Yaml, &template::placeholders(source.text(), true))
}
