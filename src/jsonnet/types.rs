//! The type of a JSON value, of what a document is given: exact enough for a JSON Schema, for samples and for messages, so it
//! also knows formats and the reasons why keys are missing. [`super::infer`] reads documents against it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The type of a JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonType {
    /// Anything.
    Any,
    /// `null`
    Null,
    /// A boolean; with a value when it is always the same.
    Bool(Option<bool>),
    /// A number; whole numbers only when `integer`.
    Number {
        /// No fraction.
        integer: bool,
    },
    /// A text.
    Text(Text),
    /// A list of values of one type.
    List(Box<JsonType>),
    /// An object.
    Object(Object),
    /// One of several.
    Union(Vec<JsonType>),
}

impl JsonType {
    /// What kind of value it is, in a word or two.
    const fn noun(&self) -> &'static str {
        match self {
            JsonType::Any | JsonType::Union(_) => "anything",
            JsonType::Null => "null",
            JsonType::Bool(_) => "boolean",
            JsonType::Number { integer: true } => "whole number",
            JsonType::Number { integer: false } => "number",
            JsonType::Text(_) => "text",
            JsonType::List(_) => "list",
            JsonType::Object(_) => "object",
        }
    }

    /// What it is, as a part of a sentence: "a boolean", "a UUID".
    pub(crate) fn with_article(&self) -> String {
        match self {
            JsonType::Bool(Some(value)) => format!("`{value}`"),
            JsonType::Text(Text::Is(text)) => format!("`{text}`"),
            JsonType::Text(Text::Format(format)) if format == "uuid" => "a UUID".to_owned(),
            JsonType::Text(Text::Format(format)) if format == "date-time" => "a time".to_owned(),
            JsonType::Any | JsonType::Union(_) | JsonType::Null => self.noun().to_owned(),
            JsonType::Object(_) => format!("an {}", self.noun()),
            _ => format!("a {}", self.noun()),
        }
    }

    /// What it is and holds, in few words: "list of text".
    pub(crate) fn in_words(&self) -> String {
        match self {
            JsonType::Bool(Some(value)) => value.to_string(),
            JsonType::Text(Text::Format(format)) => format!("{} ({format})", self.noun()),
            JsonType::Text(Text::Is(text)) => format!("{text:?}"),
            JsonType::List(item) => format!("{} of {}", self.noun(), item.in_words()),
            JsonType::Object(object) => {
                let names: Vec<&str> = object.fields.keys().map(String::as_str).take(MOST_FIELDS).collect();
                if names.is_empty() { self.noun().to_owned() } else { format!("{}: {}", self.noun(), names.join(", ")) }
            }
            JsonType::Union(kinds) if kinds.is_empty() => "never".to_owned(),
            JsonType::Union(kinds) => {
                kinds.iter().take(MOST_KINDS).map(JsonType::in_words).collect::<Vec<_>>().join(" or ")
            }
            _ => self.noun().to_owned(),
        }
    }
}

/// Most fields of an object that are named.
const MOST_FIELDS: usize = 12;
/// Most kinds of a value that are named.
const MOST_KINDS: usize = 6;

/// What is known of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    /// Nothing.
    Any,
    /// It is in a format of JSON Schema (`uuid`, `date-time`, `uri`, `email`, …).
    Format(String),
    /// It is exactly this.
    Is(String),
}

/// What is known of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its known keys.
    pub fields: BTreeMap<String, Field>,
    /// The type of all other keys; `None` when there are no others.
    pub rest: Option<Box<JsonType>>,
    /// Keys that users expect, and why they are never there.
    pub never: BTreeMap<String, String>,
}

/// A key of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its value.
    pub kind: JsonType,
    /// Why the key may be missing ("the identity has no such trait"); `None` when it is always there.
    pub missing_when: Option<String>,
}

/// Most alternatives that are told apart.
const MAX_PARTS: usize = 256;

impl JsonType {
    /// A text that is exactly `text`.
    #[must_use]
    pub fn is(text: &str) -> JsonType {
        JsonType::Text(Text::Is(text.to_owned()))
    }

