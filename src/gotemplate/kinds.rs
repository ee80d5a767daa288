//! What is known of the values that a template is given.

use std::rc::Rc;

use crate::jsonnet::types::{JsonType, Object};

/// The type of a value.
#[derive(Clone, Debug)]
pub enum ValueType {
    /// Nothing is known.
    Unknown,
    /// Nothing: the argument of a template that is called without one.
    Nothing,
    /// A Go string.
    Text,
    /// A Go integer.
    Int,
    /// A Go bool.
    Bool,
    /// Decoded JSON: maps, lists, texts, float64, bool and nil.
    Json(Rc<JsonType>),
    /// A map whose keys callers choose: each may be missing.
    Payload,
    /// A struct: an unknown field is an error.
    Struct(Rc<Struct>),
    /// A pointer to a struct that may be nil.
    Pointer(Rc<Struct>),
    /// `http.Header`
    Headers,
}

/// A struct with all its fields.
#[derive(Debug)]
pub struct Struct {
    /// What it is, for messages.
    pub name: String,
    /// Its fields.
    pub fields: Vec<(&'static str, ValueType)>,
}

impl Struct {
    /// The type of a field.
    #[must_use]
    pub(crate) fn field(&self, name: &str) -> Option<&ValueType> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, kind)| kind)
    }
}

/// A value on the way through a template.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) kind: ValueType,
    /// Why it may be missing, if it may.
    pub(super) missing: Option<String>,
    /// How it is reached from the argument of the template set, as written from there: `.Identity.traits.name`.
    pub(super) path: Option<String>,
}

impl Value {
    pub(super) fn new(kind: ValueType) -> Value {
        Value { kind, missing: None, path: None }
    }

    pub(super) fn unknown() -> Value {
        Value::new(ValueType::Unknown)
    }

    /// The same, surely there and not null.
    pub(super) fn present(self) -> Value {
        let kind = match self.kind {
            ValueType::Json(json) if json.is_nullable() => {
                let rest = json.alternatives().iter().filter(|kind| **kind != JsonType::Null).cloned();
                ValueType::Json(Rc::new(JsonType::union(rest)))
            }
            ValueType::Pointer(fields) => ValueType::Struct(fields),
            other => other,
        };
        Value { kind, missing: None, path: self.path }
    }

    /// Whether it may be null.
    pub(super) fn may_be_null(&self) -> bool {
        match &self.kind {
            ValueType::Json(json) => json.alternatives().contains(&JsonType::Null),
            ValueType::Pointer(_) => true,
            _ => false,
        }
    }

    /// What it surely is, unless it is missing or null: `text`, `a number`, …
    pub(super) fn what(&self) -> Option<What> {
        let ValueType::Json(json) = &self.kind else {
            return match &self.kind {
                ValueType::Text => Some(What::Text),
                ValueType::Int => Some(What::Int),
                ValueType::Bool => Some(What::Bool),
                ValueType::Struct(_) | ValueType::Pointer(_) => Some(What::Struct),
                ValueType::Headers | ValueType::Payload => Some(What::Map),
                _ => None,
            };
        };
        let mut all = json.alternatives().iter().filter(|kind| **kind != JsonType::Null).map(|kind| match kind {
            JsonType::Text(_) => Some(What::Text),
            JsonType::Number { .. } => Some(What::Float),
            JsonType::Bool(_) => Some(What::Bool),
            JsonType::List(_) => Some(What::List),
            JsonType::Object(_) => Some(What::Map),
            _ => None,
        });
        let first = all.next()??;
        all.all(|what| what == Some(first)).then_some(first)
    }

    /// The objects that it may be, when it is nothing else.
    pub(super) fn objects(&self) -> Vec<&Object> {
        let ValueType::Json(json) = &self.kind else { return Vec::new() };
        let others = json.alternatives().iter().filter(|kind| **kind != JsonType::Null);
        others
            .map(|kind| if let JsonType::Object(object) = kind { Some(object) } else { None })
            .collect::<Option<_>>()
            .unwrap_or_default()
    }

    /// What a list or map holds.
    pub(super) fn item(&self) -> Value {
        match &self.kind {
            ValueType::Int => Value::new(ValueType::Int),
            ValueType::Json(json) => {
                let items = json.alternatives().iter().map(|kind| match kind {
                    JsonType::List(item) => (**item).clone(),
                    JsonType::Object(object) => value_of(object),
                    _ => JsonType::Any,
                });
                Value::new(of_json(JsonType::union(items)))
            }
            _ => Value::unknown(),
        }
    }
}

/// What a map holds. Where one of its keys is always there, what all known keys are is enough: what fails at one item fails.
fn value_of(object: &Object) -> JsonType {
    let is_plain = |kind: &JsonType| matches!(kind, JsonType::Text(_) | JsonType::Number { .. } | JsonType::Bool(_));
    let mut always = object.fields.values().filter(|field| field.missing_when.is_none()).map(|field| &field.kind);
    if object.rest.is_some() && !(always.any(is_plain) && object.fields.values().all(|field| is_plain(&field.kind))) {
        return JsonType::Any;
    }
    JsonType::union(object.fields.values().map(|field| field.kind.clone()))
}

/// What a value surely is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A text.
    Text,
    /// An integer of Go.
    Int,
    /// A number out of JSON.
    Float,
    /// true or false.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// A struct.
    Struct,
}

impl What {
    /// As part of a sentence.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            What::Text => "text",
            What::Int | What::Float => "a number",
            What::Bool => "true or false",
            What::List => "a list",
            What::Map => "a map",
            What::Struct => "the whole message",
        }
    }
}

/// The kind of decoded JSON.
#[must_use]
pub(crate) fn of_json(json: JsonType) -> ValueType {
    if json == JsonType::Any { ValueType::Unknown } else { ValueType::Json(Rc::new(json)) }
}
