//! Where the cursor is in a TOML text that is being written: a look at its lines, which need not be complete.

use std::collections::BTreeSet;

use super::position::{line_at, word_at};
use crate::text::Span;

/// Most lines that a list is searched for its key.
const MAX_LINES: usize = 2_000;

/// The place of the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The table around it; the empty name is that of the file.
    pub(super) table: String,
    pub(super) part: Part,
    pub(super) replaces: Span,
    /// The keys that the table has elsewhere.
    pub(super) others: BTreeSet<String>,
    /// A quote begins what is replaced.
    pub(super) is_quoted: bool,
    /// A value begins there: it is not in the middle of a text.
    pub(super) is_start: bool,
}

/// What is written there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `[` begins the line.
    Header,
    /// A key; whether `=` follows.
    Key(bool),
    /// The value of a key; whether it is in the brackets of a list.
    Value(String, bool),
}

/// The name of a table that a line begins.
pub(super) fn header(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?;
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    let (name, _) = inner.split_once(']')?;
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || "-_.".contains(chr);
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// A key without its quotes.
fn name(written: &str) -> &str {
    written.trim().trim_matches(['"', '\''])
}

/// Whether a value ends within the brackets of a list.
pub(super) fn is_open(value: &str) -> bool {
    value.matches('[').count() > value.matches(']').count()
}

/// The key before `=` in a line.
pub(super) fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = name(key);
    (!key.is_empty() && !key.starts_with('#')).then_some(key)
}

/// The key of the list that is open before a line.
fn open_list(before: &str) -> Option<&str> {
    for line in before.lines().rev().take(MAX_LINES) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || (line.ends_with(',') && key(line).is_none()) {
            continue;
        }
        let (key, value) = (key(line)?, line.split_once('=')?.1);
        return is_open(value).then_some(key);
    }
    None
}

pub(super) fn spot(text: &str, byte: usize) -> Option<Spot> {
    let (start, head) = line_at(text, byte);
    if head.trim_start().starts_with('#') {
        return None;
    }
    let before = text.get(..start)?;
    let rest = text.get(byte..)?;
    let line_rest = rest.lines().next().unwrap_or_default();
    let table = before.lines().rev().find_map(header).unwrap_or_default().to_owned();
    let own = before.rfind("\n[").map_or(0, |at| at + 1);
    let after = rest.find("\n[").map_or(rest, |at| rest.get(..at).unwrap_or_default());
    let others = before.get(own..)?.lines().chain(after.lines().skip(1)).filter_map(key).map(str::to_owned).collect();
    let is_part = |chr: char| chr.is_alphanumeric() || "-_.*/:\"'".contains(chr);
    let word = word_at(text, byte, is_part)?;
    let is_quoted = text.get(word.start..).is_some_and(|text| text.starts_with(['"', '\'']));
    let list = open_list(before);
    let part = match head.split_once('=') {
        Some((key, value)) => Part::Value(name(key).to_owned(), is_open(value)),
        None if list.is_some() => Part::Value(list?.to_owned(), true),
        None if head.trim_start().starts_with('[') => Part::Header,
        None => Part::Key(line_rest.contains('=')),
    };
    let replaces = match part {
        Part::Header => {
            let end = byte + line_rest.trim_end().len();
            Span::new(start + head.len() - head.trim_start().len(), end)
        }
        _ => word,
    };
    let lead = text.get(start..replaces.start)?.trim_end();
    let is_start = lead.is_empty() || lead.ends_with(['=', '[', ',']);
    Some(Spot { table, part, replaces, others, is_quoted, is_start })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, Part, String)> {
        let byte = text.find('|').expect("a cursor");
        let plain = text.replacen('|', "", 1);
        let spot = spot(&plain, byte)?;
        Some((spot.table, spot.part, plain.get(spot.replaces.start..spot.replaces.end).expect("a part").to_owned()))
    }

    #[test]
    fn keys_values_and_tables_are_told_apart() {
        let found = |table: &str, part, token: &str| Some((table.to_owned(), part, token.to_owned()));
        let value = |key: &str, in_list| Part::Value(key.to_owned(), in_list);
        assert_eq!(at("|"), found("", Part::Key(false), ""));
        assert_eq!(at("kra|"), found("", Part::Key(false), "kra"));
        assert_eq!(at("[[ignore]]\nru|le = \"x\""), found("ignore", Part::Key(true), "rule"));
        assert_eq!(at("kratos = \"v1|\"\n"), found("", value("kratos", false), "\"v1\""));
        assert_eq!(at("given = [\"DSN\", |]"), found("", value("given", true), ""));
        assert_eq!(at("given = [\n  # a\n  \"DSN\",\n  \"S|\n"), found("", value("given", true), "\"S"));
        assert_eq!(at("[rules]\n[ov|"), found("rules", Part::Header, "[ov"));
        assert_eq!(at("given = [\n  \"DSN\",\n]\n|"), found("", Part::Key(false), ""));
        assert_eq!(at("# k|"), None);
        assert_eq!(header("[[overrides]] # a"), Some("overrides"));
        assert_eq!(header("[\"a\"]"), None);
    }
}
