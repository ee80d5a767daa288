//! From an identity schema to the type of the traits.
//!
//! A trait is always there when each way through the schema requires it: `required` at any depth of `allOf`, in each part of
//! `anyOf` and `oneOf`, on both ways of `if`, after `$ref`.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::json_type::{Field, JsonType, Object, Text};

/// Deepest nesting of a schema that is followed; below it anything is possible.
const MAX_DEPTH: usize = 24;

/// Most parts of a schema that are checked; what is left then makes the type less exact, not wrong.
const MAX_STEPS: usize = 20_000;

/// Most alternatives of one `anyOf` or `oneOf` that are told apart.
const MAX_ALTERNATIVES: usize = 32;

/// Most values of an `enum` that are told apart; of more only their types are known.
const MAX_CONSTANTS: usize = 100;

/// Bytes of a text of the schema that count as one more part: references repeat what they refer to.
const BYTES_OF_STEP: usize = 256;

/// Most fields that are copied for keywords under which an object is one of several.
const MAX_COPIED: usize = 500_000;

const FORBIDDEN: &str = "the identity schema forbids it";
const NOT_REQUIRED: &str = "the identity schema does not require it";

/// Any traits: what is assumed without an identity schema.
#[must_use]
pub(crate) fn unknown() -> JsonType {
    JsonType::map(JsonType::Any)
}

/// The type of `traits` of the identities of an identity schema; [`unknown`] where the schema does not say.
#[must_use]
pub fn of_schema(schema: &Value) -> JsonType {
    let walk = Walk { root: schema, left: Cell::new(MAX_STEPS), made: Cell::new(0), copies: Cell::new(MAX_COPIED) };
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
pub(crate) fn of_any(schemas: impl IntoIterator<Item = JsonType>) -> JsonType {
    let mut kinds = schemas.into_iter().peekable();
    if kinds.peek().is_none() { unknown() } else { JsonType::union(kinds) }
}

struct Walk<'s> {
    root: &'s Value,
    left: Cell<usize>,
    /// Fields that were made so far: no object has more.
    made: Cell<usize>,
    /// Fields that may still be copied.
    copies: Cell<usize>,
}

