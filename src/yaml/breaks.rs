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

/// One fault for each sign that has more than a comment after it on its line.
pub(super) fn faults(source: &Arc<Source>, signs: &[Span]) -> Vec<TextFault> {
    let rest = |sign: &Span| {
        let line = source.line_span(source.line_of(sign.start));
        source.slice(Span::new(sign.end, line.end)).trim_matches(|c: char| c.is_whitespace() || SIGNS.contains(&c))
    };
    let hides = |sign: &&Span| !rest(sign).is_empty() && !rest(sign).starts_with('#');
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
    signs.iter().filter(hides).take(MAX_FAULTS).map(fault).collect()
}
