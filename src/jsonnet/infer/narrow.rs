//! What conditions say: the possible worlds in which an expression has a value or a condition holds.

use rsjsonnet_lang::ast::{Arg, BinaryOp, Expr, ExprKind, UnaryOp};

use super::Checker;
use super::facts::{Fact, Facts, Path};
use super::kinds::{Constant, Kinds};
use super::members::{Presence, is_hidden};
use super::scope::{extend, find, is_standard};
use super::value::{Function, Layer, Names, Node, Object, Scope, Seen, Thunk, Value};
use crate::jsonnet::standard;
use crate::jsonnet::types::{JsonType, Object as DataObject, Text};

/// Most worlds that are followed one by one; more are one world of which nothing is known.
const MAX_WORLDS: usize = 6;

impl<'a> Checker<'a> {
    /// The worlds in which the condition is `truth`; none when it never is.
    pub(super) fn assume(&mut self, condition: Node<'a>, scope: &Scope<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        self.depth += 1;
        let worlds = if self.depth > super::MAX_DEPTH || self.steps > super::MAX_STEPS {
            vec![facts.unclear()]
        } else {
            self.condition(condition, scope, facts, truth)
        };
        self.depth -= 1;
        if worlds.len() > MAX_WORLDS { vec![facts.unclear()] } else { worlds }
    }

