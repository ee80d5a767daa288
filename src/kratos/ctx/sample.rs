//! Values of a [`JsonType`]: the smallest and the fullest.

use serde_json::{Map, Value, json};

use super::json_type::{JsonType, Object, Text};

/// How much a sample holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Only what is always there; null where null is possible.
    Minimal,
    /// All known keys.
    Maximal,
}

/// A value of the type.
#[must_use]
pub fn of(kind: &JsonType, fill: Fill) -> Value {
    at(kind, fill, "")
}

/// Whether a text is one that samples are made of: it tells nothing of anybody.
#[must_use]
pub(crate) fn is_made_up(text: &str) -> bool {
    const FORMATS: [&str; 10] =
        ["uuid", "date-time", "date", "time", "email", "uri", "tel", "hostname", "ipv4", "ipv6"];
    const NAMES: [&str; 8] = ["iss", "sub", "user_agent", "birthdate", "zoneinfo", "code", "password", ""];
    const ZEROS: [&str; 2] = ["0001-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000"];
    ZEROS.contains(&text)
        || FORMATS.iter().any(|format| formatted(format, "") == text)
        || NAMES.iter().any(|name| plain(name) == text)
}

fn at(kind: &JsonType, fill: Fill, key: &str) -> Value {
    match kind {
        JsonType::Any => json!({}),
        JsonType::Null => Value::Null,
        JsonType::Bool(value) => json!(value.unwrap_or(fill == Fill::Maximal)),
        JsonType::Number { .. } => json!(number(key)),
        JsonType::Text(text) => json!(word(text, key)),
        JsonType::List(item) => match fill {
            Fill::Minimal => json!([]),
            Fill::Maximal => json!([at(item, fill, key)]),
        },
        JsonType::Object(object) => Value::Object(object_at(object, fill)),
        JsonType::Union(kinds) => {
            let null = kinds.contains(&JsonType::Null);
            let chosen = kinds.iter().find(|kind| **kind != JsonType::Null).unwrap_or(&JsonType::Null);
            if null && fill == Fill::Minimal { Value::Null } else { at(chosen, fill, key) }
        }
    }
}

fn object_at(object: &Object, fill: Fill) -> Map<String, Value> {
    let mut map = Map::new();
    for (key, field) in &object.fields {
        if field.missing_when.is_none() || fill == Fill::Maximal {
            map.insert(key.clone(), at(&field.kind, fill, key));
        }
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

/// The text that samples have at a key whose texts have no format.
#[must_use]
pub(crate) fn plain(key: &str) -> &'static str {
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
