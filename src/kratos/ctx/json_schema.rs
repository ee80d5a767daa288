//! JSON Schema 2020-12 of a [`JsonType`].

use serde_json::{Map, Value, json};

use super::json_type::{Field, JsonType, Object, Text};

/// The dialect that is written.
pub(crate) const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A whole schema document: `title` says what the value is.
#[must_use]
pub fn document(kind: &JsonType, title: &str) -> Value {
    let mut document = Map::new();
    document.insert("$schema".to_owned(), json!(DIALECT));
    document.insert("title".to_owned(), json!(title));
    if let Value::Object(keywords) = of(kind) {
        document.extend(keywords);
    }
    Value::Object(document)
}

/// The schema of a type.
#[must_use]
pub(crate) fn of(kind: &JsonType) -> Value {
    match kind {
        JsonType::Any => json!({}),
        JsonType::Null => json!({"type": "null"}),
        JsonType::Bool(None) => json!({"type": "boolean"}),
        JsonType::Bool(Some(value)) => json!({"const": value}),
        JsonType::Number { integer: true } => json!({"type": "integer"}),
        JsonType::Number { integer: false } => json!({"type": "number"}),
        JsonType::Text(Text::Any) => json!({"type": "string"}),
        // Kratos writes an empty text where it has no URL yet; formats are annotations, so this stays one schema.
        JsonType::Text(Text::Format(format)) => json!({"type": "string", "format": format}),
        JsonType::Text(Text::Is(text)) => json!({"const": text}),
        JsonType::List(item) => json!({"type": "array", "items": of(item)}),
        JsonType::Object(object) => object_schema(object),
        JsonType::Union(kinds) => union_schema(kinds),
    }
}

fn object_schema(object: &Object) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    if !object.fields.is_empty() {
        let properties = object.fields.iter().map(|(key, field)| (key.clone(), property(field)));
        schema.insert("properties".to_owned(), Value::Object(properties.collect()));
    }
    let required: Vec<&String> =
        object.fields.iter().filter(|(_, field)| field.missing_when.is_none()).map(|(key, _)| key).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    match object.rest.as_deref() {
        None => _ = schema.insert("additionalProperties".to_owned(), json!(false)),
        Some(JsonType::Any) => {}
        Some(rest) => _ = schema.insert("additionalProperties".to_owned(), of(rest)),
    }
    Value::Object(schema)
}

fn property(field: &Field) -> Value {
    let mut schema = of(&field.kind);
    if let (Value::Object(keywords), Some(when)) = (&mut schema, &field.missing_when) {
        keywords.insert("description".to_owned(), json!(format!("Missing when {when}.")));
    }
    schema
}

fn union_schema(kinds: &[JsonType]) -> Value {
    let words: Option<Vec<Value>> = kinds
        .iter()
        .map(|kind| match kind {
            JsonType::Text(Text::Is(text)) => Some(json!(text)),
            JsonType::Bool(Some(value)) => Some(json!(value)),
            JsonType::Null => Some(Value::Null),
            _ => None,
        })
        .collect();
    match words {
        Some(words) => json!({"enum": words}),
        None => json!({"anyOf": kinds.iter().map(of).collect::<Vec<_>>()}),
    }
}
