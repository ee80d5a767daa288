//! A line as it is shown, and which of its characters a byte of the file became.

use super::Piece;
use crate::text::Span;

/// The characters of a line as it is shown.
#[derive(Debug)]
pub(crate) struct Drawn {
    /// What is shown.
    pub cells: Vec<char>,
    /// Bytes, ascending, and the cell at which each begins. What is hidden has one place.
    bytes: Vec<(usize, usize)>,
    length: usize,
}

impl Drawn {
    /// Draws a line of which these pieces are shown; `edge` makes of a text what its reader sees.
    #[must_use]
    pub(crate) fn of(line: &str, pieces: &[Piece], edge: &dyn Fn(&str) -> String) -> Drawn {
        let mut drawn = Drawn { cells: Vec::new(), bytes: Vec::new(), length: line.len() };
        for piece in pieces {
            let raw = line.get(piece.span.start..piece.span.end).unwrap_or_default();
            // What is hidden in the middle of a piece leaves the places of what is around it.
            let (before, after) = same_ends(raw, &piece.shown);
            let hidden = piece.shown.get(before..piece.shown.len() - after).unwrap_or_default();
            drawn.push_each(piece.span.start, raw.get(..before).unwrap_or_default(), edge);
            if before + after < raw.len() || !hidden.is_empty() {
                drawn.push(piece.span.start + before, &edge(hidden));
            }
            let rest = raw.len() - after;
            drawn.push_each(piece.span.start + rest, raw.get(rest..).unwrap_or_default(), edge);
        }
        drawn
    }

    fn push_each(&mut self, from: usize, text: &str, edge: &dyn Fn(&str) -> String) {
        for (at, character) in text.char_indices() {
            self.push(from + at, &edge(character.encode_utf8(&mut [0; 4])));
        }
    }

    fn push(&mut self, byte: usize, shown: &str) {
        self.bytes.push((byte, self.cells.len()));
        self.cells.extend(shown.chars());
    }

    /// The cells of some bytes of the line, at least one; the place after the last cell for bytes after the line.
    #[must_use]
    pub(crate) fn place(&self, span: Span) -> (usize, usize) {
        if span.start >= self.length {
            return (self.cells.len(), self.cells.len());
        }
        let at = self.bytes.partition_point(|(byte, _)| *byte <= span.start);
        let start = self.bytes.get(at.saturating_sub(1)).map_or(0, |(_, cell)| *cell);
        let after = self.bytes.partition_point(|(byte, _)| *byte < span.end);
        let end = self.bytes.get(after).map_or(self.cells.len(), |(_, cell)| *cell);
        (start, end.max(start + 1))
    }
}

/// How many bytes are the same at the beginning and at the end of two texts.
fn same_ends(raw: &str, shown: &str) -> (usize, usize) {
    let length = |(one, other): (char, char)| (one == other).then(|| one.len_utf8());
    let before = raw.chars().zip(shown.chars()).map_while(length).sum();
    let [raw, shown] = [raw, shown].map(|text| text.get(before..).unwrap_or_default());
    (before, raw.chars().rev().zip(shown.chars().rev()).map_while(length).sum())
}
