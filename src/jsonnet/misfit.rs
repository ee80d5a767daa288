//! What in a value cannot be where a type is expected: keys that are never there, and values of another kind. What is left out
//! is no fault: whoever tries a document writes down only what it reads.

use serde_json::Value;

use super::types::{JsonType, Object};

/// The place of a misfit, as keys joined by dots, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// Where it is.
    pub path: String,
    /// What is wrong, as the end of a sentence that begins with the place.
    pub why: String,
}

/// All misfits of a value, each place once.
#[must_use]
pub(crate) fn of(kind: &JsonType, value: &Value, path: &str) -> Vec<Misfit> {
    let mut found = Vec::new();
    collect(kind, value, path, &mut found);
    found
}

fn collect(kind: &JsonType, value: &Value, path: &str, found: &mut Vec<Misfit>) {
    if !kind.alternatives().iter().any(|kind| is_of_kind(kind, value)) {
        add(found, path, format!("is never {}", kind_of(value)));
        return;
    }
    match value {
        Value::Object(map) => {
            let Some(object) = kind.as_object() else { return };
            for (key, value) in map {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                of_key(object, key, value, &inner, found);
            }
        }
        Value::Array(items) => {
            let mut lists = kind.alternatives().iter().filter_map(|kind| match kind {
                JsonType::List(item) => Some(item),
                _ => None,
            });
            if let (Some(item), None) = (lists.next(), lists.next()) {
                for value in items {
                    collect(item, value, &format!("{path}[]"), found);
                }
            }
        }
        _ => {}
    }
}

fn of_key(object: &Object, key: &str, value: &Value, path: &str, found: &mut Vec<Misfit>) {
    if let Some(field) = object.fields.get(key) {
        collect(&field.kind, value, path, found);
    } else if let Some(why) = object.never.get(key) {
        add(found, path, format!("is never there: {why}"));
    } else if let Some(rest) = &object.rest {
        collect(rest, value, path, found);
    } else {
        add(found, path, "is never there".to_owned());
    }
}

fn add(found: &mut Vec<Misfit>, path: &str, why: String) {
    let misfit = Misfit { path: path.to_owned(), why };
    if !found.contains(&misfit) {
        found.push(misfit);
    }
}

/// Whether a value is of this kind: which text or number it is does not matter, but which boolean does.
fn is_of_kind(kind: &JsonType, value: &Value) -> bool {
    match (kind, value) {
        (JsonType::Any, _)
        | (JsonType::Null, Value::Null)
        | (JsonType::Bool(None), Value::Bool(_))
        | (JsonType::Number { .. }, Value::Number(_))
        | (JsonType::Text(_), Value::String(_))
        | (JsonType::List(_), Value::Array(_))
        | (JsonType::Object(_), Value::Object(_)) => true,
        (JsonType::Bool(Some(only)), Value::Bool(value)) => only == value,
        (JsonType::Union(kinds), value) => kinds.iter().any(|kind| is_of_kind(kind, value)),
        _ => false,
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::types::Field;
    use super::*;

    #[test]
    fn what_is_never_there_and_what_is_of_another_kind_is_named_and_what_is_left_out_is_not() {
        let fields = [
            ("email", JsonType::text()),
            ("verified", JsonType::Bool(Some(true))),
            ("age", JsonType::union([JsonType::Null, JsonType::Number { integer: true }])),
            ("roles", JsonType::list(JsonType::text())),
            ("free", JsonType::map(JsonType::Any)),
        ];
        let fields = fields.into_iter().map(|(key, kind)| (key.to_owned(), Field::always(kind))).collect();
        let never = [("hd".to_owned(), "another provider sends it".to_owned())].into();
        let kind = JsonType::Object(Object { fields, rest: None, never });
        let told = |value| {
            let found = of(&kind, &value, "claims");
            found.into_iter().map(|misfit| format!("{} {}", misfit.path, misfit.why)).collect::<Vec<_>>()
        };
        assert_eq!(told(json!({})), Vec::<String>::new());
        assert_eq!(told(json!({ "email": "x", "age": null, "roles": [], "free": { "a": 1 } })), Vec::<String>::new());
        assert_eq!(told(json!({ "hd": "x" })), ["claims.hd is never there: another provider sends it"]);
        assert_eq!(told(json!({ "other": "x" })), ["claims.other is never there"]);
        assert_eq!(
            told(json!({ "age": "7", "verified": false })),
            ["claims.age is never text", "claims.verified is never false"]
        );
        assert_eq!(told(json!({ "roles": ["a", 1, 2] })), ["claims.roles[] is never a number"]);
        assert_eq!(told(json!([])), ["claims is never a list"]);
    }
}
