//! Habits of other languages in what is not Jsonnet, or in names that nothing defines: what to write instead. A change is only
//! told when the text can be read further with it.

use crate::jsonnet::standard;
use crate::jsonnet::syntax::{Storage, SyntaxError, parse};
use crate::text::Span;

/// Signs and words of other languages, and those of Jsonnet.
const WORDS: &[(&str, &str)] =
    &[("===", "=="), ("!==", "!="), ("and", "&&"), ("or", "||"), ("is", "=="), ("elif", "else if"), ("of", "in")];

/// Words before a place that cannot be read, and what Jsonnet has for them.
const WORDS_BEFORE: &[(&str, &str)] =
    &[("not", "!"), ("return", ""), ("var", "local"), ("let", "local"), ("const", "local"), ("new", ""), ("await", "")];

/// Names that other languages define.
const NAMES: &[(&str, &str)] = &[
    ("None", "null"),
    ("nil", "null"),
    ("undefined", "null"),
    ("NULL", "null"),
    ("Null", "null"),
    ("True", "true"),
    ("TRUE", "true"),
    ("False", "false"),
    ("FALSE", "false"),
    ("len", "std.length"),
    ("size", "std.length"),
    ("count", "std.length"),
    ("str", "std.toString"),
    ("String", "std.toString"),
    ("int", "std.parseInt"),
    ("Std", "std"),
    ("STD", "std"),
    ("Ctx", "ctx"),
    ("CTX", "ctx"),
    ("context", "ctx"),
    ("keys", "std.objectFields"),
    ("has", "std.objectHas"),
    ("lower", "std.asciiLower"),
    ("upper", "std.asciiUpper"),
    ("typeof", "std.type"),
    ("not", "!"),
];

/// What to write instead of a name that nothing defines.
#[must_use]
pub(super) fn of_name(name: &str) -> Option<String> {
    if name == "return" {
        return Some("remove `return`".to_owned());
    }
    let known = NAMES.iter().find(|(habit, _)| *habit == name).map(|(_, known)| (*known).to_owned());
    let function = || standard::function(name).map(|function| format!("std.{}", function.name));
    known.or_else(function).map(|name| format!("write `{name}`"))
}

/// What to write where a text cannot be read.
#[must_use]
pub(super) fn of_syntax(text: &str, error: &SyntaxError) -> Option<String> {
    let at = error.span.start;
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    word(text, error)
        .or_else(|| sign(before, rest))
        .or_else(|| separator(text, before, rest))
        .or_else(|| quote(text, error))
        .or_else(|| end_of_local(text, at))
        .or_else(|| bracket(text, before, rest))
}

/// Whether a text can be read further than up to a place when these bytes are replaced.
fn is_read(text: &str, span: Span, by: &str) -> bool {
    let (Some(before), Some(after)) = (text.get(..span.start), text.get(span.end..)) else { return false };
    let changed = format!("{before}{by}{after}");
    let storage = Storage::default();
    match parse(&changed, &storage) {
        Ok(_) => true,
        Err(error) => !error.is_limit && error.span.start > span.start + by.len(),
    }
}

/// A word of another language at the place, or before it.
fn word(text: &str, error: &SyntaxError) -> Option<String> {
    let at = error.span.start;
    let written = text.get(at..error.span.end)?;
    if let Some((_, known)) = WORDS.iter().find(|(habit, _)| *habit == written) {
        return is_read(text, error.span, known).then(|| format!("write `{known}` instead of `{written}`"));
    }
    let before = text.get(..at)?.trim_end();
    let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let (habit, known) = WORDS_BEFORE.iter().find(|(habit, _)| before.get(start..) == Some(*habit))?;
    is_read(text, Span::new(start, before.len()), known).then(|| match *known {
        "" => format!("remove `{habit}`"),
        known => format!("write `{known}` instead of `{habit}`"),
    })
}

/// A comma or colon that is missing, or another sign in its place.
fn separator(text: &str, before: &str, rest: &str) -> Option<String> {
    let end = before.trim_end().len();
    let with = |by: &str| is_read(text, Span::new(before.len(), before.len() + 1), by);
    if rest.starts_with('=') && with(":") {
        return Some("write `:` instead of `=`".to_owned());
    }
    if rest.starts_with(';') && with(",") {
        return Some("write `,` instead of `;`".to_owned());
    }
    if rest.starts_with(',') && with("") {
        return Some("remove the second comma".to_owned());
    }
    let is_value =
        before.get(..end)?.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '"' | ')' | ']' | '}'));
    let comma = is_value && !rest.starts_with([')', ']', '}']) && is_read(text, Span::new(end, end), ",");
    comma.then(|| format!("write a comma at the end of line {}", line(before.get(..end).unwrap_or_default())))
}

/// A sign that Jsonnet does not have.
fn sign(before: &str, rest: &str) -> Option<String> {
    let help = match rest {
        rest if rest.starts_with("?.") => "write `.`, and test the field with `in` or read it with `std.get`",
        rest if rest.starts_with("??") => "write `if x != null then x else y`: Jsonnet has no `??`",
        rest if rest.starts_with('?') => "write `if x then y else z`: Jsonnet has no `x ? y : z`",
        rest if rest.starts_with('`') => "write the string in quotes and fill it with `%`: 'Hello %s' % name",
        rest if rest.starts_with("=>") => "write `function(ctx)` before the value: Jsonnet has no `=>`",
        rest if rest.starts_with("...") => "add the objects: `a + { b: 1 }`",
        _ if before.trim_end().ends_with("lambda") => "write `function(x) …`: Jsonnet has no `lambda`",
        _ if before.trim_end().ends_with("typeof") => "write `std.type(x)`: Jsonnet has no `typeof`",
        _ if before.trim_end().ends_with("function") => "write the parameters in brackets: `function(ctx) …`",
        _ => return None,
    };
    Some(help.to_owned())
}