impl Walk<'_> {
    /// Whether there is still work allowed at this depth.
    fn may_go_on(&self, depth: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0 && depth <= MAX_DEPTH
    }

    /// Whether an object may be copied once more.
    fn may_copy(&self) -> bool {
        let left = self.copies.get().checked_sub(self.made.get() + 1);
        self.copies.set(left.unwrap_or_default());
        left.is_some()
    }

    /// Whether a text may be copied once more.
    fn may_hold(&self, text: &str) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(text.len() / BYTES_OF_STEP));
        left > 0
    }

    /// The type of exactly this value, as far as types tell.
    fn of_value(&self, value: &Value) -> JsonType {
        match value {
            Value::Bool(value) => JsonType::Bool(Some(*value)),
            Value::String(text) if self.may_go_on(0) && self.may_hold(text) => JsonType::is(text),
            _ => sort_of(value),
        }
    }

    fn target(&self, reference: &Value) -> Option<&Value> {
        self.root.pointer(reference.as_str()?.strip_prefix('#')?)
    }

    fn kind(&self, schema: &Value, depth: usize) -> JsonType {
        if !self.may_go_on(depth) {
            return JsonType::Any;
        }
        let Value::Object(keywords) = schema else { return JsonType::Any };
        if let Some(reference) = keywords.get("$ref") {
            return self.target(reference).map_or(JsonType::Any, |target| self.kind(target, depth + 1));
        }
        if let Some(constant) = keywords.get("const") {
            return self.of_value(constant);
        }
        if let Some(Value::Array(values)) = keywords.get("enum") {
            let is_long = values.len() > MAX_CONSTANTS;
            return JsonType::union(
                values.iter().map(|value| if is_long { sort_of(value) } else { self.of_value(value) }),
            );
        }
        match keywords.get("type") {
            Some(Value::String(name)) => self.typed(name, keywords, depth),
            Some(Value::Array(names)) => {
                let names = names.iter().take(MAX_ALTERNATIVES).filter_map(Value::as_str);
                JsonType::union(names.map(|name| self.typed(name, keywords, depth)))
            }
            _ => self.untyped(keywords, depth),
        }
    }

    /// A schema without `type`: what its parts say; an object when it stands for the identity or its traits.
    fn untyped(&self, schema: &Map<String, Value>, depth: usize) -> JsonType {
        if depth <= 1 && schema.contains_key("properties") {
            return self.object(schema, depth);
        }
        let mut kind = JsonType::Any;
        for part in list(schema, "allOf") {
            kind = meet(kind, self.kind(part, depth + 1));
        }
        for keyword in ["anyOf", "oneOf"] {
            let parts = list(schema, keyword);
            if !parts.is_empty() && parts.len() <= MAX_ALTERNATIVES {
                kind = meet(kind, JsonType::union(parts.iter().map(|part| self.kind(part, depth + 1))));
            }
        }
        if let JsonType::Object(object) = &mut kind {
            self.own(object, schema, depth);
        }
        kind
    }

    fn typed(&self, name: &str, schema: &Map<String, Value>, depth: usize) -> JsonType {
        match name {
            "null" => JsonType::Null,
            "boolean" => JsonType::Bool(None),
            "integer" => JsonType::Number { integer: true },
            "number" => JsonType::Number { integer: false },
            "string" => JsonType::Text(match schema.get("format").and_then(Value::as_str) {
                Some(format) if self.may_hold(format) => Text::Format(format.to_owned()),
                _ => Text::Any,
            }),
            "array" => {
                let items = schema.get("items").filter(|items| items.is_object());
                JsonType::list(items.map_or(JsonType::Any, |items| self.kind(items, depth + 1)))
            }
            "object" => self.object(schema, depth),
            _ => JsonType::Any,
        }
    }

    fn object(&self, schema: &Map<String, Value>, depth: usize) -> JsonType {
        let mut object = Object { rest: self.rest(schema, depth).map(Box::new), ..Object::default() };
        self.own(&mut object, schema, depth);
        self.combined(&mut object, schema, depth);
        JsonType::Object(object)
    }

    /// What a schema demands of an object that is known in part.
    fn constrain(&self, object: &mut Object, schema: &Value, depth: usize) {
        let Value::Object(schema) = schema else { return };
        if !self.may_go_on(depth) {
            return;
        }
        if let Some(reference) = schema.get("$ref") {
            if let Some(target) = self.target(reference) {
                self.constrain(object, target, depth + 1);
            }
            return;
        }
        self.own(object, schema, depth);
        self.combined(object, schema, depth);
    }

    /// `properties` and `required`.
    fn own(&self, object: &mut Object, schema: &Map<String, Value>, depth: usize) {
        for (key, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !self.may_hold(key) {
                object.rest = Some(Box::new(JsonType::Any));
                break;
            }
            if property.as_bool() == Some(false) {
                object.fields.remove(key);
                object.never.insert(key.clone(), FORBIDDEN.to_owned());
                continue;
            }
            match object.fields.get_mut(key) {
                None if object.never.contains_key(key) => {}
                None => {
                    let field = Field::maybe(self.kind(property, depth + 1), NOT_REQUIRED);
                    self.made.set(self.made.get() + 1);
                    object.fields.insert(key.clone(), field);
                }
                Some(Field { kind: JsonType::Object(inner), .. }) => self.constrain(inner, property, depth + 1),
                Some(field) => {
                    let known = std::mem::replace(&mut field.kind, JsonType::Any);
                    field.kind = meet(known, self.kind(property, depth + 1));
                }
            }
        }
        for key in list(schema, "required").iter().filter_map(Value::as_str) {
            match object.fields.get_mut(key) {
                Some(field) => field.missing_when = None,
                None if object.never.contains_key(key) => {}
                None if !self.may_hold(key) => {}
                None => {
                    if let Some(rest) = object.rest.as_deref().filter(|rest| **rest == JsonType::Any || self.may_copy())
                    {
                        self.made.set(self.made.get() + 1);
                        object.fields.insert(key.to_owned(), Field::always(rest.clone()));
                    }
                }
            }
        }
    }

    /// `allOf`, `anyOf`, `oneOf`, `if`, `dependencies` and the simplest `not`.
    fn combined(&self, object: &mut Object, schema: &Map<String, Value>, depth: usize) {
        for part in list(schema, "allOf") {
            self.constrain(object, part, depth + 1);
        }
        let with = |object: &Object, part: &Value| {
            let mut object = object.clone();
            self.constrain(&mut object, part, depth + 1);
            object
        };
        for keyword in ["anyOf", "oneOf"] {
            let parts = list(schema, keyword);
            if parts.len() <= MAX_ALTERNATIVES && parts.iter().all(|_| self.may_copy()) {
                let possible = parts.iter().filter(|part| may_be_object(part));
                join(object, possible.map(|part| with(object, part)).collect());
            }
        }
        if let Some(condition) = schema.get("if").filter(|_| self.may_copy() && self.may_copy()) {
            let nothing = Value::Bool(true);
            let then = with(&with(object, condition), schema.get("then").unwrap_or(&nothing));
            let otherwise = with(object, schema.get("else").unwrap_or(&nothing));
            join(object, vec![then, otherwise]);
        }
        for (_, part) in schema.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
            if self.may_copy() {
                join(object, vec![object.clone(), with(object, part)]);
            }
        }
        if let Some(Value::Object(not)) = schema.get("not")
            && let ([Value::String(key)], 1) = (list(not, "required"), not.len())
        {
            object.fields.remove(key);
            object.never.insert(key.clone(), FORBIDDEN.to_owned());
        }
    }

    /// The type of keys that are not listed; `None` without them.
    fn rest(&self, schema: &Map<String, Value>, depth: usize) -> Option<JsonType> {
        const ADDS_KEYS: [&str; 9] =
            ["patternProperties", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependencies", "dependentSchemas"];
        if ADDS_KEYS.iter().any(|keyword| schema.contains_key(*keyword)) {
            return Some(JsonType::Any);
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => None,
            Some(other @ Value::Object(_)) => Some(self.kind(other, depth + 1)),
            _ => Some(JsonType::Any),
        }
    }
}

