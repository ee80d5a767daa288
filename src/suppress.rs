//! Suppressions in comments: `# kratos-lint: ignore[rule] reason` on the line, above a key (for its whole value), or
//! `# kratos-lint: ignore-file[rule] reason` anywhere. In a Jsonnet document the same holds for its own comments: on the line,
//! above the line, or for the whole document.

pub(crate) mod offer;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::hcl;
use crate::jsonnet::comments::{self, comments};
use crate::rules;
use crate::rules::hooks::unreachable_hook;
use crate::rules::suppressions::{unknown_suppression, unused_suppression};
use crate::sent::terraform;
use crate::settings::Settings;
use crate::text::{Place, Source, Span};
use crate::yaml::{Comment, Node, Tree};

/// Most suppressions of a file.
const MOST: usize = 10_000;

/// Findings of a file after which no likely name is looked for.
const MAX_MEANT: usize = 1_000;

/// One rule of one comment.
struct Suppression {
    rule: String,
    /// The present name of the rule, if there is such a rule.
    name: Option<&'static str>,
    /// The bytes of the rule's name.
    place: Place,
    /// The bytes that it covers; all of the file when none.
    covers: Option<Span>,
    /// The document that it is in: it silences only what is found there.
    document: Option<Text>,
    used: bool,
}

/// What tells texts apart: the file, and the bytes of it.
type Text = (String, Span);

fn text_of(source: &Arc<Source>) -> Text {
    let place = Place::new(source, Span::new(0, source.text().len())).in_file();
    (place.source.path().to_owned(), place.span)
}

/// Takes the suppressed findings out, adds those about suppressions, and says how many were taken out. `complete` says that all
/// rules ran, so that a suppression that met nothing is unused.
pub(crate) fn apply(
    trees: &[Tree],
    documents: &[Arc<Source>],
    diagnostics: &mut Vec<Diagnostic>,
    complete: bool,
) -> usize {
    let mut comments = Comments::default();
    for tree in trees {
        read(tree, &mut comments);
    }
    for document in documents {
        in_document(document, &mut comments);
    }
    let Comments { mut suppressions, misspelt, cut } = comments;
    let mut of_rule: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        if let Some(name) = suppression.name {
            of_rule.entry(name).or_default().push(index);
        }
    }
    let asleep = never_run(trees, diagnostics);
    let before = diagnostics.len();
    diagnostics.retain(|found| {
        if found.is_final {
            return true;
        }
        let text = (!documents.is_empty()).then(|| text_of(&found.place.source));
        let candidates = of_rule.get(found.rule).map(Vec::as_slice).unwrap_or_default();
        let first = candidates
            .iter()
            .find(|index| suppressions.get(**index).is_some_and(|one| silences(one, found, text.as_ref())));
        let Some(suppression) = first.and_then(|index| suppressions.get_mut(*index)) else { return true };
        suppression.used = true;
        false
    });
    let suppressed = before - diagnostics.len();
    told(&misspelt, cut.as_ref(), diagnostics);
    for suppression in suppressions.iter().filter(|suppression| !suppression.used) {
        let name = &suppression.rule;
        if suppression.name.is_none() {
            let meant = if diagnostics.len() < MAX_MEANT { rules::nearest(name) } else { None };
            // Reports of one line show no help, so the message names the rule.
            let message = match (name.as_str(), meant) {
                ("", _) => "this comment names no rule".to_owned(),
                (name, None) => format!("there is no rule `{name}`"),
                (name, Some(meant)) => format!("there is no rule `{name}`; did you mean `{meant}`?"),
            };
            let help = meant.map_or_else(
                || "use a name that `kratos-lint rules` lists".to_owned(),
                |meant| format!("write `{meant}`"),
            );
            diagnostics.push(about(unknown_suppression::RULE.name, &suppression.place, message, &help));
        } else if complete && !asleep.iter().any(|list| is_within(suppression, list)) {
            let message = format!("nothing here is found by `{name}`");
            diagnostics.push(about(unused_suppression::RULE.name, &suppression.place, message, "remove the comment"));
        }
    }
    suppressed
}

