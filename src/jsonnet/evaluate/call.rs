//! Calls.

use std::cell::RefCell;
use std::rc::Rc;

use rsjsonnet_lang::ast::{Arg, ExprKind, Param};

use super::failure::{Failure, FailureKind, wrong_kind};
use super::machine::Step;
use super::native;
use super::value::{Args, Closure, Function, Machine, Native, Node, Result, Scope, Thunk, Value};
use crate::text::Span;

/// What a function is called with.
pub(super) struct Given<'a> {
    pub positional: Vec<Rc<Thunk<'a>>>,
    pub named: Vec<(&'a str, Rc<Thunk<'a>>)>,
}

/// Functions of `std` that read their arguments to the last field.
const TO_LAST_FIELD: &[&str] = &[
    "deepJoin",
    "format",
    "join",
    "lines",
    "manifestJson",
    "manifestJsonEx",
    "manifestJsonMinified",
    "mergePatch",
    "prune",
    "toString",
];

/// The name of a function of `std` that is called as `std.name`.
fn standard_name(callee: Node<'_>) -> Option<&str> {
    let ExprKind::Field(base, name) = &callee.kind else { return None };
    let is_standard = matches!(&base.kind, ExprKind::Ident(base) if base.value.value() == "std");
    is_standard.then(|| name.value.value())
}

/// Whether a function that is called is one of `std` that reads its arguments to the last field.
fn reads_to_last_field(callee: Node<'_>) -> bool {
    standard_name(callee).is_some_and(|name| TO_LAST_FIELD.contains(&name))
}

/// A failure inside of a function of `std`, told of the function that the document calls, not of one that this one calls.
fn of_called(failure: Failure, name: &str) -> Failure {
    let is_of_value = matches!(failure.kind, FailureKind::WrongType | FailureKind::Other);
    if failure.span.is_some() || !is_of_value {
        return failure;
    }
    let after = failure.message.split_once("std.").map_or("", |(_, after)| after);
    let inner: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
    if inner.is_empty() || inner == name {
        return failure;
    }
    // These get their object and their key in the order in which they are given.
    let message = if inner.starts_with("object") && inner.ends_with("Ex") {
        failure.message.replacen(&format!("std.{inner}"), &format!("std.{name}"), 1)
    } else {
        format!("std.{name} does not accept this value: {}", failure.message)
    };
    Failure { message, ..failure }
}

