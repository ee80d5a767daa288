//! Completion inside the brackets of YAML: what is offered elsewhere, written on one line.

use std::path::Path;

use super::as_json::parsed;
use super::offer::Offer;
use super::position::{depth, line_at};
use super::probe::{BracketSpot, Probe, Role, dashes, value_start};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::trial::{self, Trial};
use super::{configuration, repeat, units};
use crate::init::inline::{Inline, SPECIAL};
use crate::text::Span;

/// Most lines that one pair of brackets is looked for on.
const MAX_LINES: usize = 200;

/// What may be written at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Vec<Offer>, Span, usize)> {
    let spot = spot(text, byte)?;
    let probe = Probe::of_flow(&path.to_string_lossy(), text, &spot)?;
    let comma = if spot.needs_comma { "," } else { "" };
    let written = |offer: Offer| {
        let mut new = match probe.role {
            Role::Key { has_value: true, .. } => Snippet::of(offer.label.as_str()),
            Role::Key { .. } => on_one_line(&offer.text, true)?,
            Role::Value => match hooks(&offer.text, &probe) {
                Some(hooks) => Snippet::of(hooks),
                None => on_one_line(&offer.text, false)?,
            },
        };
        new.text(comma);
        offer.rewritten(new, |text| on_one_line(text, true))
    };
    let offers = configuration::of_probe(path, &probe, snapshot).into_iter().filter_map(written).collect();
    let (replaces, indent) = (probe.replaces, probe.indent);
    let (at, closers) = &spot.closers;
    let closed = format!("{}{closers}{}", text.get(..*at)?, text.get(*at..)?);
    let target = trial::target(units::version(path, probe.root(), snapshot));
    let (stand_in, is_deep, text) = (String::new(), probe.is_provider(), closed.as_str());
    let trial =
        Trial { path, text, replaces, indent, column: indent, is_json: true, stand_in, is_deep, target, snapshot };
    Some((trial.accepted(offers, probe.role), replaces, indent))
}

/// Several hooks where one is written, with the rest of its braces around them.
fn hooks(offer: &Snippet, probe: &Probe) -> Option<String> {
    let is_name = probe.marked().is_some_and(|node| node.key() == Some("hook"));
    let items = repeat::several(&offer.plain(""), if is_name { "hook: " } else { "" })?;
    let written = Inline::YAML.items(&items);
    if !is_name {
        return Some(written);
    }
    Some(written.strip_prefix("{ hook: ")?.strip_suffix(" }")?.to_owned())
}

/// What is offered, as it may be between brackets; `is_entry` when it is a key with its value.
fn on_one_line(offer: &Snippet, is_entry: bool) -> Option<Snippet> {
    let plain = offer.plain("");
    let value = plain.split_once(": ").filter(|_| is_entry).map_or(plain.as_str(), |(_, value)| value);
    let is_plain = is_entry || !plain.contains(": ");
    if is_plain
        && !plain.contains('\n')
        && !plain.trim_end().ends_with(':')
        && (is_quoted(value) || !value.contains(SPECIAL))
    {
        return Some(offer.clone());
    }
    let written = Inline::YAML.value(&parsed(&plain)?);
    let inner = if is_entry { written.strip_prefix("{ ")?.strip_suffix(" }")? } else { &written };
    Some(Snippet::of(inner))
}

fn is_quoted(value: &str) -> bool {
    value.starts_with(['"', '\''])
}

/// Brackets that are open.
struct Frame {
    is_list: bool,
    /// A colon came after the last key.
    in_value: bool,
}

/// What was read up to a byte.
#[derive(Default)]
struct Read {
    frames: Vec<Frame>,
    /// Where the word begins that is not finished, and its quote.
    word: Option<(usize, Option<char>)>,
    /// The byte is in a comment, or the brackets are closed before it.
    is_outside: bool,
}

/// Looks around `byte` of a text; none outside of brackets.
pub(super) fn spot(text: &str, byte: usize) -> Option<BracketSpot> {
    let (start, column) = opening(text, byte)?;
    let read = read(text, start, byte);
    let own = read.frames.last().filter(|_| !read.is_outside)?;
    let is_key = !own.is_list && !own.in_value;
    let rest = text.get(byte..)?;
    let from = read.word.map_or(byte, |(from, _)| from);
    let tail = match read.word.and_then(|(_, quote)| quote) {
        Some(quote) => rest
            .find([quote, '\n'])
            .map_or(rest.len(), |at| at + usize::from(!rest.get(at..).is_some_and(|end| end.starts_with('\n')))),
        None => {
            let end = rest.find([',', '[', ']', '{', '}', '\n', '\r', '#', '"', '\'']).unwrap_or(rest.len());
            let end = rest.get(..end)?.find(": ").unwrap_or(end);
            rest.get(..end)?.trim_end().trim_end_matches(':').len()
        }
    };
    let is_apart = read.word.is_none() && rest.starts_with([' ', '\t']);
    let to = if is_apart { byte } else { byte + tail };
    let after = text.get(to..)?.trim_start_matches([' ', '\t']);
    let has_value = is_key && after.starts_with(':');
    let needs_comma = !has_value && !after.is_empty() && !after.starts_with([',', ']', '}', '\n', '\r', '#']);
    let closers = closers(text, start, column, byte);
    Some(BracketSpot { is_key, token: Span::new(from, to), has_value, needs_comma, closers })
}