/// The lists of hooks that never run because their method or flow is off: what would be found in them is not known.
fn never_run(trees: &[Tree], diagnostics: &[Diagnostic]) -> Vec<Place> {
    let lists = diagnostics.iter().filter(|found| found.rule == unreachable_hook::RULE.name);
    let place = |pointer: &str| trees.iter().find_map(|tree| Some(tree.root()?.at(pointer)?.entry_place()));
    lists.filter_map(|found| place(found.pointer.as_deref()?)).collect()
}

fn is_within(suppression: &Suppression, list: &Place) -> bool {
    let starts_in = |covers: Span| list.span.start <= covers.start && covers.start < list.span.end;
    Arc::ptr_eq(&suppression.place.source, &list.source) && suppression.covers.is_some_and(starts_in)
}

/// Says which comments silence nothing: those that are misspelt, and all from the first that is not read.
fn told(misspelt: &[Place], cut: Option<&Place>, diagnostics: &mut Vec<Diagnostic>) {
    let help = "write `kratos-lint: ignore[rule] reason`, or `ignore-file[rule]` for the whole file";
    for place in misspelt {
        let why = why_nothing(place.source.slice(place.span));
        let message = format!("this comment silences nothing{why}");
        diagnostics.push(about(unknown_suppression::RULE.name, place, message, help));
    }
    if let Some(place) = cut {
        let message = format!("comments name more than {MOST} rules: this one and those after it silence nothing");
        let help = "write `ignore-file[rule]` once for the whole file";
        diagnostics.push(about(unknown_suppression::RULE.name, place, message, help));
    }
}

/// What is wrong with a comment that is meant to silence something, as a clause.
fn why_nothing(comment: &str) -> &'static str {
    match comment.split_once(MARK).map(|(_, rest)| rest.trim_start()) {
        None => ": it does not begin with `kratos-lint:`",
        Some(rest) if rest.starts_with("ignore[") || rest.starts_with("ignore-file[") => ": a bracket is not closed",
        Some(rest) if rest.starts_with("ignore") && !rest.contains('[') => ": it names no rule in brackets",
        Some(_) => ": the word must be `ignore` or `ignore-file`, right before the bracket",
    }
}

