//! From an identity schema to the type of the traits.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json_type::{Field, JsonType, Object, Text};

/// Deepest nesting of a schema that is followed; below it anything is possible.
const MAX_DEPTH: usize = 24;

const NOT_REQUIRED: &str = "the identity schema does not require it";

/// Any traits: what is assumed without an identity schema.
#[must_use]
pub fn unknown() -> JsonType {
    JsonType::map(JsonType::Any)
}

/// The type of `traits` of the identities of an identity schema; [`unknown`] where the schema does not say.
#[must_use]
pub fn of_schema(schema: &Value) -> JsonType {
    let walk = Walk { root: schema };
    match walk.kind(schema, 0) {
        JsonType::Object(object) => match object.fields.get("traits") {
            Some(Field { kind: JsonType::Object(traits), .. }) => JsonType::Object(traits.clone()),
            _ => unknown(),
        },
        _ => unknown(),
    }
}

/// The traits of identities of any of several schemas.
#[must_use]
pub fn of_any(schemas: impl IntoIterator<Item = JsonType>) -> JsonType {
    let mut kinds = schemas.into_iter().peekable();
    if kinds.peek().is_none() { unknown() } else { JsonType::union(kinds) }
}

struct Walk<'s> {
    root: &'s Value,
}

impl Walk<'_> {
    fn kind(&self, schema: &Value, depth: usize) -> JsonType {
        if depth > MAX_DEPTH {
            return JsonType::Any;
        }
        let Value::Object(keywords) = schema else { return JsonType::Any };
        if let Some(reference) = keywords.get("$ref") {
            let target = reference.as_str().and_then(|text| text.strip_prefix('#'));
            return target
                .and_then(|pointer| self.root.pointer(pointer))
                .map_or(JsonType::Any, |target| self.kind(target, depth + 1));
        }
        if let Some(constant) = keywords.get("const") {
            return of_value(constant);
        }
        if let Some(Value::Array(values)) = keywords.get("enum") {
            return JsonType::union(values.iter().map(of_value));
        }
        match keywords.get("type") {
            Some(Value::String(name)) => self.typed(name, schema, depth),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                JsonType::union(names.map(|name| self.typed(name, schema, depth)))
            }
            _ => self.untyped(schema, depth),
        }
    }

    /// A schema without `type`: of the objects of `properties` when it stands for the identity or its traits, else unknown.
    fn untyped(&self, schema: &Value, depth: usize) -> JsonType {
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(alternatives)) = schema.get(keyword) {
                return JsonType::union(alternatives.iter().map(|alternative| self.kind(alternative, depth + 1)));
            }
        }
        let top = depth <= 1 && schema.get("properties").is_some();
        if top { self.object(schema, depth) } else { JsonType::Any }
    }

    fn typed(&self, name: &str, schema: &Value, depth: usize) -> JsonType {
        match name {
            "null" => JsonType::Null,
            "boolean" => JsonType::Bool(None),
            "integer" => JsonType::Number { integer: true },
            "number" => JsonType::Number { integer: false },
            "string" => JsonType::Text(match schema.get("format").and_then(Value::as_str) {
                Some(format) => Text::Format(format.to_owned()),
                None => Text::Any,
            }),
            "array" => {
                let items = schema.get("items").filter(|items| items.is_object());
                JsonType::list(items.map_or(JsonType::Any, |items| self.kind(items, depth + 1)))
            }
            "object" => self.object(schema, depth),
            _ => JsonType::Any,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> JsonType {
        let mut object = Object { rest: self.rest(schema, depth).map(Box::new), ..Object::default() };
        let required = names(schema.get("required"));
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (key, property) in properties {
                let kind = self.kind(property, depth + 1);
                object.fields.insert(key.clone(), field(kind, required.contains(&key.as_str())));
            }
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            match self.kind(part, depth + 1) {
                JsonType::Object(part) => merge(&mut object.fields, part.fields),
                _ => object.rest = Some(Box::new(JsonType::Any)),
            }
        }
        for key in required {
            if let Some(field) = object.fields.get_mut(key) {
                field.missing_when = None;
            }
        }
        JsonType::Object(object)
    }

    /// The type of keys that are not listed; `None` when there are none.
    fn rest(&self, schema: &Value, depth: usize) -> Option<JsonType> {
        const ADDS_KEYS: [&str; 8] =
            ["patternProperties", "anyOf", "oneOf", "if", "then", "else", "dependencies", "dependentSchemas"];
        if ADDS_KEYS.iter().any(|keyword| schema.get(keyword).is_some()) {
            return Some(JsonType::Any);
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => None,
            Some(other @ Value::Object(_)) => Some(self.kind(other, depth + 1)),
            _ => Some(JsonType::Any),
        }
    }
}

fn field(kind: JsonType, required: bool) -> Field {
    if required { Field::always(kind) } else { Field::maybe(kind, NOT_REQUIRED) }
}

/// Adds the keys of a part of `allOf`: a key is always there when one part requires it.
fn merge(fields: &mut BTreeMap<String, Field>, part: BTreeMap<String, Field>) {
    for (key, other) in part {
        match fields.get_mut(&key) {
            None => _ = fields.insert(key, other),
            Some(known) => {
                if other.missing_when.is_none() {
                    known.missing_when = None;
                }
                if known.kind != other.kind {
                    known.kind = JsonType::Any;
                }
            }
        }
    }
}

fn names(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).map(|names| names.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// The type of exactly this value, as far as types tell.
fn of_value(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(value) => JsonType::Bool(Some(*value)),
        Value::Number(number) => JsonType::Number { integer: number.is_i64() || number.is_u64() },
        Value::String(text) => JsonType::is(text),
        Value::Array(_) => JsonType::list(JsonType::Any),
        Value::Object(_) => JsonType::map(JsonType::Any),
    }
}
