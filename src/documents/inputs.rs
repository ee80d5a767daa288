//! The inputs on which a document is tried: the fullest, the smallest, and the fullest with one change.

use std::collections::BTreeSet;
use std::ops::Bound;

use serde_json::{Value, json};

use crate::kratos::ctx::headers::canonical;
use crate::kratos::ctx::json_type::{Field, JsonType, Object, Text};
use crate::kratos::ctx::sample::{self, Fill};

/// Deepest read for which keys are made up.
const MAX_STEPS: usize = 32;
/// Most changes of one kind that are tried for one document.
const MAX_CHANGES: usize = 40;
/// Most values of one field that are tried because it is compared.
const MAX_VALUES: usize = 3;

/// What can be null by its type and hardly is: rows of other programs, messages queued before an upgrade.
const HARDLY_NULL: &[&str] = &[
    "flow.ui.nodes",
    "request_headers",
    "session.devices",
    "template_data.identity",
    "template_data.traits",
    "template_data.transient_payload",
];

/// The lists that hold at least one item where they are there: Kratos adds the device and the method before any hook runs
/// (66 of 66 recorded sessions), and leaves the others out when they are empty (`omitempty` in ui/container/container.go,
/// identity/identity.go and the flows).
const FILLED_LISTS: &[&str] = &[
    "flow.continue_with",
    "flow.identity.recovery_addresses",
    "flow.identity.verifiable_addresses",
    "flow.ui.messages",
    "identity.recovery_addresses",
    "identity.verifiable_addresses",
    "session.authentication_methods",
    "session.devices",
    "session.identity.recovery_addresses",
    "session.identity.verifiable_addresses",
    "template_data.identity.recovery_addresses",
    "template_data.identity.verifiable_addresses",
];

/// Whether nothing is said about null at this path.
#[must_use]
pub(crate) fn is_hardly_null(path: &str) -> bool {
    HARDLY_NULL.contains(&path)
}

/// A change of the fullest input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// The key is missing.
    Missing(String),
    /// It is null.
    Null(String),
    /// It is this value.
    Is(String, Value),
}

impl Change {
    /// What is changed.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        match self {
            Change::Missing(path) | Change::Null(path) | Change::Is(path, _) => path,
        }
    }

    /// What it does to a field, as the end of a clause that begins with the field.
    #[must_use]
    pub(crate) fn words(&self) -> String {
        match self {
            Change::Missing(_) => "is missing".to_owned(),
            Change::Null(_) => "is null".to_owned(),
            Change::Is(_, Value::Object(_)) => "has its other shape".to_owned(),
            Change::Is(_, Value::Array(_)) => "has several items".to_owned(),
            Change::Is(_, value) => format!("is {value}"),
        }
    }

    /// The input with this change.
    #[must_use]
    pub(crate) fn apply(&self, full: &Value) -> Value {
        let mut value = full.clone();
        self.apply_to(&mut value);
        value
    }

    /// Changes an input.
    pub(crate) fn apply_to(&self, value: &mut Value) {
        let twins = twins(value, self.path());
        edit(value, &steps(self.path()), self);
        for twin in twins {
            edit(value, &steps(&twin), self);
        }
    }
}

/// Where the same value is seen once more: after a sign-in the identity is also that of the session. While settings are changed,
/// one of them may be older; but only a hook that answers changes the metadata, and it never takes them away.
fn twins(full: &Value, path: &str) -> Vec<String> {
    let is_there = |outer: &str| full.pointer(outer).is_some_and(Value::is_object);
    if full.pointer("/flow/identity").is_some() {
        let older = [("/flow/identity", "flow"), ("/session/identity", "session")];
        let older = older.into_iter().filter(|(outer, _)| path == METADATA && is_there(outer));
        return older.map(|(_, outer)| format!("{outer}.{path}")).collect();
    }
    let inner = path.strip_prefix("session.").filter(|path| path.starts_with("identity."));
    let twin = match inner {
        Some(inner) => is_there("/identity").then(|| inner.to_owned()),
        None => (path.starts_with("identity.") && is_there("/session/identity")).then(|| format!("session.{path}")),
    };
    twin.into_iter().collect()
}

const METADATA: &str = "identity.metadata_public";

/// The keys of a path; `[]` stands for each item of a list.
#[must_use]
pub(crate) fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches("[]");
        if !name.is_empty() {
            steps.push(name.to_owned());
        }
        steps.extend((0..(part.len() - name.len()) / 2).map(|_| "[]".to_owned()));
    }
    steps
}

