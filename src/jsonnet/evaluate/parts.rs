//! A result checked part by part: evaluation is lazy, so a field that fails says nothing about the others.

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::failure::{Failure, FailureKind};
use super::machine::{Machine, Result};
use super::value::Value;

/// Deepest part that is checked on its own.
const MAX_DEPTH: usize = 100;

/// What was found in the parts so far.
pub(super) struct Parts<'m, 'a> {
    machine: &'m mut Machine<'a>,
    mark: &'m str,
    pub failures: Vec<Failure>,
    known: HashSet<Failure>,
    depth: usize,
}

impl<'m, 'a> Parts<'m, 'a> {
    pub fn new(machine: &'m mut Machine<'a>, mark: &'m str) -> Parts<'m, 'a> {
        Parts { machine, mark, failures: Vec::new(), known: HashSet::new(), depth: 0 }
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
                self.failures.push(Failure::new(FailureKind::HoldsFunction, "the result holds a function"));
                return None;
            }
            Value::List(list) => {
                let items = list.items();
                Json::Array(items.iter().map(|item| self.part(|machine| machine.force(item))).collect())
            }
            Value::Object(object) => {
                if let Err(failure) = self.machine.check(object) {
                    self.add(failure);
                    return None;
                }
                let mut map = Map::new();
                for name in object.names(false) {
                    let field = self.part(|machine| machine.field(object, &name, object.layers.len()));
                    map.insert(name.to_string(), field);
                }
                Json::Object(map)
            }
        })
    }

    fn part(&mut self, value: impl FnOnce(&mut Machine<'a>) -> Result<Value<'a>>) -> Json {
        let part = match value(self.machine) {
            Ok(value) => self.of(&value),
            Err(failure) => {
                self.add(failure);
                None
            }
        };
        part.unwrap_or_else(|| json!(self.mark))
    }

    fn add(&mut self, failure: Failure) {
        if self.known.insert(failure.clone()) {
            self.failures.push(failure);
        }
    }
}
