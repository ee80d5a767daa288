//! What the inference knows of each expression, for editors: the type at an offset, and what can follow a dot there.

use std::collections::BTreeMap;

use super::object::static_fields;
use super::value::{Layer, List, Object, Seen, Value};
use crate::jsonnet::types::{Field, JsonType, Object as DataObject};
use crate::text::Span;

/// The types of the expressions of a document that were checked.
#[derive(Clone, Debug, Default)]
pub struct Types {
    by_span: BTreeMap<Span, JsonType>,
}

impl Types {
    pub(super) fn new(seen: BTreeMap<Span, Vec<Seen<'_>>>) -> Types {
        let known =
            |(span, seen): (Span, Vec<Seen<'_>>)| (span, JsonType::union(seen.iter().map(|it| shown(&it.value))));
        Types { by_span: seen.into_iter().map(known).collect() }
    }

    /// The innermost expression around a byte of the text, and its type: [`JsonType::Any`] where nothing is known.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<(Span, &JsonType)> {
        let around = self.by_span.iter().filter(|(span, _)| span.start <= offset && offset < span.end);
        around.min_by_key(|(span, _)| span.end - span.start).map(|(span, kind)| (*span, kind))
    }

    /// The type of the longest expression that ends at a byte of the text: of what is before a dot.
    #[must_use]
    pub fn before(&self, offset: usize) -> Option<&JsonType> {
        let ending = self.by_span.iter().filter(|(span, _)| span.end == offset);
        ending.max_by_key(|(span, _)| span.end - span.start).map(|(_, kind)| kind)
    }

    /// The type of the longest expression that begins at a byte of the text.
    pub(crate) fn beginning(&self, offset: usize) -> Option<&JsonType> {
        let beginning = self.by_span.iter().filter(|(span, _)| span.start == offset);
        beginning.max_by_key(|(span, _)| span.end - span.start).map(|(_, kind)| kind)
    }

    /// The fields that can stand after a dot at a byte of the text; none where the type is no object.
    #[must_use]
    pub fn fields_before(&self, offset: usize) -> Option<&BTreeMap<String, Field>> {
        self.before(offset)?.as_object().map(|object| &object.fields)
    }
}

/// The type of a value as far as it is known without a further look.
fn shown(value: &Value<'_>) -> JsonType {
    match value {
        Value::Any | Value::Function(_) => JsonType::Any,
        Value::Never => JsonType::union([]),
        Value::Null => JsonType::Null,
        Value::Bool(value) => JsonType::Bool(*value),
        Value::Number(_) => JsonType::Number { integer: false },
        Value::Text(Some(text)) => JsonType::is(text),
        Value::Text(None) => JsonType::text(),
        Value::List(List::Of(item)) => JsonType::list((*item).clone()),
        Value::List(_) => JsonType::list(JsonType::Any),
        Value::Object(object) => JsonType::Object(object_shown(object)),
        Value::Union(parts) => JsonType::union(parts.iter().map(shown)),
    }
}

fn object_shown(object: &Object<'_>) -> DataObject {
    let mut shown = DataObject::default();
    for layer in &object.layers {
        match layer {
            Layer::Data(data, _) => {
                shown.fields.extend(data.fields.clone());
                shown.never.extend(data.never.clone());
                shown.rest = shown.rest.or_else(|| data.rest.clone());
            }
            Layer::Literal(literal) => {
                let names = static_fields(literal).map(|name| (name.to_owned(), Field::always(JsonType::Any)));
                shown.fields.extend(names);
            }
            Layer::Computed(_) | Layer::Unknown => shown.rest = Some(Box::new(JsonType::Any)),
        }
    }
    shown
}
