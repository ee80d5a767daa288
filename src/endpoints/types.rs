//! Types of requests and answers in the languages of endpoints, from the same schemas.

use std::fmt::Write as _;

use serde_json::Value;

use super::Endpoint;
use crate::kratos::contract::response::{change, refusal};

mod go;
mod python;
mod rust;
mod typescript;

/// A language that types are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// TypeScript
    Typescript,
    /// Go, `encoding/json`
    Go,
    /// Python, `TypedDict`
    Python,
    /// Rust, serde
    Rust,
    /// JSON Schema, one document with a definition for each type
    Jsonschema,
}

/// The types of all endpoints.
#[must_use]
pub(crate) fn of(endpoints: &[Endpoint], language: Language) -> String {
    let named = named(endpoints);
    if language == Language::Jsonschema {
        let definitions: serde_json::Map<String, Value> = named.into_iter().collect();
        let document = serde_json::json!({"$schema": crate::kratos::ctx::json_schema::DIALECT, "$defs": definitions});
        return format!("{document:#}\n");
    }
    let mut model = Model::default();
    for (name, schema) in &named {
        model.add(name, schema);
    }
    match language {
        Language::Typescript => typescript::write(&model),
        Language::Go => go::write(&model),
        Language::Python => python::write(&model),
        Language::Rust | Language::Jsonschema => rust::write(&model),
    }
}

/// The schemas with the names of their types: `RegistrationAfterPassword0Request`.
fn named(endpoints: &[Endpoint]) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for endpoint in endpoints {
        let name = pascal(&endpoint.name);
        found.push((format!("{name}Request"), endpoint.request_schema()));
        let contract = endpoint.contract(false);
        found.extend(change(&contract).map(|schema| (format!("{name}Change"), schema)));
        found.extend(refusal(&contract).map(|schema| (format!("{name}Refusal"), schema)));
    }
    found
}

/// `flow_id` as `FlowId`, only letters and digits.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(String::new(), |name, word| {
        let (first, rest) = word.split_at(1);
        name + &first.to_ascii_uppercase() + rest
    })
}

/// All types, each object with a name.
#[derive(Debug, Default)]
struct Model {
    /// In the order in which they were met.
    types: Vec<(String, TypeKind)>,
}

/// A type as all languages have it.
#[derive(Clone, Debug, PartialEq)]
enum TypeKind {
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    Null,
    /// One of these texts.
    Words(Vec<String>),
    List(Box<TypeKind>),
    /// Any keys.
    Map(Box<TypeKind>),
    Object(Vec<Field>),
    /// A type with a name.
    Named(String),
    Optional(Box<TypeKind>),
    Union(Vec<TypeKind>),
}

/// A key of an object.
#[derive(Clone, Debug, PartialEq)]
struct Field {
    key: String,
    kind: TypeKind,
    required: bool,
    description: Option<String>,
}

impl Model {
    fn add(&mut self, name: &str, schema: &Value) {
        let index = self.types.len();
        self.types.push((name.to_owned(), TypeKind::Any));
        let kind = self.kind(name, schema);
        // An object of its own took a name; here its fields stand under this one.
        let kind = match kind {
            TypeKind::Named(inner) if self.types.last().is_some_and(|(last, _)| *last == inner) => {
                self.types.pop().map_or(TypeKind::Any, |(_, kind)| kind)
            }
            other => other,
        };
        if let Some(slot) = self.types.get_mut(index) {
            slot.1 = kind;
        }
    }

