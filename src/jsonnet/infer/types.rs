//! What the inference knows of each expression, for editors: the type at an offset, and what can follow a dot there.

use std::collections::BTreeMap;

use super::MAX_SEEN;
use super::facts::Facts;
use super::members::static_fields;
use super::value::{Layer, List, Object, Seen, Value};
use crate::jsonnet::types::{Field, JsonType, Object as DataObject};
use crate::text::Span;

/// The types of the expressions of a document that were checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Types {
    by_span: BTreeMap<Span, JsonType>,
}

/// A value that was seen, and which keys of it the tests before it tell to be there, or not to be.
type Noted<'a> = (Seen<'a>, BTreeMap<String, bool>);

/// What was seen of the expressions that are asked for.
pub(super) struct Wanted<'a> {
    near: Span,
    seen: BTreeMap<Span, Vec<Noted<'a>>>,
}

impl<'a> Wanted<'a> {
    /// Nothing yet, of the expressions that touch these bytes.
    pub(super) fn near(near: Span) -> Wanted<'a> {
        Wanted { near, seen: BTreeMap::new() }
    }

    /// Notes a value of an expression, where these facts hold.
    pub(super) fn note(&mut self, span: Span, seen: &Seen<'a>, facts: &Facts) {
        // All of an input is kept for each read of it: not for those of a whole document.
        if seen.value.is_never() || span.end < self.near.start || self.near.end < span.start {
            return;
        }
        let known = self.seen.entry(span).or_default();
        if known.len() < MAX_SEEN {
            known.push((seen.clone(), keys_known(&seen.value, facts)));
        }
    }
}

/// What is known of the keys of an object that may be missing.
fn keys_known(value: &Value<'_>, facts: &Facts) -> BTreeMap<String, bool> {
    let mut known: Option<BTreeMap<String, bool>> = None;
    if facts.is_empty() {
        return BTreeMap::new();
    }
    for object in
        value.parts().iter().filter_map(|part| if let Value::Object(object) = part { Some(object) } else { None })
    {
        let mut own = BTreeMap::new();
        // What is laid over the input may bring a key that it lacks.
        if let [Layer::Data(data, Some(path))] = object.layers.as_slice() {
            let optional = data.fields.iter().filter(|(_, field)| field.missing_when.is_some());
            let told = optional.filter_map(|(key, _)| Some((key.clone(), facts.presence(&path.join(key)?)?)));
            own.extend(told);
        }
        known = Some(known.map_or_else(|| own.clone(), |known| common(known, &own)));
    }
    known.unwrap_or_default()
}

/// What both say.
fn common(mut one: BTreeMap<String, bool>, other: &BTreeMap<String, bool>) -> BTreeMap<String, bool> {
    one.retain(|key, is_there| other.get(key) == Some(is_there));
    one
}

impl Types {
    pub(super) fn new(wanted: Wanted<'_>) -> Types {
        let known = |(span, seen): (Span, Vec<Noted<'_>>)| {
            let kind = JsonType::union(seen.iter().map(|(it, _)| shown(&it.value)));
            let keys = seen.into_iter().map(|(_, keys)| keys).reduce(|one, other| common(one, &other));
            (span, narrowed(kind, &keys.unwrap_or_default()))
        };
        Types { by_span: wanted.seen.into_iter().map(known).collect() }
    }

    /// The innermost expression around a byte of the text, and its type: [`JsonType::Any`] where nothing is known.
    #[must_use]
    pub(crate) fn at(&self, offset: usize) -> Option<(Span, &JsonType)> {
        let around = self.by_span.iter().filter(|(span, _)| span.start <= offset && offset < span.end);
        around.min_by_key(|(span, _)| span.end - span.start).map(|(span, kind)| (*span, kind))
    }

    /// The type of the expression of these bytes.
    #[must_use]
    pub(crate) fn of(&self, span: Span) -> Option<&JsonType> {
        self.by_span.get(&span)
    }

    /// The type of what is before a dot: of the shortest expression that ends there, for a dot binds closer than any operator.
    #[must_use]
    pub(crate) fn before(&self, offset: usize) -> Option<&JsonType> {
        let ending = self.by_span.iter().filter(|(span, _)| span.end == offset);
        ending.min_by_key(|(span, _)| span.end - span.start).map(|(_, kind)| kind)
    }

    /// The type of the longest expression that begins at a byte of the text.
    pub(crate) fn beginning(&self, offset: usize) -> Option<&JsonType> {
        let beginning = self.by_span.iter().filter(|(span, _)| span.start == offset);
        beginning.max_by_key(|(span, _)| span.end - span.start).map(|(_, kind)| kind)
    }

    /// The fields that can stand after a dot at a byte of the text; none where the type is no object.
    #[must_use]
    pub(crate) fn fields_before(&self, offset: usize) -> Option<&BTreeMap<String, Field>> {
        self.before(offset)?.as_object().map(|object| &object.fields)
    }
}

/// A type without doubt about these keys of its objects.
fn narrowed(kind: JsonType, keys: &BTreeMap<String, bool>) -> JsonType {
    match kind {
        JsonType::Object(mut object) if !keys.is_empty() => {
            object.fields.retain(|key, _| keys.get(key) != Some(&false));
            for (key, field) in &mut object.fields {
                field.missing_when = field.missing_when.take().filter(|_| !keys.contains_key(key));
            }
            JsonType::Object(object)
        }
        JsonType::Union(kinds) => JsonType::union(kinds.into_iter().map(|kind| narrowed(kind, keys))),
        other => other,
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
