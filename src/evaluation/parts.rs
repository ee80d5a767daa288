//! A result that fails, looked at part by part. Runs in the child only.

use rsjsonnet_lang::program::{Thunk, Value as Evaluated};
use serde_json::{Map, Value, json};

use super::run::{NoFiles, Run};
use super::{FAILED, Failure, FailureKind, Outcome};

/// Most parts that are evaluated on their own.
const MOST_PARTS: usize = 200;
/// Deepest part that is evaluated on its own.
const MOST_DEPTH: usize = 12;

/// What was found in the parts so far.
pub(super) struct Parts<'r, 'p> {
    run: &'r mut Run<'p>,
    arguments: Vec<Thunk<'p>>,
    shape: Thunk<'p>,
    part: Thunk<'p>,
    failures: Vec<Failure>,
    left: usize,
}

impl<'p> Parts<'_, 'p> {
    /// The failures of all parts of a document that fails as a whole: `whole` is why.
    pub(super) fn of(run: &mut Run<'p>, document: &Thunk<'p>, ctx: Option<&Thunk<'p>>, whole: Failure) -> Outcome {
        let (parameters, call) = if ctx.is_some() { ("d, ctx", "d(ctx=ctx)") } else { ("d", "d()") };
        // The library evaluates what it hands out to its last field, so the parts are chosen in Jsonnet.
        let part = format!("std.foldl(function(v, k) v[k], path, if std.isFunction(d) then {call} else d)");
        let shape = format!(
            "function({parameters}, path) local v = {part}, t = std.type(v); \
             if t == 'object' then std.objectFields(v) else if t == 'array' then std.length(v) else null"
        );
        let part = format!("function({parameters}, path) {part}");
        let (Ok(shape), Ok(part)) = (run.load(&shape, true), run.load(&part, true)) else {
            return Outcome { failures: vec![whole], result: None };
        };
        let arguments = std::iter::once(document).chain(ctx).cloned().collect();
        let mut parts = Parts { run, arguments, shape, part, failures: Vec::new(), left: MOST_PARTS };
        parts.add(whole);
        // What has no parts: its names or assertions fail, or it is a function.
        let result = parts.composed(&mut Vec::new());
        Outcome { failures: parts.failures, result }
    }

    fn add(&mut self, failure: Failure) {
        // What waited for a part that failed looks as if it waited for itself.
        let waited = failure.kind == FailureKind::Depth && !self.failures.is_empty();
        if !waited && !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }

    /// The value at a path, which fails as a whole, part by part; none when it has no parts.
    fn composed(&mut self, path: &mut Vec<Value>) -> Option<Value> {
        if path.len() > MOST_DEPTH {
            return None;
        }
        match self.call(true, path)? {
            Value::Array(names) => {
                let mut map = Map::new();
                for name in names {
                    let key = name.as_str()?.to_owned();
                    map.insert(key, self.value_at(name, path));
                }
                Some(Value::Object(map))
            }
            Value::Number(length) => {
                let length = length.as_f64()?;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a length is whole and not negative
                let indexes = (0..length as u32).take(MOST_PARTS);
                Some(Value::Array(indexes.map(|index| self.value_at(json!(index), path)).collect()))
            }
            _ => None,
        }
    }

    /// The value of a key or item of what is at a path, with a mark where it fails.
    fn value_at(&mut self, key: Value, path: &mut Vec<Value>) -> Value {
        let failed = || Value::String(FAILED.to_owned());
        if self.left == 0 {
            return failed();
        }
        self.left -= 1;
        path.push(key);
        let value = self.call(false, path).or_else(|| self.composed(path));
        path.pop();
        value.unwrap_or_else(failed)
    }

    /// The shape of what is at a path, or its value; a failure is noted.
    fn call(&mut self, shape: bool, path: &[Value]) -> Option<Value> {
        let function = if shape { self.shape.clone() } else { self.part.clone() };
        let keys: Vec<Evaluated<'p>> = path
            .iter()
            .map(|key| match key {
                Value::String(key) => Evaluated::string(key),
                key => Evaluated::number(key.as_f64().unwrap_or_default()),
            })
            .collect();
        let path = self.run.program.make_array(&keys);
        let mut arguments = self.arguments.clone();
        arguments.push(self.run.program.value_to_thunk(&path));
        let written = self.run.program.eval_call(&function, &arguments, &[], &mut NoFiles);
        match written.and_then(|value| self.run.program.manifest_json(&value, false)) {
            Ok(json) => serde_json::from_str(&json).ok(),
            Err(error) => {
                let failure = self.run.failure(&error);
                self.add(failure);
                None
            }
        }
    }
}
