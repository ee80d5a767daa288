//! Texts with their places: byte spans, lines and columns, and texts that lie inside other texts.

pub(crate) mod difference;
mod excerpt;
mod here_document;
pub(crate) mod marks;
pub(crate) mod names;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_STANDARD, Engine as _};

pub(crate) use here_document::{HereDocument, here_documents, here_documents_of_hcl, substitutions};

/// A range of bytes in a [`Source`]; `end` is excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte, from 0.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, without, `end`.
    #[must_use]
    pub(crate) const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The empty span at `byte`.
    #[must_use]
    pub(crate) const fn at(byte: usize) -> Span {
        Span::new(byte, byte)
    }

    /// The smallest span that covers both.
    #[must_use]
    pub(crate) fn cover(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` is wholly inside.
    #[must_use]
    pub(crate) fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    #[must_use]
    pub(crate) const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte.
    #[must_use]
    pub(crate) const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Line and column of a byte, both from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// A text and where it comes from: a file, or a part of another source (a block scalar, a base64 value).
#[derive(Debug)]
pub struct Source {
    path: String,
    content: Arc<TextContent>,
    outer: Option<Embedding>,
}

/// A text and what is known of it, shared by all sources with that text.
#[derive(Debug)]
struct TextContent {
    /// The text, or what is kept of it.
    text: String,
    /// Where the kept pieces are, when not all is kept.
    kept: Option<excerpt::Kept>,
    line_starts: Vec<u32>,
    /// Characters before each block of bytes, for columns of long lines.
    characters: OnceLock<Vec<usize>>,
    /// Whether a template decides what is left out of the text, once that was asked.
    is_partial: OnceLock<bool>,
    /// Words that the text was asked for, and whether it holds them.
    words: Mutex<Vec<(&'static str, bool)>>,
}

/// Bytes of a block of which the characters are counted together.
const BLOCK: usize = 4096;

/// How a text inside another one maps to it.
#[derive(Debug)]
struct Embedding {
    outer: Arc<Source>,
    pieces: Vec<Piece>,
    /// The bytes of the outer text that are the base64 of all of this one.
    base64: Option<Span>,
    /// What the base64 at some bytes of this text stands for, when that is written elsewhere, by these bytes.
    texts: Vec<(Span, Arc<Source>)>,
}

/// A run of bytes of the inner text and the bytes of the outer text that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Bytes of the inner text.
    pub inner: Span,
    /// Bytes of the outer text. Of the same length where the text is there verbatim; else the whole run maps to the whole, or is
    /// encoded in base64.
    pub outer: Span,
}

/// What Go's `base64.StdEncoding` decodes, line breaks apart: bits after the last byte may be set.
const GO_BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The bytes that standard base64 with padding stands for.
///
/// # Errors
/// Says in a clause what is wrong with it.
pub(crate) fn decode_base64(encoded: &str) -> Result<Vec<u8>, String> {
    GO_BASE64.decode(encoded).map_err(|_| {
        let why = if encoded.ends_with([' ', '\t']) {
            "the base64 ends in a space"
        } else if encoded.contains(['-', '_']) {
            "`-` and `_` belong to base64 for URLs"
        } else if !encoded.trim_end_matches('=').len().is_multiple_of(4) && !encoded.len().is_multiple_of(4) {
            "the base64 is cut off, or its padding `=` is missing"
        } else {
            "this is not standard base64"
        };
        why.to_owned()
    })
}

/// Bytes as two small hexadecimal digits each.
#[must_use]
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A content as the `base64://` address that holds it: standard alphabet, padded, on one line.
#[must_use]
pub(crate) fn to_base64_url(content: impl AsRef<[u8]>) -> String {
    format!("base64://{}", BASE64_STANDARD.encode(content))
}

/// A text with small letters for the capitals of ASCII, which most have none of.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    let has_capitals = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if has_capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
}