/// Whether an alternative leaves room for an object.
fn may_be_object(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => schema.as_bool() != Some(false),
    }
}

/// An object that is one of several: a key is always there when it is in all of them.
fn join(object: &mut Object, mut objects: Vec<Object>) {
    let Some(mut joined) = objects.pop() else { return };
    for other in objects {
        joined.never.retain(|key, _| other.never.contains_key(key));
        let only = |one: &Object, other: &Object| -> Vec<String> {
            one.fields.keys().filter(|key| !other.fields.contains_key(*key)).cloned().collect()
        };
        let here = only(&joined, &other);
        for key in here {
            let elsewhere = unlisted(&other, &key);
            if let Some(field) = joined.fields.get_mut(&key) {
                let known = std::mem::replace(&mut field.kind, JsonType::Any);
                *field = Field::maybe(JsonType::union(std::iter::once(known).chain(elsewhere)), NOT_REQUIRED);
            }
        }
        let there = only(&other, &joined);
        for (key, field) in &other.fields {
            if there.contains(key) {
                let kinds = std::iter::once(field.kind.clone()).chain(unlisted(&joined, key));
                joined.fields.insert(key.clone(), Field::maybe(JsonType::union(kinds), NOT_REQUIRED));
            } else if let Some(known) = joined.fields.get_mut(key) {
                if known.kind != field.kind {
                    let kind = std::mem::replace(&mut known.kind, JsonType::Any);
                    known.kind = wider(kind, field.kind.clone());
                }
                known.missing_when = known.missing_when.take().or_else(|| field.missing_when.clone());
            }
        }
        joined.rest = match (joined.rest, other.rest) {
            (Some(one), Some(other)) if one == other => Some(one),
            (None, None) => None,
            _ => Some(Box::new(JsonType::Any)),
        };
    }
    *object = joined;
}

