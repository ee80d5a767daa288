//! A result checked part by part: evaluation is lazy, so a field that fails says nothing about the others.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::{Map, Value as Json, json};

use super::failure::{Failure, FailureKind};
use super::machine::{Machine, Result};
use super::value::{Body, Node, Object, Scope, State, Thunk, Value};

/// Deepest part that is checked on its own.
const MAX_DEPTH: usize = 100;

/// What was found in the parts so far.
pub(super) struct Parts<'m, 'a> {
    machine: &'m mut Machine<'a>,
    mark: &'m str,
    pub failures: Vec<Failure>,
    known: HashSet<Failure>,
    /// First byte and the byte after the last one of the innermost part with code in the document. What fails in the code of the
    /// library, or holds a function, has no other place.
    place: Option<(usize, usize)>,
    depth: usize,
}

impl<'m, 'a> Parts<'m, 'a> {
    pub fn new(machine: &'m mut Machine<'a>, mark: &'m str) -> Parts<'m, 'a> {
        Parts { machine, mark, failures: Vec::new(), known: HashSet::new(), place: None, depth: 0 }
    }

    /// The parts of a value; none when it has none because it fails as a whole.
    pub fn of(&mut self, value: &Value<'a>) -> Option<Json> {
        self.depth += 1;
        let parts = if self.depth > MAX_DEPTH { None } else { self.parts(value) };
        self.depth -= 1;
        parts
    }

    fn parts(&mut self, value: &Value<'a>) -> Option<Json> {
        Some(match value {
            Value::Null => Json::Null,
            Value::Bool(value) => json!(value),
            Value::Number(number) => json!(number),
            Value::Text(text) => json!(&**text),
            Value::Function(_) => {
                self.add(Failure::new(FailureKind::HoldsFunction, "the result holds a function"));
                return None;
            }
            Value::List(list) => {
                let items = list.items();
                let part = |item: &Rc<Thunk<'a>>| self.part(self.place_of_item(item), |machine| machine.force(item));
                Json::Array(items.iter().map(part).collect())
            }
            Value::Object(object) => {
                if let Err(failure) = self.machine.check(object) {
                    self.add(failure);
                    return None;
                }
                let mut map = Map::new();
                for name in object.names(false) {
                    let place = self.place_of_field(object, &name);
                    let field = self.part(place, |machine| machine.field(object, &name, object.layers.len()));
                    map.insert(name.to_string(), field);
                }
                Json::Object(map)
            }
        })
    }

    fn part(
        &mut self,
        place: Option<(usize, usize)>,
        value: impl FnOnce(&mut Machine<'a>) -> Result<Value<'a>>,
    ) -> Json {
        let around = self.place;
        self.place = place.or(around);
        let part = match value(self.machine) {
            Ok(value) => self.of(&value),
            Err(failure) => {
                self.add(failure);
                None
            }
        };
        self.place = around;
        part.unwrap_or_else(|| json!(self.mark))
    }

    fn place_of_item(&self, item: &Thunk<'a>) -> Option<(usize, usize)> {
        match &*item.0.borrow() {
            State::Later(code, scope) => self.place_of(code, scope),
            _ => None,
        }
    }

    fn place_of_field(&self, object: &Object<'a>, name: &str) -> Option<(usize, usize)> {
        let layer = object.layers.get(object.layer_of(name, object.layers.len())?)?;
        let mut body = &layer.fields.get(name)?.body;
        let mut scope = &layer.scope;
        while let Body::Within(inner, within) = body {
            (body, scope) = (inner, &within.scope);
        }
        match body {
            Body::Value(code) | Body::Method(_, code) => self.place_of(code, scope),
            _ => None,
        }
    }

    fn place_of(&self, code: Node<'a>, scope: &Scope<'a>) -> Option<(usize, usize)> {
        let span = (!scope.is_standard).then(|| self.machine.places.of(code.span))?;
        Some((span.start, span.end))
    }

    fn add(&mut self, mut failure: Failure) {
        failure.span = failure.span.or(self.place);
        if self.known.insert(failure.clone()) {
            self.failures.push(failure);
        }
    }
}
