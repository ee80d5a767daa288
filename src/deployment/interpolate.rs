//! Variables in texts, as compose puts them in.

use crate::kratos::env::Variable;

/// Longest text that comes of putting variables in, in bytes.
const MAX_LENGTH: usize = 64 << 10;

/// Deepest default inside a default.
const MAX_DEPTH: usize = 8;

/// A text with its variables put in as compose does: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`, `${A:?text}`,
/// `${A?text}`, `$$`. None when a value is not known. What the shell around compose sets is not known, so a default counts.
pub(super) fn compose(text: &str, known: &[Variable]) -> Option<String> {
    filled(text, known, 0)
}

fn filled(text: &str, known: &[Variable], depth: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(braced) = after.strip_prefix('{') {
            let end = closing(braced)?;
            out.push_str(&expression(braced.get(..end)?, known, depth)?);
            rest = braced.get(end + 1..)?;
        } else {
            let length = name_length(after);
            if length == 0 {
                out.push('$');
                rest = after;
            } else {
                out.push_str(&value(after.get(..length)?, known)?);
                rest = after.get(length..)?;
            }
        }
        if out.len() > MAX_LENGTH {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= MAX_LENGTH).then_some(out)
}

/// The byte of the `}` that closes an opened `${`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes.get(at - 1) == Some(&b'$') => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn value(name: &str, known: &[Variable]) -> Option<String> {
    known.iter().rev().find(|variable| variable.name == name)?.value.clone()
}

fn expression(inner: &str, known: &[Variable], depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (name, operation) = inner.split_at(name_length(inner));
    let found = value(name, known);
    let is_named = known.iter().any(|variable| variable.name == name);
    let not_empty = found.as_ref().is_some_and(|text| !text.is_empty());
    let other = |text: &str| filled(text, known, depth + 1);
    if operation.is_empty() {
        return found;
    }
    if let Some(default) = operation.strip_prefix(":-") {
        return if is_named && (found.is_none() || not_empty) { found } else { other(default) };
    }
    if let Some(default) = operation.strip_prefix('-') {
        return if is_named { found } else { other(default) };
    }
    if let Some(instead) = operation.strip_prefix(":+") {
        return if is_named && found.is_none() {
            None
        } else if not_empty {
            other(instead)
        } else {
            Some(String::new())
        };
    }
    if let Some(instead) = operation.strip_prefix('+') {
        return if is_named { other(instead) } else { Some(String::new()) };
    }
    // `:?` and `?`: compose stops unless the variable is set.
    operation.starts_with([':', '?']).then_some(found).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Place, Source, Span};

    #[test]
    fn all_forms_are_those_of_compose() {
        let source = Source::new(".env", "");
        let variable = |name: &str, value: Option<&str>| Variable {
            name: name.to_owned(),
            name_place: Place::new(&source, Span::at(0)),
            value: value.map(str::to_owned),
            value_span: Span::at(0),
        };
        let known = [variable("A", Some("a")), variable("E", Some("")), variable("U", None)];
        let check = |text: &str, wanted: Option<&str>| assert_eq!(compose(text, &known).as_deref(), wanted, "{text}");
        check("x$A.${A}$$A$", Some("xa.a$A$"));
        check("${N:-b}${E:-b}${E-b}${A:-b}${N-b}", Some("bbab"));
        check("${A:+b}${E:+b}${E+b}${N+b}", Some("bb"));
        check("${N:?text}", None);
        check("${A:?text}", Some("a"));
        check("${U:-b}", None);
        check("${N:-${A}${N:-c}}", Some("ac"));
        check("${A", None);
    }
}
