//! Functions about all kinds of values, objects and what is around the document.

use super::native;
use crate::jsonnet::evaluate::failure::{Failure, FailureKind, wrong_kind};
use crate::jsonnet::evaluate::number;
use crate::jsonnet::evaluate::value::{Args, Function, Machine, Native, Result, Value};

const X: &[(&str, bool)] = &[("x", false)];
const XY: &[(&str, bool)] = &[("x", false), ("y", false)];

/// The function that gives back what it gets.
pub(super) static ID: Native = native("id", (0, 19), X, |_, args| args.get(0).cloned());

pub(super) const NATIVES: &[Native] = &[
    native("id", (0, 19), X, |_, args| args.get(0).cloned()),
    native("extVar", (0, 19), X, variable),
    native("length", (0, 19), X, length),
    native("toString", (0, 19), &[("a", false)], |machine, args| Ok(Value::Text(machine.written(args.get(0)?)?))),
    native("trace", (0, 19), &[("str", false), ("rest", false)], |_, args| {
        args.text(0)?;
        args.get(1).cloned()
    }),
    native("primitiveEquals", (0, 19), XY, primitive_equals),
    native("equals", (0, 19), XY, |machine, args| Ok(Value::Bool(machine.equal(args.get(0)?, args.get(1)?)?))),
    native("type", (0, 19), X, |_, args| Ok(Value::text(args.get(0)?.kind()))),
    native("native", (0, 19), X, |_, args| {
        args.text(0)?;
        Ok(Value::Null)
    }),
    native("objectFieldsEx", (0, 19), &[("obj", false), ("hidden", false)], |_, args| {
        let object = args.object(0)?;
        let names = object.names(args.boolean(1)?);
        Ok(Value::list(names.into_iter().map(Value::Text).collect()))
    }),
    native("objectHasEx", (0, 19), &[("obj", false), ("fname", false), ("hidden", false)], |_, args| {
        let (object, name, with_hidden) = (args.object(0)?, args.text(1)?, args.boolean(2)?);
        Ok(Value::Bool(object.is_hidden(name).is_some_and(|hidden| with_hidden || !hidden)))
    }),
    native("objectRemoveKey", (0, 21), &[("obj", false), ("key", false)], |_, args| {
        let object = args.object(0)?;
        Machine::without_field(object, args.text(1)?)
    }),
];

fn variable<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let name = args.text(0)?;
    if let Some(variable) = machine.variables.get(&**name).cloned() {
        return machine.force(&variable);
    }
    let message = format!("there is no external variable `{name}`");
    Err(Failure::new(FailureKind::NoVariable(name.to_string()), message))
}

fn length<'a>(_: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let length = match args.get(0)? {
        Value::Text(text) => text.chars().count(),
        Value::List(list) => list.len(),
        Value::Object(object) => object.names(false).len(),
        Value::Function(Function::Closure(closure)) => {
            closure.params.iter().filter(|param| param.default_value.is_none()).count()
        }
        Value::Function(Function::Native(native)) => native.params.iter().filter(|(_, optional)| !optional).count(),
        _ => return Err(args.wrong(0)),
    };
    Ok(Value::Number(number::from_length(length)))
}

fn primitive_equals<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    match (args.get(0)?, args.get(1)?) {
        (one @ Value::List(_), Value::List(_)) | (one @ Value::Object(_), Value::Object(_)) => {
            Err(wrong_kind(one.kind(), |is| format!("std.primitiveEquals compares no values like {is}")))
        }
        (one, other) => Ok(Value::Bool(machine.equal(one, other)?)),
    }
}
