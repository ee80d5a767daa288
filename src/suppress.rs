//! Suppressions in comments: `# kratos-lint: ignore[rule] reason` on the line, above a key (for its whole value), or
//! `# kratos-lint: ignore-file[rule] reason` anywhere.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::rules;
use crate::text::{Place, Source, Span};
use crate::yaml::{Comment, Node, Tree};

/// Name of the findings about suppressions that silence nothing.
pub const UNUSED: &str = "unused-suppression";
/// Name of the findings about suppressions of rules that do not exist.
pub const UNKNOWN: &str = "unknown-suppression";

/// Most suppressions of a file.
const MOST: usize = 10_000;

/// One rule of one comment.
struct Suppression {
    rule: String,
    /// The present name of the rule, if there is such a rule.
    name: Option<&'static str>,
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
    let mut of_rule: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        if let Some(name) = suppression.name {
            of_rule.entry(name).or_default().push(index);
        }
    }
    let before = diagnostics.len();
    diagnostics.retain(|found| {
        if found.is_final {
            return true;
        }
        let candidates = of_rule.get(found.rule).map(Vec::as_slice).unwrap_or_default();
        let first = candidates.iter().find(|index| suppressions.get(**index).is_some_and(|one| silences(one, found)));
        let Some(suppression) = first.and_then(|index| suppressions.get_mut(*index)) else { return true };
        suppression.used = true;
        false
    });
    let suppressed = before - diagnostics.len();
    for suppression in suppressions.iter().filter(|suppression| !suppression.used) {
        let name = &suppression.rule;
        if suppression.name.is_none() {
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
        is_final: false,
    }
}

/// Whether a suppression of the rule of a finding holds for it.
fn silences(suppression: &Suppression, found: &Diagnostic) -> bool {
    let Some(covers) = suppression.covers else { return true };
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
    let mut lines = None;
    let mut found = Vec::new();
    for comment in tree.comments() {
        // A look that costs nothing for most comments.
        if found.len() < MOST && source.slice(comment.span).contains(MARK) {
            let lines = lines.get_or_insert_with(|| Lines::of(tree, source));
            of_comment(source, comment, lines, &mut found);
        }
    }
    found
}

/// Begins a suppression.
const MARK: &str = "kratos-lint:";

fn of_comment(source: &Arc<Source>, comment: &Comment, lines: &Lines, found: &mut Vec<Suppression>) {
    let text = source.slice(comment.span);
    let rest = text.find(MARK).and_then(|at| text.get(at + MARK.len()..)).unwrap_or_default();
    let word = rest.trim_start();
    let whole_file = word.starts_with("ignore-file[");
    let Some(names) = word
        .strip_prefix("ignore-file[")
        .or_else(|| word.strip_prefix("ignore["))
        .and_then(|rest| rest.split(']').next())
    else {
        return;
    };
    let covers = if whole_file { None } else { Some(lines.covered(source, comment)) };
    let start = comment.span.start + (names.as_ptr() as usize - text.as_ptr() as usize);
    let mut offset = 0;
    for part in names.split(',').take(MOST) {
        let lead = part.len() - part.trim_start().len();
        let rule = part.trim();
        let place = Place::new(source, Span::new(start + offset + lead, start + offset + lead + rule.len()));
        let name = rules::named(rule).map(|rule| rule.name);
        found.push(Suppression { rule: rule.to_owned(), name, place, covers, used: false });
        offset += part.len() + 1;
    }
}

/// What comments above the lines of a file stand for.
struct Lines {
    /// The next line with content behind each line.
    next: Vec<usize>,
    /// The entries by the byte at which they begin.
    entries: Vec<Span>,
}

impl Lines {
    fn of(tree: &Tree, source: &Arc<Source>) -> Lines {
        let count = source.line_count();
        let mut next = vec![count; count];
        let mut nearest = count;
        for line in (0..count).rev() {
            if let Some(slot) = next.get_mut(line) {
                *slot = nearest;
            }
            let text = source.slice(source.line_span(line)).trim();
            if !text.is_empty() && !text.starts_with('#') {
                nearest = line;
            }
        }
        let nodes = tree.root().map(Node::descendants).unwrap_or_default();
        let mut entries: Vec<Span> = nodes.iter().map(|node| node.entry_place().span).collect();
        entries.sort();
        Lines { next, entries }
    }

    /// What a comment stands for: its own line, or the entry that begins on the next line with content.
    fn covered(&self, source: &Source, comment: &Comment) -> Span {
        let line = source.line_of(comment.span.start);
        let next = self.next.get(line).filter(|next| comment.own_line && **next < source.line_count());
        let Some(next) = next.map(|next| source.line_span(*next)) else { return source.line_span(line) };
        let from = self.entries.partition_point(|entry| entry.start < next.start);
        let entries = self.entries.iter().skip(from).take_while(|entry| entry.start < next.end);
        entries.copied().fold(next, Span::cover)
    }
}
