//! The comments and strings of a text in Jsonnet, whether or not it can be parsed.

use crate::text::Span;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// All of it, without the line break.
    pub span: Span,
    /// Whether nothing but white space is before and after it on its lines.
    pub own_line: bool,
}

/// The comments of `text`, in order. What looks like a comment inside of a string does not count.
#[must_use]
pub(crate) fn comments(text: &str) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut own_line = true;
    for (kind, span) in Pieces::of(text) {
        let piece = text.get(span.start..span.end).unwrap_or_default();
        match kind {
            PieceKind::Comment => {
                let after = text.get(span.end..).and_then(|after| after.lines().next()).unwrap_or_default();
                found.push(Comment { span, own_line: own_line && after.trim().is_empty() });
            }
            PieceKind::Other if piece == "\n" => own_line = true,
            _ if !piece.trim().is_empty() => own_line = false,
            _ => {}
        }
    }
    found
}

/// The comments and strings of `text` that are written on several lines, in order.
pub(crate) fn of_several_lines(text: &str) -> impl Iterator<Item = Span> {
    let has_break = |span: &Span| text.get(span.start..span.end).is_some_and(|piece| piece.contains('\n'));
    Pieces::of(text).filter(|(kind, _)| *kind != PieceKind::Other).map(|(_, span)| span).filter(has_break)
}

/// What a piece of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    Comment,
    String,
    /// One character of anything else.
    Other,
}

/// The comments, the strings and all other characters of a text.
pub(super) struct Pieces<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Pieces<'t> {
    pub(super) fn of(text: &'t str) -> Pieces<'t> {
        Pieces { text, at: 0 }
    }
}

impl Iterator for Pieces<'_> {
    type Item = (PieceKind, Span);

    fn next(&mut self) -> Option<(PieceKind, Span)> {
        let rest = self.text.get(self.at..)?;
        let first = rest.chars().next()?.len_utf8();
        let (kind, length) = match (length_of_comment(rest), length_of_string(rest)) {
            (Some(length), _) => (PieceKind::Comment, length),
            (None, Some(length)) => (PieceKind::String, length),
            (None, None) => (PieceKind::Other, first),
        };
        let span = Span::new(self.at, self.at + length);
        self.at = span.end;
        Some((kind, span))
    }
}

/// Bytes of the comment that `rest` begins with.
fn length_of_comment(rest: &str) -> Option<usize> {
    if let Some(inside) = rest.strip_prefix("/*") {
        return Some(inside.find("*/").map_or(rest.len(), |end| end + 4));
    }
    let is_line = rest.starts_with("//") || rest.starts_with('#');
    is_line.then(|| rest.find('\n').map_or(rest.len(), |end| rest.get(..end).map_or(end, |line| line.trim_end().len())))
}

/// Bytes of the string that `rest` begins with.
fn length_of_string(rest: &str) -> Option<usize> {
    if rest.starts_with("|||") {
        let ends = |(start, line): (usize, &str)| {
            let inner = line.trim_start_matches([' ', '\t']);
            inner.starts_with("|||").then(|| start + line.len() - inner.len() + 3)
        };
        let mut start = 0;
        let lines = rest.split_inclusive('\n').map(|line| {
            start += line.len();
            (start - line.len(), line)
        });
        return Some(lines.skip(1).find_map(ends).unwrap_or(rest.len()));
    }
    let (quote, is_verbatim) = match rest.strip_prefix('@').and_then(|rest| rest.chars().next()) {
        Some(quote) => (quote, true),
        None => (rest.chars().next()?, false),
    };
    if !matches!(quote, '\'' | '"') {
        return None;
    }
    let start = usize::from(is_verbatim) + 1;
    let mut inside = rest.get(start..)?.char_indices().peekable();
    while let Some((at, c)) = inside.next() {
        match c {
            '\\' if !is_verbatim => _ = inside.next(),
            c if c == quote && is_verbatim && inside.peek().is_some_and(|(_, next)| *next == quote) => {
                _ = inside.next();
            }
            c if c == quote => return Some(start + at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, bool)> {
        comments(text)
            .iter()
            .map(|found| (text.get(found.span.start..found.span.end).unwrap_or(""), found.own_line))
            .collect()
    }

    #[test]
    fn comments_are_told_from_strings() {
        assert_eq!(
            shown("// a\nx # b\r\n  /* c\n*/ y // d"),
            [("// a", true), ("# b", false), ("/* c\n*/", false), ("// d", false)]
        );
        assert_eq!(shown("'// \\' #' + \"#\" // é"), [("// é", false)]);
        assert_eq!(shown("@'a'' // ' # b\n@\"\\\" # c"), [("# b", false), ("# c", false)]);
        assert_eq!(shown("|||\n  # no ||| no\n||| # yes"), [("# yes", false)]);
        assert_eq!(shown("'open // x"), []);
        assert_eq!(shown("/* open"), [("/* open", true)]);
        assert_eq!(shown("1 / 2 @ |"), []);
    }

    #[test]
    fn several_lines_are_told_from_one() {
        let text = "a: 'it\\'s', /* b\nc */ d: '\ne', // f\n|||\n  g\n|||";
        let found: Vec<&str> = of_several_lines(text).filter_map(|span| text.get(span.start..span.end)).collect();
        assert_eq!(found, ["/* b\nc */", "'\ne'", "|||\n  g\n|||"]);
    }
}
