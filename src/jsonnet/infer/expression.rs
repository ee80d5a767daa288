//! Expressions and names.

use std::rc::Rc;

use rsjsonnet_lang::ast::{Assert, CompSpecPart, ExprKind, ObjInside};
use rsjsonnet_lang::token::Number;

use super::facts::{Fact, Facts};
use super::finding::FindingKind;
use super::kinds::Kinds;
use super::narrow::refine;
use super::scope::{extend, find, is_standard, one_layer, together};
use super::value::{Closure, Function, Layer, List, Names, Node, Parts, Scope, Seen, Thunk, Value};
use super::{Checker, MAX_DEPTH, MAX_STEPS, input};
use crate::jsonnet::standard;

impl<'a> Checker<'a> {
    /// The value of an expression, where `facts` hold.
    pub(super) fn evaluate(&mut self, expr: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            self.unsure();
            return Seen::any();
        }
        self.depth += 1;
        let seen = self.by_kind(expr, scope, facts);
        self.depth -= 1;
        if self.types.is_some() {
            let span = self.span(expr.span);
            self.types.iter_mut().for_each(|types| types.note(span, &seen, facts));
        }
        seen
    }

    fn by_kind(&mut self, expr: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        match &expr.kind {
            ExprKind::Null => Seen::plain(Value::Null),
            ExprKind::Bool(value) => Seen::plain(Value::Bool(Some(*value))),
            ExprKind::String(text) | ExprKind::TextBlock(text) => Seen::plain(Value::text(text)),
            ExprKind::Number(number) => self.number(number),
            ExprKind::Paren(inner) => self.evaluate(inner, scope, facts),
            ExprKind::SelfObj | ExprKind::Dollar => own_object(scope, matches!(expr.kind, ExprKind::Dollar)),
            ExprKind::Ident(name) => self.name(name.value.value(), scope, facts),
            ExprKind::Object(inside) => self.object(inside, scope, facts),
            ExprKind::ObjExt(base, inside, _) => {
                if is_standard(base, scope) {
                    // Its fields are hidden and hide what is laid over them.
                    self.unsure();
                    return Seen::any();
                }
                let base = self.evaluate(base, scope, facts);
                let over = self.object(inside, scope, facts);
                self.add(expr, &base, &over, facts)
            }
            ExprKind::Array(items) => {
                let later = |item| Thunk::Later { expr: item, scope: scope.clone(), facts: facts.clone() };
                Seen::plain(Value::List(List::Items(items.iter().map(later).collect())))
            }
            ExprKind::ArrayComp(body, parts) => self.list_comprehension(body, parts, scope, facts),
            ExprKind::Field(base, key) => {
                if is_standard(base, scope) {
                    return self.standard_field(key.value.value(), expr, facts);
                }
                let base = self.evaluate(base, scope, facts);
                self.read(&base, key.value.value(), expr.span, facts)
            }
            ExprKind::Index(base, index) => self.index(base, index, expr, scope, facts),
            ExprKind::Call(callee, args, strict) => {
                if *strict {
                    // Arguments are evaluated whether they are used or not.
                    self.unsure();
                }
                self.call(callee, args, expr, scope, facts)
            }
            ExprKind::Local(binds, body) => {
                let inner = extend(scope, Names::Binds(binds), facts);
                self.evaluate(body, &inner, facts)
            }
            ExprKind::If(condition, then, otherwise) => self.branches(condition, then, *otherwise, scope, facts),
            ExprKind::Binary(left, operator, right) => self.binary(expr, left, *operator, right, scope, facts),
            ExprKind::Unary(operator, inner) => self.unary(expr, *operator, inner, scope, facts),
            ExprKind::Func(params, body) => {
                let closure = Closure { params, body, scope: scope.clone(), facts: facts.clone() };
                Seen::plain(Value::Function(Function::Closure(Rc::new(closure))))
            }
            ExprKind::Assert(assert, body) => self.after_assert(assert, body, scope, facts),
            _ => self.rest(expr, scope, facts),
        }
    }

    fn number(&mut self, number: &Number<'_>) -> Seen<'a> {
        let value = number_of(number).filter(|value| value.is_finite());
        if value.is_none() {
            self.unsure();
        }
        Seen::plain(Value::Number(value))
    }

    /// The rarer expressions.
    fn rest(&mut self, expr: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        match &expr.kind {
            ExprKind::Slice(base, ..) => {
                let base = self.evaluate(base, scope, facts);
                self.unsure();
                Seen::plain(match base.value {
                    Value::Text(_) => Value::Text(None),
                    Value::List(List::Each(item)) => Value::List(List::Each(item)),
                    Value::List(_) => Value::list_of(Value::Any),
                    _ => Value::Any,
                })
            }
            ExprKind::SuperField(_, key) => self.read_super(key.value.value(), scope, facts),
            ExprKind::Import(_) | ExprKind::ImportStr(_) | ExprKind::ImportBin(_) => {
                self.report(expr.span, FindingKind::Import, facts);
                Seen::never()
            }
            ExprKind::Error(message) => {
                let message = self.evaluate(message, scope, facts);
                let text = match message.value {
                    Value::Text(text) => text.map(|text| text.to_string()),
                    _ => None,
                };
                self.report(expr.span, FindingKind::Raised { text }, facts);
                Seen::never()
            }
            _ => {
                self.unsure();
                Seen::any()
            }
        }
    }

    fn after_assert(
        &mut self,
        assert: &'a Assert<'a, 'a>,
        body: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let worlds = self.assertion(assert, scope, facts);
        let values = worlds.iter().map(|facts| self.evaluate(body, scope, facts)).collect();
        together(values)
    }

    /// What holds after an assertion; a failure of it is the wish of the author, so only one that never holds is reported.
    pub(super) fn assertion(&mut self, assert: &'a Assert<'a, 'a>, scope: &Scope<'a>, facts: &Facts) -> Vec<Facts> {
        let condition = self.evaluate(&assert.cond, scope, facts);
        if !matches!(condition.value, Value::Bool(Some(true))) {
            self.unsure();
        }
        let worlds = match condition.value {
            Value::Bool(Some(false)) => Vec::new(),
            _ => self.assume(&assert.cond, scope, facts, true),
        };
        if worlds.is_empty() && !condition.value.is_never() {
            self.report(assert.span, FindingKind::AssertFails, facts);
        }
        worlds
    }

    /// The value of a condition, which must be true or false.
    pub(super) fn tested(&mut self, condition: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let decided = self.evaluate(condition, scope, facts);
        self.demand(&decided.value, Kinds::BOOL, "if", condition.span, facts);
        decided
    }

    fn branches(
        &mut self,
        condition: Node<'a>,
        then: Node<'a>,
        otherwise: Option<Node<'a>>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let decided = self.tested(condition, scope, facts);
        if decided.value.is_never() {
            return Seen::never();
        }
        let mut values = Vec::new();
        for (truth, branch) in [(true, Some(then)), (false, otherwise)] {
            let settled = matches!(decided.value, Value::Bool(Some(decided)) if decided != truth);
            let ways = if settled { Vec::new() } else { self.assume(condition, scope, facts, truth) };
            if let Some(branch) = branch {
                self.branch(branch, !ways.is_empty());
            }
            values.extend(ways.iter().map(|facts| match branch {
                Some(branch) => self.evaluate(branch, scope, facts),
                None => Seen::plain(Value::Null),
            }));
        }
        together(values)
    }

    fn list_comprehension(&mut self, body: Node<'a>, parts: Parts<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let rounds = self.rounds(parts, scope, facts).into_iter();
        let items = rounds.map(|(scope, facts)| Thunk::Later { expr: body, scope, facts });
        Seen::plain(Value::List(List::Each(items.collect())))
    }

    /// The scopes and facts in which the body of a comprehension is evaluated.
    pub(super) fn rounds(&mut self, parts: Parts<'a>, scope: &Scope<'a>, facts: &Facts) -> Vec<(Scope<'a>, Facts)> {
        let mut rounds = vec![(scope.clone(), facts.clone())];
        for part in parts {
            let mut next = Vec::new();
            for (scope, facts) in rounds {
                match part {
                    CompSpecPart::For(spec) => {
                        let list = self.evaluate(&spec.inner, &scope, &facts);
                        self.demand(&list.value, Kinds::LIST, "for", spec.inner.span, &facts);
                        let (item, facts) = self.item_of(&list, &facts);
                        let names = Names::One(spec.var.value.value(), item);
                        next.push((extend(&scope, names, &facts), facts));
                    }
                    CompSpecPart::If(spec) => {
                        self.tested(&spec.cond, &scope, &facts);
                        let worlds = self.assume(&spec.cond, &scope, &facts, true);
                        next.extend(worlds.into_iter().map(|facts| (scope.clone(), facts)));
                    }
                }
            }
            rounds = next;
        }
        rounds
    }

    /// Any item of a list, and what holds when there is one.
    pub(super) fn item_of(&mut self, list: &Seen<'a>, facts: &Facts) -> (Thunk<'a>, Facts) {
        if let Value::List(List::Of(kind)) = &list.value {
            let path = self.fresh_item(list.path.as_ref());
            let facts = facts.with(&path, Fact::Present(true));
            let seen = Seen { value: Value::of_type(kind, Some(&path)), path: Some(path) };
            return (Thunk::Done(seen), facts);
        }
        let path = self.fresh_item(None);
        let mut items = Vec::new();
        for part in list.value.parts() {
            match part {
                Value::List(List::Items(known) | List::Each(known)) => items.extend(known.iter().cloned()),
                Value::List(List::Of(kind)) => {
                    let path = self.fresh_item(list.path.as_ref());
                    items.push(Thunk::Done(Seen { value: Value::of_type(kind, Some(&path)), path: Some(path) }));
                }
                Value::Any => {
                    self.unsure();
                    items.push(Thunk::Done(Seen::any()));
                }
                _ => {}
            }
        }
        (Thunk::OneOf { items: items.into(), path }, facts.unclear())
    }

    /// Computes a value that is used where `facts` hold.
    pub(super) fn force(&mut self, thunk: &Thunk<'a>, facts: &Facts) -> Seen<'a> {
        match thunk {
            Thunk::Done(seen) => refine(seen.clone(), facts),
            Thunk::Later { expr, scope, facts: there } => {
                let facts = there.merge(facts);
                self.evaluate(expr, scope, &facts)
            }
            Thunk::Closure(closure) => Seen::plain(Value::Function(Function::Closure(closure.clone()))),
            Thunk::OneOf { items, path } => {
                // It may be another of them.
                let others = u32::from(items.len() > 1);
                self.quiet += others;
                let values = items.iter().map(|item| self.force(item, facts)).collect();
                self.quiet -= others;
                refine(Seen { path: Some(path.clone()), ..together(values) }, facts)
            }
            Thunk::Call { closure, argument, facts: there } => {
                let facts = there.merge(facts);
                self.call_closure(closure, vec![(**argument).clone()], Vec::new(), &facts)
            }
        }
    }

    fn name(&mut self, name: &str, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        if let Some(thunk) = find(name, scope) {
            return self.force(&thunk, facts);
        }
        // `std` as a value.
        self.unsure();
        Seen::any()
    }

    fn standard_field(&mut self, name: &str, expr: Node<'a>, facts: &Facts) -> Seen<'a> {
        let version = self.environment.go_jsonnet;
        let function = standard::function(name);
        let Some(since) = standard::since(name) else {
            self.report(expr.span, FindingKind::UnknownStandard { name: name.to_owned() }, facts);
            return Seen::never();
        };
        if since > version {
            self.report(expr.span, FindingKind::TooNewStandard { name: name.to_owned() }, facts);
            return Seen::never();
        }
        Seen::plain(match function {
            Some(function) => Value::Function(Function::Standard(function)),
            None if name == "pi" => Value::Number(None),
            None => Value::Text(None),
        })
    }

    /// The external variable of this name.
    pub(super) fn variable(&mut self, name: &str, expr: Node<'a>, facts: &Facts) -> Seen<'a> {
        let Some((name, kind)) = self.environment.variables.iter().find(|(known, _)| *known == name) else {
            self.report(expr.span, FindingKind::UnknownVariable { name: name.to_owned() }, facts);
            return Seen::never();
        };
        refine(input(name, kind), facts)
    }

    fn object(&mut self, inside: &'a ObjInside<'a, 'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        match inside {
            ObjInside::Members(members) => self.literal(members, scope, facts),
            ObjInside::Comp { locals1, name, body, locals2, comp_spec, .. } => {
                let mut values = Vec::new();
                for (scope, facts) in self.rounds(comp_spec, scope, facts) {
                    let key = self.evaluate(name, &scope, &facts);
                    self.demand(&key.value, Kinds::TEXT.or(Kinds::NULL), "field name", name.span, &facts);
                    let scope = extend(&scope, Names::Comprehension(locals1, locals2), &facts);
                    values.push(Thunk::Later { expr: body, scope, facts });
                }
                // Two rounds may yield one name.
                self.unsure();
                one_layer(Layer::Computed(values.into()))
            }
        }
    }
}

/// `self` or `$`.
fn own_object<'a>(scope: &Scope<'a>, outermost: bool) -> Seen<'a> {
    let mut found = None;
    let mut at = scope.as_ref();
    while let Some(node) = at {
        match &node.names {
            Names::Inside { object, .. } => found = Some(Value::Object(object.clone())),
            Names::Comprehension(..) => found = Some(Value::of_kinds(Kinds::OBJECT)),
            _ => {}
        }
        if found.is_some() && !outermost {
            break;
        }
        at = node.outer.as_ref();
    }
    Seen::plain(found.unwrap_or(Value::Any))
}

fn number_of(number: &Number<'_>) -> Option<f64> {
    format!("{}e{}", number.digits, number.exp).parse().ok()
}