    /// A text of a format.
    #[must_use]
    pub(crate) fn format(name: &str) -> JsonType {
        JsonType::Text(Text::Format(name.to_owned()))
    }

    /// Any text.
    #[must_use]
    pub fn text() -> JsonType {
        JsonType::Text(Text::Any)
    }

    /// A list.
    #[must_use]
    pub fn list(item: JsonType) -> JsonType {
        JsonType::List(Box::new(item))
    }

    /// Any key, values of one type.
    #[must_use]
    pub fn map(value: JsonType) -> JsonType {
        JsonType::Object(Object { rest: Some(Box::new(value)), ..Object::default() })
    }

    /// One of several: flat, without repetition; the one itself when there is only one.
    #[must_use]
    pub fn union(kinds: impl IntoIterator<Item = JsonType>) -> JsonType {
        let mut flat: Vec<JsonType> = Vec::new();
        for kind in kinds {
            let parts = match kind {
                JsonType::Union(parts) => parts,
                other => vec![other],
            };
            for part in parts {
                if part == JsonType::Any {
                    return JsonType::Any;
                }
                // So many shapes tell nothing.
                if flat.len() > MAX_PARTS {
                    return JsonType::Any;
                }
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { JsonType::Union(flat) }
    }

    /// The alternatives of a union; the type itself otherwise.
    #[must_use]
    pub(crate) fn alternatives(&self) -> &[JsonType] {
        match self {
            JsonType::Union(kinds) => kinds,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether a value can be of this type; formats are not checked.
    #[must_use]
    pub(crate) fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (JsonType::Any, _)
            | (JsonType::Null, Value::Null)
            | (JsonType::Bool(None), Value::Bool(_))
            | (JsonType::Text(Text::Any), Value::String(_)) => true,
            (JsonType::Text(Text::Format(format)), Value::String(text)) => may_have_format(format, text),
            (JsonType::Bool(Some(only)), Value::Bool(value)) => only == value,
            (JsonType::Number { integer }, Value::Number(number)) => {
                !integer || number.as_f64().is_none_or(|number| number.fract() == 0.0)
            }
            (JsonType::Text(Text::Is(only)), Value::String(value)) => only == value,
            (JsonType::List(item), Value::Array(items)) => items.iter().all(|value| item.admits(value)),
            (JsonType::Object(object), Value::Object(map)) => object.admits(map),
            (JsonType::Union(kinds), value) => kinds.iter().any(|kind| kind.admits(value)),
            _ => false,
        }
    }

    /// Whether null is possible.
    #[must_use]
    pub(crate) fn is_nullable(&self) -> bool {
        self.alternatives().iter().any(|kind| matches!(kind, JsonType::Null | JsonType::Any))
    }

    /// The object among the alternatives, if there is exactly one.
    #[must_use]
    pub(crate) fn as_object(&self) -> Option<&Object> {
        let mut objects = self.alternatives().iter().filter_map(|kind| match kind {
            JsonType::Object(object) => Some(object),
            _ => None,
        });
        objects.next().filter(|_| objects.next().is_none())
    }
}

/// Whether a text may have this format; of other formats than those of ids and times nothing is known.
fn may_have_format(format: &str, text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect();
    match format {
        "uuid" => shape == "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "date-time" => shape.starts_with("xxxx-xx-xxTxx:xx:xx"),
        _ => true,
    }
}

impl Object {
    fn admits(&self, map: &Map<String, Value>) -> bool {
        let known = map.iter().all(|(key, value)| match (self.fields.get(key), &self.rest) {
            (Some(field), _) => field.kind.admits(value),
            (None, Some(rest)) => rest.admits(value),
            (None, None) => false,
        });
        known && self.fields.iter().all(|(key, field)| field.missing_when.is_some() || map.contains_key(key))
    }
}

impl Field {
    /// A key that is always there.
    #[must_use]
    pub fn always(kind: JsonType) -> Field {
        Field { kind, missing_when: None }
    }

    /// A key that is missing `when` …
    #[must_use]
    pub fn maybe(kind: JsonType, when: &str) -> Field {
        Field { kind, missing_when: Some(when.to_owned()) }
    }
}
