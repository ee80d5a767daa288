//! `.env` in the working folder of Kratos, as Kratos reads it.
//!
//! Facts: joho/godotenv v1.5.1, which Kratos has since v1.3.0, and v1.4.0, which it had before (`go.mod` of its versions), and what
//! they made of the files in `testdata/readers`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::dotenv::is_blank;
use super::{Budget, Variable, effective};
use crate::kratos::version::Version;
use crate::text::{Place, Source, Span};

/// The variables of the file for a version of Kratos; where that is not known, the values on which both parsers agree. The file is read
/// whole or not at all: where a line is wrong it sets nothing.
pub(crate) fn variables(source: &Arc<Source>, version: Option<Version>) -> Vec<Variable> {
    let (new, old) = (|| read(source).unwrap_or_default(), || by_lines(source).unwrap_or_default());
    match version {
        Some(version) if version >= Version::V1_3_0 => new(),
        Some(_) => old(),
        None => both(new(), old()),
    }
}

/// All variables of two readings, with the values that both have.
fn both(mut new: Vec<Variable>, mut old: Vec<Variable>) -> Vec<Variable> {
    keep_same(&mut new, &old);
    keep_same(&mut old, &new);
    let known: HashSet<String> = new.iter().map(|one| one.name.clone()).collect();
    new.extend(old.into_iter().filter(|one| !known.contains(&one.name)));
    new
}

/// Values that others have not are not known.
fn keep_same(ones: &mut [Variable], others: &[Variable]) {
    let values: HashMap<&str, Option<&str>> =
        others.iter().map(|other| (other.name.as_str(), other.value.as_deref())).collect();
    for one in ones {
        if values.get(one.name.as_str()).copied().flatten() != one.value.as_deref() {
            one.value = None;
        }
    }
}

/// A file being read: what its lines set so far.
#[derive(Default)]
struct Lines {
    found: Vec<Variable>,
    known: HashMap<String, Option<String>>,
    budget: Budget,
}

impl Lines {
    fn set(&mut self, name: &str, name_place: Place, value: Value, value_span: Span) {
        let value = match value {
            Value::Text(text) => Some(text),
            Value::Template(text) => filled(&text, &self.known, &self.budget),
        };
        self.known.insert(name.to_owned(), value.clone());
        if !name.is_empty() {
            self.found.push(Variable { name: name.to_owned(), name_place, value, value_span });
        }
    }
}

/// As v1.5.1 reads it.
fn read(source: &Arc<Source>) -> Option<Vec<Variable>> {
    let text = source.text();
    let mut lines = Lines::default();
    let mut at = 0;
    while let Some(start) = next_line(text, at) {
        let (name, name_span, after) = name(text, start)?;
        let (value, value_span, end) = value(text, after)?;
        at = end;
        lines.set(name, Place::new(source, name_span), value, value_span);
    }
    Some(effective(lines.found))
}

/// As v1.4.0 reads it: line by line.
fn by_lines(source: &Arc<Source>) -> Option<Vec<Variable>> {
    let mut lines = Lines::default();
    let mut at = 0;
    for whole in source.text().split_inclusive('\n') {
        let start = at;
        at += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() || line.trim().starts_with('#') {
            continue;
        }
        let line = without_comment(line);
        let sign = line.find(['=', ':'])?;
        let (before, after) = (line.get(..sign)?, line.get(sign + 1..)?);
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\u{c}');
        let begin = before.trim_start_matches(is_space);
        let exported = begin.strip_prefix("export").filter(|rest| rest.starts_with(is_space));
        let begin = exported.map_or(begin, |rest| rest.trim_start_matches(is_space));
        let name_start = start + before.len() - begin.len();
        let name = begin.trim_end_matches(is_space);
        let name_place = Place::new(source, Span::new(name_start, name_start + name.len()));
        let value = after.trim_matches(' ');
        let value_start = start + sign + 1 + after.len() - after.trim_start_matches(' ').len();
        let value_span = Span::new(value_start, value_start + value.len());
        lines.set(name, name_place, of_line(value), value_span);
    }
    Some(effective(lines.found))
}

/// The value of a line that is read by itself.
fn of_line(value: &str) -> Value {
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    match (inside('\''), inside('"')) {
        (Some(inner), _) => Value::Text(inner.to_owned()),
        (_, Some(inner)) => Value::Template(unescaped(inner)),
        _ if value.len() < 2 => Value::Text(value.to_owned()),
        _ => Value::Template(value.to_owned()),
    }
}