/// Where the brackets around a byte open that are the value of a key or an item, and the column of their line.
fn opening(text: &str, byte: usize) -> Option<(usize, usize)> {
    let mut end = byte;
    for _ in 0..MAX_LINES {
        let (start, line) = line_at(text, end);
        let indent = depth(line);
        let lead = indent + dashes(line.get(indent..)?);
        let written = line.get(lead..)?;
        let at = lead + value_start(written).unwrap_or_default();
        if line.get(at..)?.starts_with(['{', '[']) && read(text, start + at, byte).is_open() {
            return Some((start + at, indent));
        }
        end = start.checked_sub(1)?;
    }
    None
}

impl Read {
    fn is_open(&self) -> bool {
        !self.is_outside && !self.frames.is_empty()
    }
}

fn read(text: &str, start: usize, byte: usize) -> Read {
    let mut read = Read::default();
    let mut is_comment = false;
    let mut before = ' ';
    let Some(written) = text.get(start..byte) else { return Read { is_outside: true, ..read } };
    for (at, chr) in written.char_indices() {
        let next = text.get(start + at + chr.len_utf8()..).and_then(|rest| rest.chars().next()).unwrap_or('\n');
        let last = std::mem::replace(&mut before, chr);
        if is_comment {
            is_comment = chr != '\n';
            continue;
        }
        if let Some((_, Some(quote))) = read.word {
            if chr == quote && (quote == '\'' || last != '\\') || chr == '\n' {
                read.word = None;
            }
            continue;
        }
        match chr {
            '#' if last.is_whitespace() => is_comment = true,
            '{' | '[' => read.frames.push(Frame { is_list: chr == '[', in_value: false }),
            '}' | ']' => _ = read.frames.pop(),
            ',' => read.frames.iter_mut().last().into_iter().for_each(|frame| frame.in_value = false),
            ':' if next.is_whitespace() || SPECIAL.contains(&next) || matches!(last, '"' | '\'') => {
                read.frames.iter_mut().last().into_iter().for_each(|frame| frame.in_value = true);
            }
            '"' | '\'' if read.word.is_none() => {
                read.word = Some((start + at, Some(chr)));
                continue;
            }
            _ if chr == '\n' => {}
            _ if chr.is_whitespace() => continue,
            _ => {
                read.word = read.word.or(Some((start + at, None)));
                continue;
            }
        }
        read.word = None;
        if read.frames.is_empty() {
            return Read { is_outside: true, ..read };
        }
    }
    Read { is_outside: is_comment, ..read }
}

/// What closes the brackets that are open at the end of the line of `byte`, unless the lines after it do.
fn closers(text: &str, start: usize, column: usize, byte: usize) -> (usize, String) {
    let end_of = |at: usize| at + text.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(text.len() - at);
    let mut end = end_of(byte);
    let here = end - usize::from(text.get(..end).is_some_and(|text| text.ends_with('\r')));
    for _ in 0..MAX_LINES {
        if !read(text, start, end).is_open() {
            return (here, String::new());
        }
        // What is no deeper than the line of the first bracket belongs to the lines below it.
        let next = text.get(end..).and_then(|rest| rest.get(1..)).unwrap_or_default();
        let line = next.lines().next().unwrap_or_default();
        let is_below = depth(line) <= column && !line.trim_start().starts_with(['}', ']']) && !line.trim().is_empty();
        if next.is_empty() || is_below {
            break;
        }
        end = end_of(end + 1);
    }
    let open = read(text, start, here);
    (here, open.frames.iter().rev().map(|frame| if frame.is_list { ']' } else { '}' }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(bool, String, bool, String)> {
        let byte = text.find('|').expect("a cursor");
        let plain = text.replace('|', "");
        let spot = spot(&plain, byte)?;
        let token = plain.get(spot.token.start..spot.token.end).expect("a part").to_owned();
        Some((spot.is_key, token, spot.needs_comma, spot.closers.1))
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        let found = |is_key, token: &str, needs_comma, closers: &str| {
            Some((is_key, token.to_owned(), needs_comma, closers.to_owned()))
        };
        assert_eq!(at("a: {|}"), found(true, "", false, ""));
        assert_eq!(at("a: {b: |}"), found(false, "", false, ""));
        assert_eq!(at("a: {b: tr|ue, c: 1}"), found(false, "true", false, ""));
        assert_eq!(at("a: {b: 1, c|}"), found(true, "c", false, ""));
        assert_eq!(at("a: {| b: 1}"), found(true, "", true, ""));
        assert_eq!(at("a: { |b: 1}"), found(true, "b", false, ""));
        assert_eq!(at("a: [GET, |]"), found(false, "", false, ""));
        assert_eq!(at("- [https://a.b/c, x|\nb: 1"), found(false, "x", false, "]"));
        assert_eq!(at("a: {b: {c: |\nd: 1\n"), found(false, "", false, "}}"));
        assert_eq!(at("a: {\n  b: {c: 1},\n  |\n}\n"), found(true, "", false, ""));
        assert_eq!(at("a: {\"b\":'x|y', c: 1}"), found(false, "'xy'", false, ""));
        assert_eq!(at("a: {b: 1} # {|"), None);
        assert_eq!(at("a: {b: 1, # {|\n}"), None);
        assert_eq!(at("a: {b: 1}\nc: |"), None);
        assert_eq!(at("a: x {|"), None);
    }

    #[test]
    fn what_is_on_several_lines_is_put_on_one() {
        let flat = |text: &str, is_entry| on_one_line(&Snippet::of(text), is_entry).map(|new| new.plain(""));
        assert_eq!(
            flat("oidc:\n  enabled: true\n  config:\n    scope:\n      - a\n      - 'b, c'", true).as_deref(),
            Some("oidc: { enabled: true, config: { scope: [a, \"b, c\"] } }")
        );
        assert_eq!(flat("hook: session", false).as_deref(), Some("{ hook: session }"));
        assert_eq!(flat("enabled: true", true).as_deref(), Some("enabled: true"));
    }
}