/// A string that has no end.
fn quote(text: &str, error: &SyntaxError) -> Option<String> {
    if !error.message.contains("string is not closed") {
        return None;
    }
    let sign = text.get(error.span.start..)?.chars().next().filter(|sign| matches!(sign, '\'' | '"'))?;
    let line = text.get(..error.span.start)?.rsplit('\n').next()?;
    // A quote in a string ends it.
    let is_inside = line.matches(sign).count() >= 2;
    Some(if is_inside {
        format!("write a quote inside of a string as `\\{sign}`")
    } else {
        format!("close the string with `{sign}`")
    })
}

/// A `local` without its semicolon: what follows is read as a part of its value.
fn end_of_local(text: &str, at: usize) -> Option<String> {
    let (mut end, mut checked) = (0, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let start = end;
        end += line.len();
        let written = line.trim_end();
        if start >= at || checked >= MAX_LOCALS {
            return None;
        }
        if written.trim_start().starts_with("local ") && !written.ends_with([';', '{', '(', '[', ',', '=']) {
            checked += 1;
            let end = start + written.len();
            let storage = Storage::default();
            let (before, after) = (text.get(..end)?, text.get(end..)?);
            if parse(&format!("{before};{after}"), &storage).is_ok() {
                return Some(format!("end the `local` with `;` in line {}", index + 1));
            }
        }
    }
    None
}

/// Most lines with a `local` that are tried.
const MAX_LOCALS: usize = 20;

/// A bracket that is not closed, or closed twice.
fn bracket(text: &str, before: &str, rest: &str) -> Option<String> {
    let mut open = Vec::new();
    let (mut string, mut escaped, mut is_comment) = (None, false, false);
    for (at, sign) in before.char_indices() {
        if is_comment {
            is_comment = sign != '\n';
        } else if let Some(quote) = string {
            if escaped {
                escaped = false;
            } else if sign == '\\' {
                escaped = true;
            } else if sign == quote {
                string = None;
            }
        } else {
            match sign {
                '\'' | '"' => string = Some(sign),
                '#' => is_comment = true,
                '/' if before.get(at..).is_some_and(|rest| rest.starts_with("//")) => is_comment = true,
                '(' | '[' | '{' => open.push((at, sign)),
                ')' | ']' | '}' => _ = open.pop(),
                _ => {}
            }
        }
    }
    let end_of = |sign: char| match sign {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    let closing = rest.chars().next();
    match (open.last(), closing) {
        (_, Some(sign @ (')' | ']' | '}'))) if !open.iter().any(|(_, opening)| end_of(*opening) == sign) => {
            Some(format!("remove this `{sign}`: it closes nothing"))
        }
        (Some((at, sign)), None | Some(')' | ']' | '}')) => {
            let (opened, end) = (line(text.get(..*at)?), end_of(*sign));
            (closing != Some(end)).then(|| format!("close the `{sign}` of line {opened} with `{end}`"))
        }
        _ => None,
    }
}

/// The number of the line that a text ends in.
fn line(before: &str) -> usize {
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(text: &str) -> Option<String> {
        let storage = Storage::default();
        let error = parse(text, &storage).err()?;
        of_syntax(text, &error)
    }

    #[test]
    fn habits_of_other_languages_are_known() {
        for (text, told) in [
            ("{ a: x === 1 }", "write `==` instead of `===`"),
            ("{ a: x !== 1 }", "write `!=` instead of `!==`"),
            ("{ a: x and y }", "write `&&` instead of `and`"),
            ("{ a: not x }", "write `!` instead of `not`"),
            ("function(ctx) { return x }", "remove `return`"),
            ("let x = 1;\n{ a: x }", "write `local` instead of `let`"),
            ("{ a: if x then 1 elif y then 2 else 3 }", "write `else if` instead of `elif`"),
            ("{ a: [x for x of y] }", "write `in` instead of `of`"),
            ("{ a = 1 }", "write `:` instead of `=`"),
            ("{ a: 1; b: 2 }", "write `,` instead of `;`"),
            ("{ a: 1,, b: 2 }", "remove the second comma"),
            ("{\n  a: 1\n  b: 2\n}", "write a comma at the end of line 2"),
            ("{ a: x ? 1 : 2 }", "write `if x then y else z`: Jsonnet has no `x ? y : z`"),
            ("{ a: 'it's' }", "write a quote inside of a string as `\\'`"),
            ("{ a: \"x }", "close the string with `\"`"),
            ("local x = 1\n{ a: x }", "end the `local` with `;` in line 1"),
            ("{ a: [1, 2 }", "close the `[` of line 1 with `]`"),
            ("{ a: 1 } }", "remove this `}`: it closes nothing"),
            ("({ a: 1 }\n", "close the `(` of line 1 with `)`"),
        ] {
            assert_eq!(help(text).as_deref(), Some(told), "{text}");
        }
        assert_eq!(help("{ a: ) }").as_deref(), Some("remove this `)`: it closes nothing"));
        assert_eq!(help("{ a: }"), None);
    }

    #[test]
    fn names_of_other_languages_are_known() {
        assert_eq!(of_name("None").as_deref(), Some("write `null`"));
        assert_eq!(of_name("objectHas").as_deref(), Some("write `std.objectHas`"));
        assert_eq!(of_name("return").as_deref(), Some("remove `return`"));
        assert_eq!(of_name("own"), None);
    }
}
