//! Tabs where only spaces may indent. YAML 1.2 parsers let some of them pass; yaml.v3 does not (scannerc.go).

use std::sync::Arc;

use super::arena::MAX_FAULTS;
use super::{FaultKind, Style, TextFault, Tree};
use crate::text::{Place, Source, Span};

/// One fault for each line that a tab indents, outside of flow collections and texts of several lines.
pub(super) fn faults(source: &Arc<Source>, tree: &Tree) -> Vec<TextFault> {
    if !source.text().contains('\t') {
        return Vec::new();
    }
    let mut covered: Vec<Span> =
        tree.nodes.iter().filter(|node| spans_lines(source, node.span, node.style)).map(|node| node.span).collect();
    covered.sort();
    let mut covered = covered.into_iter().peekable();
    // How far the spans reach that began before the line.
    let mut covered_to = 0;
    // Comments and blank lines after the last content never reach the scanner's checks in a way that matters.
    let content_end = source.text().trim_end().len();
    let mut found = Vec::new();
    for line in 0..source.line_count() {
        let span = source.line_span(line);
        let text = source.slice(span);
        let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
        let lead = text.get(..indent).unwrap_or_default();
        while let Some(cover) = covered.next_if(|cover| cover.start < span.start) {
            covered_to = covered_to.max(cover.end);
        }
        let (is_covered, is_last) = (span.start < covered_to, span.start >= content_end);
        if !lead.contains('\t') || is_covered || is_last {
            continue;
        }
        if found.len() >= MAX_FAULTS {
            break;
        }
        found.push(TextFault {
            kind: FaultKind::TabIndentation,
            place: Place::new(source, Span::new(span.start, span.start + indent)),
            message: "tabs are not allowed in the indentation".to_owned(),
            help: Some("indent with spaces".to_owned()),
            related: None,
        });
    }
    found
}

fn spans_lines(source: &Arc<Source>, span: Span, style: Style) -> bool {
    let inside =
        matches!(style, Style::Flow | Style::Literal | Style::Folded | Style::DoubleQuoted | Style::SingleQuoted);
    inside && source.line_of(span.start) != source.line_of(span.end)
}
