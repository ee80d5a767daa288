//! Variables in texts, as compose puts them in: in its own files and in files of variables.
//!
//! Facts: `template/template.go` of compose-go v2.16.2, and what it made of the projects in `testdata/readers`.

use super::{Budget, Variable};

/// Deepest default inside a default.
const MAX_DEPTH: usize = 8;

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known<'v> {
    /// Nothing sets it.
    Unset,
    /// It is set, to what is not known.
    Set,
    /// It is set to this.
    To(&'v str),
}

impl<'v> Known<'v> {
    /// This variable.
    pub(crate) fn of_variable(variable: Option<&'v Variable>) -> Known<'v> {
        variable.map_or(Known::Unset, |variable| Known::of(variable.value.as_deref()))
    }

    /// A variable with this value.
    pub(crate) fn of(value: Option<&'v str>) -> Known<'v> {
        value.map_or(Known::Set, Known::To)
    }

    fn value(self) -> Option<&'v str> {
        match self {
            Known::To(value) => Some(value),
            Known::Unset | Known::Set => None,
        }
    }
}

/// Says what is known of a variable.
pub(crate) type Lookup<'l, 'v> = &'l dyn Fn(&str) -> Known<'v>;

/// A text with its variables put in: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`, `${A:?text}`, `${A?text}`, `$$`. None
/// when a value is not known. What the shell around compose sets is not known, so a default counts; a text in place of a variable
/// (`:+`, `+`) is there to be switched on, so without the variable it is not known.
pub(crate) fn expand(text: &str, lookup: Lookup<'_, '_>, budget: &Budget) -> Option<String> {
    if text.contains('$') { filled(text, lookup, budget, 0) } else { Some(text.to_owned()) }
}

/// The same with a mark in the place of each value that is not known.
pub(crate) fn marked(text: &str, mark: &str, lookup: Lookup<'_, '_>, budget: &Budget) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, begin) = rest.split_at(at);
        let length = expression_length(begin)?;
        let value = filled(begin.get(..length)?, lookup, budget, 0);
        out.push_str(before);
        budget.put(&mut out, value.as_deref().unwrap_or(mark))?;
        rest = begin.get(length..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// How many bytes the `$` at the start of a text takes with what belongs to it.
fn expression_length(text: &str) -> Option<usize> {
    let after = text.get(1..)?;
    Some(match after.as_bytes().first() {
        Some(b'$') => 2,
        Some(b'{') => 3 + closing(after.get(1..)?)?,
        _ => 1 + name_length(after),
    })
}

fn filled(text: &str, lookup: Lookup<'_, '_>, budget: &Budget, depth: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(braced) = after.strip_prefix('{') {
            let end = closing(braced)?;
            budget.put(&mut out, &expression(braced.get(..end)?, lookup, budget, depth)?)?;
            rest = braced.get(end + 1..)?;
        } else {
            let length = name_length(after);
            if length == 0 {
                out.push('$');
                rest = after;
            } else {
                budget.put(&mut out, lookup(after.get(..length)?).value()?)?;
                rest = after.get(length..)?;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The byte of the `}` that closes an opened `${`. Other `{` in it are closed too, and a line is not left.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    // Whatever follows a `{` closes nothing.
    bytes.next().filter(|(_, first)| *first != b'}')?;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => {
                depth += 1;
                bytes.next();
            }
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// How many bytes of a text are the name of a variable.
pub(crate) fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn expression(inner: &str, lookup: Lookup<'_, '_>, budget: &Budget, depth: usize) -> Option<String> {
    let length = name_length(inner);
    if depth > MAX_DEPTH || length == 0 {
        return None;
    }
    let (name, operation) = inner.split_at(length);
    let named = lookup(name);
    let is_named = named != Known::Unset;
    let value = named.value();
    let found = || value.map(str::to_owned);
    let is_found = value.is_some();
    let not_empty = value.is_some_and(|text| !text.is_empty());
    let other = |text: &str| filled(text, lookup, budget, depth + 1);
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
    let is_required = operation.strip_prefix(':').unwrap_or(operation).starts_with('?');
    is_required.then(found).flatten()
}
