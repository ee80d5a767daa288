//! The evaluation of expressions, lazy, with the frames that go-jsonnet counts.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::{Assert, Bind, ExprKind, Param, UnaryOp};
use rsjsonnet_lang::span::SpanId;

use super::failure::{Failure, FailureKind, named, other, too_long, wrong_kind};
use super::native::natives;
use super::number;
use super::value::{
    Closure, Function, Here, List, Machine, Node, Object, ReadMember, Result, Scope, State, Thunk, Value,
};
use crate::jsonnet::standard::GoJsonnet;
use crate::jsonnet::syntax::Places;

/// Most frames, as in go-jsonnet.
const MAX_FRAMES: usize = 500;
/// Deepest recursion of the evaluation itself; no real document is nested as deep. The stack of a browser is small.
const MAX_DEPTH: usize = if cfg!(target_os = "wasi") { 800 } else { 8_000 };
/// Bytes of a text that are copied in the time of a step.
const BYTES_OF_STEP: usize = 16;

/// The failure of what reads an unknown input.
pub(super) const BLIND: &str = "the input is unknown here";

/// What an expression comes to.
pub(super) enum Step<'a> {
    Done(Value<'a>),
    /// What this one comes to.
    Next(Node<'a>, Rc<Scope<'a>>),
}

