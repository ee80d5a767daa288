//! Where variables are written: `.env` files.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Budget, Variable, effective};
use crate::kratos::secrets::is_variable_name;
use crate::text::{Place, Source, Span};

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The variables of an env file, later ones of the same name last: `NAME=value` lines, also after `export`, with quotes and
/// comments as compose and dotenv read them. `$NAME` and `${NAME:-default}` are filled in from the lines above.
#[must_use]
pub fn of_env_file(source: &Arc<Source>) -> Vec<Variable> {
    let text = source.text();
    let mut variables: Vec<Variable> = Vec::new();
    // The values so far, and how much text of theirs may be filled in.
    let (mut known, budget) = (HashMap::<String, Option<String>>::new(), Budget::default());
    // What Docker and compose leave out, too: editors put it there.
    let mut at = if text.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let mut end = at + line.len();
        if let Some((name, value_at)) = assignment(line) {
            let start = at + value_at;
            let value = value_of(text.get(start..).unwrap_or_default());
            end = end.max(start + value.length);
            let name_start = at + (name.as_ptr() as usize - line.as_ptr() as usize);
            let filled = if value.literal || !value.text.contains('$') {
                Some(value.text)
            } else {
                fill_in(&value.text, &|name| known.get(name).map(Option::as_deref), &budget)
            };
            known.insert(name.to_owned(), filled.clone());
            variables.push(Variable {
                name: name.to_owned(),
                name_place: Place::new(source, Span::new(name_start, name_start + name.len())),
                value: filled,
                value_span: Span::new(start + value.lead, start + value.length),
            });
        }
        at = end;
    }
    effective(variables)
}

/// The name of a line, and at which byte its value begins.
fn assignment(line: &str) -> Option<(&str, usize)> {
    let begin = line.trim_start();
    let begin = begin.strip_prefix("export ").map_or(begin, str::trim_start);
    let (name, _) = begin.split_once('=').filter(|_| !begin.starts_with('#'))?;
    let plain = name.trim_end();
    is_variable_name(plain).then(|| (plain, line.len() - begin.len() + name.len() + 1))
}

/// A value as it is written.
struct WrittenValue {
    text: String,
    /// Bytes before it.
    lead: usize,
    /// Bytes to its end, quotes included.
    length: usize,
    /// In single quotes: nothing is filled in.
    literal: bool,
}

fn value_of(rest: &str) -> WrittenValue {
    let lead = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let begin = rest.get(lead..).unwrap_or_default();
    for quote in ['"', '\''] {
        if let Some(value) = begin.strip_prefix(quote).and_then(|inner| quoted(inner, quote)) {
            let (text, length) = value;
            return WrittenValue { text, lead, length: lead + length + 2, literal: quote == '\'' };
        }
    }
    let line = begin.lines().next().unwrap_or_default();
    let comment = line.find(" #").or_else(|| line.find("\t#")).or_else(|| line.starts_with('#').then_some(0));
    let text = line.get(..comment.unwrap_or(line.len())).unwrap_or_default().trim_end();
    WrittenValue { text: text.to_owned(), lead, length: lead + text.len(), literal: false }
}

/// The text up to the closing quote, and how many bytes it takes.
fn quoted(inner: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => match characters.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                other => text.push(other),
            },
            _ if character == quote => return Some((text, at)),
            _ => text.push(character),
        }
    }
    None
}

/// The text with `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME-default}` filled in; none when one is not known. The function
/// gives the value of a name: none for an unknown name, or a value that is not known.
fn fill_in<'v>(text: &str, value_of: &dyn Fn(&str) -> Option<Option<&'v str>>, budget: &Budget) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        filled.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        if let Some(after) = rest.strip_prefix('$') {
            filled.push('$');
            rest = after;
            continue;
        }
        let (inner, after) = if let Some(braced) = rest.strip_prefix('{') {
            braced.split_once('}')?
        } else {
            let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            rest.split_at(length)
        };
        if inner.is_empty() {
            filled.push('$');
            continue;
        }
        let (name, default) = match inner.split_once(":-").or_else(|| inner.split_once('-')) {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        match value_of(name) {
            Some(value) => budget.put(&mut filled, value?)?,
            None => budget.put(&mut filled, default?)?,
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn env_files_are_read_as_dotenv_does() {
        let text = "# comment\nexport A=1 # one\nB=\"two # \\\"2\\\"\"\nC='$A'\nD=${A}-${X:-y}\nE=${X}\nF =\n  G = g\nA=4\nno line\n";
        let read = of_env_file(&Source::new(".env", text));
        let found: Vec<(&str, Option<&str>)> =
            read.iter().map(|variable| (variable.name.as_str(), variable.value.as_deref())).collect();
        let wanted = [
            ("B", Some("two # \"2\"")),
            ("C", Some("$A")),
            ("D", Some("1-y")),
            ("E", None),
            ("F", Some("")),
            ("G", Some("g")),
            ("A", Some("4")),
        ];
        assert_eq!(found, wanted);
        assert_eq!(text.get(read[0].value_span.start..read[0].value_span.end), Some("\"two # \\\"2\\\"\""));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_name() {
        let read = of_env_file(&Source::new(".env", "\u{feff}A=1\nB=2\n"));
        let places = read.iter().map(|variable| (variable.name.as_str(), variable.name_place.span.start));
        assert_eq!(places.collect::<Vec<_>>(), [("A", 3), ("B", 7)]);
    }

    #[test]
    fn a_value_that_grows_without_end_is_not_known() {
        let text = format!("A=0123456789{}\nB=$A\nC=c\n", "\nA=${A}${A}".repeat(60));
        let read = of_env_file(&Source::new(".env", text));
        let value = |name: &str| read.iter().find(|variable| variable.name == name).and_then(|one| one.value.clone());
        assert_eq!((value("A"), value("B"), value("C")), (None, None, Some("c".to_owned())));
    }
}
