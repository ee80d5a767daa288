//! Values as the lines of YAML that users write.

use serde_json::{Map, Value as Json};

use super::quoted;
use crate::yaml::{Node, Value};

/// A value below keys, the first of which is outermost.
pub(super) fn below(keys: &[&str], value: Json) -> Json {
    keys.iter().rev().fold(value, |inner, key| serde_json::json!({*key: inner}))
}

/// The value of a node; none where a template fills something in.
pub(super) fn value(node: Node<'_>) -> Option<Json> {
    Some(match node.value() {
        Value::Mapping(_) => Json::Object(
            node.fields()
                .map(|field| Some((field.key.to_owned(), value(field.value)?)))
                .collect::<Option<Map<_, _>>>()?,
        ),
        Value::Sequence(_) => Json::Array(node.items().map(value).collect::<Option<_>>()?),
        Value::String(text) => Json::from(&**text),
        Value::Bool(flag) => Json::from(*flag),
        Value::Number(number) => serde_json::from_str(&number.text).ok()?,
        Value::Null => Json::Null,
        Value::Unknown => return None,
    })
}

/// The lines of a value in block style, two spaces a step.
pub(super) fn lines(value: &Json) -> Vec<String> {
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            let mut all = Vec::new();
            for (key, field) in fields {
                let key = quoted(key);
                if is_plain(field) {
                    all.push(format!("{key}: {}", scalar(field)));
                } else {
                    all.push(format!("{key}:"));
                    all.extend(lines(field).into_iter().map(|line| format!("  {line}")));
                }
            }
            all
        }
        Json::Array(items) if !items.is_empty() => items.iter().flat_map(item).collect(),
        other => vec![scalar(other)],
    }
}

/// The lines of an item of a list.
pub(super) fn item(value: &Json) -> Vec<String> {
    let mark = |(number, line): (usize, String)| format!("{}{line}", if number == 0 { "- " } else { "  " });
    lines(value).into_iter().enumerate().map(mark).collect()
}

/// The lines of a value from a column on: maps are indented by the first step, lists below their key by the second.
pub(super) fn laid(value: &Json, column: usize, (step, dash): (usize, usize)) -> String {
    let lead = " ".repeat(column);
    let mut text = String::new();
    match value {
        Json::Object(fields) => {
            for (key, field) in fields {
                let key = quoted(key);
                if is_plain(field) {
                    text.push_str(&format!("{lead}{key}: {}\n", scalar(field)));
                } else {
                    let below = if field.is_array() { dash } else { step };
                    text.push_str(&format!("{lead}{key}:\n{}", laid(field, column + below, (step, dash))));
                }
            }
        }
        Json::Array(items) => {
            for item in items {
                let inner = laid(item, column + 2, (step, dash));
                text.push_str(&format!("{lead}- {}", inner.trim_start_matches(' ')));
            }
        }
        other => text.push_str(&format!("{lead}{}\n", scalar(other))),
    }
    text
}

fn is_plain(value: &Json) -> bool {
    match value {
        Json::Object(fields) => fields.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => true,
    }
}

pub(super) fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}