/// The findings about rows of `[[ignore]]` in kratos-lint.toml that silence nothing.
#[must_use]
pub(crate) fn unused_rows<'a>(rows: impl Iterator<Item = &'a Place>, settings: &Settings) -> Vec<Diagnostic> {
    let rule = &unused_suppression::RULE;
    let Some(level) = settings.level(rule.name, rule.level) else { return Vec::new() };
    let finding = |place: &Place| {
        let message = "this row of `ignore` silences nothing: no finding has its rule, file and key".to_owned();
        // The text of the row tells one from another in a baseline.
        let identity = place.source.slice(place.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let help = "remove the row, or correct its `rule`, `file` or `key`";
        Diagnostic { level, identity, ..about(rule.name, place, message, help) }
    };
    rows.map(finding).collect()
}

fn about(rule: &'static str, place: &Place, message: String, help: &str) -> Diagnostic {
    let finding = Diagnostic::new(rule, (Level::Warning, Effect::Advice), place.clone(), message);
    Diagnostic { help: Some(help.to_owned()), ..finding }
}

/// Whether a suppression of the rule of a finding holds for it.
fn silences(suppression: &Suppression, found: &Diagnostic, text: Option<&Text>) -> bool {
    if suppression.document.is_some() {
        let is_covered = |covers: Span| covers.start <= found.place.span.start && found.place.span.start < covers.end;
        return suppression.document.as_ref() == text && suppression.covers.is_none_or(is_covered);
    }
    let Some(covers) = suppression.covers else { return true };
    // A finding in another file counts as standing where the configuration refers to it.
    let labels = found.labels.iter().map(|label| &label.place);
    let mut places = std::iter::once(&found.place).chain(labels);
    let file = &suppression.place.source;
    // What is inside of a value of Terraform is at the bytes of that value.
    let is_terraform = hcl::is_terraform(file.path());
    let here =
        |place: &&Place| place.source.path() == file.path() && (is_terraform || Arc::ptr_eq(&place.source, file));
    let place = places.find(here).map(|place| if is_terraform { place.in_file() } else { place.clone() });
    place.is_some_and(|place| covers.start <= place.span.start && place.span.start < covers.end.max(covers.start + 1))
}

/// What the comments of a file and its documents say.
#[derive(Default)]
struct Comments {
    suppressions: Vec<Suppression>,
    /// Comments that only look like suppressions.
    misspelt: Vec<Place>,
    /// The first name after the most that are read.
    cut: Option<Place>,
}

fn read(tree: &Tree, found: &mut Comments) {
    of_file(tree, tree.source(), tree.comments(), found);
    // A configuration in several files of Terraform: the comments of a tree are those of its first file.
    for source in tree.other_sources().iter().filter(|source| hcl::is_terraform(source.path())) {
        of_file(tree, source, &terraform::comments(source), found);
    }
}

fn of_file(tree: &Tree, source: &Arc<Source>, comments: &[Comment], found: &mut Comments) {
    let mut lines = None;
    for comment in comments {
        // A look that costs nothing for most comments.
        if found.cut.is_none() && may_silence(source.slice(comment.span)) {
            let lines = lines.get_or_insert_with(|| Lines::of(tree, source));
            of_comment(source, comment, lines, found);
        }
    }
}

/// Begins a suppression.
const MARK: &str = "kratos-lint:";

/// Words of other tools that silence findings.
const ATTEMPTS: [&str; 8] = ["ignore", "disable", "noqa", "nolint", "skip", "suppress", "off", "allow"];

/// Spellings of the name of this program.
const NAMES: [&str; 3] = ["kratos-lint", "kratoslint", "kratos_lint"];

/// Longest word that is compared with `ignore`, in bytes.
const MAX_WORD: usize = 16;

/// Whether a comment is meant to silence something and says it in another form.
fn is_attempt(comment: &str) -> bool {
    let comment = comment.trim_start_matches(['#', '/', '*', ' ', '\t']).to_ascii_lowercase();
    let Some(rest) = NAMES.iter().find_map(|name| comment.strip_prefix(name)) else {
        return is_of_other_tool(&comment);
    };
    // `kratos-lint: critical`: a word alone is no sentence about the tool.
    let is_word = rest.strip_prefix(':').is_some_and(|word| {
        let word = word.trim();
        !word.is_empty() && word.chars().all(|chr| chr.is_ascii_lowercase() || chr == '-')
    });
    let rest = rest.trim_start().trim_start_matches([':', '=']).trim_start_matches([' ', '-', '@']);
    if is_nearly_ignore(rest) || is_word {
        return true;
    }
    ATTEMPTS.iter().any(|word| {
        let Some(after) = rest.strip_prefix(word) else { return false };
        let ending = after.trim_start_matches(|chr: char| chr.is_ascii_lowercase());
        // `ignores` and the like are words of a sentence, unless a bracket follows.
        ending.len() == after.len() && !ending.starts_with(char::is_alphanumeric)
            || ending.trim_start().starts_with(['[', '(', '=', ':'])
    })
}

/// Whether a text begins with a misspelt `ignore` or `ignore-file` and names something in brackets.
fn is_nearly_ignore(rest: &str) -> bool {
    let Some((word, _)) = rest.split_once('[') else { return false };
    let word = word.trim_end();
    word.len() <= MAX_WORD && ["ignore", "ignore-file"].iter().any(|known| strsim::osa_distance(word, known) <= 2)
}

/// Whether a comment in the form of another tool names a rule of this one: `noqa: shadowed-hook`.
fn is_of_other_tool(comment: &str) -> bool {
    let starts = ATTEMPTS.iter().any(|word| comment.starts_with(word));
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || chr == '-';
    let mut words = comment.split(|chr: char| !is_name(chr)).filter(|word| word.contains('-'));
    starts && words.any(|word| rules::named(word).is_some())
}

fn of_comment(source: &Arc<Source>, comment: &Comment, lines: &Lines, found: &mut Comments) {
    let whole = hcl::is_terraform(source.path()).then(|| Span::new(0, source.text().len()));
    let covers = |whole_file: bool| if whole_file { whole } else { Some(lines.covered(source, comment)) };
    of_text(source, comment.span, None, &covers, found);
}

/// The suppressions in the comments of a Jsonnet document.
fn in_document(source: &Arc<Source>, found: &mut Comments) {
    let comments = comments(source.text());
    let document = text_of(source);
    for (comment, line) in comments.iter().zip(lines_about(source, &comments)) {
        if found.cut.is_some() {
            return;
        }
        let covers = |whole_file: bool| (!whole_file).then_some(line);
        of_text(source, comment.span, Some(&document), &covers, found);
    }
}

/// The line that each comment of a document is about: its own, or the next one that holds more than comments.
fn lines_about(source: &Source, comments: &[comments::Comment]) -> Vec<Span> {
    let mut about: Vec<Span> = Vec::with_capacity(comments.len());
    // From the last one on: what is above another comment is about the same line.
    for (index, comment) in comments.iter().enumerate().rev() {
        let own = source.line_span(source.line_of(comment.span.start));
        let from = source.line_of(comment.span.end) + 1;
        let mut after = (from..source.line_count()).map(|line| source.line_span(line));
        let next = after.find(|span| !source.slice(*span).trim().is_empty()).filter(|_| comment.own_line);
        let above = comments.get(index + 1).filter(|other| other.own_line);
        let is_there = |next: Span, other: Span| next.start <= other.start && other.start < next.end;
        let above = above.is_some_and(|other| next.is_some_and(|next| is_there(next, other.span)));
        about.push(match about.last() {
            Some(known) if above => *known,
            _ => next.unwrap_or(own),
        });
    }
    about.reverse();
    about
}

/// Documents that hold suppressions, each once.
#[must_use]
pub(crate) fn each_once(documents: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
    let mut known = HashSet::new();
    documents.into_iter().filter(|document| may_silence(document.text()) && known.insert(text_of(document))).collect()
}

/// Whether a text may hold a suppression, well spelt or not.
fn may_silence(text: &str) -> bool {
    ["kratos", "Kratos", "KRATOS"].iter().chain(&ATTEMPTS).any(|word| text.contains(word))
}

fn of_text(
    source: &Arc<Source>,
    comment: Span,
    document: Option<&Text>,
    covers: &dyn Fn(bool) -> Option<Span>,
    found: &mut Comments,
) {
    let text = source.slice(comment);
    let rest = text.find(MARK).and_then(|at| text.get(at + MARK.len()..)).unwrap_or_default();
    let word = rest.trim_start();
    let whole_file = word.starts_with("ignore-file[");
    let Some(names) = word
        .strip_prefix("ignore-file[")
        .or_else(|| word.strip_prefix("ignore["))
        .and_then(|rest| Some(rest.split_once(']')?.0))
    else {
        if is_attempt(text) {
            found.misspelt.push(Place::new(source, comment));
        }
        return;
    };
    let covers = covers(whole_file);
    let start = comment.start + (names.as_ptr() as usize - text.as_ptr() as usize);
    let mut offset = 0;
    for part in names.split(',') {
        let lead = part.len() - part.trim_start().len();
        let rule = part.trim();
        let place = Place::new(source, Span::new(start + offset + lead, start + offset + lead + rule.len()));
        if found.suppressions.len() >= MOST {
            found.cut = Some(place);
            return;
        }
        let name = rules::named(rule).map(|rule| rule.name);
        found.suppressions.push(Suppression {
            rule: rule.to_owned(),
            name,
            place,
            covers,
            document: document.cloned(),
            used: false,
        });
        offset += part.len() + 1;
    }
}

/// What comments above the lines of a file stand for.
struct Lines {
    /// The next line with content after each line.
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
        let nodes = nodes.iter().filter(|node| Arc::ptr_eq(node.source(), source));
        let mut entries: Vec<Span> = nodes.map(|node| node.entry_place().span).collect();
        entries.sort();
        Lines { next, entries }
    }

    /// What a comment stands for: its own line, or the entry that begins on the next line with content.
    fn covered(&self, source: &Source, comment: &Comment) -> Span {
        let line = source.line_of(comment.span.start);
        let after = |line: usize| self.next.get(line).copied().filter(|next| *next < source.line_count());
        let Some(first) = after(line).filter(|_| comment.own_line) else { return source.line_span(line) };
        let mut next = source.line_span(first);
        // A dash on a line of its own belongs to what follows.
        let rest = source.slice(next).trim().strip_prefix('-').map(str::trim_start);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#')) {
            next = after(first).map_or(next, |second| next.cover(source.line_span(second)));
        }
        let from = self.entries.partition_point(|entry| entry.start < next.start);
        let entries = self.entries.iter().skip(from).take_while(|entry| entry.start < next.end);
        entries.copied().fold(next, Span::cover)
    }
}
