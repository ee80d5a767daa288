//! Operators, and how values are compared.

use std::cmp::Ordering;
use std::rc::Rc;

use rsjsonnet_lang::ast::BinaryOp;

use super::failure::{Failure, FailureKind, named, other, wrong, wrong_kind};
use super::number;
use super::value::{List, Machine, Node, Object, Result, Scope, Thunk, Value};

/// What `in` takes, and what it is given.
pub(crate) fn in_operands(given: &str) -> String {
    format!("`in` needs a text on its left and an object on its right, this is {given}")
}

impl<'a> Machine<'a> {
    pub(super) fn binary(
        &mut self,
        left: Node<'a>,
        operator: BinaryOp,
        right: Node<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Result<Value<'a>> {
        match operator {
            BinaryOp::LogicAnd | BinaryOp::LogicOr => return self.logic(left, operator, right, scope),
            BinaryOp::In => {
                let (object, key) = (self.later(right, scope), self.later(left, scope));
                let given = vec![object.clone(), key.clone(), Thunk::done(Value::Bool(true))];
                let has = self.call_standard("objectHasEx", given, scope);
                return has.map_err(|failure| self.not_a_key(failure, &object, &key));
            }
            BinaryOp::Rem => {
                let given = vec![self.later(left, scope), self.later(right, scope)];
                return self.call_standard("mod", given, scope);
            }
            _ => {}
        }
        let left = self.evaluate(left, scope)?;
        let right = self.evaluate(right, scope)?;
        match operator {
            BinaryOp::Add => self.add(&left, &right),
            BinaryOp::Eq => Ok(Value::Bool(self.equal(&left, &right)?)),
            BinaryOp::Ne => Ok(Value::Bool(!self.equal(&left, &right)?)),
            BinaryOp::Lt => Ok(Value::Bool(self.compare(&left, &right)? == Ordering::Less)),
            BinaryOp::Le => Ok(Value::Bool(self.compare(&left, &right)? != Ordering::Greater)),
            BinaryOp::Gt => Ok(Value::Bool(self.compare(&left, &right)? == Ordering::Greater)),
            BinaryOp::Ge => Ok(Value::Bool(self.compare(&left, &right)? != Ordering::Less)),
            _ => arithmetic(operator, &left, &right),
        }
    }

    /// The failure of `key in object` in the words of the operator, where an operand has the wrong type.
    fn not_a_key(&mut self, failure: Failure, object: &Rc<Thunk<'a>>, key: &Rc<Thunk<'a>>) -> Failure {
        match (self.force(object), self.force(key)) {
            (Ok(value), _) if !matches!(value, Value::Object(_)) => wrong_kind(value.kind(), in_operands),
            (Ok(_), Ok(value)) if !matches!(value, Value::Text(_)) => wrong_kind(value.kind(), in_operands),
            _ => failure,
        }
    }

    fn logic(
        &mut self,
        left: Node<'a>,
        operator: BinaryOp,
        right: Node<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Result<Value<'a>> {
        let decides = operator == BinaryOp::LogicOr;
        for operand in [left, right] {
            match self.evaluate(operand, scope)? {
                Value::Bool(value) if value == decides => return Ok(Value::Bool(value)),
                Value::Bool(_) => {}
                other => {
                    let failure = wrong_kind(other.kind(), |is| format!("the operand is {is}"));
                    return Err(self.at(failure, operand.span, scope));
                }
            }
        }
        Ok(Value::Bool(!decides))
    }

