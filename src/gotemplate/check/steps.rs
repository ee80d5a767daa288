//! Steps from a value to its fields.

use std::rc::Rc;

use super::{Check, ProblemKind, names};
use crate::gotemplate::kinds::{Struct, Value, ValueType, What, of_json};
use crate::gotemplate::tree::Name;
use crate::jsonnet::types::{Field, JsonType};
use crate::text::Span;

impl Check<'_> {
    pub(super) fn fields(&mut self, value: Value, names: &[Name]) -> Value {
        names.iter().fold(value, |value, name| self.step(&value, &name.text, name.span))
    }

    /// The field `name` of a value.
    pub(super) fn step(&mut self, value: &Value, name: &str, span: Span) -> Value {
        let path = value.path.as_ref().map(|path| format!("{path}.{name}"));
        let shown = value.path.clone().filter(|path| !path.is_empty()).unwrap_or_else(|| "the value".to_owned());
        let with = |kind: ValueType, missing: Option<String>| Value {
            kind,
            missing: value.missing.clone().or(missing),
            path: path.clone(),
        };
        match &value.kind {
            ValueType::Unknown => with(ValueType::Unknown, None),
            ValueType::Headers => Value::unknown(),
            ValueType::Nothing => {
                self.report(span, ProblemKind::FieldOfNothing { field: name.to_owned() });
                Value::unknown()
            }
            ValueType::Payload => with(ValueType::Unknown, Some("it is optional".to_owned())),
            ValueType::Struct(fields) => with(self.field_of(fields, name, span), None),
            ValueType::Pointer(fields) => {
                if !value.path.as_ref().is_some_and(|path| self.is_guarded(path)) {
                    self.report(span, ProblemKind::FieldOfNull { field: name.to_owned(), path: shown });
                }
                with(self.field_of(fields, name, span), None)
            }
            ValueType::Text | ValueType::Int | ValueType::Bool => {
                let what = value.what().unwrap_or(What::Text);
                self.report(span, ProblemKind::FieldOf { field: name.to_owned(), path: shown, what });
                Value::unknown()
            }
            ValueType::Json(json) => {
                if value.missing.is_none()
                    && json.alternatives().contains(&JsonType::Null)
                    && value.path.as_ref().is_some_and(|path| !self.is_guarded(path))
                {
                    self.report(span, ProblemKind::FieldOfNull { field: name.to_owned(), path: shown.clone() });
                }
                if let Some(what @ (What::Text | What::Float | What::Bool | What::List)) = value.what() {
                    self.report(span, ProblemKind::FieldOf { field: name.to_owned(), path: shown, what });
                    return Value::unknown();
                }
                let (kind, missing) = self.key_of(value, name, span);
                with(kind, missing)
            }
        }
    }

    fn field_of(&mut self, fields: &Rc<Struct>, name: &str, span: Span) -> ValueType {
        if let Some(kind) = fields.field(name) {
            return kind.clone();
        }
        let kind = ProblemKind::UnknownField { field: name.to_owned(), of: fields.name.clone(), known: names(fields) };
        self.report(span, kind);
        ValueType::Unknown
    }

    /// A key of decoded JSON, and why it may be missing.
    fn key_of(&mut self, value: &Value, name: &str, span: Span) -> (ValueType, Option<String>) {
        let objects = value.objects();
        if objects.is_empty() {
            return (ValueType::Unknown, None);
        }
        let found: Vec<Option<&Field>> = objects.iter().map(|object| object.fields.get(name)).collect();
        let is_open = objects.iter().any(|object| object.rest.is_some());
        if found.iter().all(Option::is_none) {
            let mut known: Vec<String> = objects.iter().flat_map(|object| object.fields.keys().cloned()).collect();
            let is_of_root = matches!(&self.root.kind, ValueType::Struct(fields) if fields.field(name).is_some());
            if !known.is_empty() {
                known.dedup();
                let path = value.path.clone().unwrap_or_default();
                let field = name.to_owned();
                self.report(span, ProblemKind::NoSuchKey { field, path, is_open, is_of_root, known });
            }
            return (ValueType::Unknown, None);
        }
        let is_somewhere_missing = found.iter().any(Option::is_none) && !is_open;
        let other_schema = is_somewhere_missing.then(|| "not every identity schema has it".to_owned());
        let missing = found.iter().flatten().find_map(|field| field.missing_when.clone()).or(other_schema);
        let kinds = found.iter().map(|field| field.map_or(JsonType::Any, |field| field.kind.clone()));
        let kinds: Vec<JsonType> = if is_somewhere_missing {
            found.iter().flatten().map(|field| field.kind.clone()).collect()
        } else {
            kinds.collect()
        };
        (of_json(JsonType::union(kinds)), missing)
    }
}
