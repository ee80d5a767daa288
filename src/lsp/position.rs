//! Bytes of a text and the positions of the protocol: lines, and characters of UTF-16 or UTF-8 in them.

use std::cell::OnceCell;
use std::ops::Range;

use serde_json::{Value, json};

use crate::text::Span;

/// How the client counts the characters of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// In units of UTF-16, what every client knows.
    #[default]
    Utf16,
    /// In bytes.
    Utf8,
}

impl Encoding {
    /// The name in the protocol.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Encoding::Utf16 => "utf-16",
            Encoding::Utf8 => "utf-8",
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf8 => character.len_utf8(),
        }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf8 => text.len(),
        }
    }
}

/// The start of the line of a byte, and what is written in it before that.
pub(super) fn line_at(text: &str, byte: usize) -> (usize, &str) {
    let before = text.get(..byte).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (start, before.get(start..).unwrap_or_default())
}

/// How many blanks a line begins with.
pub(super) fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// How many blanks the line of a byte begins with.
pub(super) fn depth_at(text: &str, byte: usize) -> usize {
    depth(text.get(line_at(text, byte).0..).unwrap_or_default())
}

/// A position of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// Line, from 0.
    pub(super) line: usize,
    /// Character in the line, from 0, in the units of the encoding.
    pub(super) character: usize,
}

impl Position {
    /// Reads `{"line": …, "character": …}`; what is missing or negative is 0.
    pub(super) fn of(value: &Value) -> Position {
        let number = |key: &str| {
            let number = value.get(key).and_then(Value::as_u64).unwrap_or_default();
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        Position { line: number("line"), character: number("character") }
    }

    /// As JSON.
    pub(super) fn json(self) -> Value {
        json!({"line": self.line, "character": self.character})
    }
}

/// Bytes of a block of which the units are counted together.
const BLOCK: usize = 4096;

/// The lines of a text as the protocol sees them: `\n`, `\r\n` and a lone `\r` end one.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
    /// Units before each block of bytes, for characters of long lines.
    units: OnceCell<Vec<usize>>,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    pub(super) fn of(text: &'t str, encoding: Encoding) -> Lines<'t> {
        let bytes = text.as_bytes();
        let is_end = |(at, byte): &(usize, &u8)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = bytes.iter().enumerate().filter(is_end).map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(ends).collect(), encoding, units: OnceCell::new() }
    }

    /// The bytes of a line without its end.
    fn line(&self, line: usize) -> Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        start..start + text.trim_end_matches(['\n', '\r']).len()
    }

    /// The byte of a position; after the end of a line it is that end, after the last line the end of the text.
    pub(super) fn byte(&self, position: Position) -> usize {
        if position.line >= self.starts.len() {
            return self.text.len();
        }
        let line = self.line(position.line);
        let text = self.text.get(line.clone()).unwrap_or_default();
        let mut units = 0;
        for (at, character) in text.char_indices() {
            units += self.encoding.units(character);
            // Inside a character it is its start.
            if units > position.character {
                return line.start + at;
            }
        }
        line.end
    }

    /// The byte of the position that a request is about.
    pub(super) fn byte_of(&self, params: &Value) -> usize {
        self.byte(Position::of(params.get("position").unwrap_or(&Value::Null)))
    }

    /// The position of a byte.
    pub(super) fn position(&self, byte: usize) -> Position {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        // Positions never come after the end of a line.
        let end = byte.min(self.line(line).end.max(start));
        Position { line, character: self.length(start, end) }
    }

    /// The units between two bytes that begin characters. Many places are on one line at times: it is not counted anew for each.
    fn length(&self, start: usize, end: usize) -> usize {
        if end - start < BLOCK || self.encoding == Encoding::Utf8 {
            return self.encoding.length(self.text.get(start..end).unwrap_or_default());
        }
        self.units_before(end) - self.units_before(start)
    }

    fn units_before(&self, byte: usize) -> usize {
        let blocks = self.units.get_or_init(|| {
            let mut blocks = vec![0];
            let mut sum = 0;
            for (at, character) in self.text.char_indices() {
                // What begins in a block counts to it.
                while blocks.len() * BLOCK <= at {
                    blocks.push(sum);
                }
                sum += self.encoding.units(character);
            }
            blocks
        });
        let block = (byte / BLOCK).min(blocks.len() - 1);
        let mut start = block * BLOCK;
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        blocks.get(block).copied().unwrap_or_default()
            + self.encoding.length(self.text.get(start..byte).unwrap_or_default())
    }

    /// A range of the protocol.
    pub(super) fn range(&self, span: Span) -> Value {
        json!({"start": self.position(span.start).json(), "end": self.position(span.end.max(span.start)).json()})
    }

    /// The bytes of a range of the protocol; turned round when its end is before its start.
    pub(super) fn span(&self, range: &Value) -> Span {
        let byte = |key: &str| self.byte(Position::of(range.get(key).unwrap_or(&Value::Null)));
        let (start, end) = (byte("start"), byte("end"));
        Span::new(start.min(end), start.max(end))
    }
}

