//! After a syntax error: the entry is blanked and the text read again, so that one mistake does not hide the others.

use std::sync::Arc;

use super::{FaultKind, TextFault};
use crate::text::{Place, Source, Span};

/// Why the parser stopped.
pub(super) struct SyntaxError {
    /// Byte at which it stopped.
    pub(super) at: usize,
    /// Its words.
    pub(super) info: String,
    /// Where the last key or item before it begins.
    pub(super) last: Option<usize>,
}

/// How often a text is read again.
pub(super) const MAX_ROUNDS: usize = 20;

/// How many tags are made fit for the parser: each time the text is read again.
pub(super) const MAX_TAGS: usize = 64;

/// Texts above this size, in bytes, are not read again.
const MAX_RECOVERED: usize = 1 << 20;

/// Words of the parser, and what users should read instead.
const WORDS: &[(&str, &str, &str)] = &[
    ("tab character", "tabs are not allowed in the indentation", "indent with spaces"),
    ("found a tab", "tabs are not allowed in the indentation", "indent with spaces"),
    ("tab cannot", "tabs are not allowed in the indentation", "indent with spaces"),
    ("tabs ", "tabs are not allowed in the indentation", "indent with spaces"),
    ("parsing a flow", "a bracket is not closed, or a comma is missing", "close it"),
    ("anchor or alias", "an alias `*` or anchor `&` without a name", "quote the text"),
    ("unclosed", "a quote or bracket is not closed", "close it"),
    ("unexpected end of", "a quote or bracket is not closed", "close it"),
    (
        "while scanning a quoted scalar",
        "this quoted text is not closed, or a line of it is indented too little",
        "close the quote",
    ),
    (
        "simple key",
        "this looks like a key without a value: a colon is missing, or a long text is not quoted",
        "write `key: value`",
    ),
    ("mapping values are not allowed", "there is a second `: ` in one line", "quote the text that holds it"),
    (
        "did not find expected '-' indicator",
        "this line begins below the dashes of a list, without a dash",
        "indent it under the item above, or begin it with `- `",
    ),
    ("did not find expected key", "this line fits neither the map nor the list around it", ALIGN),
    ("did not find expected node content", "this sign cannot begin a value", "quote the text"),
    ("unexpected character", "this sign cannot begin a value", "quote the text"),
    (
        "trailing content after",
        "there is text after the closing quote",
        "quote all of it, with the other quotes inside",
    ),
    ("invalid indentation", "the indentation of this line fits no line around it", ALIGN),
    ("unknown escape", "this escape does not exist in YAML", "write the character itself, or use single quotes"),
];

/// What is said of `{ { name } }`, which formatters make of `{{ name }}`.
pub(super) const APART: &str = "a formatter took the braces of the templates apart: `{ {` is a map";

/// What to do about a line whose indentation fits no line around it.
const ALIGN: &str = "align it with the lines around it";

/// The error as a fault with its place.
pub(super) fn fault(source: &Arc<Source>, error: &SyntaxError) -> TextFault {
    let text = source.text();
    let line = source.line_span(source.line_of(error.at));
    let lead = source.slice(line);
    let indent = lead.len() - lead.trim_start_matches([' ', '\t']).len();
    let tabbed = lead.get(..indent).is_some_and(|indent| indent.contains('\t'));
    let end = text.get(error.at..).and_then(|rest| rest.chars().next()).map_or(error.at, |c| error.at + c.len_utf8());
    let info = error.info.to_ascii_lowercase();
    let row = WORDS.iter().find(|(word, ..)| info.contains(word));
    let (kind, message, help) = match row {
        _ if tabbed => (
            FaultKind::TabIndentation,
            "tabs are not allowed in the indentation".to_owned(),
            Some("indent with spaces"),
        ),
        Some((_, message, help)) => (FaultKind::Syntax, (*message).to_owned(), Some(*help)),
        None => (FaultKind::Syntax, format!("this is not YAML: {}", error.info), None),
    };
    let (message, help) = match hanging(text, line.start) {
        Some(hanging) if info.contains("mapping values are not allowed") => (hanging.to_owned(), Some(ALIGN)),
        _ => (message, help),
    };
    let span = if tabbed { Span::new(line.start, line.start + indent) } else { Span::new(error.at, end) };
    TextFault { kind, place: Place::new(source, span), message, help: help.map(str::to_owned), related: None }
}