/// A text with others in the place of spans, which are in order; one that overlaps an earlier one, or is outside, is left out.
#[must_use]
pub(crate) fn edited<T: AsRef<str>>(text: &str, edits: impl IntoIterator<Item = (Span, T)>) -> String {
    let (mut after, mut at) = (String::with_capacity(text.len()), 0);
    for (span, new) in edits {
        let Some(before) = text.get(at..span.start).filter(|_| text.get(span.start..span.end).is_some()) else {
            continue;
        };
        after.push_str(before);
        after.push_str(new.as_ref());
        at = span.end;
    }
    after.push_str(text.get(at..).unwrap_or_default());
    after
}

impl Source {
    /// What `find` says of the text about directives of a template; asked once, since a file can hold thousands of configurations.
    pub(crate) fn is_partial(&self, find: impl FnOnce(&str) -> bool) -> bool {
        *self.content.is_partial.get_or_init(|| find(&self.content.text))
    }

    /// Whether the text holds a word; looked for once, since a file can hold many configurations.
    pub(crate) fn holds(&self, word: &'static str) -> bool {
        let mut words = self.content.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, is_there)) = words.iter().find(|(known, _)| *known == word) {
            return *is_there;
        }
        let is_there = self.content.text.contains(word);
        words.push((word, is_there));
        is_there
    }

    /// A file's text. `path` is shown as given, with `/`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Arc::new(Source::build(path.into(), text.into(), None))
    }

    /// A text that was read out of `outer`; `pieces` in ascending order of `inner`.
    #[must_use]
    pub(crate) fn embedded(outer: &Arc<Source>, text: impl Into<String>, pieces: Vec<Piece>) -> Arc<Source> {
        let embedding = Embedding { outer: Arc::clone(outer), pieces, base64: None, texts: Vec::new() };
        Arc::new(Source::build(outer.path.clone(), text.into(), Some(embedding)))
    }

    /// The same text in which the base64 at some bytes stands for texts that are written elsewhere.
    #[must_use]
    pub(crate) fn with_texts(outer: &Arc<Source>, pieces: Vec<Piece>, texts: Vec<(Span, Arc<Source>)>) -> Arc<Source> {
        let mut texts = texts;
        texts.sort_by_key(|(span, _)| *span);
        let embedding = Embedding { outer: Arc::clone(outer), pieces, base64: None, texts };
        let content = Arc::clone(&outer.content);
        Arc::new(Source { path: outer.path.clone(), content, outer: Some(embedding) })
    }

    /// The text that `encoded` stands for (standard base64 with padding, UTF-8 inside), found within the bytes of `place`.
    ///
    /// # Errors
    /// Says in a clause what is wrong with it.
    pub(crate) fn from_base64(place: &Place, encoded: &str) -> Result<Arc<Source>, String> {
        let texts = place.source.outer.as_ref().map(|embedding| embedding.texts.as_slice()).unwrap_or_default();
        let first = texts.partition_point(|(span, _)| *span < place.span);
        if let Some((_, text)) = texts.get(first).filter(|(span, _)| *span == place.span) {
            return Ok(Arc::clone(text));
        }
        let bytes = decode_base64(encoded)?;
        let text = String::from_utf8(bytes).map_err(|_| "what it encodes is not UTF-8".to_owned())?;
        let verbatim = place.source.slice(place.span).find(encoded).map(|at| place.span.start + at);
        let outer = verbatim.map_or(place.span, |start| Span::new(start, start + text.len().div_ceil(3) * 4));
        let pieces = vec![Piece { inner: Span::new(0, text.len()), outer }];
        let base64 = verbatim.map(|start| Span::new(start, start + encoded.len()));
        let embedding = Embedding { outer: Arc::clone(&place.source), pieces, base64, texts: Vec::new() };
        Ok(Arc::new(Source::build(place.source.path.clone(), text, Some(embedding))))
    }

    fn build(path: String, text: String, outer: Option<Embedding>) -> Source {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        let line_starts = line_starts.collect();
        let (characters, is_partial, words) = (OnceLock::new(), OnceLock::new(), Mutex::default());
        let content = Arc::new(TextContent { text, kept: None, line_starts, characters, is_partial, words });
        Source { path, content, outer }
    }

    /// The path of the file, as given or found, with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text; of an excerpt what is kept of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.content.text
    }

    /// The text of `span`, empty where it does not lie on character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.content.range(span.start, span.end).and_then(|range| self.content.text.get(range)).unwrap_or_default()
    }

    /// Number of lines, at least 1.
    #[must_use]
    pub(crate) fn line_count(&self) -> usize {
        self.content.line_starts.len()
    }

    /// The line (from 0) in which `byte` is.
    #[must_use]
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.content.line_starts.partition_point(|start| *start as usize <= byte).saturating_sub(1)
    }

    /// The bytes of a line (from 0), line break included; empty after the end.
    #[must_use]
    pub(crate) fn line_span(&self, line: usize) -> Span {
        let end = self.content.length();
        let start_of = |line: usize| self.content.line_starts.get(line).map_or(end, |start| *start as usize);
        Span::new(start_of(line), start_of(line + 1))
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.content.length());
        let line = self.line_of(byte);
        let start = self.line_span(line).start;
        let column = if byte - start < BLOCK {
            self.count_characters(start, byte)
        } else {
            self.characters_before(byte) - self.characters_before(start)
        };
        Position { line: line + 1, column: column + 1 }
    }

    /// Counting non-continuation bytes counts scalar values, even when an end is inside one.
    fn count_characters(&self, start: usize, end: usize) -> usize {
        let kept = self.content.range(start, end);
        let bytes = kept.and_then(|range| self.content.text.as_bytes().get(range)).unwrap_or_default();
        bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
    }

    fn characters_before(&self, byte: usize) -> usize {
        let blocks = self.content.characters.get_or_init(|| {
            let blocks = (0..self.content.text.len()).step_by(BLOCK);
            let counts = blocks.map(|start| self.count_characters(start, (start + BLOCK).min(self.content.text.len())));
            let sums = counts.scan(0, |sum, count| {
                *sum += count;
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        });
        let block = byte / BLOCK;
        blocks.get(block).copied().unwrap_or_default() + self.count_characters(block * BLOCK, byte)
    }

    /// The text that this one was read out of, if any.
    #[must_use]
    pub(crate) fn outer(&self) -> Option<&Arc<Source>> {
        self.outer.as_ref().map(|embedding| &embedding.outer)
    }

    /// Whether this text was read out of another one.
    #[must_use]
    pub(crate) fn is_embedded(&self) -> bool {
        self.outer.is_some()
    }

    /// The bytes of the text around this one that hold these; none for the text of a file.
    pub(crate) fn outer_span(&self, span: Span) -> Option<Span> {
        self.outer.as_ref().map(|embedding| embedding.outer_span(span))
    }

    /// The byte of this text that is written at a byte of the file; none where that is no part of it, or encoded.
    pub(crate) fn inner(&self, byte: usize) -> Option<usize> {
        let embedding = self.outer.as_ref().filter(|embedding| embedding.base64.is_none())?;
        let byte = if embedding.outer.is_embedded() { embedding.outer.inner(byte)? } else { byte };
        let holds = |piece: &&Piece| {
            piece.inner.len() == piece.outer.len() && piece.outer.start <= byte && byte <= piece.outer.end
        };
        embedding.pieces.iter().find(holds).map(|piece| piece.inner.start + (byte - piece.outer.start))
    }

    /// The edit of the outer text that is the same as this edit here.
    fn lifted(&self, embedding: &Embedding, span: Span, text: &str) -> Option<(Span, String)> {
        if let Some(encoded) = embedding.base64 {
            let changed =
                format!("{}{text}{}", self.content.text.get(..span.start)?, self.content.text.get(span.end..)?);
            return Some((encoded, BASE64_STANDARD.encode(changed)));
        }
        let outer = embedding.outer_span(span);
        let in_line = !text.contains('\n') && !self.slice(span).contains('\n');
        if in_line && !span.is_empty() && embedding.outer.slice(outer) == self.slice(span) {
            return Some((outer, text.to_owned()));
        }
        self.lifted_lines(embedding, span, text)
    }

    /// The same by whole lines, each with the blanks before it.
    fn lifted_lines(&self, embedding: &Embedding, span: Span, text: &str) -> Option<(Span, String)> {
        let outer = &embedding.outer;
        let lead_of = |line: usize| {
            let start = embedding.map(self.line_span(line).start, false);
            let lead = outer.slice(Span::new(outer.line_span(outer.line_of(start)).start, start));
            lead.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(lead)
        };
        let written = (0..self.line_count()).find(|line| !self.slice(self.line_span(*line)).trim().is_empty())?;
        let lead = lead_of(written)?;
        let (first, last) = (self.line_of(span.start), self.line_of(span.end));
        let lines = Span::new(self.line_span(first).start, self.line_span(last).end);
        for line in first..=last {
            let here = self.line_span(line);
            if !here.is_empty() && outer.slice(embedding.outer_span(here)) != self.slice(here) {
                return None;
            }
        }
        let start = embedding.map(lines.start, false);
        let end = if lines.is_empty() { start } else { embedding.map(lines.end, true) };
        // After the last line there is no lead yet.
        let own_lead = outer.slice(Span::new(start.saturating_sub(lead.len()), start));
        let start = if own_lead == lead { start - lead.len() } else { start };
        let (before, after) = (Span::new(lines.start, span.start), Span::new(span.end, lines.end));
        let changed = format!("{}{text}{}", self.slice(before), self.slice(after));
        let mut indented = String::new();
        for line in changed.split_inclusive('\n') {
            // A line of blanks is kept to the byte.
            if !line.trim_end_matches(['\r', '\n']).is_empty() {
                indented.push_str(lead);
            }
            indented.push_str(line);
        }
        Some((Span::new(start, end), indented))
    }
}

impl Embedding {
    /// The outer bytes of inner ones.
    fn outer_span(&self, span: Span) -> Span {
        let start = self.map(span.start, false);
        let end = if span.is_empty() { start } else { self.map(span.end, true) };
        Span::new(start, end.max(start))
    }

    /// The outer byte of an inner one; `end` says that the byte closes a span.
    fn map(&self, byte: usize, end: bool) -> usize {
        // Pieces are in order: the last that begins before the byte is the only one that may hold it.
        let from =
            self.pieces.partition_point(|piece| if end { piece.inner.start < byte } else { piece.inner.start <= byte });
        let last = from.checked_sub(1).and_then(|index| self.pieces.get(index));
        if let Some(piece) = last.filter(|piece| if end { byte <= piece.inner.end } else { byte < piece.inner.end }) {
            let within = byte - piece.inner.start;
            let same_length = piece.inner.len() == piece.outer.len();
            return match (same_length, end) {
                (true, _) => piece.outer.start + within,
                // Three bytes are four signs of base64.
                (false, false) if self.base64.is_some() => piece.outer.start + within / 3 * 4,
                (false, true) if self.base64.is_some() => piece.outer.start + within.div_ceil(3) * 4,
                (false, false) => piece.outer.start,
                (false, true) => piece.outer.end,
            };
        }
        let before = self.pieces.get(..from).unwrap_or_default().iter().rfind(|piece| piece.inner.end <= byte);
        match (before, self.pieces.first()) {
            (Some(piece), _) => piece.outer.end,
            (None, Some(piece)) => piece.outer.start,
            (None, None) => 0,
        }
    }
}

/// A span in a source.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes in it.
    pub span: Span,
}

