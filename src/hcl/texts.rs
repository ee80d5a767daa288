//! Texts of Terraform as they are written, and what becomes of them.

use std::sync::Arc;

use super::{Content, Text, Value};
use crate::text::{Piece, Source, Span};

/// A part of a text.
pub(super) struct Part {
    text: String,
    /// Which bytes of the file it was read from.
    pieces: Vec<Piece>,
    /// What it came from, when it was put in by an expression.
    computed: Option<Text>,
}

impl Part {
    /// What an expression gave.
    pub(super) fn computed(text: Text, span: Span) -> Part {
        let pieces = vec![Piece { inner: Span::new(0, text.value.len()), outer: span }];
        Part { text: text.value.clone(), pieces, computed: Some(text) }
    }

    fn push(&mut self, text: &str, outer: Span) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { inner: Span::new(start, self.text.len()), outer });
    }
}

/// The parts as one text.
pub(super) fn joined(file: &Arc<Source>, parts: &[Part]) -> Text {
    // One expression alone is what it came from.
    if let [Part { computed: Some(text), .. }] = parts {
        return text.clone();
    }
    let mut all = Part { text: String::new(), pieces: Vec::new(), computed: None };
    let mut decoded = None;
    for part in parts {
        let start = all.text.len();
        all.text.push_str(&part.text);
        let moved = |span: Span| Span::new(span.start + start, span.end + start);
        all.pieces.extend(part.pieces.iter().map(|piece| Piece { inner: moved(piece.inner), outer: piece.outer }));
    }
    if let [first, Part { computed: Some(text), .. }] = parts
        && first.computed.is_none()
        && first.text == "base64://"
    {
        decoded.clone_from(&text.decoded);
    }
    let source = Source::embedded(file, all.text.clone(), all.pieces);
    Text { value: all.text, source, decoded }
}

/// A literal between quotes.
pub(super) fn quoted(file: &Arc<Source>, span: Span) -> Option<Part> {
    let mut part = Part { text: String::new(), pieces: Vec::new(), computed: None };
    let written = file.slice(span);
    let mut at = 0;
    while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
        let special = rest.find(['\\', '$', '%']).unwrap_or(rest.len());
        if special > 0 {
            part.push(rest.get(..special)?, Span::new(span.start + at, span.start + at + special));
            at += special;
            continue;
        }
        let (text, length) = escaped(rest)?;
        part.push(&text, Span::new(span.start + at, span.start + at + length));
        at += length;
    }
    Some(part)
}

/// What stands for another text at the beginning of this one, and how long it is.
fn escaped(rest: &str) -> Option<(String, usize)> {
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        return Some((rest.get(1..3)?.to_owned(), 3));
    }
    let mut signs = rest.chars();
    let first = signs.next()?;
    if first != '\\' {
        return Some((first.to_string(), first.len_utf8()));
    }
    let code = |digits: usize| {
        let sign = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok().and_then(char::from_u32)?;
        Some((sign.to_string(), 2 + digits))
    };
    match signs.next()? {
        'n' => Some(("\n".to_owned(), 2)),
        'r' => Some(("\r".to_owned(), 2)),
        't' => Some(("\t".to_owned(), 2)),
        'u' => code(4),
        'U' => code(8),
        sign => Some((sign.to_string(), 1 + sign.len_utf8())),
    }
}

/// A literal in a heredoc: its lines without their indentation, where it begins a line.
pub(super) fn lines(file: &Arc<Source>, span: Span, indent: usize) -> Option<Part> {
    let mut part = Part { text: String::new(), pieces: Vec::new(), computed: None };
    let mut at = span.start;
    for line in file.slice(span).split_inclusive('\n') {
        let begins = at == 0 || file.slice(Span::new(at - 1, at)) == "\n";
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let skipped = if begins { blanks.min(indent) } else { 0 };
        let mut start = skipped;
        let kept = |from: usize, to: usize| line.get(from..to);
        while let Some(found) = line.get(start..).and_then(|rest| rest.find("$${").or_else(|| rest.find("%%{"))) {
            let sign = start + found;
            part.push(kept(start, sign)?, Span::new(at + start, at + sign));
            part.push(kept(sign + 1, sign + 3)?, Span::new(at + sign, at + sign + 3));
            start = sign + 3;
        }
        part.push(kept(start, line.len())?, Span::new(at + start, at + line.len()));
        at += line.len();
    }
    part.pieces.retain(|piece| !piece.inner.is_empty());
    Some(part)
}

/// A part of a text.
pub(super) fn part(text: &Text, span: Span) -> Text {
    let kept = text.value.get(span.start..span.end).unwrap_or_default();
    let pieces = vec![Piece { inner: Span::new(0, kept.len()), outer: span }];
    Text { value: kept.to_owned(), source: Source::embedded(&text.source, kept, pieces), decoded: None }
}

/// The JSON of a value, whose places lead to where it is written; none when a part of it is not known.
pub(crate) fn json(file: &Arc<Source>, value: &Value) -> Option<Text> {
    json_with(file, value, None)
}

/// The same with a placeholder for each part that is not known.
pub(crate) fn json_as_far_as_known(file: &Arc<Source>, value: &Value) -> Option<Text> {
    json_with(file, value, Some("\"${_}\""))
}

fn json_with(file: &Arc<Source>, value: &Value, unknown: Option<&str>) -> Option<Text> {
    let mut part = Part { text: String::new(), pieces: Vec::new(), computed: None };
    write(value, (value.file, unknown), &mut part)?;
    let source = Source::embedded(file, part.text.clone(), part.pieces);
    Some(Text { value: part.text, source, decoded: None })
}

/// Writes the JSON of a value of a file, with what stands for a part that is not known.
fn write(value: &Value, known: (usize, Option<&str>), out: &mut Part) -> Option<()> {
    let (file, unknown) = known;
    // A value from another file has no place in this one: that of what is around it counts.
    let span = (value.file == file).then_some(value.span);
    match &value.content {
        Content::Null => scalar("null", span, out),
        Content::Bool(value) => scalar(&value.to_string(), span, out),
        Content::Number(value) => scalar(&value.to_string(), span, out),
        Content::Text(text) => scalar(&serde_json::to_string(&text.value).ok()?, span, out),
        Content::Json(inner) => {
            let mut text = Part { text: String::new(), pieces: Vec::new(), computed: None };
            match (write(inner, (file, None), &mut text), unknown) {
                (Some(()), _) => scalar(&serde_json::to_string(&text.text).ok()?, span, out),
                (None, unknown) => scalar(unknown?, span, out),
            }
        }
        Content::List(items) => {
            out.text.push('[');
            for (index, item) in items.iter().enumerate() {
                out.text.push_str(if index > 0 { "," } else { "" });
                write(item, known, out)?;
            }
            out.text.push(']');
        }
        Content::Map(fields) => {
            out.text.push('{');
            for (index, (key, field)) in fields.iter().enumerate() {
                out.text.push_str(if index > 0 { "," } else { "" });
                let at = (field.file == file).then_some(field.key);
                scalar(&serde_json::to_string(key).ok()?, at, out);
                out.text.push(':');
                write(field, known, out)?;
            }
            out.text.push('}');
        }
        Content::Decoded(_) | Content::Unknown => scalar(unknown?, span, out),
    }
    Some(())
}

fn scalar(text: &str, span: Option<Span>, out: &mut Part) {
    match span {
        Some(span) => out.push(text, span),
        None => out.text.push_str(text),
    }
}