/// What a key is that an object does not list; none where it is never there.
fn unlisted(object: &Object, key: &str) -> Option<JsonType> {
    object.rest.as_deref().filter(|_| !object.never.contains_key(key)).cloned()
}

/// One of two, without what the other one covers.
fn wider(one: JsonType, other: JsonType) -> JsonType {
    let is_text = |kind: &JsonType| matches!(kind, JsonType::Text(_));
    match (one, other) {
        (JsonType::Object(one), JsonType::Object(other)) => {
            let mut object = Object::default();
            join(&mut object, vec![one, other]);
            JsonType::Object(object)
        }
        (text @ JsonType::Text(Text::Any), other) | (other, text @ JsonType::Text(Text::Any)) if is_text(&other) => {
            text
        }
        (one, other) => JsonType::union([one, other]),
    }
}

/// Both at once; the first one where we cannot tell.
fn meet(one: JsonType, other: JsonType) -> JsonType {
    match (one, other) {
        (JsonType::Any, kind) | (kind, JsonType::Any) => kind,
        (JsonType::Object(mut one), JsonType::Object(other)) => {
            for (key, field) in other.fields {
                match one.fields.get_mut(&key) {
                    None => _ = one.fields.insert(key, field),
                    Some(known) => {
                        let kind = std::mem::replace(&mut known.kind, JsonType::Any);
                        known.kind = meet(kind, field.kind);
                        if field.missing_when.is_none() {
                            known.missing_when = None;
                        }
                    }
                }
            }
            one.never.extend(other.never);
            JsonType::Object(one)
        }
        (JsonType::Text(Text::Any), text @ JsonType::Text(_)) => text,
        (JsonType::Union(kinds), other) => {
            let possible: Vec<JsonType> = kinds.iter().filter(|kind| is_like(kind, &other)).cloned().collect();
            if possible.is_empty() { JsonType::Union(kinds) } else { JsonType::union(possible) }
        }
        (one, JsonType::Union(kinds)) => {
            let possible: Vec<JsonType> = kinds.into_iter().filter(|kind| is_like(kind, &one)).collect();
            if possible.is_empty() {
                one
            } else {
                JsonType::union(possible.into_iter().map(|kind| meet(one.clone(), kind)))
            }
        }
        (one, _) => one,
    }
}

/// Whether two kinds are of the same sort of JSON value.
fn is_like(one: &JsonType, other: &JsonType) -> bool {
    let sorts = |kind: &JsonType| kind.alternatives().iter().map(std::mem::discriminant).collect::<Vec<_>>();
    let others = sorts(other);
    *other == JsonType::Any || sorts(one).iter().any(|sort| others.contains(sort))
}