fn edit(value: &mut Value, steps: &[String], change: &Change) {
    let Some((step, rest)) = steps.split_first() else {
        match change {
            Change::Null(_) => *value = Value::Null,
            Change::Is(_, new) => *value = new.clone(),
            Change::Missing(_) => {}
        }
        return;
    };
    match value {
        Value::Array(items) if step == "[]" => items.iter_mut().for_each(|item| edit(item, rest, change)),
        Value::Object(map) => match change {
            Change::Missing(_) if rest.is_empty() => _ = map.remove(step),
            Change::Is(_, new) if rest.is_empty() => _ = map.insert(step.clone(), new.clone()),
            _ => {
                if let Some(inner) = map.get_mut(step) {
                    edit(inner, rest, change);
                }
            }
        },
        _ => {}
    }
}

/// The fullest input.
#[must_use]
pub(crate) fn full(kind: &JsonType) -> Value {
    sample::of(kind, Fill::Maximal)
}

/// What has one item as a rule: a client sends a header once, and a flow shows one message (105 of 105 recorded contexts with one).
const ONCE: [&str; 2] = ["request_headers", "messages"];

/// The same with so many items in each list of one, but for those that have one item at most.
pub(crate) fn with_items(value: Value, count: usize, single: &[&str]) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(|item| with_items(item, count, single)).collect();
            if let [only] = items.as_slice() {
                items.resize(count, only.clone());
            }
            Value::Array(items)
        }
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| {
                let is_one = single.contains(&name.as_str()) || ONCE.contains(&name.as_str());
                let value = if is_one { value } else { with_items(value, count, single) };
                (name, value)
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        other => other,
    }
}

/// The smallest input; what is hardly ever null is not null, and lists that are never empty have one item.
#[must_use]
pub(crate) fn least(kind: &JsonType) -> Value {
    let mut value = sample::of(kind, Fill::Minimal);
    for path in HARDLY_NULL {
        let Some(field) = find(kind, path).field.filter(|field| field.missing_when.is_none()) else { continue };
        let kinds = field.kind.alternatives();
        let nullable = kinds.len() > 1 && kinds.contains(&JsonType::Null);
        if let Some(kind) = kinds.iter().find(|kind| **kind != JsonType::Null).filter(|_| nullable) {
            edit(&mut value, &steps(path), &Change::Is((*path).to_owned(), sample::of(kind, Fill::Minimal)));
        }
    }
    for path in FILLED_LISTS {
        let Some(field) = find(kind, path).field.filter(|field| field.missing_when.is_none()) else { continue };
        let mut kinds = field.kind.alternatives().iter();
        let item = kinds.find_map(|kind| if let JsonType::List(item) = kind { Some(item) } else { None });
        if let Some(item) = item {
            let list = json!([sample::of(item, Fill::Minimal)]);
            edit(&mut value, &steps(path), &Change::Is((*path).to_owned(), list));
        }
    }
    value
}

/// All changes that can matter to a document with these words, which compares these values with constant texts.
#[must_use]
pub(crate) fn changes(kind: &JsonType, words: &BTreeSet<String>, compared: &[(String, String)]) -> Vec<Change> {
    let mut found = Vec::new();
    collect(kind, "", words, &mut found);
    for (path, text) in compared {
        let value = json!(text);
        let is_open = |kind: &JsonType| matches!(kind, JsonType::Text(Text::Any | Text::Format(_)));
        let may_be = |field: &Field| is_open(&field.kind) && field.kind.admits(&value);
        let change = Change::Is(path.clone(), value.clone());
        if find(kind, path).field.is_some_and(may_be) && !found.contains(&change) {
            found.push(change);
        }
    }
    // What is compared with one of its values is tried with the others too.
    for (path, _) in compared {
        let Some(field) = find(kind, path).field else { continue };
        for other in field.kind.alternatives().iter().skip(1).take(MAX_VALUES) {
            let JsonType::Text(Text::Is(text)) = other else { continue };
            let change = Change::Is(path.clone(), json!(text));
            if !found.contains(&change) {
                found.push(change);
            }
        }
    }
    found.extend(SEVERAL.iter().filter(|(_, last)| words.contains(*last)).filter_map(|(path, _)| several(kind, path)));
    found.truncate(MAX_CHANGES);
    found
}

/// The lists that hold several items that agree in what can only be one of a few words, and the last key of each: nodes of one
/// type and group are in all recorded forms.
const SEVERAL: &[(&str, &str)] = &[("flow.ui.nodes", "nodes")];

/// Two items in a list: what the document takes for a key of its own can be twice in it.
fn several(kind: &JsonType, path: &str) -> Option<Change> {
    let field = find(kind, path).field?;
    let item = field.kind.alternatives().iter().find_map(|kind| match kind {
        JsonType::List(item) => Some(item),
        _ => None,
    })?;
    let first = full(item);
    let mut second = first.clone();
    rename(item, &mut second);
    Some(Change::Is(path.to_owned(), json!([first, second])))
}

