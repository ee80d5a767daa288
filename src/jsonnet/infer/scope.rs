//! Names in scope, and what they stand for.

use std::rc::Rc;

use rsjsonnet_lang::ast::{Bind, Expr, ExprKind, Member, Param};

use super::facts::Facts;
use super::value::{Closure, Layer, Names, Node, Object, Scope, ScopeNode, Seen, Thunk, Value};

/// Whether the expression is the standard library itself.
pub(super) fn is_standard(expr: &Expr<'_, '_>, scope: &Scope<'_>) -> bool {
    match &expr.kind {
        ExprKind::Ident(name) => name.value.value() == "std" && find("std", scope).is_none(),
        ExprKind::Paren(inner) => is_standard(inner, scope),
        _ => false,
    }
}

/// The scope with more names.
#[allow(clippy::unnecessary_wraps)] // a scope is a list that may be empty
pub(super) fn extend<'a>(scope: &Scope<'a>, names: Names<'a>, facts: &Facts) -> Scope<'a> {
    Some(Rc::new(ScopeNode { names, facts: facts.clone(), outer: scope.clone() }))
}

/// What a name stands for.
pub(super) fn find<'a>(name: &str, scope: &Scope<'a>) -> Option<Thunk<'a>> {
    let mut at = scope;
    while let Some(node) = at {
        if let Some(thunk) = find_in(name, node, at) {
            return Some(thunk);
        }
        at = &node.outer;
    }
    None
}

fn find_in<'a>(name: &str, node: &ScopeNode<'a>, scope: &Scope<'a>) -> Option<Thunk<'a>> {
    let later = |expr: Node<'a>, params: Option<&'a [Param<'a, 'a>]>| match params {
        Some(params) => {
            Thunk::Closure(Rc::new(Closure { params, body: expr, scope: scope.clone(), facts: node.facts.clone() }))
        }
        None => Thunk::Later { expr, scope: scope.clone(), facts: node.facts.clone() },
    };
    let bound = |bind: &'a Bind<'a, 'a>| {
        (bind.name.value.value() == name).then(|| later(&bind.value, bind.params.map(|(params, _)| params)))
    };
    match &node.names {
        Names::One(known, thunk) => (*known == name).then(|| thunk.clone()),
        Names::Defaults(params) => params.iter().find_map(|param| {
            let value = param.default_value.as_ref()?;
            (param.name.value.value() == name).then(|| later(value, None))
        }),
        Names::Binds(binds) => binds.iter().find_map(bound),
        Names::Inside { members, .. } => members.iter().find_map(|member| match member {
            Member::Local(local) => bound(&local.bind),
            _ => None,
        }),
        Names::Comprehension(before, after) => before.iter().chain(after.iter()).find_map(|local| bound(&local.bind)),
    }
}

/// One of several values; its place is only known when there is one.
pub(super) fn together(mut values: Vec<Seen<'_>>) -> Seen<'_> {
    values.retain(|seen| !seen.value.is_never());
    match values.len() {
        0 => Seen::never(),
        1 => values.remove(0),
        _ => {
            let first = values.first().and_then(|seen| seen.path.clone());
            let path = first.filter(|path| values.iter().all(|seen| seen.path.as_ref() == Some(path)));
            Seen { path, value: Value::union(values.into_iter().map(|seen| seen.value).collect()) }
        }
    }
}

/// An object of which only this layer is known.
pub(super) fn one_layer(layer: Layer<'_>) -> Seen<'_> {
    Seen::plain(Value::Object(Rc::new(Object { layers: vec![layer] })))
}