fn list<'v>(schema: &'v Map<String, Value>, keyword: &str) -> &'v [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The type of values like this one.
fn sort_of(value: &Value) -> JsonType {
    match value {
        Value::Bool(_) => JsonType::Bool(None),
        Value::String(_) => JsonType::Text(Text::Any),
        Value::Null => JsonType::Null,
        Value::Number(number) => JsonType::Number { integer: number.is_i64() || number.is_u64() },
        Value::Array(_) => JsonType::list(JsonType::Any),
        Value::Object(_) => JsonType::map(JsonType::Any),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{JsonType, of_schema};

    /// The traits that are always there, and those that may be, by their paths.
    fn presence(traits: Value) -> (Vec<String>, Vec<String>) {
        let mut root = json!({"properties": {}, "definitions": {
            "named": {"required": ["name"]},
            "address": {"type": "object", "properties": {"street": {}}, "required": ["street"]},
        }});
        root["properties"]["traits"] = traits;
        let (mut always, mut maybe) = (Vec::new(), Vec::new());
        collect(&of_schema(&root), "", true, &mut always, &mut maybe);
        (always, maybe)
    }

    fn collect(kind: &JsonType, path: &str, here: bool, always: &mut Vec<String>, maybe: &mut Vec<String>) {
        let Some(object) = kind.as_object() else { return };
        for (key, field) in &object.fields {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let here = here && field.missing_when.is_none();
            if here {
                always.push(path.clone());
            } else {
                maybe.push(path.clone());
            }
            collect(&field.kind, &path, here, always, maybe);
        }
    }

    #[test]
    fn presence_is_read_off_all_keywords() {
        let base = json!({"a": {"type": "string"}, "b": {"type": "string"}, "name": {"type": "string"}});
        let cases = [
            (json!({"required": ["a"]}), "a", "b name"),
            (json!({"allOf": [{"required": ["a"]}, {"$ref": "#/definitions/named"}]}), "a name", "b"),
            (json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}), "", "a b name"),
            (json!({"anyOf": [{"required": ["a", "b"]}, {"required": ["b"]}]}), "b", "a name"),
            (json!({"oneOf": [{"required": ["a"]}, {"allOf": [{"required": ["b", "a"]}]}]}), "a", "b name"),
            (json!({"oneOf": [{"required": ["a"]}, {"type": "string"}]}), "a", "b name"),
            (
                json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["b"]}}),
                "b",
                "a name",
            ),
            (json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}}), "", "a b name"),
            (json!({"allOf": [{"if": {"required": ["a"]}, "else": {"required": ["a"]}}]}), "a", "b name"),
            (json!({"properties": {"x": {"$ref": "#/definitions/address"}}, "required": ["x"]}), "x x.street", ""),
            (json!({"allOf": [{"properties": {"a": false}}], "required": ["b"]}), "b", "name"),
            (json!({"not": {"required": ["a"]}}), "", "b name"),
            (json!({"required": ["elsewhere"]}), "elsewhere", "a b name"),
            (
                json!({"properties": {"x": {"type": "object", "anyOf": [
                    {"properties": {"y": {"type": "string"}}, "required": ["y"]},
                    {"$ref": "#/definitions/address"},
                ]}}, "required": ["x"]}),
                "x",
                "x.street x.y",
            ),
            (
                json!({"properties": {"x": {"type": "object", "properties": {"y": {}}}},
                    "allOf": [{"properties": {"x": {"required": ["y"]}}, "required": ["x"]}]}),
                "x x.y",
                "",
            ),
            (json!({"dependencies": {"a": {"required": ["b"]}}}), "", "a b name"),
        ];
        for (keywords, always, maybe) in cases {
            let mut traits = json!({"type": "object", "properties": base});
            for (keyword, value) in keywords.as_object().into_iter().flatten() {
                traits[keyword] = value.clone();
            }
            let (found, others) = presence(traits);
            assert_eq!((found.join(" ").as_str(), others.join(" ").as_str()), (always, maybe), "{keywords}");
        }
    }

    #[test]
    fn large_combinations_end() {
        let mut part = json!({"required": ["a"]});
        for _ in 0..40 {
            part = json!({"anyOf": vec![part; 3], "allOf": [{"required": ["b"]}]});
            if part.to_string().len() > 200_000 {
                break;
            }
        }
        let traits = json!({"type": "object", "properties": {"a": {}, "b": {}}, "allOf": [part]});
        let started = std::time::Instant::now();
        let (always, _) = presence(traits);
        assert!(always.contains(&"b".to_owned()));
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