impl Place {
    /// The bytes `span` of `source`.
    #[must_use]
    pub(crate) fn new(source: &Arc<Source>, span: Span) -> Place {
        Place { source: Arc::clone(source), span }
    }

    /// Whether it is the same bytes of the same file.
    #[must_use]
    pub(crate) fn is(&self, other: &Place) -> bool {
        self.span == other.span && self.source.path() == other.source.path()
    }

    /// The same place in the file: out of all texts that lie inside others.
    #[must_use]
    pub fn in_file(&self) -> Place {
        let mut place = self.clone();
        while let Some(embedding) = &place.source.outer {
            let span = embedding.outer_span(place.span);
            place = Place { source: Arc::clone(&embedding.outer), span };
        }
        place
    }

    /// The same place in the innermost text around it that another one holds as base64.
    #[must_use]
    pub(crate) fn in_base64(&self) -> Option<Place> {
        let mut place = self.clone();
        while let Some(embedding) = &place.source.outer {
            if embedding.base64.is_some() {
                return Some(place);
            }
            let span = embedding.outer_span(place.span);
            place = Place { source: Arc::clone(&embedding.outer), span };
        }
        None
    }

    /// The edit of the file that puts `text` in the place of these bytes: inside a block scalar its lines are indented as the
    /// lines around, inside base64 all of it is encoded again. `None` where the text does not stand in the file to the letter.
    #[must_use]
    pub(crate) fn replaced_in_file(&self, text: &str) -> Option<(Place, String)> {
        let (mut place, mut text) = (self.clone(), text.to_owned());
        while let Some(embedding) = &place.source.outer {
            let (span, lifted) = place.source.lifted(embedding, place.span, &text)?;
            (place, text) = (Place { source: Arc::clone(&embedding.outer), span }, lifted);
        }
        Some((place, text))
    }

