//! Values of a [`JsonType`]: the smallest, the fullest, and the fullest without one key.

use serde_json::{Map, Value, json};

use super::json_type::{Field, JsonType, Object, Text};

/// How much a sample holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill<'p> {
    /// Only what is always there; null where null is possible.
    Minimal,
    /// All known keys.
    Maximal,
    /// All known keys but the one at this path (keys joined by dots, `[]` for items of lists).
    Without(&'p str),
    /// All known keys, null at this path.
    NullAt(&'p str),
}

/// A value of the type.
#[must_use]
pub fn of(kind: &JsonType, fill: Fill<'_>) -> Value {
    at(kind, fill, "", "")
}

/// The paths of all keys that may be missing, in order of the keys.
#[must_use]
pub fn optional_paths(kind: &JsonType) -> Vec<String> {
    let mut found = Vec::new();
    collect(kind, "", &|field| field.missing_when.is_some(), &mut found);
    found
}

/// The paths of all keys that may be null, in order of the keys.
#[must_use]
pub fn nullable_paths(kind: &JsonType) -> Vec<String> {
    let mut found = Vec::new();
    let nullable = |field: &Field| field.kind != JsonType::Any && field.kind.is_nullable();
    collect(kind, "", &nullable, &mut found);
    found
}

fn collect(kind: &JsonType, path: &str, wanted: &dyn Fn(&Field) -> bool, found: &mut Vec<String>) {
    for kind in kind.alternatives() {
        match kind {
            JsonType::Object(object) => {
                for (key, field) in &object.fields {
                    let path = join(path, key);
                    collect(&field.kind, &path, wanted, found);
                    if wanted(field) && !found.contains(&path) {
                        found.push(path);
                    }
                }
            }
            JsonType::List(item) => collect(item, &format!("{path}[]"), wanted, found),
            _ => {}
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn at(kind: &JsonType, fill: Fill<'_>, path: &str, key: &str) -> Value {
    match kind {
        JsonType::Any => json!({}),
        JsonType::Null => Value::Null,
        JsonType::Bool(value) => json!(value.unwrap_or(fill != Fill::Minimal)),
        JsonType::Number { .. } => json!(number(key)),
        JsonType::Text(text) => json!(word(text, key)),
        JsonType::List(item) => match fill {
            Fill::Minimal => json!([]),
            _ => json!([at(item, fill, &format!("{path}[]"), key)]),
        },
        JsonType::Object(object) => Value::Object(object_at(object, fill, path, key)),
        JsonType::Union(kinds) => {
            let null = kinds.contains(&JsonType::Null);
            let chosen = kinds.iter().find(|kind| **kind != JsonType::Null).unwrap_or(&JsonType::Null);
            if null && (fill == Fill::Minimal || fill == Fill::NullAt(path)) {
                Value::Null
            } else {
                at(chosen, fill, path, key)
            }
        }
    }
}

fn object_at(object: &Object, fill: Fill<'_>, path: &str, key: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for (key, field) in &object.fields {
        let path = join(path, key);
        let off = field.missing_when.is_some() && (fill == Fill::Minimal || fill == Fill::Without(&path));
        if !off {
            map.insert(key.clone(), at(&field.kind, fill, &path, key));
        }
    }
    let unknown_traits = key == "traits" && object.fields.is_empty() && object.rest.is_some();
    if unknown_traits && fill == Fill::Maximal {
        map.insert("email".to_owned(), json!("ada@example.com"));
    }
    map
}

fn number(key: &str) -> i64 {
    match key {
        "exp" => 1_750_003_600,
        "iat" | "nbf" | "updated_at" => 1_750_000_000,
        "id" => 1_010_001,
        _ => 1,
    }
}

fn word(text: &Text, key: &str) -> String {
    match text {
        Text::Is(text) => text.clone(),
        Text::Format(format) => formatted(format, key).to_owned(),
        Text::Any => plain(key).to_owned(),
    }
}

fn formatted(format: &str, key: &str) -> &'static str {
    match format {
        "uuid" => "8f3d6c1e-4b5a-4d2f-9c7b-1a2b3c4d5e6f",
        "date-time" => "2025-06-15T12:00:00Z",
        "date" => "2000-01-31",
        "time" => "12:00:00Z",
        "email" | "idn-email" => "ada@example.com",
        "uri" | "url" | "uri-reference" | "iri" => "https://example.com/",
        "tel" => "+491701234567",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => plain(key),
    }
}

fn plain(key: &str) -> &'static str {
    match key {
        "email" | "recipient" | "to" | "identifier" | "Recipient" | "To" | "value" => "ada@example.com",
        "phone" | "phone_number" => "+491701234567",
        "request_method" => "POST",
        "iss" => "https://accounts.example.com",
        "sub" => "248289761001",
        "ip_address" => "192.0.2.1",
        "user_agent" | "User-Agent" => "Mozilla/5.0",
        "schema_id" | "identity_schema" => "default",
        "given_name" | "first" | "first_name" => "Ada",
        "family_name" | "last" | "last_name" => "Lovelace",
        "name" => "Ada Lovelace",
        "locale" => "en",
        "birthdate" => "1815-12-10",
        "zoneinfo" => "Europe/London",
        "code" | "recovery_code" | "verification_code" | "login_code" | "registration_code" => "123456",
        "password" => "correct horse battery staple",
        _ => "text",
    }
}
