//! The documents of a YAML stream.

use std::sync::Arc;

use crate::text::{Piece, Source, Span};

/// The documents of a YAML stream, each a source of its own.
pub(crate) fn documents(source: &Arc<Source>) -> Vec<Arc<Source>> {
    // `---`, and what may come after it on its line.
    let is_marker = |text: &str| {
        text.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let markers: Vec<usize> = lines.filter(|span| is_marker(source.slice(*span))).map(|span| span.start).collect();
    let starts = std::iter::once(0).chain(markers.iter().map(|marker| marker + "---".len()));
    let ends = markers.iter().copied().chain([source.text().len()]);
    let spans: Vec<Span> = starts.zip(ends).map(|(start, end)| Span::new(start, end.max(start))).collect();
    let document = |span: &Span| {
        let text = source.slice(*span);
        Source::embedded(source, text, vec![Piece { inner: Span::new(0, text.len()), outer: *span }])
    };
    spans.iter().map(document).collect()
}