/// What is wrong with a line that YAML takes for more of the value above it because it is indented further.
fn hanging(text: &str, start: usize) -> Option<&'static str> {
    let entry = |line: &str| {
        let content = line.trim_start_matches(' ');
        (line.len() - content.len(), content.starts_with("- "), content.matches(": ").count())
    };
    let (before, rest) = text.split_at_checked(start)?;
    let (indent, is_item, pairs) = entry(rest.lines().next()?);
    let above = before.lines().rev().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    let (indent_above, is_item_above, pairs_above) = entry(above);
    if pairs > 1 || indent <= indent_above {
        return None;
    }
    if is_item && is_item_above {
        return Some("this item is indented further than the item above it");
    }
    (!is_item && pairs_above == 1).then_some("this key is indented further than the key above it")
}

/// The next line that a tab indents: the parser blames the scalar before it.
pub(super) fn next_tab(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let mut line = at;
    for part in rest.split_inclusive('\n') {
        let indent = part.len() - part.trim_start_matches([' ', '\t']).len();
        if line > at && part.get(..indent).is_some_and(|lead| lead.contains('\t')) {
            return line;
        }
        line += part.len();
    }
    at
}

/// Makes a tag with more than two `!` (`!!!`, as some write where a value is to be filled in) one that the parser takes: the loader
/// takes it too, as a tag of no kind. False when there is no such tag at the error.
pub(super) fn retag(text: &mut String, error: &SyntaxError) -> bool {
    let rest = text.get(error.at..).unwrap_or_default();
    let end = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
    let Some(more) = rest.get(..end).and_then(|tag| tag.strip_prefix("!!")).filter(|more| more.contains('!')) else {
        return false;
    };
    let plain = more.replace('!', "x");
    text.replace_range(error.at + 2..error.at + end, &plain);
    true
}

/// Blanks the entry in which the error is; false when there is nothing left to blank.
pub(super) fn blank(text: &mut String, error: &SyntaxError) -> bool {
    if text.len() > MAX_RECOVERED {
        return false;
    }
    let line_start = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let own = line_start(error.at.min(text.len()));
    let own_is_blank = text.get(own..line_end(own)).is_none_or(|line| line.trim().is_empty());
    // Where the parser stops far after an unclosed quote or bracket, the entry that opened it is to blame.
    let start = match error.last {
        Some(last) if own_is_blank || is_unclosed(text.get(last..own).unwrap_or_default()) => line_start(last),
        _ => own,
    };
    // Within brackets the line that opened them is to blame, not the one where the parser gave up.
    let opener =
        if error.info.contains("flow") { last_open_bracket(text.get(..error.at).unwrap_or_default()) } else { None };
    let (start, end) = match opener {
        Some(bracket) => (line_start(bracket), line_end(bracket)),
        None => (start, line_end(error.at.max(start))),
    };
    let Some(entry) = text.get(start..end).filter(|entry| !entry.trim().is_empty()) else { return false };
    let blanked: String = entry.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(start..end, &blanked);
    true
}

/// The last bracket that is opened and not closed.
fn last_open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '[' | '{' => open.push(at),
            ']' | '}' => _ = open.pop(),
            _ => {}
        }
    }
    open.pop()
}

/// Whether a quote or bracket is opened and not closed in this piece.
fn is_unclosed(piece: &str) -> bool {
    let odd = |quote: char| piece.matches(quote).count() % 2 == 1;
    let more = |open: char, close: char| piece.matches(open).count() > piece.matches(close).count();
    odd('"') || odd('\'') || more('[', ']') || more('{', '}')
}

/// Sorts faults by place and drops repetitions.
pub(super) fn settle(faults: &mut Vec<TextFault>) {
    faults.sort_by_key(|fault| (fault.place.span, fault.message.clone()));
    faults.dedup_by(|a, b| {
        let same_line = a.place.source.line_of(a.place.span.start) == b.place.source.line_of(b.place.span.start);
        same_line && (a.kind == b.kind || b.kind == FaultKind::TabIndentation && a.kind == FaultKind::Syntax)
    });
    // A formatter does it everywhere: one fault for all.
    let mut is_first = true;
    faults.retain(|fault| fault.message != APART || std::mem::replace(&mut is_first, false));
    // Lines of prose, one after the other: one fault for all.
    let mut last: Option<(usize, String)> = None;
    faults.retain(|fault| {
        let line = fault.place.source.line_of(fault.place.span.start);
        let follows = last.as_ref().is_some_and(|(above, message)| above + 1 == line && *message == fault.message);
        last = (fault.kind == FaultKind::Syntax).then(|| (line, fault.message.clone()));
        !follows
    });
}
