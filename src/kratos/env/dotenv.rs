//! Files of variables as compose reads them: `.env` in its folder, and those of `env_file`.
//!
//! Facts: `dotenv/parser.go` of compose-go v2.16.2, and what it made of the files in `testdata/readers`.

use std::sync::Arc;

use super::Variable;
use crate::text::{Place, Source, Span};

/// The byte order mark, which editors put there.
pub(super) const MARK: char = '\u{feff}';

/// A variable as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) value: Value,
    /// The bytes of its value, with quotes.
    pub(crate) value_span: Span,
}

impl Line {
    /// The variable that it sets to this.
    pub(crate) fn variable(self, source: &Arc<Source>, value: Option<String>) -> Variable {
        let name_place = Place::new(source, self.name_span);
        Variable { name: self.name, name_place, value, value_span: self.value_span }
    }
}

/// The value of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// This text.
    Text(String),
    /// This text, in which variables are filled in.
    Template(String),
    /// That of the variable of this name outside: there is only a name.
    Outer,
}

/// A blank that does not end a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// The variables of a file in their order. Lines that stop compose are left out.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut reader = Reader { text, at: if text.starts_with(MARK) { MARK.len_utf8() } else { 0 } };
    let mut found = Vec::new();
    while reader.skip_to_line() {
        let start = reader.at;
        match reader.line() {
            Some(line) => found.extend((!line.name.is_empty()).then_some(line)),
            None => {
                reader.at = start;
                reader.skip_line();
            }
        }
    }
    found
}

/// The variables of a file of which compose is told that its format is `raw`: all that is after `=` is the value.
pub(crate) fn raw_lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_end_matches('\n');
        let plain = plain.strip_suffix('\r').unwrap_or(plain);
        let begin = plain.trim_start_matches(|c: char| is_blank(c) || c == MARK);
        let start = at + plain.len() - begin.len();
        at += line.len();
        let (name, value) = begin.split_once('=').map_or((begin, None), |(name, value)| (name, Some(value)));
        if !name.is_empty() && !name.starts_with('#') && !name.contains(char::is_whitespace) {
            let name_span = Span::new(start, start + name.len());
            let value_span =
                value.map_or(Span::at(name_span.end), |_| Span::new(name_span.end + 1, start + begin.len()));
            let value = value.map_or(Value::Outer, |value| Value::Text(value.to_owned()));
            found.push(Line { name: name.to_owned(), name_span, value, value_span });
        }
    }
    found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.at = self.text.len() - self.rest().trim_start_matches(is_skipped).len();
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
    }

    /// Skips comments and empty lines; whether there is more.
    fn skip_to_line(&mut self) -> bool {
        loop {
            self.skip(char::is_whitespace);
            if !self.rest().starts_with('#') {
                return !self.rest().is_empty();
            }
            self.skip_line();
        }
    }

    /// The next line; none where compose stops.
    fn line(&mut self) -> Option<Line> {
        if let Some(after) = self.rest().strip_prefix("export").filter(|after| after.starts_with(char::is_whitespace)) {
            self.at = self.text.len() - after.len();
            self.skip(is_blank);
        }
        let (start, rest) = (self.at, self.rest());
        let is_of_name = |c: char| is_blank(c) || c.is_alphanumeric() || "_.-[]".contains(c);
        let length = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        let end = rest.get(length..)?.chars().next()?;
        let name = rest.get(..length)?.trim_end();
        if !matches!(end, '=' | ':' | '\n') || name.contains(' ') {
            return None;
        }
        let name_span = Span::new(start, start + name.len());
        self.at = start + length + 1;
        let (value, value_span) =
            if end == '\n' { (Value::Outer, Span::at(start + name.len())) } else { self.value()? };
        Some(Line { name: name.to_owned(), name_span, value, value_span })
    }

    fn value(&mut self) -> Option<(Value, Span)> {
        self.skip(is_blank);
        let (start, rest) = (self.at, self.rest());
        if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let (text, length) = quoted(rest.get(1..)?, quote)?;
            self.at = start + 1 + length;
            let value = if quote == '"' { Value::Template(unescaped(&text)) } else { Value::Text(text) };
            return Some((value, Span::new(start, self.at)));
        }
        let line = rest.split('\n').next().unwrap_or_default();
        let text = line.split(" #").next().unwrap_or_default().trim_end();
        self.skip_line();
        Some((Value::Template(text.to_owned()), Span::new(start, start + text.len())))
    }
}

/// The text up to the closing quote, with escaped quotes as such, and how many bytes it takes with that quote.
fn quoted(inner: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut is_escaped = false;
    for (at, c) in inner.char_indices() {
        if c == quote && !is_escaped {
            return Some((text, at + 1));
        }
        if c == '\\' && !is_escaped {
            is_escaped = true;
            continue;
        }
        if is_escaped && c != quote {
            text.push('\\');
        }
        is_escaped = false;
        text.push(c);
    }
    None
}

/// The text with its escapes put in; `\$` is `$$`, which stands for a plain `$`.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let Some(first) = after.chars().next() else {
            out.push('\\');
            return out;
        };
        let plain = match first {
            'a' => "\u{7}",
            'b' => "\u{8}",
            'f' => "\u{c}",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\u{b}",
            '"' => "\"",
            '\\' => "\\",
            '$' => "$$",
            _ => "",
        };
        if !plain.is_empty() {
            out.push_str(plain);
            rest = after.get(1..).unwrap_or_default();
        } else if let Some(digits) = after.strip_prefix('0') {
            let length = digits.bytes().take(3).take_while(u8::is_ascii_digit).count();
            let (digits, end) = digits.split_at(length);
            match octal(digits) {
                Some(octal) => out.push(octal),
                // The `0` is lost.
                None => out.extend(["\\", digits]),
            }
            rest = end;
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out + rest
}

/// The character of three octal digits.
fn octal(digits: &str) -> Option<char> {
    u8::from_str_radix(digits, 8).ok().filter(|_| digits.len() == 3).map(char::from)
}
