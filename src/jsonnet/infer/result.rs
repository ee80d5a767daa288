//! Going through a result: what in it cannot be written as JSON, and the type of what is written.

use std::collections::BTreeMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::{Field as Written, FieldName, Member, Visibility};
use rsjsonnet_lang::span::SpanId;

use super::Checker;
use super::facts::{Facts, Path};
use super::finding::FindingKind;
use super::members::{Presence, inside, static_name};
use super::value::{Layer, List, Literal, Object, Seen, Thunk, Value};
use crate::jsonnet::types::{Field, JsonType, Object as DataObject, Text};

/// Why a field of a body may be missing.
const CONDITION: &str = "its condition in the body does not hold";

/// What an object of the document is written as.
#[derive(Default)]
struct Parts<'a> {
    fields: BTreeMap<String, Field>,
    /// Other keys than these may be there.
    is_open: bool,
    /// The fields with plain names: whether they are seen, and the bytes of their values.
    named: BTreeMap<&'a str, (bool, SpanId)>,
}

impl<'a> Checker<'a> {
    /// Reports what cannot be written, and says the type of what is.
    pub(super) fn manifest(&mut self, seen: &Seen<'a>, span: SpanId, facts: &Facts) -> JsonType {
        if self.depth > super::MAX_DEPTH || self.steps > super::MAX_STEPS {
            self.unsure();
            return JsonType::Any;
        }
        self.depth += 1;
        let mut kinds = Vec::new();
        for part in seen.value.parts() {
            match part {
                Value::Never => {}
                Value::Function(_) if seen.value.parts().len() == 1 => {
                    self.report(span, FindingKind::HoldsFunction, facts);
                }
                Value::Function(_) => self.unsure(),
                Value::Object(object) => kinds.push(self.manifest_object(object, span, facts)),
                Value::List(list) => kinds.push(JsonType::list(self.manifest_items(list, span, facts))),
                Value::Any | Value::Union(_) => kinds.push(JsonType::Any),
                Value::Null => kinds.push(JsonType::Null),
                Value::Bool(value) => kinds.push(JsonType::Bool(*value)),
                Value::Text(Some(text)) => kinds.push(JsonType::is(text)),
                Value::Text(None) => kinds.extend(self.given(seen.path.as_ref(), JsonType::text())),
                Value::Number(_) => kinds.extend(self.given(seen.path.as_ref(), JsonType::Number { integer: false })),
            }
        }
        self.depth -= 1;
        JsonType::union(kinds)
    }

    /// The types of the input at a path that are as `plain`, or that one itself without any.
    fn given(&self, path: Option<&Path>, plain: JsonType) -> Vec<JsonType> {
        let is_like = |kind: &&JsonType| match kind {
            JsonType::Text(text) => matches!(plain, JsonType::Text(_)) && !matches!(text, Text::Is(_)),
            JsonType::Number { .. } => matches!(plain, JsonType::Number { .. }),
            _ => false,
        };
        let kind = path.and_then(|path| self.type_at(&path.steps()));
        let known: Vec<JsonType> =
            kind.map(|kind| kind.alternatives().iter().filter(is_like).cloned().collect()).unwrap_or_default();
        if known.is_empty() { vec![plain] } else { known }
    }