    fn condition(&mut self, condition: Node<'a>, scope: &Scope<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        match &condition.kind {
            ExprKind::Paren(inner) => self.assume(inner, scope, facts, truth),
            ExprKind::Unary(UnaryOp::LogicNot, inner) => self.assume(inner, scope, facts, !truth),
            ExprKind::Binary(left, BinaryOp::LogicAnd, right) => self.both(left, right, scope, facts, truth, true),
            ExprKind::Binary(left, BinaryOp::LogicOr, right) => self.both(left, right, scope, facts, truth, false),
            ExprKind::Binary(left, BinaryOp::In, right) => {
                let key = self.evaluate(left, scope, facts);
                if is_standard(right, scope) {
                    return self.standard_has(&key, facts, truth, true);
                }
                let object = self.evaluate(right, scope, facts);
                self.has_key(&object, &key, facts, truth)
            }
            ExprKind::Binary(left, BinaryOp::Eq, right) => self.equal(left, right, scope, facts, truth),
            ExprKind::Binary(left, BinaryOp::Ne, right) => self.equal(left, right, scope, facts, !truth),
            ExprKind::Local(binds, body) => {
                let inner = extend(scope, Names::Binds(binds), facts);
                self.assume(body, &inner, facts, truth)
            }
            ExprKind::Ident(name) => match find(name.value.value(), scope) {
                Some(Thunk::Later { expr, scope, facts: there }) => {
                    let facts = there.merge(facts);
                    self.assume(expr, &scope, &facts, truth)
                }
                _ => self.by_value(condition, scope, facts, truth),
            },
            ExprKind::If(test, then, otherwise) => {
                let mut worlds = Vec::new();
                for facts in self.assume(test, scope, facts, true) {
                    worlds.extend(self.assume(then, scope, &facts, truth));
                }
                for facts in self.assume(test, scope, facts, false) {
                    worlds.extend(otherwise.iter().flat_map(|inner| self.assume(inner, scope, &facts, truth)));
                }
                worlds
            }
            ExprKind::Call(callee, args, _) => match self.test(callee, args, scope, facts, truth) {
                Some(worlds) => worlds,
                None => self.by_value(condition, scope, facts, truth),
            },
            _ => self.by_value(condition, scope, facts, truth),
        }
    }

    /// `&&` (`and`) or `||`.
    fn both(
        &mut self,
        left: Node<'a>,
        right: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
        truth: bool,
        and: bool,
    ) -> Vec<Facts> {
        // `a || b` is false where `a && b` of the negations is true; so only one of the two forms branches.
        let mut worlds = Vec::new();
        let going_on = self.assume(left, scope, facts, and);
        if truth != and {
            worlds.extend(self.assume(left, scope, facts, !and));
        }
        for facts in going_on {
            worlds.extend(self.assume(right, scope, &facts, truth));
        }
        worlds
    }

    /// Conditions that are only known by their value.
    fn by_value(&mut self, condition: Node<'a>, scope: &Scope<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        let mut worlds = Vec::new();
        for (facts, seen) in self.worlds(condition, scope, facts) {
            worlds.extend(holds(&seen, &Constant::Bool(truth), &facts, true));
        }
        worlds
    }

    /// The worlds in which an expression has one value each.
    pub(super) fn worlds(&mut self, expr: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Vec<(Facts, Seen<'a>)> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.worlds(inner, scope, facts),
            ExprKind::Ident(name) => match find(name.value.value(), scope) {
                Some(Thunk::Later { expr, scope, facts: there }) if self.depth < super::MAX_DEPTH => {
                    self.depth += 1;
                    let worlds = self.worlds(expr, &scope, &there.merge(facts));
                    self.depth -= 1;
                    worlds
                }
                _ => vec![(facts.clone(), self.evaluate(expr, scope, facts))],
            },
            ExprKind::If(test, then, otherwise) => {
                self.tested(test, scope, facts);
                let mut worlds = Vec::new();
                for facts in self.assume(test, scope, facts, true) {
                    worlds.extend(self.worlds(then, scope, &facts));
                }
                for facts in self.assume(test, scope, facts, false) {
                    match otherwise {
                        Some(inner) => worlds.extend(self.worlds(inner, scope, &facts)),
                        None => worlds.push((facts, Seen::plain(Value::Null))),
                    }
                }
                worlds
            }
            ExprKind::Call(callee, args, _) => match self.standard_name(callee, scope, facts) {
                Some("get") => self.get_worlds(args, scope, facts),
                _ => vec![(facts.clone(), self.evaluate(expr, scope, facts))],
            },
            _ => vec![(facts.clone(), self.evaluate(expr, scope, facts))],
        }
    }

    /// The name of the function of `std` that an expression is.
    pub(super) fn standard_name(&mut self, callee: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Option<&'static str> {
        match self.evaluate(callee, scope, facts).value {
            Value::Function(Function::Standard(function)) => Some(function.name),
            _ => None,
        }
    }

    /// `std.get(object, key, default)`.
    pub(super) fn get_worlds(
        &mut self,
        args: &'a [Arg<'a, 'a>],
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Vec<(Facts, Seen<'a>)> {
        let [Arg::Positional(object), Arg::Positional(key), rest @ ..] = args else {
            self.unsure();
            return vec![(facts.unclear(), Seen::any())];
        };
        // Whether hidden fields count is not followed, and may be of a wrong type.
        if rest.len() > 1 {
            self.unsure();
        }
        let object = self.evaluate(object, scope, facts);
        let key = self.evaluate(key, scope, facts);
        let mut worlds = Vec::new();
        for facts in self.has_key(&object, &key, facts, true) {
            let seen = if let Value::Text(Some(name)) = &key.value {
                self.value_of_key(&object, name, &facts)
            } else {
                self.unsure();
                Seen::any()
            };
            worlds.push((facts, seen));
        }
        for facts in self.has_key(&object, &key, facts, false) {
            let seen = match rest.first() {
                Some(Arg::Positional(default) | Arg::Named(_, default)) => self.evaluate(default, scope, &facts),
                None => Seen::plain(Value::Null),
            };
            worlds.push((facts, seen));
        }
        worlds
    }

    /// The same for `std` itself: all its fields are hidden (go-jsonnet 0.19 to 0.21).
    fn standard_has(&self, key: &Seen<'a>, facts: &Facts, truth: bool, hidden: bool) -> Vec<Facts> {
        let Value::Text(Some(name)) = &key.value else { return vec![facts.unclear()] };
        let has = hidden && standard::since(name).is_some_and(|since| since <= self.environment.go_jsonnet);
        if has == truth { vec![facts.clone()] } else { Vec::new() }
    }

    /// The worlds in which the object has the key, or has it not.
    pub(super) fn has_key(&mut self, object: &Seen<'a>, key: &Seen<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        self.has_field(object, key, facts, truth, true)
    }

    /// The same; fields that are hidden count or not.
    pub(super) fn has_field(
        &mut self,
        object: &Seen<'a>,
        key: &Seen<'a>,
        facts: &Facts,
        truth: bool,
        hidden: bool,
    ) -> Vec<Facts> {
        let Value::Text(Some(name)) = &key.value else {
            return self.has_one_of(object, key, facts, truth, hidden);
        };
        let mut unknown = Vec::new();
        let mut decided = Vec::new();
        for part in object.value.parts() {
            match part {
                Value::Object(inner) if !hidden && is_hidden(inner, name) => decided.push(false),
                Value::Object(inner) => match self.presence(inner, name, facts) {
                    (Presence::Maybe, path) => unknown.push(path),
                    (presence, _) => decided.push(presence == Presence::Yes),
                },
                Value::Any => unknown.push(key_path(object.path.as_ref(), name)),
                // The test itself fails there.
                _ => {}
            }
        }
        if unknown.is_empty() && decided.iter().all(|is| *is != truth) {
            return Vec::new();
        }
        if unknown.is_empty() && decided.iter().all(|is| *is == truth) {
            return vec![facts.clone()];
        }
        // All alternatives stand at the path of the union; for values that are computed there is none.
        let own = key_path(object.path.as_ref(), name);
        let is_one_of_several = own.is_none() && decided.contains(&truth);
        let path = unknown.into_iter().flatten().next().or(own);
        let mut worlds = vec![path.map_or_else(|| facts.unclear(), |path| facts.with(&path, Fact::Present(truth)))];
        // It may also be an alternative that says nothing about the input.
        worlds.extend(is_one_of_several.then(|| facts.unclear()));
        worlds
    }

    /// The same for a key that is one of several texts.
    fn has_one_of(
        &mut self,
        object: &Seen<'a>,
        key: &Seen<'a>,
        facts: &Facts,
        truth: bool,
        hidden: bool,
    ) -> Vec<Facts> {
        if !is_one_of_texts(&key.value) {
            return vec![facts.unclear()];
        }
        let mut worlds = Vec::new();
        for part in key.value.parts() {
            let Some(constant) = part.constant() else { continue };
            let name = Seen::plain(part.clone());
            for facts in holds(key, &constant, facts, true) {
                worlds.extend(self.has_field(object, &name, &facts, truth, hidden));
            }
        }
        worlds
    }

    fn equal(&mut self, left: Node<'a>, right: Node<'a>, scope: &Scope<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        for (one, other) in [(left, right), (right, left)] {
            if let Some(worlds) = self.type_test(one, other, scope, facts, truth) {
                return worlds;
            }
        }
        let mut worlds = Vec::new();
        for (facts, left) in self.worlds(left, scope, facts) {
            for (facts, right) in self.worlds(right, scope, &facts) {
                worlds.extend(match (left.value.constant(), right.value.constant()) {
                    (Some(left), Some(right)) => {
                        if (left == right) == truth {
                            vec![facts]
                        } else {
                            Vec::new()
                        }
                    }
                    (_, Some(constant)) => holds(&left, &constant, &facts, truth),
                    (Some(constant), _) => holds(&right, &constant, &facts, truth),
                    _ if left.value.is_never() || right.value.is_never() => Vec::new(),
                    _ => vec![facts.unclear()],
                });
            }
        }
        worlds
    }

    /// `std.type(x) == '…'`.
    fn type_test(
        &mut self,
        call: Node<'a>,
        name: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
        truth: bool,
    ) -> Option<Vec<Facts>> {
        let ExprKind::Call(callee, [Arg::Positional(arg)], _) = &bare(call).kind else { return None };
        if self.standard_name(callee, scope, facts)? != "type" {
            return None;
        }
        let Value::Text(Some(name)) = self.evaluate(name, scope, facts).value else { return None };
        Some(self.has_kind(arg, Kinds::named(&name), scope, facts, truth))
    }

    fn has_kind(&mut self, expr: Node<'a>, kinds: Kinds, scope: &Scope<'a>, facts: &Facts, truth: bool) -> Vec<Facts> {
        let wanted = if truth { kinds } else { kinds.not() };
        let mut worlds = Vec::new();
        for (facts, seen) in self.worlds(expr, scope, facts) {
            let possible = seen.value.kinds();
            if possible.and(wanted).is_none() {
                continue;
            }
            worlds.push(match &seen.path {
                _ if possible.within(wanted) => facts,
                Some(path) => facts.with(path, Fact::Is(wanted)),
                None => facts.unclear(),
            });
        }
        worlds
    }

    /// Calls that test something; `None` for all others.
    fn test(
        &mut self,
        callee: Node<'a>,
        args: &'a [Arg<'a, 'a>],
        scope: &Scope<'a>,
        facts: &Facts,
        truth: bool,
    ) -> Option<Vec<Facts>> {
        let function = match self.evaluate(callee, scope, facts).value {
            Value::Function(Function::Standard(function)) => function,
            Value::Function(Function::Closure(closure)) => {
                let (inner, facts) = Checker::bind(&closure, args, scope, facts)?;
                return Some(self.assume(closure.body, &inner, &facts, truth));
            }
            _ => return None,
        };
        let arg = |index: usize| match args.get(index) {
            Some(Arg::Positional(expr)) => Some(expr),
            _ => None,
        };
        let kind = match function.name {
            "objectHas" | "objectHasAll" if is_standard(arg(0)?, scope) => {
                let key = self.evaluate(arg(1)?, scope, facts);
                return Some(self.standard_has(&key, facts, truth, function.name == "objectHasAll"));
            }
            "objectHas" | "objectHasAll" | "objectHasEx" => {
                let object = self.evaluate(arg(0)?, scope, facts);
                let key = self.evaluate(arg(1)?, scope, facts);
                let hidden = match function.name {
                    "objectHasEx" => {
                        let hidden = self.evaluate(arg(2)?, scope, facts);
                        !matches!(hidden.value, Value::Bool(Some(false)))
                    }
                    name => name == "objectHasAll",
                };
                return Some(self.has_field(&object, &key, facts, truth, hidden));
            }
            "member" | "contains" => return self.among_keys(arg(0)?, arg(1)?, scope, facts, truth),
            "setMember" => return self.among_keys(arg(1)?, arg(0)?, scope, facts, truth),
            "equals" | "primitiveEquals" => return Some(self.equal(arg(0)?, arg(1)?, scope, facts, truth)),
            "isString" => Kinds::TEXT,
            "isNumber" => Kinds::NUMBER,
            "isBoolean" => Kinds::BOOL,
            "isArray" => Kinds::LIST,
            "isObject" => Kinds::OBJECT,
            "isFunction" => Kinds::FUNCTION,
            "isNull" => Kinds::NULL,
            _ => return None,
        };
        Some(self.has_kind(arg(0)?, kind, scope, facts, truth))
    }

    /// `std.member(std.objectFields(o), 'x')`.
    fn among_keys(
        &mut self,
        list: Node<'a>,
        key: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
        truth: bool,
    ) -> Option<Vec<Facts>> {
        let ExprKind::Call(callee, [Arg::Positional(object)], _) = &bare(list).kind else { return None };
        let name = self.standard_name(callee, scope, facts)?;
        if !matches!(name, "objectFields" | "objectFieldsAll") {
            return None;
        }
        let object = self.evaluate(object, scope, facts);
        let key = self.evaluate(key, scope, facts);
        Some(self.has_field(&object, &key, facts, truth, name == "objectFieldsAll"))
    }
}

