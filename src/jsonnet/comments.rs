//! The comments of a text in Jsonnet, whether or not it can be parsed.

use crate::text::Span;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// All of it, without the line break.
    pub span: Span,
    /// Whether nothing but white space is before and after it on its lines.
    pub own_line: bool,
}

/// The comments of `text`, in order. What looks like a comment inside of a string is none.
#[must_use]
pub fn comments(text: &str) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut own_line = true;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = length_of_comment(rest);
        if let Some(length) = length {
            let after = rest.get(length..).and_then(|after| after.lines().next()).unwrap_or_default();
            found.push(Comment { span: Span::new(at, at + length), own_line: own_line && after.trim().is_empty() });
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let step = length.or_else(|| length_of_string(rest)).unwrap_or(first);
        match rest.get(..step) {
            Some("\n") => own_line = true,
            Some(passed) if length.is_none() && !passed.trim().is_empty() => own_line = false,
            _ => {}
        }
        at += step;
    }
    found
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
}