/// Changes all texts that can be any, so that only what is one of a few words is the same.
fn rename(kind: &JsonType, value: &mut Value) {
    match (kind, value) {
        (JsonType::Text(Text::Any | Text::Format(_)) | JsonType::Any, Value::String(text)) => text.push('2'),
        (JsonType::Object(object), Value::Object(map)) => {
            for (key, value) in map {
                if let Some(kind) = object.fields.get(key).map(|field| &field.kind).or(object.rest.as_deref()) {
                    rename(kind, value);
                }
            }
        }
        (JsonType::List(item), Value::Array(items)) => items.iter_mut().for_each(|value| rename(item, value)),
        (JsonType::Union(kinds), value) => {
            if let Some(kind) = kinds.iter().find(|kind| **kind != JsonType::Null) {
                rename(kind, value);
            }
        }
        _ => {}
    }
}

fn collect(kind: &JsonType, path: &str, words: &BTreeSet<String>, found: &mut Vec<Change>) {
    match kind {
        JsonType::Object(object) => {
            for (key, field) in &object.fields {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if words.contains(key) {
                    of_field(field, &inner, words, found);
                }
                collect(&field.kind, &inner, words, found);
            }
        }
        JsonType::List(item) => collect(item, &format!("{path}[]"), words, found),
        JsonType::Union(kinds) => {
            if let Some(object) = kinds.iter().find(|kind| !matches!(kind, JsonType::Null)) {
                collect(object, path, words, found);
            }
        }
        _ => {}
    }
}

fn of_field(field: &Field, path: &str, words: &BTreeSet<String>, found: &mut Vec<Change>) {
    if field.missing_when.is_some() {
        found.push(Change::Missing(path.to_owned()));
    }
    match &field.kind {
        JsonType::Bool(None) => found.push(Change::Is(path.to_owned(), json!(false))),
        JsonType::Text(Text::Any) => found.extend(one_word(path, words).map(|word| Change::Is(path.to_owned(), word))),
        JsonType::Union(kinds) => {
            if kinds.contains(&JsonType::Null) && !is_hardly_null(path) {
                found.push(Change::Null(path.to_owned()));
            }
            for kind in kinds.iter().skip(1) {
                match kind {
                    JsonType::Text(Text::Is(text)) if words.contains(text) => {
                        found.push(Change::Is(path.to_owned(), json!(text)));
                    }
                    JsonType::Object(_) => found.push(Change::Is(path.to_owned(), full(kind))),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Functions of `std` whose result depends on what is between the words of a text.
const SPLITTING: &[&str] = &["split", "splitLimit", "splitLimitR", "findSubstr"];

/// A text of one word, for what is of several in samples, where the document splits texts.
fn one_word(path: &str, words: &BTreeSet<String>) -> Option<Value> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let text = sample::plain(name);
    let word = text.split(' ').next().filter(|word| *word != text)?;
    SPLITTING.iter().any(|function| words.contains(*function)).then(|| json!(word))
}

/// An object with keys that we do not know, and why one of them may be missing.
struct Container {
    path: &'static str,
    missing_when: &'static str,
}

const CONTAINERS: &[Container] = &[
    Container { path: "transient_payload", missing_when: "the client did not submit it" },
    Container { path: "metadata_public", missing_when: "it was never stored" },
    Container { path: "request_cookies", missing_when: "the client did not send it" },
    Container { path: "request_headers", missing_when: "the client did not send it" },
    Container { path: "raw_claims", missing_when: "the provider did not send it" },
    Container { path: "traits", missing_when: "the identity schema does not define it" },
];

/// The type with the keys that a document reads or asks for in objects of which we do not know all keys.
#[must_use]
pub(crate) fn with_reads<'p>(kind: &JsonType, paths: impl Iterator<Item = &'p str>, traits_known: bool) -> JsonType {
    let mut kind = kind.clone();
    let mut extend = Extend { traits_known, invented: false };
    let paths: BTreeSet<Vec<String>> = paths.map(steps).filter(|steps| steps.len() <= MAX_STEPS).collect();
    for path in &paths {
        let mut at = &mut kind;
        let mut parent = "";
        let mut container = None;
        for step in path {
            container = extend.container(parent).or(container);
            let Some(inner) = extend.descend(at, parent, container, step) else { break };
            at = inner;
            if step != "[]" {
                parent = step;
            }
        }
    }
    kind
}

struct Extend {
    traits_known: bool,
    invented: bool,
}

impl Extend {
    /// The object of this name whose keys we do not know.
    fn container(&self, name: &str) -> Option<&'static Container> {
        CONTAINERS.iter().find(|container| container.path == name && (name != "traits" || self.traits_known))
    }

    /// The type below one step; keys that may be there are added. `container` is the innermost around it.
    fn descend<'k>(
        &mut self,
        kind: &'k mut JsonType,
        parent: &str,
        container: Option<&Container>,
        step: &str,
    ) -> Option<&'k mut JsonType> {
        if *kind == JsonType::Any || *kind == JsonType::text() && self.invented {
            // An invented text turns into what the document takes it for.
            self.invented = true;
            *kind = if step == "[]" { JsonType::list(JsonType::Any) } else { JsonType::map(JsonType::Any) };
        }
        match kind {
            JsonType::Union(kinds) => {
                let inner = kinds.iter_mut().find(|kind| matches!(kind, JsonType::Object(_) | JsonType::List(_)))?;
                self.descend(inner, parent, container, step)
            }
            JsonType::List(item) if step == "[]" => Some(item),
            JsonType::Object(object) => {
                if !object.fields.contains_key(step) {
                    let field = unknown_key(object, parent, container, step)?;
                    // What is known to be a text, as a cookie is, stays one.
                    self.invented |= object.rest.as_deref() == Some(&JsonType::Any);
                    object.fields.insert(step.to_owned(), field);
                }
                object.fields.get_mut(step).map(|field| &mut field.kind)
            }
            _ => None,
        }
    }
}