/// The value with what the facts say about it.
pub(super) fn refine<'a>(seen: Seen<'a>, facts: &Facts) -> Seen<'a> {
    let Some(path) = &seen.path else { return seen };
    let mut value = seen.value;
    for fact in facts.about(path) {
        value = match fact {
            Fact::Present(_) => value,
            Fact::Is(kinds) => restrict(value, *kinds),
            Fact::Equals(constant) => equal_to(&value, constant),
            Fact::Differs(constant) => {
                let parts = value.parts().iter();
                Value::union(parts.filter(|part| part.constant().as_ref() != Some(constant)).cloned().collect())
            }
        };
    }
    if let Value::Union(parts) = &value {
        let possible = |part: &&Value<'a>| match part {
            Value::Object(object) => is_possible(object, facts),
            _ => true,
        };
        let kept: Vec<Value<'a>> = parts.iter().filter(possible).cloned().collect();
        if kept.len() < parts.len() {
            value = Value::union(kept);
        }
    }
    Seen { value, path: seen.path }
}

/// The expression without parentheses.
fn bare<'e, 'a>(expr: &'e Expr<'a, 'a>) -> &'e Expr<'a, 'a> {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// Whether a value is one of several texts that are known.
pub(super) fn is_one_of_texts(value: &Value<'_>) -> bool {
    matches!(value, Value::Union(parts) if parts.iter().all(|part| matches!(part, Value::Text(Some(_)))))
}

/// The worlds in which the value equals (`truth`) or differs from the constant.
pub(super) fn holds(seen: &Seen<'_>, constant: &Constant, facts: &Facts, truth: bool) -> Vec<Facts> {
    let kinds = seen.value.kinds();
    if kinds.is_none() {
        return Vec::new();
    }
    let possible = matches!(seen.value, Value::Any)
        || seen.value.parts().iter().any(|part| match part.constant() {
            Some(known) => known == *constant,
            None => part.kinds().and(constant.kind()) != Kinds::NONE,
        });
    let certain = seen.value.constant().as_ref() == Some(constant);
    if (truth && !possible) || (!truth && certain) {
        return Vec::new();
    }
    if (truth && certain) || (!truth && !possible) {
        return vec![facts.clone()];
    }
    let Some(path) = &seen.path else { return vec![facts.unclear()] };
    let fact = match (constant, truth) {
        (Constant::Null, true) => Fact::Is(Kinds::NULL),
        (Constant::Null, false) => Fact::Is(Kinds::NULL.not()),
        (_, true) => Fact::Equals(constant.clone()),
        (_, false) => Fact::Differs(constant.clone()),
    };
    vec![facts.with(path, fact)]
}

fn restrict(value: Value<'_>, kinds: Kinds) -> Value<'_> {
    match value {
        Value::Any => Value::of_kinds(kinds),
        Value::Union(parts) => Value::union(parts.iter().filter(|part| part.kinds().within(kinds)).cloned().collect()),
        other if other.kinds().within(kinds) => other,
        _ => Value::Never,
    }
}

fn equal_to<'a>(value: &Value<'a>, constant: &Constant) -> Value<'a> {
    let possible = value.parts().iter().any(|part| match part.constant() {
        Some(known) => known == *constant,
        None => part.kinds().and(constant.kind()) != Kinds::NONE,
    });
    if !possible {
        return Value::Never;
    }
    match constant {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Bool(Some(*value)),
        Constant::Number(value) => Value::Number(Some(*value)),
        Constant::Text(text) => Value::Text(Some(text.clone())),
    }
}

/// Whether the object of the input can be one for which the facts hold.
fn is_possible(object: &Object<'_>, facts: &Facts) -> bool {
    let [Layer::Data(object, Some(path))] = object.layers.as_slice() else { return true };
    facts.all().all(|(known, fact)| known.key_in(path).is_none_or(|key| agrees(object, key, fact)))
}

fn agrees(object: &DataObject, key: &str, fact: &Fact) -> bool {
    let (kind, always) = match (object.fields.get(key), &object.rest) {
        (Some(field), _) => (&field.kind, field.missing_when.is_none()),
        (None, Some(rest)) => (&**rest, false),
        (None, None) => return *fact == Fact::Present(false),
    };
    match fact {
        Fact::Present(is) => *is || !always,
        Fact::Is(kinds) => Value::of_type(kind, None).kinds().and(*kinds) != Kinds::NONE,
        Fact::Equals(constant) => can_be(kind, constant),
        Fact::Differs(constant) => !is_only(kind, constant),
    }
}

fn can_be(kind: &JsonType, constant: &Constant) -> bool {
    kind.alternatives().iter().any(|kind| match (kind, constant) {
        (JsonType::Text(Text::Is(text)), Constant::Text(known)) => **text == **known,
        (JsonType::Bool(Some(value)), Constant::Bool(known)) => value == known,
        (kind, constant) => Value::of_type(kind, None).kinds().and(constant.kind()) != Kinds::NONE,
    })
}

fn is_only(kind: &JsonType, constant: &Constant) -> bool {
    match (kind, constant) {
        (JsonType::Text(Text::Is(text)), Constant::Text(known)) => **text == **known,
        (JsonType::Bool(Some(value)), Constant::Bool(known)) => value == known,
        (JsonType::Null, Constant::Null) => true,
        _ => false,
    }
}

/// The path of a key of a value, if it has one.
pub(super) fn key_path(path: Option<&Path>, key: &str) -> Option<Path> {
    path.and_then(|path| path.join(key))
}
