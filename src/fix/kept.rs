//! Whether a fix leaves everything outside of its edits as it is.

use std::collections::BTreeMap;

use super::{FileEdit, with_line_ends};
use crate::diagnostic::Fix;
use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node, Tree, Value};

/// Whether all values, keys and comments that stand outside of the edits are read as before, at their places.
pub(super) fn is_kept(before: &Source, after: &Source, edits: &[FileEdit]) -> bool {
    let Some(format) = format_of(before.path()) else { return true };
    let parse = |source: &Source| yaml::parse(&Source::new(source.path(), source.text()), format);
    let (old, new) = (parse(before), parse(after));
    let shifts = Shifts::of(before, edits);
    let comments = comments(&new);
    let comment_is_there = |comment: &yaml::Comment| {
        shifts.of_span(comment.span).is_none_or(|span| comments.get(&span).copied() == Some(before.slice(comment.span)))
    };
    if new.faults().len() > old.faults().len() || !old.comments().iter().all(comment_is_there) {
        return false;
    }
    // A stream of several documents, or a text with templates, is read in parts: the units are checked again anyway.
    if !old.faults().is_empty() {
        return true;
    }
    let known = leaves(&new);
    let is_there = |(span, text): (Span, String)| {
        shifts.of_span(span).is_none_or(|span| known.get(&span).is_some_and(|now| *now == text))
    };
    leaves(&old).into_iter().all(is_there)
}

fn format_of(path: &str) -> Option<Format> {
    match path.rsplit('.').next()?.to_ascii_lowercase().as_str() {
        "yml" | "yaml" => Some(Format::Yaml),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn comments(tree: &Tree) -> BTreeMap<Span, &str> {
    tree.comments().iter().map(|comment| (comment.span, tree.source().slice(comment.span))).collect()
}

/// The scalars and keys of a tree by their bytes, each with its value.
fn leaves(tree: &Tree) -> BTreeMap<Span, String> {
    let mut found = BTreeMap::new();
    for node in tree.root().into_iter().flat_map(Node::descendants) {
        for field in node.fields().filter(|field| !field.merged && !field.value.is_aliased()) {
            found.insert(field.key_span, format!("key {}", field.key));
        }
        let span = node.origin().span;
        if !node.is_mapping() && !node.is_sequence() && !span.is_empty() && !node.is_aliased() {
            // The span of a block scalar reaches up to the next text.
            let text = tree.source().slice(span);
            let span = Span::new(span.start, span.start + text.trim_end().len());
            found.insert(span, value(node));
        }
    }
    found
}

fn value(node: Node<'_>) -> String {
    match node.value() {
        Value::String(text) => format!("text {}", text.trim_end()),
        other => format!("{other:?}"),
    }
}

/// Where bytes outside of the edits go.
struct Shifts<'e> {
    edits: &'e [FileEdit],
    /// Bytes that are gone and come by all edits before each.
    sums: Vec<(usize, usize)>,
}

impl Shifts<'_> {
    fn of<'e>(before: &Source, edits: &'e [FileEdit]) -> Shifts<'e> {
        let lengths = edits.iter().map(|edit| (edit.span.len(), with_line_ends(before, &edit.text).len()));
        let sums = lengths.scan((0, 0), |sum, (gone, come)| {
            *sum = (sum.0 + gone, sum.1 + come);
            Some(*sum)
        });
        Shifts { edits, sums: std::iter::once((0, 0)).chain(sums).collect() }
    }

    /// The new place; `None` when an edit touches it.
    fn of_span(&self, span: Span) -> Option<Span> {
        // The edits are in order and apart.
        let before = self.edits.partition_point(|edit| edit.span.end < span.start);
        if self.edits.get(before).is_some_and(|edit| edit.span.start <= span.end) {
            return None;
        }
        let (gone, come) = self.sums.get(before).copied().unwrap_or_default();
        Some(Span::new(span.start + come - gone, span.end + come - gone))
    }
}

/// Whether a comment is lost: removed by one edit and put back by none.
pub(super) fn deletes_comment(fix: &Fix) -> bool {
    let removed: usize = fix.edits.iter().map(|edit| comment_count(edit.place.source.slice(edit.place.span))).sum();
    let kept: usize = fix.edits.iter().map(|edit| comment_count(&edit.text)).sum();
    removed > kept
}

/// Comments of YAML and Jsonnet: counted too often rather than too seldom.
fn comment_count(text: &str) -> usize {
    let bytes = text.as_bytes();
    let starts = |at: usize, mark: &str| text.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let behind_blank = |at: usize| at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace);
    let is_comment = |at: &usize| behind_blank(*at) && (starts(*at, "#") || starts(*at, "//")) || starts(*at, "/*");
    (0..bytes.len()).filter(is_comment).count()
}