/// The field of a key that may be there although we do not know it.
fn unknown_key(object: &Object, parent: &str, container: Option<&Container>, step: &str) -> Option<Field> {
    let rest = object.rest.as_deref()?;
    if object.never.contains_key(step) || parent == "request_headers" && canonical(step) != step {
        return None;
    }
    let kind = if *rest == JsonType::Any { JsonType::text() } else { rest.clone() };
    Some(container.map_or_else(|| Field::always(kind.clone()), |c| Field::maybe(kind.clone(), c.missing_when)))
}

/// A value for a key that is never there, as deep as the document reads it: to see what the failure hides.
#[must_use]
pub(crate) fn filler(path: &str, reads: &BTreeSet<String>) -> Value {
    if path.starts_with("request_headers.") {
        return json!(["text"]);
    }
    let around = reads.range::<str, _>((Bound::Included(path), Bound::Unbounded));
    let below = around.map_while(|read| read.strip_prefix(path));
    let below: Vec<&str> =
        below.filter_map(|rest| rest.strip_prefix('.').or_else(|| rest.starts_with("[]").then_some(rest))).collect();
    if below.is_empty() { json!("text") } else { full(&with_reads(&JsonType::Any, below.into_iter(), false)) }
}

/// The field at a path, and the object that it is in.
#[must_use]
pub(crate) fn find<'k>(kind: &'k JsonType, path: &str) -> FoundField<'k> {
    let mut at = kind;
    let mut found = FoundField { object: None, field: None };
    for step in steps(path) {
        if step == "[]" {
            let list = at.alternatives().iter().find_map(|kind| match kind {
                JsonType::List(item) => Some(&**item),
                _ => None,
            });
            let Some(item) = list else { return FoundField { object: None, field: None } };
            at = item;
            continue;
        }
        found.object = at.as_object();
        found.field = found.object.and_then(|object| object.fields.get(&step));
        match found.field {
            Some(field) => at = &field.kind,
            None => return found,
        }
    }
    found
}

/// What is at a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoundField<'k> {
    /// The object in which the last known step is looked for.
    pub object: Option<&'k Object>,
    /// The field, if the object has it.
    pub field: Option<&'k Field>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_reach_into_lists() {
        let full = json!({"a": [{"b": 1, "c": 2}]});
        assert_eq!(Change::Missing("a[].b".to_owned()).apply(&full), json!({"a": [{"c": 2}]}));
        assert_eq!(Change::Null("a".to_owned()).apply(&full), json!({"a": null}));
        assert_eq!(steps("a[].b"), ["a", "[]", "b"]);
    }

    #[test]
    fn two_nodes_agree_in_words_and_differ_in_texts() {
        let object = |fields: [(&str, JsonType); 2]| {
            let fields = fields.map(|(key, kind)| (key.to_owned(), Field::always(kind)));
            JsonType::Object(Object { fields: fields.into(), ..Object::default() })
        };
        let kinds = JsonType::union([JsonType::is("input"), JsonType::is("img")]);
        let node = object([("type", kinds), ("name", JsonType::text())]);
        let ui = object([("nodes", JsonType::list(node)), ("action", JsonType::text())]);
        let ctx = object([("flow", object([("ui", ui), ("id", JsonType::text())])), ("x", JsonType::Null)]);
        let Some(Change::Is(_, Value::Array(nodes))) = several(&ctx, "flow.ui.nodes") else { panic!("no list") };
        let [one, other] = nodes.as_slice() else { panic!("{nodes:?}") };
        assert_eq!(one["type"], other["type"]);
        assert_ne!(one["name"], other["name"]);
    }
}
