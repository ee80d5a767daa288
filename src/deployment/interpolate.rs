//! Variables in texts, as compose puts them in.

use super::reading::Known;
use crate::text::Place;

/// Deepest default inside a default.
const MAX_DEPTH: usize = 8;

/// Begins of names that Coolify gives values to: `SERVICE_FQDN_AUTH`, `SERVICE_PASSWORD_64_COOKIE`.
const OF_COOLIFY: [&str; 5] =
    ["SERVICE_BASE64_", "SERVICE_FQDN_", "SERVICE_PASSWORD_", "SERVICE_URL_", "SERVICE_USER_"];

/// Whether a compose file is for Coolify, which sets variables of its own and those of its own pages.
pub(super) fn is_of_coolify(text: &str) -> bool {
    OF_COOLIFY.iter().any(|begin| text.contains(begin))
}

/// A text with its variables put in as compose does: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`, `${A:?text}`,
/// `${A?text}`, `$$`. None when a value is not known. What the shell around compose sets is not known, so a default counts; a text in
/// place of a variable (`:+`, `+`) is there to be switched on, so without the variable it is not known.
pub(super) fn compose(text: &str, known: &Known) -> Option<String> {
    // An alias may bring the same text many times.
    known.budget.take(text.len() + 1)?;
    // A template fills this in first.
    if text.contains("{{") || text.contains("<%") {
        return None;
    }
    if text.contains('$') { filled(text, known, 0) } else { Some(text.to_owned()) }
}

fn filled(text: &str, known: &Known, depth: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(braced) = after.strip_prefix('{') {
            let end = closing(braced)?;
            known.budget.put(&mut out, &expression(braced.get(..end)?, known, depth)?)?;
            rest = braced.get(end + 1..)?;
        } else {
            let length = name_length(after);
            if length == 0 {
                out.push('$');
                rest = after;
            } else {
                known.budget.put(&mut out, known.variables.get(after.get(..length)?)?.value.as_deref()?)?;
                rest = after.get(length..)?;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Where the value of the last variable of a text is written; none where the text has no variable, or it has a default for it.
pub(super) fn place(text: &str, known: &Known) -> Option<Place> {
    let (_, last) = text.rsplit_once('$')?;
    let name = last.trim_start_matches('{');
    let variable = known.variables.get(name.get(..name_length(name))?)?;
    let place = Place::new(&variable.name_place.source, variable.value_span);
    variable.value.is_some().then_some(place)
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

fn expression(inner: &str, known: &Known, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (name, operation) = inner.split_at(name_length(inner));
    let named = known.variables.get(name);
    let is_named = named.is_some();
    let value = named.and_then(|variable| variable.value.as_deref());
    if !is_named && OF_COOLIFY.iter().any(|begin| name.starts_with(begin)) {
        return None;
    }
    let found = || value.map(str::to_owned);
    let is_found = value.is_some();
    let not_empty = value.is_some_and(|text| !text.is_empty());
    let other = |text: &str| filled(text, known, depth + 1);
    if operation.is_empty() {
        return found();
    }
    if let Some(default) = operation.strip_prefix(":-") {
        return if is_named && (!is_found || not_empty) { found() } else { other(default) };
    }
    if let Some(default) = operation.strip_prefix('-') {
        return if is_named { found() } else { other(default) };
    }
    if let Some(instead) = operation.strip_prefix(":+") {
        let empty = is_found.then(String::new);
        return if not_empty { other(instead) } else { empty };
    }
    if let Some(instead) = operation.strip_prefix('+') {
        return if is_named { other(instead) } else { None };
    }
    // `:?` and `?`: compose stops unless the variable is set.
    operation.starts_with([':', '?']).then(found).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::reading::Reading;
    use super::super::variables::Variables;
    use super::*;
    use crate::disk::Disk;
    use crate::kratos::env::Variable;
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
        let mut known = Variables::default();
        known.extend([variable("A", Some("a")), variable("E", Some("")), variable("U", None)]);
        let disk = Disk::default();
        let known = Reading::of(&disk).known(known);
        let check = |text: &str, wanted: Option<&str>| assert_eq!(compose(text, &known).as_deref(), wanted, "{text}");
        check("x$A.${A}$$A$", Some("xa.a$A$"));
        check("${N:-b}${E:-b}${E-b}${A:-b}${N-b}", Some("bbab"));
        check("${A:+b}${E:+b}${E+b}", Some("bb"));
        check("${N:+b}", None);
        check("${N+b}", None);
        check("${U:+b}", None);
        check("${N:?text}", None);
        check("${A:?text}", Some("a"));
        check("${U:-b}", None);
        check("${N:-${A}${N:-c}}", Some("ac"));
        check("${A", None);
    }
}