impl<'a> Machine<'a> {
    pub(super) fn apply(
        &mut self,
        callee: Node<'a>,
        args: &'a [Arg<'a, 'a>],
        tailstrict: bool,
        scope: &Rc<Scope<'a>>,
    ) -> Result<Step<'a>> {
        let function = match self.evaluate(callee, scope)? {
            Value::Function(function) => function,
            other => {
                let failure = wrong_kind(other.kind(), |is| format!("{is} is called as a function"));
                return Err(self.at(failure, callee.span, scope));
            }
        };
        let mut given = Given { positional: Vec::new(), named: Vec::new() };
        for arg in args {
            match arg {
                Arg::Positional(_) if !given.named.is_empty() => {
                    return Err(Failure::new(FailureKind::Order, "a positional argument follows a named one"));
                }
                Arg::Positional(value) => given.positional.push(self.later(value, scope)),
                Arg::Named(name, value) => given.named.push((name.value.value(), self.later(value, scope))),
            }
        }
        match &function {
            Function::Closure(closure) if tailstrict => {
                let inner = self.bound(closure, given)?;
                let thunks: Vec<Rc<Thunk>> = inner.names.borrow().iter().map(|(_, thunk)| Rc::clone(thunk)).collect();
                for thunk in thunks {
                    self.force(&thunk)?;
                }
                // Such a call takes the place of the one around it.
                Ok(Step::Next(closure.body, inner))
            }
            _ => {
                let is_kept = self.failed_arguments.is_some() && !scope.is_standard && reads_to_last_field(callee);
                let arguments = if is_kept { self.placed(args, &given) } else { Vec::new() };
                let result = self.call_given(&function, given);
                if let (Err(_), Some(failed)) = (&result, &mut self.failed_arguments) {
                    failed.extend(arguments);
                }
                result.map(Step::Done).map_err(|failure| match standard_name(callee) {
                    Some(name) if !scope.is_standard => of_called(failure, name),
                    _ => failure,
                })
            }
        }
    }

    /// The arguments of a call, each with the bytes of its code.
    fn placed(&self, args: &'a [Arg<'a, 'a>], given: &Given<'a>) -> Vec<(Span, Rc<Thunk<'a>>)> {
        let values = given.positional.iter().chain(given.named.iter().map(|(_, thunk)| thunk));
        let code = args.iter().map(|(Arg::Positional(value) | Arg::Named(_, value))| self.places.of(value.span));
        code.zip(values.map(Rc::clone)).collect()
    }

    /// Calls a function with values.
    pub(super) fn call(&mut self, function: &Function<'a>, positional: Vec<Rc<Thunk<'a>>>) -> Result<Value<'a>> {
        self.call_given(function, Given { positional, named: Vec::new() })
    }

    pub(super) fn call_given(&mut self, function: &Function<'a>, given: Given<'a>) -> Result<Value<'a>> {
        match function {
            Function::Closure(closure) => {
                let scope = self.bound(closure, given)?;
                self.framed(|machine| machine.evaluate(closure.body, &scope))
            }
            Function::Native(native) => {
                fits(native.params, &given)?;
                self.call_native(native, &given)
            }
        }
    }

    /// The scope of the body of a function that is called.
    fn bound(&mut self, closure: &Closure<'a>, given: Given<'a>) -> Result<Rc<Scope<'a>>> {
        let params: Vec<(&str, bool)> = closure.params.iter().map(parameter).collect();
        fits(&params, &given)?;
        let scope = Rc::new(Scope {
            names: RefCell::default(),
            parent: Some(Rc::clone(&closure.scope)),
            here: closure.scope.here.clone(),
            is_standard: closure.scope.is_standard,
        });
        let mut positional = given.positional.into_iter();
        for param in closure.params {
            let name = param.name.value.value();
            let named = || given.named.iter().find(|(known, _)| *known == name).map(|(_, thunk)| Rc::clone(thunk));
            let thunk = match (positional.next().or_else(named), &param.default_value) {
                (Some(thunk), _) => thunk,
                (None, Some(default)) => self.later(default, &scope),
                (None, None) => continue,
            };
            scope.names.borrow_mut().push((name, thunk));
        }
        Ok(scope)
    }

    /// All arguments of built-in functions are evaluated.
    fn call_native(&mut self, native: &'static Native, given: &Given<'a>) -> Result<Value<'a>> {
        let mut values = Vec::with_capacity(native.params.len());
        for (index, (name, _)) in native.params.iter().enumerate() {
            let named = || given.named.iter().find(|(known, _)| known == name).map(|(_, thunk)| thunk);
            values.push(match given.positional.get(index).or_else(named) {
                Some(thunk) => Some(self.force(thunk)?),
                None => None,
            });
        }
        let args = Args { name: native.name, values: &values };
        self.spend(native::work(&args))?;
        (native.run)(self, &args)
    }
}

fn parameter<'a>(param: &Param<'a, 'a>) -> (&'a str, bool) {
    (param.name.value.value(), param.default_value.is_some())
}

/// Whether a call fits the parameters: their names, and whether they may be left out.
fn fits(params: &[(&str, bool)], given: &Given<'_>) -> Result<()> {
    let fails = |message: String| Err(Failure::new(FailureKind::Call, message));
    if given.positional.len() > params.len() {
        return fails("a function is called with too many arguments".to_owned());
    }
    let mut received: Vec<&str> = params.iter().take(given.positional.len()).map(|(name, _)| *name).collect();
    for (name, _) in &given.named {
        if received.contains(name) {
            return fails(format!("the parameter `{name}` is given twice"));
        }
        if !params.iter().any(|(known, _)| known == name) {
            return fails(format!("the function has no parameter `{name}`"));
        }
        received.push(name);
    }
    match params.iter().find(|(name, optional)| !optional && !received.contains(name)) {
        Some((name, _)) => fails(format!("nothing is given for the parameter `{name}`")),
        None => Ok(()),
    }
}
