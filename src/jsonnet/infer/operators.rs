//! Operators and the types that they take.

use std::rc::Rc;

use rsjsonnet_lang::ast::{BinaryOp, UnaryOp};
use rsjsonnet_lang::span::SpanId;

use super::Checker;
use super::facts::Facts;
use super::finding::FindingKind;
use super::kinds::Kinds;
use super::scope::is_standard;
use super::value::{Layer, List, Node, Object, Scope, Seen, Thunk, Value};

/// Longest text that is kept as a constant, in bytes.
const LONGEST_TEXT: usize = 1000;

impl<'a> Checker<'a> {
    /// Says that the value has a wrong type, if it has no right one.
    pub(super) fn demand(
        &mut self,
        value: &Value<'a>,
        wanted: Kinds,
        operator: &'static str,
        span: SpanId,
        facts: &Facts,
    ) {
        let kinds = value.kinds();
        if kinds.within(wanted) {
            return;
        }
        if kinds.and(wanted).is_none() {
            self.report(span, FindingKind::WrongOperand { operator, operands: vec![kinds.shown()] }, facts);
        } else {
            self.unsure();
        }
    }

    pub(super) fn binary(
        &mut self,
        expr: Node<'a>,
        left: Node<'a>,
        operator: BinaryOp,
        right: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        if matches!(operator, BinaryOp::LogicAnd | BinaryOp::LogicOr) {
            return self.logic(left, operator == BinaryOp::LogicAnd, right, scope, facts);
        }
        if operator == BinaryOp::Add && is_standard(left, scope) {
            self.unsure();
            return Seen::any();
        }
        let one = self.evaluate(left, scope, facts);
        if operator == BinaryOp::In && is_standard(right, scope) {
            self.demand(&one.value, Kinds::TEXT, "in", expr.span, facts);
            return Seen::plain(Value::Bool(None));
        }
        let other = self.evaluate(right, scope, facts);
        if one.value.is_never() || other.value.is_never() {
            return Seen::never();
        }
        match operator {
            BinaryOp::Add => self.add(expr, &one, &other, facts),
            BinaryOp::Eq | BinaryOp::Ne => Seen::plain(self.equality(&one, &other, operator == BinaryOp::Eq)),
            BinaryOp::In => {
                self.demand(&one.value, Kinds::TEXT, "in", expr.span, facts);
                self.demand(&other.value, Kinds::OBJECT, "in", expr.span, facts);
                let has = (
                    self.has_key(&other, &one, facts, true).is_empty(),
                    self.has_key(&other, &one, facts, false).is_empty(),
                );
                Seen::plain(Value::Bool(match has {
                    (true, false) => Some(false),
                    (false, true) => Some(true),
                    _ => None,
                }))
            }
            _ => self.arithmetic(expr, &one, operator, &other, facts),
        }
    }

    fn logic(&mut self, left: Node<'a>, and: bool, right: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let name = if and { "&&" } else { "||" };
        let one = self.evaluate(left, scope, facts);
        self.demand(&one.value, Kinds::BOOL, name, left.span, facts);
        match one.value {
            Value::Never => return Seen::never(),
            Value::Bool(Some(decided)) if decided != and => {
                self.branch(right, false);
                return one;
            }
            _ => {}
        }
        let mut values = Vec::new();
        let ways = self.assume(left, scope, facts, and);
        self.branch(right, !ways.is_empty());
        for facts in ways {
            let other = self.evaluate(right, scope, &facts);
            self.demand(&other.value, Kinds::BOOL, name, right.span, &facts);
            values.push(other.value);
        }
        let right = Value::union(values);
        Seen::plain(match (one.value, right) {
            (Value::Bool(Some(_)), right) => right,
            (_, Value::Bool(Some(decided))) if decided != and => Value::Bool(Some(decided)),
            _ => Value::Bool(None),
        })
    }