    /// Whether the bytes stand in the file as they are here, so that an edit may be carried over.
    #[must_use]
    pub(crate) fn is_verbatim(&self) -> bool {
        let outer = self.in_file();
        outer.source.slice(outer.span) == self.source.slice(self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let source = Source::new("a", "é\r\nxü y\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(4), Position { line: 2, column: 1 });
        assert_eq!(source.position(8), Position { line: 2, column: 4 });
        assert_eq!(source.position(99), Position { line: 3, column: 1 });
        let long = Source::new("a", format!("a\n{}x", "éü ".repeat(10_000)));
        assert_eq!(long.position(2 + 50_000), Position { line: 2, column: 30_001 });
        assert_eq!(long.position(2 + 2_500), Position { line: 2, column: 1_501 });
    }

    #[test]
    fn base64_maps_to_its_groups() {
        let file = Source::new("a", "url: base64://eyJhIjogMX0=");
        let place = Place::new(&file, Span::new(5, 26));
        let inner = Source::from_base64(&place, "eyJhIjogMX0=").expect("valid");
        assert_eq!(inner.text(), "{\"a\": 1}");
        let found = Place::new(&inner, Span::new(1, 4)).in_file();
        assert_eq!(file.slice(found.span), "eyJhIjog");
        let group_of = |start, end| file.slice(Place::new(&inner, Span::new(start, end)).in_file().span);
        assert_eq!([group_of(0, 3), group_of(3, 4), group_of(6, 8), group_of(8, 8)], ["eyJh", "Ijog", "MX0=", ""]);
        assert!(Source::from_base64(&place, "eyJ").is_err());
    }

    #[test]
    fn embedded_spans_map_to_the_file() {
        let file = Source::new("a", "k: |\n  one\n  two\n");
        let pieces = vec![
            Piece { inner: Span::new(0, 4), outer: Span::new(7, 11) },
            Piece { inner: Span::new(4, 8), outer: Span::new(13, 17) },
        ];
        let inner = Source::embedded(&file, "one\ntwo\n", pieces);
        let place = Place::new(&inner, Span::new(4, 7)).in_file();
        assert_eq!(file.slice(place.span), "two");
        assert!(Place::new(&inner, Span::new(0, 3)).is_verbatim());
    }
}
