//! A document in the other format.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value as Json};

use crate::yaml::{Node, Value};

/// A node as JSON. Aliases are written out.
#[must_use]
pub(crate) fn json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Unknown => Json::String(node.origin().source.slice(node.origin().span).to_owned()),
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => number_of(&number.text, number.value),
        Value::String(text) => Json::String(text.to_string()),
        Value::Sequence(_) => Json::Array(node.items().map(json).collect()),
        Value::Mapping(_) => {
            Json::Object(node.fields().map(|field| (field.key.to_owned(), json(field.value))).collect::<Map<_, _>>())
        }
    }
}

fn number_of(text: &str, value: f64) -> Json {
    let whole = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok();
    whole.or_else(|| Number::from_f64(value)).map_or_else(|| Json::String(text.to_owned()), Json::Number)
}

/// JSON as YAML in block style.
#[must_use]
pub(crate) fn yaml(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::Object(map) if !map.is_empty() => entries(map, 0, &mut out),
        Json::Array(items) if !items.is_empty() => list(items, 0, &mut out),
        other => _ = writeln!(out, "{other}"),
    }
    out
}

fn entries(map: &Map<String, Json>, depth: usize, out: &mut String) {
    for (key, value) in map {
        _ = write!(out, "{:width$}{}:", "", scalar(key), width = depth * 2);
        below(value, depth, out);
    }
}

fn list(items: &[Json], depth: usize, out: &mut String) {
    for item in items {
        _ = write!(out, "{:width$}-", "", width = depth * 2);
        below(item, depth, out);
    }
}

fn below(value: &Json, depth: usize, out: &mut String) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            out.push('\n');
            entries(map, depth + 1, out);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            list(items, depth + 1, out);
        }
        Json::String(text) => _ = writeln!(out, " {}", scalar(text)),
        other => _ = writeln!(out, " {other}"),
    }
}

/// A text: plain where no reader can take it for something else, else in double quotes as JSON has it.
fn scalar(text: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_/.+=-".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let word = text.to_ascii_lowercase();
    let special = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&word.as_str());
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    if begins && !special && rest.chars().all(is_safe) && scheme.chars().all(|c| c.is_ascii_alphanumeric()) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in double quotes. JSON leaves characters as they are that YAML refuses.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in Json::String(text.to_owned()).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