/// Applies a change of the client to a text: of a range, or of all of it.
pub(super) fn apply(text: &mut String, change: &Value, encoding: Encoding) {
    let new = change.get("text").and_then(Value::as_str).unwrap_or_default();
    match change.get("range").filter(|range| range.is_object()) {
        Some(range) => {
            let span = Lines::of(text, encoding).span(range);
            text.replace_range(span.start..span.end, new);
        }
        None => new.clone_into(text),
    }
}

/// The bytes of the word around a byte, which may be empty; none where the byte is inside of a character.
pub(super) fn word_at(text: &str, byte: usize, is_part: impl Fn(char) -> bool) -> Option<Span> {
    let (before, after) = text.split_at_checked(byte)?;
    let start = before.trim_end_matches(&is_part).len();
    let end = byte + (after.len() - after.trim_start_matches(&is_part).len());
    Some(Span::new(start, end))
}

/// Whether a character may be in a name of Jsonnet, or of a variable of the environment.
pub(super) fn is_name(chr: char) -> bool {
    chr.is_ascii_alphanumeric() || chr == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, character: usize) -> Position {
        Position { line, character }
    }

    #[test]
    fn positions_count_units_of_the_encoding() {
        let text = "a𝄞ü\r\nb\rc\n";
        let wide = Lines::of(text, Encoding::Utf16);
        assert_eq!(wide.byte(at(0, 3)), 5);
        assert_eq!(wide.byte(at(0, 2)), 1, "inside a character");
        assert_eq!(wide.byte(at(0, 99)), 7);
        assert_eq!(wide.byte(at(1, 1)), 10);
        assert_eq!(wide.byte(at(2, 0)), 11);
        assert_eq!(wide.byte(at(3, 0)), text.len());
        assert_eq!(wide.byte(at(9, 9)), text.len());
        assert_eq!(wide.position(7), at(0, 4));
        assert_eq!(wide.position(8), at(0, 4), "between \\r and \\n");
        assert_eq!(wide.position(3), at(0, 1), "inside a character");
        assert_eq!(wide.position(99), at(3, 0));
        let narrow = Lines::of(text, Encoding::Utf8);
        assert_eq!(narrow.byte(at(0, 5)), 5);
        assert_eq!(narrow.position(7), at(0, 7));
    }

    #[test]
    fn many_places_are_on_one_line() {
        let text = format!("é\r\n{}\nx", "a𝄞ü".repeat(20_000));
        for encoding in [Encoding::Utf16, Encoding::Utf8] {
            let lines = Lines::of(&text, encoding);
            for (byte, _) in text.char_indices().skip(3).step_by(997) {
                let counted = encoding.length(&text[4..byte.max(4)]);
                assert_eq!(lines.position(byte), at(1, counted), "{byte}");
                assert_eq!(lines.byte(at(1, counted)), byte);
            }
        }
        let lines = Lines::of(&text, Encoding::Utf16);
        let start = std::time::Instant::now();
        let sum: usize = (0..20_000).map(|index| lines.position(4 + index * 7).character).sum();
        assert_eq!(sum, 4 * (0..20_000).sum::<usize>());
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn changes_are_applied_where_the_client_means() {
        let mut text = "a𝄞b\r\nc".to_owned();
        let range = json!({"start": {"line": 0, "character": 3}, "end": {"line": 1, "character": 0}});
        apply(&mut text, &json!({"range": range, "text": "x\n"}), Encoding::Utf16);
        assert_eq!(text, "a𝄞x\nc");
        let turned = json!({"start": {"line": 1, "character": 9}, "end": {"line": 0, "character": 0}});
        apply(&mut text, &json!({"range": turned, "text": ""}), Encoding::Utf16);
        assert_eq!(text, "");
        apply(&mut text, &json!({"text": "whole"}), Encoding::Utf16);
        assert_eq!(text, "whole");
        apply(&mut text, &json!({"range": {"start": -1}, "text": 7}), Encoding::Utf16);
        assert_eq!(text, "whole");
    }
}
