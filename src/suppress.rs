//! Suppressions in comments: `# kratos-lint: ignore[rule] reason` on the line, above a key (for its whole value), or
//! `# kratos-lint: ignore-file[rule] reason` anywhere.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::rules;
use crate::text::{Place, Source, Span};
use crate::yaml::Tree;

/// Name of the findings about suppressions that silence nothing.
pub const UNUSED: &str = "unused-suppression";
/// Name of the findings about suppressions of rules that do not exist.
pub const UNKNOWN: &str = "unknown-suppression";

/// One rule of one comment.
struct Suppression {
    rule: String,
    /// The bytes of the rule's name.
    place: Place,
    /// The bytes that it covers; all of the file when none.
    covers: Option<Span>,
    used: bool,
}

/// Takes the suppressed findings out, adds those about suppressions, and says how many were taken out. `complete` says that all
/// rules ran, so that a suppression that met nothing is unused.
pub fn apply(tree: &Tree, diagnostics: &mut Vec<Diagnostic>, complete: bool) -> usize {
    let mut suppressions = read(tree);
    let before = diagnostics.len();
    diagnostics.retain(|found| {
        let mut matching = suppressions.iter_mut().filter(|suppression| silences(suppression, found));
        match matching.next() {
            Some(suppression) => {
                suppression.used = true;
                false
            }
            None => true,
        }
    });
    let suppressed = before - diagnostics.len();
    for suppression in suppressions.iter().filter(|suppression| !suppression.used) {
        let name = &suppression.rule;
        if rules::named(name).is_none() {
            let message = format!("there is no rule `{name}`");
            diagnostics.push(about(UNKNOWN, &suppression.place, message, "`kratos-lint rules` lists them"));
        } else if complete {
            let message = format!("nothing here is found by `{name}`");
            diagnostics.push(about(UNUSED, &suppression.place, message, "remove the comment"));
        }
    }
    suppressed
}

fn about(rule: &'static str, place: &Place, message: String, help: &str) -> Diagnostic {
    Diagnostic {
        rule,
        level: Level::Warning,
        effect: Effect::Advice,
        message,
        place: place.clone(),
        pointer: None,
        labels: Vec::new(),
        help: Some(help.to_owned()),
        fixes: Vec::new(),
        holds_for: None,
    }
}

fn silences(suppression: &Suppression, found: &Diagnostic) -> bool {
    let same_rule = rules::named(&suppression.rule).is_some_and(|rule| rule.name == found.rule);
    let Some(covers) = suppression.covers.filter(|_| same_rule) else { return same_rule };
    // A finding in another file counts as standing where the configuration refers to it.
    let labels = found.labels.iter().map(|label| &label.place);
    let mut places = std::iter::once(&found.place).chain(labels);
    let here = |place: &&Place| {
        place.source.path() == suppression.place.source.path() && Arc::ptr_eq(&place.source, &suppression.place.source)
    };
    let place = places.find(here);
    place.is_some_and(|place| covers.start <= place.span.start && place.span.start < covers.end.max(covers.start + 1))
}

fn read(tree: &Tree) -> Vec<Suppression> {
    let source = tree.source();
    tree.comments().iter().flat_map(|comment| of_comment(tree, source, comment.span, comment.own_line)).collect()
}

fn of_comment(tree: &Tree, source: &Arc<Source>, span: Span, own_line: bool) -> Vec<Suppression> {
    let text = source.slice(span);
    let Some(at) = text.find("kratos-lint:") else { return Vec::new() };
    let rest = text.get(at + "kratos-lint:".len()..).unwrap_or_default();
    let word = rest.trim_start();
    let whole_file = word.starts_with("ignore-file[");
    let Some(names) = word
        .strip_prefix("ignore-file[")
        .or_else(|| word.strip_prefix("ignore["))
        .and_then(|rest| rest.split(']').next())
    else {
        return Vec::new();
    };
    let covers = if whole_file { None } else { Some(covered(tree, source, span, own_line)) };
    let start = span.start + (names.as_ptr() as usize - text.as_ptr() as usize);
    let mut offset = 0;
    let mut found = Vec::new();
    for part in names.split(',') {
        let lead = part.len() - part.trim_start().len();
        let name = part.trim();
        let place = Place::new(source, Span::new(start + offset + lead, start + offset + lead + name.len()));
        found.push(Suppression { rule: name.to_owned(), place, covers, used: false });
        offset += part.len() + 1;
    }
    found
}

/// What a comment stands for: its own line, or the entry that begins on the next line with content.
fn covered(tree: &Tree, source: &Arc<Source>, comment: Span, own_line: bool) -> Span {
    let line = source.line_of(comment.start);
    if !own_line {
        return source.line_span(line);
    }
    let is_text = |line: &usize| {
        let text = source.slice(source.line_span(*line)).trim();
        !text.is_empty() && !text.starts_with('#')
    };
    let Some(next) = (line + 1..source.line_count()).find(is_text) else { return source.line_span(line) };
    let next = source.line_span(next);
    let starts_here = |start: usize| next.start <= start && start < next.end;
    let entries = tree.root().map(crate::yaml::Node::descendants).unwrap_or_default();
    let spans = entries.iter().map(|node| node.entry_place().span).filter(|span| starts_here(span.start));
    spans.fold(next, Span::cover)
}