/// A line that is read by itself, without the parts after a `#` that are not between quotes.
fn without_comment(line: &str) -> String {
    let mut is_open = false;
    let mut kept: Option<String> = None;
    for segment in line.split('#') {
        let has_one = |quote: char| segment.matches(quote).count() == 1;
        let mut closes = false;
        if has_one('"') || has_one('\'') {
            closes = is_open;
            is_open = !is_open;
        }
        match &mut kept {
            Some(kept) if is_open || closes => kept.extend(["#", segment]),
            Some(_) => {}
            None => kept = Some(segment.to_owned()),
        }
    }
    kept.unwrap_or_default()
}

enum Value {
    Text(String),
    /// Variables of lines above are filled in.
    Template(String),
}

fn rest_of(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// Where the next line begins that is no comment.
fn next_line(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = rest_of(text, at);
        let begin = rest.trim_start();
        at += rest.len() - begin.len();
        if begin.is_empty() {
            return None;
        }
        if !begin.starts_with('#') {
            return Some(at);
        }
        at += begin.find('\n')?;
    }
}

/// The name of a line, and the first byte after its sign.
fn name(text: &str, mut at: usize) -> Option<(&str, Span, usize)> {
    let exported = rest_of(text, at).strip_prefix("export").filter(|after| after.starts_with(is_blank));
    if let Some(after) = exported {
        at = text.len() - after.trim_start_matches(is_blank).len();
    }
    let rest = rest_of(text, at);
    // Letters are told byte by byte, so those of Latin 1 alone count.
    let is_of_name = |byte: u8| {
        let c = char::from(byte);
        is_blank(c) || c.is_alphanumeric() || byte == b'_' || byte == b'.'
    };
    let length = rest.bytes().take_while(|byte| is_of_name(*byte)).count();
    match rest.as_bytes().get(length) {
        Some(b'=' | b':') => {
            let name = rest.get(..length)?.trim_end();
            Some((name, Span::new(at, at + name.len()), at + length + 1))
        }
        Some(_) => None,
        // The file ends in a name: there it is a value without one.
        None => Some(("", Span::at(at), at)),
    }
}

/// The value at a byte, where it is, and the first byte after its line.
fn value(text: &str, at: usize) -> Option<(Value, Span, usize)> {
    let rest = rest_of(text, at);
    let begin = rest.trim_start_matches(is_blank);
    let start = at + rest.len() - begin.len();
    if let Some(quote) = begin.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let inner = begin.get(1..)?;
        let is_end = |end: &usize| inner.get(..*end).is_none_or(|before| !before.ends_with('\\'));
        let end = inner.match_indices(quote).map(|(end, _)| end).find(is_end)?;
        let written = inner.get(..end)?.trim_matches(quote).replace("\r\n", "\n");
        let value = if quote == '"' { Value::Template(unescaped(&written)) } else { Value::Text(written) };
        let after = start + end + 2;
        return Some((value, Span::new(start, after), after));
    }
    let line = begin.split(['\n', '\r']).next().unwrap_or_default();
    let is_comment = |at: &usize| line.get(..*at).is_some_and(|before| before.ends_with(is_blank));
    let comment = line.rmatch_indices('#').map(|(at, _)| at).find(is_comment);
    let written = line.get(..comment.unwrap_or(line.len())).unwrap_or_default().trim_matches(is_blank);
    let span = Span::new(start, start + written.len());
    Some((Value::Template(written.to_owned()), span, start + line.len()))
}

/// `\n` and `\r` as such, and any other character but `$` without its `\`.
fn unescaped(text: &str) -> String {
    let mut first = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, characters.clone().next()) {
            ('\\', Some('n')) => first.push('\n'),
            ('\\', Some('r')) => first.push('\r'),
            ('\\', Some(next)) if next != '\n' => first.extend(['\\', next]),
            _ => {
                first.push(c);
                continue;
            }
        }
        characters.next();
    }
    let mut out = String::new();
    let mut characters = first.chars().peekable();
    while let Some(c) = characters.next() {
        match characters.next_if(|next| c == '\\' && *next != '$') {
            Some(next) => out.push(next),
            None => out.push(c),
        }
    }
    out
}

/// `$NAME` and `${NAME}` of lines above put in, with names in capitals alone; one that is not above is empty. `\$` is a plain sign.
fn filled(text: &str, known: &HashMap<String, Option<String>>, budget: &Budget) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        let plain = before.strip_suffix('\\');
        out.push_str(plain.unwrap_or(before));
        let begin = after.strip_prefix('(').unwrap_or(after);
        let inner = begin.strip_prefix('{').unwrap_or(begin);
        let is_of_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let (name, end) = inner.split_at(inner.bytes().take_while(is_of_name).count());
        let end = end.strip_prefix('}').unwrap_or(end);
        if plain.is_some() || name.is_empty() {
            out.extend(["$", after.get(..after.len() - end.len()).unwrap_or_default()]);
        } else if let Some(value) = known.get(name) {
            budget.put(&mut out, value.as_deref()?)?;
        }
        rest = end;
    }
    out.push_str(rest);
    Some(out)
}