    /// The type of the input at a path; none below a union of objects.
    fn type_at(&self, steps: &[String]) -> Option<&'a JsonType> {
        let (root, steps) = steps.split_first()?;
        let given = self.environment.arguments.iter().chain(self.environment.variables);
        let start = given.into_iter().find(|(name, _)| name == root).map(|(_, kind)| *kind)?;
        steps.iter().try_fold(start, |kind, step| {
            let mut found = kind.alternatives().iter().filter_map(|kind| match kind {
                JsonType::List(item) if step == "[]" => Some(&**item),
                JsonType::Object(object) => object.fields.get(step).map(|field| &field.kind).or(object.rest.as_deref()),
                _ => None,
            });
            found.next().filter(|_| found.next().is_none())
        })
    }

    fn manifest_items(&mut self, list: &List<'a>, span: SpanId, facts: &Facts) -> JsonType {
        let kinds: Vec<JsonType> = match list {
            List::Of(kind) => return (*kind).clone(),
            List::Items(items) => {
                let item = |item: &Thunk<'a>| {
                    let value = self.force(item, facts);
                    let span = if let Thunk::Later { expr, .. } = item { expr.span } else { span };
                    self.manifest(&value, span, facts)
                };
                items.iter().map(item).collect()
            }
            List::Each(items) => {
                let facts = facts.unclear();
                let item = |item: &Thunk<'a>| {
                    let value = self.force(item, &facts);
                    self.manifest(&value, span, &facts)
                };
                items.iter().map(item).collect()
            }
        };
        if kinds.is_empty() { JsonType::Any } else { JsonType::union(kinds) }
    }

    fn manifest_object(&mut self, object: &Rc<Object<'a>>, span: SpanId, facts: &Facts) -> JsonType {
        if let [Layer::Data(data, _)] = object.layers.as_slice() {
            return JsonType::Object((*data).clone());
        }
        let mut facts = facts.clone();
        let mut parts = Parts::default();
        for (below, layer) in object.layers.iter().enumerate() {
            match layer {
                Layer::Literal(literal) => match self.manifest_literal(object, below, literal, &facts, &mut parts) {
                    Some(after) => facts = after,
                    None => return JsonType::union([]),
                },
                Layer::Computed(values) => {
                    for value in values.iter() {
                        let value = self.force(value, &facts.unclear());
                        self.manifest(&value, span, &facts.unclear());
                    }
                    parts.is_open = true;
                }
                Layer::Data(data, _) => {
                    parts.fields.extend(data.fields.clone());
                    parts.is_open |= data.rest.is_some();
                }
                Layer::Unknown => parts.is_open = true,
            }
        }
        for (name, (is_seen, span)) in std::mem::take(&mut parts.named) {
            if is_seen {
                let found = self.lookup(object, object.layers.len(), name, &facts);
                let kind = self.manifest(&found.seen, span, &facts);
                parts.fields.insert(name.to_owned(), field(kind, found.presence != Presence::Maybe));
            } else {
                parts.fields.remove(name);
            }
        }
        let rest = parts.is_open.then(|| Box::new(JsonType::Any));
        JsonType::Object(DataObject { fields: parts.fields, rest, never: BTreeMap::new() })
    }

    /// What holds after the assertions of an object as it is written; none when one always fails.
    fn manifest_literal(
        &mut self,
        object: &Rc<Object<'a>>,
        below: usize,
        literal: &Rc<Literal<'a>>,
        facts: &Facts,
        parts: &mut Parts<'a>,
    ) -> Option<Facts> {
        let mut facts = facts.clone();
        for member in literal.members {
            match member {
                Member::Assert(assert) => {
                    let scope = inside(object, below, literal);
                    let there = literal.facts.merge(&facts);
                    let mut worlds = self.assertion(assert, &scope, &there);
                    let last = worlds.pop()?;
                    facts = if worlds.is_empty() { last } else { facts.unclear() };
                }
                Member::Field(field) => {
                    let (visibility, span) = visibility(field);
                    if let Some(name) = static_name(field) {
                        let before = parts.named.get(name).is_none_or(|(is_seen, _)| *is_seen);
                        let is_seen = match visibility {
                            Visibility::Default => before,
                            Visibility::Hidden => false,
                            Visibility::ForceVisible => true,
                        };
                        parts.named.insert(name, (is_seen, span));
                    } else if visibility != Visibility::Hidden {
                        self.manifest_computed(object, below, literal, field, &facts, parts);
                    }
                }
                Member::Local(_) => {}
            }
        }
        Some(facts)
    }

    fn manifest_computed(
        &mut self,
        object: &Rc<Object<'a>>,
        below: usize,
        literal: &Rc<Literal<'a>>,
        written: &'a Written<'a, 'a>,
        facts: &Facts,
        parts: &mut Parts<'a>,
    ) {
        let FieldName::Expr(name, _) = written.name() else { return };
        let there = literal.facts.merge(facts);
        let worlds = self.worlds(name, &literal.scope, &there);
        let is_sure = worlds.len() == 1;
        for (world, seen) in worlds {
            let (key, world) = match &seen.value {
                Value::Text(Some(key)) => (key.to_string(), world),
                Value::Null | Value::Never => continue,
                _ => {
                    self.unsure();
                    parts.is_open = true;
                    (String::new(), world.unclear())
                }
            };
            if object.layers.iter().skip(below + 1).any(|layer| !matches!(layer, Layer::Data(..))) {
                self.unsure();
                parts.is_open = true;
                continue;
            }
            let value = self.field_value(object, below, literal, written, &key, &world);
            let kind = self.manifest(&value, name.span, &world);
            if !key.is_empty() {
                let kind = match parts.fields.remove(&key) {
                    Some(known) => JsonType::union([known.kind, kind]),
                    None => kind,
                };
                parts.fields.insert(key, field(kind, is_sure));
            }
        }
    }
}

fn field(kind: JsonType, is_sure: bool) -> Field {
    if is_sure { Field::always(kind) } else { Field::maybe(kind, CONDITION) }
}

/// How a field is seen, and the bytes of its value.
fn visibility(field: &Written<'_, '_>) -> (Visibility, SpanId) {
    match field {
        Written::Value(_, _, visibility, value) => (*visibility, value.span),
        Written::Func(_, _, _, visibility, body) => (*visibility, body.span),
    }
}
