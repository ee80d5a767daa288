//! A result checked part by part: evaluation is lazy, so a field that fails says nothing about the others.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::failure::{Failure, FailureKind};
use super::native::size;
use super::value::{Body, Machine, Node, Object, Result, Scope, State, Thunk, Value};

/// First byte and the byte after the last one.
type Span = (usize, usize);

/// Deepest part that is checked on its own.
const MAX_DEPTH: usize = 100;

/// A part of a result: a field or an item whose code is in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The bytes of its code.
    pub span: Span,
    /// Whether it failed, apart from the parts within it.
    pub fails: bool,
}

/// What was found in the parts so far.
pub(super) struct Parts<'m, 'a> {
    machine: &'m mut Machine<'a>,
    mark: &'m str,
    pub failures: Vec<Failure>,
    known: HashSet<Failure>,
    /// The innermost part with code in the document. What fails in the code of the library, or holds a function, has no other
    /// place.
    place: Option<Span>,
    /// Whether the parts with these bytes failed.
    fails: BTreeMap<Span, bool>,
    /// The objects around the part.
    around: Vec<*const Object<'a>>,
    depth: usize,
    /// Whether a part was met that has no end: then no other is gone into, as there may be ever more of them.
    is_endless: bool,
    /// The code of the arguments of failed calls that were checked.
    arguments: HashSet<Span>,
}

/// A value that is no result, where a function can be one.
fn without_function(value: Value<'_>) -> Value<'_> {
    if matches!(value, Value::Function(_)) { Value::Null } else { value }
}

impl<'m, 'a> Parts<'m, 'a> {
    pub(super) fn new(machine: &'m mut Machine<'a>, mark: &'m str) -> Parts<'m, 'a> {
        Parts {
            machine,
            mark,
            failures: Vec::new(),
            known: HashSet::new(),
            place: None,
            fails: BTreeMap::new(),
            around: Vec::new(),
            depth: 0,
            is_endless: false,
            arguments: HashSet::new(),
        }
    }

    /// What failed as a whole: only the arguments of the calls in it have parts.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.add(failure);
        self.within_arguments();
    }

    /// The parts of what a failed call would have read to the last field: one of them hides the others.
    fn within_arguments(&mut self) {
        for (code, thunk) in self.machine.failed_arguments.replace(Vec::new()).unwrap_or_default() {
            let place = (code.start, code.end);
            if self.arguments.insert(place) {
                self.part(Some(place), |machine| machine.force(&thunk).map(without_function));
            }
        }
    }

    /// The parts of a value; none when it has none because it fails as a whole.
    pub(super) fn of(&mut self, value: &Value<'a>) -> Option<Json> {
        if self.is_endless || self.machine.spend(1 + size(value)).is_err() {
            return None;
        }
        if let Value::Object(object) = value
            && self.around.contains(&Rc::as_ptr(object))
        {
            self.endless();
            return None;
        }
        self.depth += 1;
        let parts = if self.depth > MAX_DEPTH { self.deep(value) } else { self.parts(value) };
        self.depth -= 1;
        parts
    }

    /// What is too deep to be checked part by part.
    fn deep(&mut self, value: &Value<'a>) -> Option<Json> {
        match self.machine.json(value, false) {
            Err(failure) if matches!(failure.kind, FailureKind::Depth | FailureKind::Deep) => self.endless(),
            _ => {}
        }
        None
    }

    fn endless(&mut self) {
        self.is_endless = true;
        self.add(Failure::new(FailureKind::Depth, "the result contains itself, without end"));
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
                self.around.push(Rc::as_ptr(object));
                let mut map = Map::new();
                for name in object.names(false) {
                    let place = self.place_of_field(object, &name);
                    let field = self.part(place, |machine| machine.field(object, &name, object.layers.len()));
                    map.insert(name.to_string(), field);
                }
                self.around.pop();
                Json::Object(map)
            }
        })
    }

    fn part(&mut self, place: Option<Span>, value: impl FnOnce(&mut Machine<'a>) -> Result<Value<'a>>) -> Json {
        let around = self.place;
        self.place = place.or(around);
        if let Some(place) = place {
            self.fails.entry(place).or_default();
        }
        let part = match value(self.machine) {
            Ok(value) => self.of(&value),
            Err(failure) => {
                self.fail(failure);
                None
            }
        };
        self.place = around;
        part.unwrap_or_else(|| json!(self.mark))
    }

    fn place_of_item(&self, item: &Thunk<'a>) -> Option<Span> {
        match &*item.0.borrow() {
            State::Later(code, scope) => self.place_of(code, scope),
            _ => None,
        }
    }

    fn place_of_field(&self, object: &Object<'a>, name: &str) -> Option<Span> {
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

    fn place_of(&self, code: Node<'a>, scope: &Scope<'a>) -> Option<Span> {
        let span = (!scope.is_standard).then(|| self.machine.places.of(code.span))?;
        Some((span.start, span.end))
    }

    /// The parts that were met.
    pub(super) fn met(&self) -> Vec<Part> {
        self.fails.iter().map(|(span, fails)| Part { span: *span, fails: *fails }).collect()
    }

    fn add(&mut self, mut failure: Failure) {
        failure.span = failure.span.or(self.place);
        if let Some(fails) = self.place.and_then(|place| self.fails.get_mut(&place)) {
            *fails = true;
        }
        if self.known.insert(failure.clone()) {
            self.failures.push(failure);
        }
    }
}
