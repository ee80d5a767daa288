//! Texts inside scalars: a configuration in a `ConfigMap`, Jsonnet in a block scalar.

use std::sync::Arc;

use super::{Node, Style, Value, template};
use crate::text::{Piece, Source, Span};

impl Node<'_> {
    /// The text of a string as a source of its own, whose places lead back to this file: to the byte for block scalars and for
    /// quoted texts without escapes, else to the whole value.
    #[must_use]
    pub(crate) fn embedded(self) -> Option<Arc<Source>> {
        let Value::String(text) = self.value() else { return None };
        let place = self.origin();
        if self.style() == Style::Literal
            && let Some((text, pieces)) = literal(self.source(), place.span)
        {
            return Some(Source::embedded(self.source(), text, pieces));
        }
        let written = place.source.slice(place.span);
        let verbatim = written.find(&**text).filter(|_| !text.is_empty()).map(|at| place.span.start + at);
        let whole = Span::new(0, text.len());
        let outer = verbatim.map_or(place.span, |start| Span::new(start, start + text.len()));
        Some(Source::embedded(self.source(), &**text, vec![Piece { inner: whole, outer }]))
    }
}

/// The bytes of a text in JSON, quotes included, that became the bytes `part` of its value.
#[must_use]
pub(crate) fn json_part(written: &str, part: Span) -> Option<Span> {
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    let (mut outer, mut inner) = (1, 0);
    let (mut start, mut signs) = (None, inside.chars().peekable());
    while inner < part.end {
        if inner == part.start {
            start = Some(outer);
        }
        let sign = signs.next()?;
        outer += sign.len_utf8();
        if sign != '\\' {
            inner += sign.len_utf8();
            continue;
        }
        let escaped = signs.next()?;
        outer += escaped.len_utf8();
        let Some(unit) = (escaped == 'u').then(|| unit(&mut signs)) else {
            inner += 1;
            continue;
        };
        outer += 4;
        let unit = unit?;
        if (0xd800..0xdc00).contains(&unit) {
            // The second half of a pair.
            signs.by_ref().take(2).for_each(drop);
            self::unit(&mut signs)?;
            outer += 6;
            inner += 4;
        } else {
            inner += char::from_u32(unit)?.len_utf8();
        }
    }
    Some(Span::new(start.unwrap_or(outer), outer))
}

/// Four hexadecimal digits.
fn unit(signs: &mut impl Iterator<Item = char>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + signs.next()?.to_digit(16)?))
}

/// The lines of a literal block scalar without their indentation, as they stand in the file (a template inside included).
fn literal(source: &Arc<Source>, span: Span) -> Option<(String, Vec<Piece>)> {
    let first = source.line_of(span.start) + 1;
    let last = source.line_of(span.end.saturating_sub(1));
    let lines: Vec<Span> = (first..=last).map(|line| source.line_span(line)).collect();
    let indent_of = |line: &Span| {
        let text = source.slice(*line);
        (!text.trim().is_empty()).then(|| text.len() - text.trim_start_matches(' ').len())
    };
    // A line of a template may begin at the margin, which the scalar cannot.
    let is_text = |line: &&Span| indent_of(line) != Some(0) || !template::begins_with_one(source.slice(**line));
    let indent = lines.iter().filter(is_text).find_map(indent_of)?;
    let last_inner = lines.iter().rposition(|line| indent_of(line).is_some_and(|lead| lead >= indent))?;
    let mut text = String::new();
    let mut pieces = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let written = source.slice(line);
        let lead = written.len() - written.trim_start_matches(' ').len();
        // The parser's span reaches into the line after the scalar when nothing but that line ends it. A line of a template may
        // be less indented than the lines around it.
        let is_inner = index < last_inner && template::begins_with_one(written);
        if lead < indent && !written.trim().is_empty() && !is_inner {
            break;
        }
        let start = line.start + lead.min(indent).min(written.len());
        let kept = source.slice(Span::new(start, line.end));
        pieces.push(Piece {
            inner: Span::new(text.len(), text.len() + kept.len()),
            outer: Span::new(start, start + kept.len()),
        });
        text.push_str(kept);
    }
    Some((text, pieces))
}

#[cfg(test)]
mod tests {
    use super::{Span, json_part};

    #[test]
    fn parts_of_json_texts() {
        let written = r#""a\\dé\u00e9\ud83d\ude00\n*""#;
        let value: String = serde_json::from_str(written).unwrap();
        for (at, sign) in value.char_indices() {
            let part = json_part(written, Span::new(at, at + sign.len_utf8())).unwrap();
            let alone = format!("\"{}\"", &written[part.start..part.end]);
            assert_eq!(serde_json::from_str::<String>(&alone).unwrap(), sign.to_string());
        }
        assert_eq!(json_part("plain", Span::new(0, 1)), None);
    }
}
