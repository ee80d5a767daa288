//! Signs that end a line for yaml.v3 (yamlprivateh.go), and neither for YAML 1.2 nor for an editor: U+0085, U+2028 and U+2029.
//! Kratos reads what follows one in a comment, and an editor shows it as part of the comment.

use std::sync::Arc;

use super::arena::MAX_FAULTS;
use super::{FaultKind, Style, TextFault, Tree, Value};
use crate::text::{Place, Source, Span};

const SIGNS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// Where they are in a text.
pub(super) fn all(text: &str) -> Vec<Span> {
    if text.is_ascii() {
        return Vec::new();
    }
    text.match_indices(SIGNS).map(|(at, sign)| Span::new(at, at + sign.len())).collect()
}

/// Those outside of the quotes of a tree: inside of them they are part of a text.
pub(super) fn unquoted(text: &str, tree: &Tree) -> Vec<Span> {
    let mut signs = all(text);
    if signs.is_empty() {
        return signs;
    }
    let is_quoted = |style| matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
    let values = tree.nodes.iter().filter(|node| is_quoted(node.style)).map(|node| node.span);
    let entries = tree.nodes.iter().flat_map(|node| match &node.value {
        Value::Mapping(entries) => entries.as_slice(),
        _ => &[],
    });
    let keys = entries.map(|entry| entry.key_span);
    let is_in_quotes = |span: &Span| text.get(span.start..span.end).is_some_and(|key| key.starts_with(['"', '\'']));
    let mut quoted: Vec<Span> = values.chain(keys.filter(is_in_quotes)).collect();
    quoted.sort();
    signs.retain(|sign| {
        let before = quoted.partition_point(|span| span.start <= sign.start);
        before.checked_sub(1).and_then(|last| quoted.get(last)).is_none_or(|span| sign.end > span.end)
    });
    signs
}

/// The text with a line break for each of these signs, as long as before.
pub(super) fn broken(text: &str, signs: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for sign in signs {
        out.push_str(text.get(from..sign.start).unwrap_or_default());
        out.push_str(&" ".repeat(sign.len() - 1));
        out.push('\n');
        from = sign.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Those with more than a comment after them on their line. A line may hold thousands: of each only the text up to the next one is read.
fn hiding(source: &Source, signs: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut next: Option<(usize, bool)> = None;
    for sign in signs.iter().rev() {
        let end = source.line_span(source.line_of(sign.start)).end;
        let after = next.filter(|(start, _)| *start < end);
        let between = source.slice(Span::new(sign.end, after.map_or(end, |(start, _)| start)));
        let hides = match between.trim_start().chars().next() {
            Some(first) => first != '#',
            None => after.is_some_and(|(_, hides)| hides),
        };
        next = Some((sign.start, hides));
        found.extend(hides.then_some(*sign));
    }
    found.reverse();
    found
}

/// One fault for each sign that has more than a comment after it on its line.
pub(super) fn faults(source: &Arc<Source>, signs: &[Span]) -> Vec<TextFault> {
    let fault = |sign: &Span| {
        let number = source.slice(*sign).chars().next().map(u32::from).unwrap_or_default();
        TextFault {
            kind: FaultKind::HiddenBreak,
            place: Place::new(source, *sign),
            message: format!(
                "U+{number:04X} ends the line for Kratos, and not in an editor: what follows is read as a line of its own"
            ),
            help: Some("remove the sign, or break the line there".to_owned()),
            related: None,
        }
    };
    hiding(source, signs).iter().take(MAX_FAULTS).map(fault).collect()
}
