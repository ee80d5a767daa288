//! Comments that silence a finding at its place.

use std::path::Path;

use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::rules;
use crate::text::{Place, Span};

/// The reason in comments about findings that were there when they were written.
pub(crate) const KNOWN: &str = "known";

/// Whether a line is a comment of [`above`] with that reason: every word of it is ours.
#[must_use]
pub(crate) fn is_own(line: &str) -> bool {
    let comment = line.trim();
    let comment = comment.strip_prefix('#').or_else(|| comment.strip_prefix("//"));
    let rest = comment.and_then(|comment| comment.strip_prefix(" kratos-lint: ignore["));
    let parts = rest.and_then(|rest| rest.split_once("] "));
    parts.is_some_and(|(rule, reason)| reason == KNOWN && rules::named(rule).is_some())
}

/// The comment above the line of a finding that silences it there; none where its file takes no comments.
#[must_use]
pub(crate) fn above(found: &Diagnostic, reason: &str) -> Option<Edit> {
    let place = found.place.in_file();
    // Inside of a text in several lines a comment would be part of it; a value in another encoding has its key on the line.
    let is_within = found.place.source.is_embedded() && found.place.is_verbatim();
    let opening = opening(place.source.path()).filter(|_| !found.is_final && !is_within)?;
    let line = place.source.line_span(place.source.line_of(place.span.start));
    let text = place.source.slice(line);
    let lead = text.get(..text.len() - text.trim_start_matches(' ').len()).unwrap_or_default();
    let text = format!("{lead}{opening} kratos-lint: ignore[{}] {reason}\n", found.rule);
    Some(Edit { place: Place::new(&place.source, Span::at(line.start)), text })
}

/// What begins a comment in a file of this name.
fn opening(path: &str) -> Option<&'static str> {
    let ending = Path::new(path).extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "yml" | "yaml" => Some("#"),
        "jsonnet" | "libsonnet" => Some("//"),
        _ => None,
    }
}

/// Offers for each finding of a level or above nothing but the comment that silences it.
pub(crate) fn instead_of_fixes(diagnostics: &mut [Diagnostic], least: Level, reason: &str) {
    for found in diagnostics {
        let comment = above(found, reason).filter(|_| found.level >= least);
        let title = "silence it here".to_owned();
        found.fixes =
            comment.map(|edit| Fix { title, safe: true, edits: vec![edit], hidden: false }).into_iter().collect();
    }
}