    fn equality(&mut self, one: &Seen<'a>, other: &Seen<'a>, equal: bool) -> Value<'a> {
        let both = (one.value.kinds(), other.value.kinds());
        if both.0.or(both.1).and(Kinds::LIST.or(Kinds::OBJECT).or(Kinds::FUNCTION)) != Kinds::NONE {
            // Their items are compared, and functions cannot be.
            let data = |value: &Value<'a>| value.kinds().within(Kinds::FUNCTION.not());
            if !data(&one.value)
                || !data(&other.value)
                || both.0.and(both.1).and(Kinds::LIST.or(Kinds::OBJECT)) != Kinds::NONE
            {
                self.unsure();
            }
        }
        let decided = match (one.value.constant(), other.value.constant()) {
            (Some(one), Some(other)) => Some(one == other),
            _ if both.0.and(both.1).is_none() => Some(false),
            _ => None,
        };
        Value::Bool(decided.map(|same| same == equal))
    }

    /// `+`
    pub(super) fn add(&mut self, expr: Node<'a>, left: &Seen<'a>, right: &Seen<'a>, facts: &Facts) -> Seen<'a> {
        if left.value.is_never() || right.value.is_never() {
            return Seen::never();
        }
        let mut values = Vec::new();
        let mut failed = false;
        for one in left.value.parts() {
            for other in right.value.parts() {
                match sum(one, other) {
                    Some(value) => values.push(value),
                    None => failed = true,
                }
                if matches!(one, Value::Any) || matches!(other, Value::Any) {
                    self.unsure();
                }
            }
        }
        if values.is_empty() && failed {
            self.wrong_operands(expr, "+", left, right, facts);
            return Seen::never();
        }
        // The items of lists of different shapes are not followed any more.
        if failed || values.iter().any(|value| matches!(value, Value::List(List::Each(_)))) {
            self.unsure();
        }
        // A text with an object in it is the object written out.
        for (text, inner) in [(left, right), (right, left)] {
            let is_text = text.value.kinds();
            let written = inner.value.kinds().and(Kinds::OBJECT.or(Kinds::LIST)) != Kinds::NONE;
            if is_text == Kinds::TEXT && written {
                self.manifest(inner, expr.span, facts);
            } else if is_text.and(Kinds::TEXT) != Kinds::NONE && written {
                self.manifest(inner, expr.span, &facts.unclear());
            }
        }
        Seen::plain(Value::union(values))
    }

    fn wrong_operands(
        &mut self,
        expr: Node<'a>,
        operator: &'static str,
        left: &Seen<'a>,
        right: &Seen<'a>,
        facts: &Facts,
    ) {
        let operands = vec![left.value.kinds().shown(), right.value.kinds().shown()];
        self.report(expr.span, FindingKind::WrongOperand { operator, operands }, facts);
    }

    fn arithmetic(
        &mut self,
        expr: Node<'a>,
        left: &Seen<'a>,
        operator: BinaryOp,
        right: &Seen<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let (one, other) = (left.value.kinds(), right.value.kinds());
        let compared = [Kinds::NUMBER, Kinds::TEXT, Kinds::LIST];
        let (name, pairs, result): (_, &[Kinds], _) = match operator {
            BinaryOp::Lt => ("<", &compared, Value::Bool(None)),
            BinaryOp::Le => ("<=", &compared, Value::Bool(None)),
            BinaryOp::Gt => (">", &compared, Value::Bool(None)),
            BinaryOp::Ge => (">=", &compared, Value::Bool(None)),
            BinaryOp::Rem => return self.remainder(expr, left, right, facts),
            BinaryOp::Sub => ("-", &compared[..1], Value::Number(None)),
            BinaryOp::Mul => ("*", &compared[..1], Value::Number(None)),
            BinaryOp::Div => ("/", &compared[..1], Value::Number(None)),
            BinaryOp::Shl => ("<<", &compared[..1], Value::Number(None)),
            BinaryOp::Shr => (">>", &compared[..1], Value::Number(None)),
            BinaryOp::BitwiseAnd => ("&", &compared[..1], Value::Number(None)),
            BinaryOp::BitwiseOr => ("|", &compared[..1], Value::Number(None)),
            _ => ("^", &compared[..1], Value::Number(None)),
        };
        let possible = |kind: &&Kinds| one.and(**kind) != Kinds::NONE && other.and(**kind) != Kinds::NONE;
        if !pairs.iter().any(|kind| possible(&kind)) {
            self.wrong_operands(expr, name, left, right, facts);
            return Seen::never();
        }
        let same = [Kinds::NUMBER, Kinds::TEXT].iter().any(|kind| one == *kind && other == *kind);
        // Division by zero, operations on bits and lists of anything fail on some values.
        let small = |value: &Value<'_>| !matches!(value, Value::Number(Some(number)) if number.abs() > 1e100);
        let total = matches!(
            operator,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Sub | BinaryOp::Mul
        );
        if !same || !total || !small(&left.value) || !small(&right.value) {
            self.unsure();
        }
        Seen::plain(result)
    }

    /// `%`: of numbers, or a format.
    fn remainder(&mut self, expr: Node<'a>, left: &Seen<'a>, right: &Seen<'a>, facts: &Facts) -> Seen<'a> {
        self.unsure();
        let (one, other) = (left.value.kinds(), right.value.kinds());
        let numbers = one.and(Kinds::NUMBER) != Kinds::NONE && other.and(Kinds::NUMBER) != Kinds::NONE;
        let format = one.and(Kinds::TEXT) != Kinds::NONE;
        match (numbers, format) {
            (false, false) => {
                self.wrong_operands(expr, "%", left, right, facts);
                Seen::never()
            }
            (false, true) => {
                self.format(left, right, expr.span, facts);
                // A format that leaves out an item of a list fails.
                if one == Kinds::TEXT && matches!(right.value, Value::List(List::Items(_))) {
                    self.manifest(right, expr.span, facts);
                }
                Seen::plain(Value::Text(None))
            }
            (true, false) => Seen::plain(Value::Number(None)),
            (true, true) => Seen::any(),
        }
    }

    /// A format and its values: a list is no value but brings them, one for each conversion.
    pub(super) fn format(&mut self, format: &Seen<'a>, values: &Seen<'a>, span: SpanId, facts: &Facts) {
        let is_input = |part: &Value<'_>| matches!(part, Value::List(List::Of(_)));
        let is_known = matches!(format.value, Value::Text(Some(_))) && values.value.kinds() == Kinds::LIST;
        if !is_known || !values.value.parts().iter().any(is_input) {
            return;
        }
        let (function, parameter) = ("format", "vals");
        let (wanted, given) = ("a list of one item for each `%…`".to_owned(), "a list of any length".to_owned());
        let kind = FindingKind::WrongArgument { function, parameter, wanted, given, empty_passes: true };
        self.report(span, kind, facts);
    }

    pub(super) fn unary(
        &mut self,
        expr: Node<'a>,
        operator: UnaryOp,
        inner: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let seen = self.evaluate(inner, scope, facts);
        let (name, wanted) = match operator {
            UnaryOp::LogicNot => ("!", Kinds::BOOL),
            UnaryOp::Minus => ("-", Kinds::NUMBER),
            UnaryOp::Plus => ("+", Kinds::NUMBER),
            UnaryOp::BitwiseNot => ("~", Kinds::NUMBER),
        };
        if seen.value.is_never() {
            return seen;
        }
        self.demand(&seen.value, wanted, name, expr.span, facts);
        Seen::plain(match (operator, &seen.value) {
            (UnaryOp::LogicNot, Value::Bool(value)) => Value::Bool(value.map(|value| !value)),
            (UnaryOp::LogicNot, _) => Value::Bool(None),
            (UnaryOp::Minus, Value::Number(value)) => Value::Number(value.map(|value| -value)),
            (UnaryOp::Plus, Value::Number(value)) => Value::Number(*value),
            _ => Value::Number(None),
        })
    }
}

/// The sum of two alternatives; `None` when it fails.
fn sum<'a>(one: &Value<'a>, other: &Value<'a>) -> Option<Value<'a>> {
    Some(match (one, other) {
        (Value::Text(Some(one)), Value::Text(Some(other))) if one.len() + other.len() < LONGEST_TEXT => {
            Value::text(&format!("{one}{other}"))
        }
        (Value::Function(_), _) | (_, Value::Function(_)) => return None,
        (Value::Text(_), _) | (_, Value::Text(_)) => Value::Text(None),
        (Value::Any, Value::Object(over)) => {
            let mut layers = vec![Layer::Unknown];
            layers.extend(over.layers.iter().cloned());
            Value::Object(Rc::new(Object { layers }))
        }
        (Value::Any, _) | (_, Value::Any) => Value::Any,
        (Value::Number(Some(one)), Value::Number(Some(other))) => Value::Number(Some(one + other)),
        (Value::Number(_), Value::Number(_)) => Value::Number(None),
        (Value::Object(under), Value::Object(over)) => {
            let layers = under.layers.iter().chain(&over.layers).cloned().collect();
            Value::Object(Rc::new(Object { layers }))
        }
        (Value::List(one), Value::List(other)) => Value::List(lists(one, other)),
        _ => return None,
    })
}

fn lists<'a>(one: &List<'a>, other: &List<'a>) -> List<'a> {
    match (one, other) {
        (List::Items(one), List::Items(other)) if one.len() + other.len() < LONGEST_TEXT => {
            List::Items(one.iter().chain(other.iter()).cloned().collect())
        }
        (List::Each(one), List::Each(other)) => List::Each(one.iter().chain(other.iter()).cloned().collect()),
        _ => List::Each(Rc::new([Thunk::Done(Seen::any())])),
    }
}
