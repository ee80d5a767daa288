//! The functions of `std` that are built into go-jsonnet; the others are written in Jsonnet (`standard/*.jsonnet`).

mod encoding;
mod lists;
mod numbers;
mod texts;
mod values;

use std::rc::Rc;

use super::failure::{Failure, other, wrong_kind};
use super::number;
use super::value::{Args, Function, List, Native, Object, Result, Run, Value};
use crate::jsonnet::standard::GoJsonnet;

const fn native(name: &'static str, since: GoJsonnet, params: &'static [(&'static str, bool)], run: Run) -> Native {
    Native { name, since, params, run }
}

/// The functions that are built into a go-jsonnet.
pub(super) fn natives(go_jsonnet: GoJsonnet) -> impl Iterator<Item = &'static Native> {
    let all = [encoding::NATIVES, lists::NATIVES, numbers::NATIVES, texts::NATIVES, values::NATIVES];
    all.into_iter().flatten().filter(move |native| native.since <= go_jsonnet)
}

/// What a call goes through or makes, in steps. Functions that write values count what they write.
pub(super) fn work(args: &Args<'_, '_>) -> usize {
    let size = |index: usize| args.values.get(index).and_then(Option::as_ref).map_or(0, size);
    let number = |index| i64::from(args.integer(index).unwrap_or(0));
    match args.name {
        "makeArray" => usize::try_from(number(0)).unwrap_or(0),
        "range" => usize::try_from(number(1) - number(0)).unwrap_or(0),
        // Each letter that is found becomes another text; each one that is cut off is looked for among the others.
        "strReplace" | "lstripChars" | "rstripChars" | "stripChars" => {
            size(0).saturating_mul(1 + size(1).max(size(2)) / 16)
        }
        // An alias may stand for much.
        "parseYaml" if args.text(0).is_ok_and(|text| text.contains('*')) => usize::MAX,
        _ => (0..args.values.len()).map(size).sum(),
    }
}

/// What is in a value: bytes, items, or fields.
pub(super) fn size(value: &Value<'_>) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Object(object) => object.size(),
        _ => 0,
    }
}

impl<'v, 'a> Args<'v, 'a> {
    pub(super) fn get(&self, index: usize) -> Result<&'v Value<'a>> {
        self.values.get(index).and_then(Option::as_ref).ok_or_else(|| other("an argument is missing"))
    }

    fn wrong(&self, index: usize) -> Failure {
        let kind = self.values.get(index).and_then(Option::as_ref).map_or("null", Value::kind);
        wrong_kind(kind, |is| format!("argument {} of std.{} is {is}", index + 1, self.name))
    }

    pub(super) fn text(&self, index: usize) -> Result<&'v Rc<str>> {
        match self.get(index)? {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong(index)),
        }
    }

    pub(super) fn number(&self, index: usize) -> Result<f64> {
        match self.get(index)? {
            Value::Number(number) => Ok(*number),
            _ => Err(self.wrong(index)),
        }
    }

    pub(super) fn integer(&self, index: usize) -> Result<i32> {
        let given = self.number(index)?;
        number::integer(given)
            .ok_or_else(|| other(format!("argument {} of std.{} is no whole number of 32 bits", index + 1, self.name)))
    }

    pub(super) fn boolean(&self, index: usize) -> Result<bool> {
        match self.get(index)? {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.wrong(index)),
        }
    }

    pub(super) fn list(&self, index: usize) -> Result<&'v List<'a>> {
        match self.get(index)? {
            Value::List(list) => Ok(list),
            _ => Err(self.wrong(index)),
        }
    }

    pub(super) fn object(&self, index: usize) -> Result<&'v Rc<Object<'a>>> {
        match self.get(index)? {
            Value::Object(object) => Ok(object),
            _ => Err(self.wrong(index)),
        }
    }

    pub(super) fn function(&self, index: usize) -> Result<&'v Function<'a>> {
        match self.get(index)? {
            Value::Function(function) => Ok(function),
            _ => Err(self.wrong(index)),
        }
    }

    /// The function of an argument, or the one that gives back what it gets.
    pub(super) fn function_or_id(&self, index: usize) -> Result<Function<'a>> {
        match self.values.get(index).and_then(Option::as_ref) {
            None => Ok(Function::Native(&values::ID)),
            Some(_) => self.function(index).cloned(),
        }
    }
}