impl<'a> Machine<'a> {
    pub(super) fn new(
        places: Rc<Places>,
        read: ReadMember<'a>,
        go_jsonnet: GoJsonnet,
        most_steps: Option<u64>,
    ) -> Machine<'a> {
        Machine {
            places,
            read,
            go_jsonnet,
            most_steps,
            variables: BTreeMap::new(),
            frames: 0,
            failed_arguments: None,
            depth: 0,
            steps: 0,
            thunks: Vec::new(),
            next_sweep: 1000,
        }
    }

    /// Breaks all circles, so that the memory is freed; another evaluation may begin.
    pub(super) fn clear(&mut self) {
        self.variables.clear();
        self.failed_arguments = None;
        (self.frames, self.depth) = (0, 0);
        let living: Vec<Rc<Thunk>> = self.thunks.drain(..).filter_map(|thunk| thunk.upgrade()).collect();
        for thunk in living {
            // What is in it is dropped after the cell is free again.
            let _state = thunk.0.replace(State::Taken);
        }
    }

    /// Counts work as steps: what is made or gone through.
    pub(super) fn spend(&mut self, steps: usize) -> Result<()> {
        self.steps = self.steps.saturating_add(u64::try_from(steps).unwrap_or(u64::MAX));
        if self.is_over() { Err(too_long()) } else { Ok(()) }
    }

    /// Counts the work of copying a text.
    pub(super) fn spend_on_text(&mut self, bytes: usize) -> Result<()> {
        self.spend(bytes / BYTES_OF_STEP)
    }

    /// Whether it took more steps than it may.
    pub(super) fn is_over(&self) -> bool {
        self.most_steps.is_some_and(|most| self.steps > most)
    }

    pub(super) fn thunk(&mut self, state: State<'a>) -> Rc<Thunk<'a>> {
        self.steps = self.steps.saturating_add(1);
        let thunk = Rc::new(Thunk(RefCell::new(state)));
        self.keep(&thunk);
        thunk
    }

    /// Remembers a thunk for the end.
    pub(super) fn keep(&mut self, thunk: &Rc<Thunk<'a>>) {
        if self.thunks.len() >= self.next_sweep {
            self.thunks.retain(|thunk| thunk.strong_count() > 0);
            self.next_sweep = (self.thunks.len() * 2).max(1000);
        }
        self.thunks.push(Rc::downgrade(thunk));
    }

    pub(super) fn later(&mut self, expr: Node<'a>, scope: &Rc<Scope<'a>>) -> Rc<Thunk<'a>> {
        self.thunk(State::Later(expr, Rc::clone(scope)))
    }

    /// Counts a frame around `run`.
    pub(super) fn framed<T>(&mut self, run: impl FnOnce(&mut Machine<'a>) -> Result<T>) -> Result<T> {
        if self.frames >= MAX_FRAMES {
            return Err(Failure::new(FailureKind::Depth, "a function calls itself more than 500 times deep"));
        }
        self.spend(1)?;
        self.frames += 1;
        let result = run(self);
        self.frames -= 1;
        result
    }

    /// Counts a level around `run` for which go-jsonnet has no frame.
    pub(super) fn nested<T>(&mut self, run: impl FnOnce(&mut Machine<'a>) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.spend(1)?;
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// The value of a thunk.
    pub(super) fn force(&mut self, thunk: &Rc<Thunk<'a>>) -> Result<Value<'a>> {
        if let State::Done(value) = &*thunk.0.borrow() {
            return Ok(value.clone());
        }
        let state = thunk.0.replace(State::Taken);
        let result = match &state {
            State::Done(value) => Ok(value.clone()),
            State::Unseen => Err(other(BLIND)),
            State::Taken => {
                Err(Failure::new(FailureKind::Depth, "it needs its own value: it calls itself without end"))
            }
            State::Later(expr, scope) => self.framed(|machine| machine.evaluate(expr, scope)),
            State::Item(function, index) => {
                let index = Thunk::done(Value::Number(number::from_length(*index)));
                self.framed(|machine| machine.call(function, vec![index]))
            }
        };
        let after = match &result {
            Ok(value) => State::Done(value.clone()),
            Err(_) => state,
        };
        // The old state may hold the last reference to much.
        let _taken = thunk.0.replace(after);
        result
    }

    /// A failure of the code at `span`, if it has no place yet and the code is that of the document.
    pub(super) fn at(&self, failure: Failure, span: SpanId, scope: &Scope<'a>) -> Failure {
        if failure.span.is_some() || scope.is_standard {
            return failure;
        }
        let span = self.places.of(span);
        Failure { span: Some((span.start, span.end)), ..failure }
    }

    pub(super) fn evaluate(&mut self, expr: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        let mut step = (expr, Rc::clone(scope));
        let result = loop {
            let (expr, scope) = &step;
            if let Err(failure) = self.spend(1) {
                break Err(failure);
            }
            match self.step(expr, scope) {
                Ok(Step::Next(expr, scope)) => step = (expr, scope),
                Ok(Step::Done(value)) => break Ok(value),
                Err(failure) => break Err(self.at(failure, expr.span, scope)),
            }
        };
        self.depth -= 1;
        result.map_err(|failure| self.at(failure, expr.span, scope))
    }

    /// The value of an expression, or the expression that has the same value.
    fn step(&mut self, expr: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Step<'a>> {
        match &expr.kind {
            ExprKind::Paren(inner) => Ok(Step::Next(inner, Rc::clone(scope))),
            ExprKind::Local(binds, body) => {
                let scope = self.with_locals(binds.iter(), scope, scope.here.clone());
                Ok(Step::Next(body, scope))
            }
            ExprKind::If(condition, then, otherwise) => match (self.condition(condition, scope)?, otherwise) {
                (true, _) => Ok(Step::Next(then, Rc::clone(scope))),
                (false, Some(otherwise)) => Ok(Step::Next(otherwise, Rc::clone(scope))),
                (false, None) => Ok(Step::Done(Value::Null)),
            },
            ExprKind::Assert(assert, body) => {
                self.assert(assert, scope)?;
                Ok(Step::Next(body, Rc::clone(scope)))
            }
            ExprKind::Call(callee, args, tailstrict) => self.apply(callee, args, *tailstrict, scope),
            _ => self.expression(expr, scope).map(Step::Done),
        }
    }

    fn expression(&mut self, expr: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        Ok(match &expr.kind {
            ExprKind::Null => Value::Null,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::String(text) | ExprKind::TextBlock(text) => {
                self.spend_on_text(text.len())?;
                Value::text(text)
            }
            ExprKind::Number(literal) => {
                self.spend_on_text(literal.digits.len())?;
                return literal_number(literal.digits, literal.exp);
            }
            ExprKind::SelfObj => Value::Object(Rc::clone(&Machine::here(scope)?.object)),
            ExprKind::Dollar => return self.name("$", scope),
            ExprKind::Ident(name) => return self.name(name.value.value(), scope),
            ExprKind::Array(items) => {
                Value::List(List::new(items.iter().map(|item| self.later(item, scope)).collect()))
            }
            ExprKind::Object(inside) => return self.object(inside, scope),
            ExprKind::ObjExt(base, inside, _) => {
                let base = self.evaluate(base, scope)?;
                let over = self.object(inside, scope)?;
                return self.add(&base, &over);
            }
            ExprKind::Func(params, body) => Machine::closure(params, body, scope),
            ExprKind::Unary(operator, inner) => {
                let value = self.evaluate(inner, scope)?;
                return unary(*operator, &value);
            }
            ExprKind::Binary(left, operator, right) => return self.binary(left, *operator, right, scope),
            ExprKind::Error(inner) => return self.raise(inner, scope),
            ExprKind::ArrayComp(body, parts) => return self.list_comprehension(body, parts, scope),
            _ => return self.reading(expr, scope),
        })
    }

    /// Fields, items, slices and what is written with `super`.
    fn reading(&mut self, expr: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        match &expr.kind {
            ExprKind::Field(base, name) => {
                let base = self.evaluate(base, scope)?;
                self.index(&base, &Value::text(name.value.value()))
            }
            ExprKind::Index(base, index) => {
                let base = self.evaluate(base, scope)?;
                let index = self.evaluate(index, scope)?;
                self.index(&base, &index)
            }
            ExprKind::SuperField(_, name) => self.read_super(name.value.value(), scope),
            ExprKind::SuperIndex(_, index) => match self.evaluate(index, scope)? {
                Value::Text(name) => self.read_super(&name, scope),
                other => Err(wrong_kind(other.kind(), |is| format!("the index is {is}"))),
            },
            ExprKind::InSuper(name, _) => match self.evaluate(name, scope)? {
                Value::Text(name) => {
                    let here = Machine::here(scope)?;
                    Ok(Value::Bool(here.object.layer_of(&name, here.layer).is_some()))
                }
                other => Err(wrong_kind(other.kind(), |is| format!("the operand is {is}"))),
            },
            ExprKind::Slice(base, from, to, step) => {
                let mut given = vec![self.later(base, scope)];
                for bound in [from, to, step] {
                    given.push(match bound {
                        Some(bound) => self.later(bound, scope),
                        None => Thunk::done(Value::Null),
                    });
                }
                self.call_standard("slice", given, scope)
            }
            _ => Err(Failure::new(FailureKind::Import, "imports do not work in Kratos")),
        }
    }

    /// A function of the standard library that an operator stands for; the names in scope do not change it.
    pub(super) fn call_standard(
        &mut self,
        name: &str,
        args: Vec<Rc<Thunk<'a>>>,
        scope: &Rc<Scope<'a>>,
    ) -> Result<Value<'a>> {
        if let Some(native) = natives(self.go_jsonnet).find(|native| native.name == name) {
            return self.call(&Function::Native(native), args);
        }
        // The outermost scope holds the library under a name that no document can write.
        let standard = self.name("$std", scope)?;
        let function = self.index(&standard, &Value::text(name))?;
        match function {
            Value::Function(function) => self.call(&function, args),
            _ => Err(other("the standard library is broken")),
        }
    }

    pub(super) fn here(scope: &Scope<'a>) -> Result<Rc<Here<'a>>> {
        scope.here.clone().ok_or_else(|| other("it is outside of an object"))
    }

    pub(super) fn name(&mut self, name: &str, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        let (passed, thunk) = scope.search(name);
        self.spend_on_text(passed)?;
        let Some(thunk) = thunk else {
            // Names are checked before; only a field that lost its locals comes here.
            return Err(other(format!("go-jsonnet breaks: nothing is known of `{name}` here")));
        };
        self.force(&thunk)
    }

    fn condition(&mut self, condition: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<bool> {
        match self.evaluate(condition, scope)? {
            Value::Bool(value) => Ok(value),
            other => {
                let failure = wrong_kind(other.kind(), |is| format!("the condition is {is}, not a boolean"));
                Err(self.at(failure, condition.span, scope))
            }
        }
    }

    /// Whether the condition of an `if` in a comprehension holds.
    pub(super) fn holds(&mut self, condition: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<bool> {
        self.condition(condition, scope)
    }

    pub(super) fn closure(params: &'a [Param<'a, 'a>], body: Node<'a>, scope: &Rc<Scope<'a>>) -> Value<'a> {
        Value::Function(Function::Closure(Rc::new(Closure { params, body, scope: Rc::clone(scope) })))
    }

    /// The scope with locals, which see each other.
    pub(super) fn with_locals(
        &mut self,
        binds: impl Iterator<Item = &'a Bind<'a, 'a>>,
        scope: &Rc<Scope<'a>>,
        here: Option<Rc<Here<'a>>>,
    ) -> Rc<Scope<'a>> {
        let inner = Rc::new(Scope {
            names: RefCell::default(),
            parent: Some(Rc::clone(scope)),
            here,
            is_standard: scope.is_standard,
        });
        for bind in binds {
            let thunk = match bind.params {
                Some((params, _)) => {
                    let thunk = Thunk::done(Machine::closure(params, &bind.value, &inner));
                    self.keep(&thunk);
                    thunk
                }
                None => self.later(&bind.value, &inner),
            };
            inner.names.borrow_mut().push((bind.name.value.value(), thunk));
        }
        inner
    }

    pub(super) fn assert(&mut self, assert: &'a Assert<'a, 'a>, scope: &Rc<Scope<'a>>) -> Result<()> {
        if self.condition(&assert.cond, scope)? {
            return Ok(());
        }
        let failure = match &assert.msg {
            Some(message) => {
                let message = self.evaluate(message, scope)?;
                self.raised(&message, scope, "an assertion fails")?
            }
            None if scope.is_standard => other("an assertion fails"),
            None => Failure::new(FailureKind::Raised(String::new()), "an assertion fails"),
        };
        Err(self.at(failure, assert.span, scope))
    }

    fn raise(&mut self, inner: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        let message = self.evaluate(inner, scope)?;
        Err(self.raised(&message, scope, "")?)
    }

    /// What is raised with a value; inside the standard library that says what an argument should have been.
    fn raised(&mut self, message: &Value<'a>, scope: &Scope<'a>, why: &str) -> Result<Failure> {
        let text = self.written(message)?.to_string();
        if scope.is_standard {
            let is = if scope.holds_null() { FailureKind::OfNull } else { FailureKind::WrongType };
            return Ok(Failure::new(is, text));
        }
        let message =
            if why.is_empty() { format!("it raises the error {:?}", shortened(&text)) } else { why.to_owned() };
        Ok(Failure::new(FailureKind::Raised(text), message))
    }

    /// A value read from another one.
    pub(super) fn index(&mut self, base: &Value<'a>, index: &Value<'a>) -> Result<Value<'a>> {
        match (base, index) {
            (Value::Object(object), Value::Text(name)) => self.field(object, name, object.layers.len()),
            (Value::List(list), Value::Number(number)) => {
                let item = number::index(*number).and_then(|index| list.get(index));
                let item = item.ok_or_else(|| out_of_range(*number, list.len()))?;
                self.force(&item)
            }
            (Value::Text(text), Value::Number(number)) => {
                self.spend_on_text(text.len() / BYTES_OF_STEP)?;
                let letter = number::index(*number).and_then(|index| letter(text, index));
                let letter = letter.ok_or_else(|| out_of_range(*number, text.chars().count()))?;
                Ok(Value::text(letter.encode_utf8(&mut [0; 4])))
            }
            (Value::List(_) | Value::Text(_), Value::Text(name)) => {
                Err(wrong_kind(base.kind(), |is| format!("the field `{name}` is read from {is}")))
            }
            (Value::Object(_) | Value::List(_) | Value::Text(_), index) => {
                Err(wrong_kind(index.kind(), |is| format!("the index is {is}")))
            }
            (Value::Null, _) => Err(Failure::new(FailureKind::FromNull, "something is read from null")),
            (base, _) => {
                let message = format!("something is read from {}", named(base.kind()));
                Err(Failure::new(FailureKind::FromOther, message))
            }
        }
    }

    /// A value as text: a string as it is, all else as JSON on one line.
    pub(super) fn written(&mut self, value: &Value<'a>) -> Result<Rc<str>> {
        match value {
            Value::Text(text) => Ok(Rc::clone(text)),
            other => Ok(self.json(other, false)?.into()),
        }
    }

    /// A literal of an object.
    fn object(
        &mut self,
        inside: &'a rsjsonnet_lang::ast::ObjInside<'a, 'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Result<Value<'a>> {
        let layer = self.layer(inside, scope)?;
        Ok(Value::Object(Object::new(vec![Rc::new(layer)])))
    }
}

fn too_deep() -> Failure {
    let message = format!("values are nested more than {MAX_DEPTH} levels deep here, or without end");
    Failure::new(FailureKind::Deep, message)
}

fn out_of_range(index: f64, length: usize) -> Failure {
    let message = format!("item {} is read from a list or text of {length}", number::long(index.trunc()));
    Failure::new(FailureKind::OutOfRange, message)
}

fn literal_number<'a>(digits: &str, exponent: i64) -> Result<Value<'a>> {
    match format!("{digits}e{exponent}").parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Number(number)),
        _ => Err(other("the number is too large")),
    }
}

fn unary<'a>(operator: UnaryOp, value: &Value<'a>) -> Result<Value<'a>> {
    Ok(match (operator, value) {
        (UnaryOp::LogicNot, Value::Bool(value)) => Value::Bool(!value),
        (UnaryOp::Plus, Value::Number(number)) => Value::Number(*number),
        (UnaryOp::Minus, Value::Number(number)) => Value::Number(-number),
        (UnaryOp::BitwiseNot, Value::Number(number)) => Value::Number(number::from_bits(!number::bits(*number))),
        _ => return Err(wrong_kind(value.kind(), |is| format!("the operand is {is}"))),
    })
}

/// Most letters of a raised text that are shown: it may be all of the input.
const MAX_SHOWN: usize = 60;

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// A letter of a text. Plain texts are not gone through letter by letter, or all letters of a long one would take its square.
fn letter(text: &str, index: usize) -> Option<char> {
    match text.as_bytes().get(..=index) {
        Some(plain) if plain.is_ascii() => plain.last().map(|byte| char::from(*byte)),
        _ => text.chars().nth(index),
    }
}