    /// The type of a schema; `name` is for the object that it may be.
    fn kind(&mut self, name: &str, schema: &Value) -> TypeKind {
        if let Some(constant) = schema.get("const") {
            return of_constants(std::slice::from_ref(constant));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return of_constants(values);
        }
        if let Some(parts) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            let kinds = parts.iter().enumerate();
            return union(kinds.map(|(index, part)| self.kind(&format!("{name}{}", index + 1), part)).collect());
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.of_type(name, kind, schema),
            Some(Value::Array(kinds)) => {
                let kinds = kinds.iter().filter_map(Value::as_str);
                union(kinds.map(|kind| self.of_type(name, kind, schema)).collect())
            }
            _ => TypeKind::Any,
        }
    }

    fn of_type(&mut self, name: &str, kind: &str, schema: &Value) -> TypeKind {
        match kind {
            "string" => TypeKind::Text,
            "integer" => TypeKind::Integer,
            "number" => TypeKind::Number,
            "boolean" => TypeKind::Boolean,
            "null" => TypeKind::Null,
            "array" => {
                let item = schema.get("items").map_or(TypeKind::Any, |items| self.kind(&format!("{name}Item"), items));
                TypeKind::List(Box::new(item))
            }
            "object" => self.object(name, schema),
            _ => TypeKind::Any,
        }
    }

    fn object(&mut self, name: &str, schema: &Value) -> TypeKind {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => self.name(name, Vec::new()),
                Some(Value::Object(keywords)) => {
                    let values = Value::Object(keywords.clone());
                    TypeKind::Map(Box::new(self.kind(&format!("{name}Value"), &values)))
                }
                _ => TypeKind::Map(Box::new(TypeKind::Any)),
            };
        };
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut fields = Vec::new();
        for (key, property) in properties {
            fields.push(Field {
                key: key.clone(),
                kind: self.kind(&format!("{name}{}", pascal(key)), property),
                required: required.iter().any(|name| name == key),
                description: property.get("description").and_then(Value::as_str).map(str::to_owned),
            });
        }
        self.name(name, fields)
    }

    fn name(&mut self, name: &str, fields: Vec<Field>) -> TypeKind {
        let name = free(name.to_owned(), |name| self.types.iter().any(|(other, _)| other == name));
        self.types.push((name.clone(), TypeKind::Object(fields)));
        TypeKind::Named(name)
    }
}

fn of_constants(values: &[Value]) -> TypeKind {
    let words: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let others = values.iter().filter(|value| !value.is_string()).map(|value| match value {
        Value::Bool(_) => TypeKind::Boolean,
        Value::Null => TypeKind::Null,
        Value::Number(number) if number.is_i64() => TypeKind::Integer,
        Value::Number(_) => TypeKind::Number,
        _ => TypeKind::Any,
    });
    let words = (!words.is_empty()).then_some(TypeKind::Words(words));
    union(words.into_iter().chain(others).collect())
}

/// One of several types: flat, without repetition; null makes the rest optional.
fn union(kinds: Vec<TypeKind>) -> TypeKind {
    let mut flat: Vec<TypeKind> = Vec::new();
    for kind in kinds {
        let parts = match kind {
            TypeKind::Union(parts) => parts,
            TypeKind::Optional(inner) => vec![*inner, TypeKind::Null],
            other => vec![other],
        };
        for part in parts {
            if !flat.contains(&part) {
                flat.push(part);
            }
        }
    }
    if flat.contains(&TypeKind::Any) {
        return TypeKind::Any;
    }
    let has_null = flat.contains(&TypeKind::Null) && flat.len() > 1;
    if has_null {
        flat.retain(|kind| *kind != TypeKind::Null);
    }
    let kind = match flat.len() {
        0 => TypeKind::Any,
        1 => flat.remove(0),
        _ => TypeKind::Union(flat),
    };
    if has_null { TypeKind::Optional(Box::new(kind)) } else { kind }
}

/// Comment lines in front of something.
fn comment(text: &mut String, indent: &str, mark: &str, words: Option<&String>) {
    if let Some(words) = words {
        for line in words.lines() {
            let _ = writeln!(text, "{indent}{mark} {line}");
        }
    }
}

/// The name, with a number if it is taken: keys that differ only by what no identifier holds.
fn free(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}

/// The fields with their names in a language, each of its own.
fn named_fields(fields: &[Field], name: impl Fn(&str) -> String) -> Vec<(String, &Field)> {
    let mut named: Vec<(String, &Field)> = Vec::new();
    for field in fields {
        let own = free(name(&field.key), |name| named.iter().any(|(other, _)| other == name));
        named.push((own, field));
    }
    named
}