    /// `+`
    pub(super) fn add(&mut self, left: &Value<'a>, right: &Value<'a>) -> Result<Value<'a>> {
        match (left, right) {
            (Value::Text(_), _) | (_, Value::Text(_)) => {
                let (one, other) = (self.written(left)?, self.written(right)?);
                self.spend_on_text(one.len() + other.len())?;
                Ok(Value::text(&[&*one, &*other].concat()))
            }
            (Value::Number(one), Value::Number(other)) => finite(one + other),
            (Value::List(one), Value::List(other)) => {
                self.spend(one.len() + other.len())?;
                let mut items = one.items();
                items.extend(other.items());
                Ok(Value::List(List::new(items)))
            }
            (Value::Object(one), Value::Object(other)) => {
                // All layers are gone through whenever a field is looked up.
                let count = one.layers.len() + other.layers.len();
                self.spend(count.saturating_mul(count) / 4)?;
                let layers = one.layers.iter().chain(&other.layers).cloned().collect();
                Ok(Value::Object(Object::new(layers)))
            }
            _ => Err(operands(left, right)),
        }
    }

    /// `==`; only two functions cannot be compared.
    pub(super) fn equal(&mut self, one: &Value<'a>, other: &Value<'a>) -> Result<bool> {
        match (one, other) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Bool(one), Value::Bool(other)) => Ok(one == other),
            (Value::Number(one), Value::Number(other)) => Ok(number::same(*one, *other)),
            (Value::Text(one), Value::Text(other)) => {
                self.spend_on_text(one.len().min(other.len()))?;
                Ok(one == other)
            }
            (Value::List(one), Value::List(other)) => {
                if one.len() != other.len() {
                    return Ok(false);
                }
                self.spend(one.len())?;
                for (one, other) in one.items().iter().zip(&other.items()) {
                    let (one, other) = (self.force(one)?, self.force(other)?);
                    if !self.nested(|machine| machine.equal(&one, &other))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Object(one), Value::Object(other)) => {
                self.spend(one.size() + other.size())?;
                let names = one.names(false);
                if names != other.names(false) {
                    return Ok(false);
                }
                for name in names {
                    let found = self.field(one, &name, one.layers.len())?;
                    let wanted = self.field(other, &name, other.layers.len())?;
                    if !self.nested(|machine| machine.equal(&found, &wanted))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Function(_), Value::Function(_)) => Err(wrong("two functions are compared")),
            _ => Ok(false),
        }
    }

    /// `<` and the like: numbers, texts, and lists of such.
    pub(super) fn compare(&mut self, one: &Value<'a>, other: &Value<'a>) -> Result<Ordering> {
        match (one, other) {
            (Value::Number(one), Value::Number(other)) => Ok(one.partial_cmp(other).unwrap_or(Ordering::Equal)),
            (Value::Text(one), Value::Text(other)) => {
                self.spend_on_text(one.len().min(other.len()))?;
                Ok(one.cmp(other))
            }
            (Value::List(one), Value::List(other)) => {
                self.spend(one.len() + other.len())?;
                for (one, other) in one.items().iter().zip(&other.items()) {
                    let (one, other) = (self.force(one)?, self.force(other)?);
                    let order = self.nested(|machine| machine.compare(&one, &other))?;
                    if order != Ordering::Equal {
                        return Ok(order);
                    }
                }
                Ok(one.len().cmp(&other.len()))
            }
            _ => Err(wrong_pair(one, other, |one, other| format!("{one} is compared with {other}"))),
        }
    }
}

fn operands(left: &Value<'_>, right: &Value<'_>) -> Failure {
    wrong_pair(left, right, |left, right| format!("the operands are {left} and {right}"))
}

/// Two values that do not go together.
fn wrong_pair(one: &Value<'_>, other: &Value<'_>, message: impl FnOnce(&str, &str) -> String) -> Failure {
    let null = matches!(one, Value::Null) || matches!(other, Value::Null);
    let is = if null { FailureKind::OfNull } else { FailureKind::WrongType };
    Failure::new(is, message(named(one.kind()), named(other.kind())))
}

/// A number, if it is one.
pub(super) fn finite<'a>(number: f64) -> Result<Value<'a>> {
    if number.is_finite() { Ok(Value::Number(number)) } else { Err(other("the number is too large, or not a number")) }
}

fn arithmetic<'a>(operator: BinaryOp, left: &Value<'a>, right: &Value<'a>) -> Result<Value<'a>> {
    let (Value::Number(one), Value::Number(two)) = (left, right) else { return Err(operands(left, right)) };
    match operator {
        BinaryOp::Sub => finite(one - two),
        BinaryOp::Mul => finite(one * two),
        BinaryOp::Div if number::same(*two, 0.0) => Err(other("a number is divided by 0")),
        BinaryOp::Div => finite(one / two),
        _ => on_bits(operator, *one, *two),
    }
}

fn on_bits<'a>(operator: BinaryOp, one: f64, two: f64) -> Result<Value<'a>> {
    if !number::has_bits(one) || !number::has_bits(two) {
        return Err(other("an operand of an operator on bits has more than 64 bits"));
    }
    let shifts = matches!(operator, BinaryOp::Shl | BinaryOp::Shr);
    if shifts && two < 0.0 {
        return Err(other("a number is shifted by less than 0"));
    }
    let (one, two) = (number::bits(one), number::bits(two));
    let by = u32::try_from(two.rem_euclid(64)).unwrap_or(0);
    Ok(Value::Number(number::from_bits(match operator {
        BinaryOp::Shl => one.wrapping_shl(by),
        BinaryOp::Shr => one.wrapping_shr(by),
        BinaryOp::BitwiseAnd => one & two,
        BinaryOp::BitwiseOr => one | two,
        _ => one ^ two,
    })))
}
