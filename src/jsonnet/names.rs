//! Names in a document: what go-jsonnet refuses before it evaluates anything, and locals that nothing uses.

use std::collections::HashSet;

use rsjsonnet_lang::ast::{
    Arg, Assert, Bind, CompSpecPart, Expr, ExprKind, Field, FieldName, Member, ObjInside, ObjLocal, Param,
};
use rsjsonnet_lang::span::SpanId;

use super::syntax::{self, Spans, Storage};
use crate::text::Span;

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// No variable of this name is in scope.
    Unknown(String),
    /// A local or field of this name is there already.
    Repeated(String),
    /// `self`, `super` or `$` outside of an object.
    OutsideObject,
    /// A local that nothing uses; harmless.
    Unused(String),
}

/// Everything about names, by place.
#[must_use]
pub(crate) fn problems<'n>(root: &Expr<'n, 'n>, spans: Spans<'_>) -> Vec<(Span, Problem)> {
    let mut walk = Walk::new(spans, None);
    walk.expr(root);
    walk.found.sort_by_key(|(span, _)| (span.start, span.end));
    walk.found
}

/// The local variables and parameters that may be read where a name is that nothing declares, the innermost first; none when the
/// text is not Jsonnet.
#[must_use]
pub(crate) fn in_scope(text: &str, name: &str) -> Vec<String> {
    let storage = Storage::default();
    let Ok(tree) = syntax::parse(text, &storage) else { return Vec::new() };
    let mut walk = Walk::new(tree.spans(), Some(name));
    walk.expr(&tree.root);
    walk.there
}

struct Name<'n> {
    text: &'n str,
    local: Option<SpanId>,
    used: bool,
}

struct Walk<'n, 's> {
    spans: Spans<'s>,
    scope: Vec<Name<'n>>,
    objects: usize,
    found: Vec<(Span, Problem)>,
    /// The name whose scope is asked for.
    asked: Option<&'s str>,
    /// What is in scope there.
    there: Vec<String>,
    /// The locals whose values are being gone through: they do not exist yet.
    begun: Vec<&'n str>,
}

impl<'n, 's> Walk<'n, 's> {
    fn new(spans: Spans<'s>, asked: Option<&'s str>) -> Self {
        let (scope, found, there, begun) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Walk { spans, scope, objects: 0, found, asked, there, begun }
    }

    fn say(&mut self, span: SpanId, problem: Problem) {
        self.found.push((self.spans.of(span), problem));
    }

    fn push(&mut self, text: &'n str, local: Option<SpanId>) {
        self.scope.push(Name { text, local, used: false });
    }

    fn leave(&mut self, mark: usize) {
        for name in self.scope.split_off(mark) {
            if let Some(span) = name.local.filter(|_| !name.used && !name.text.starts_with('_')) {
                self.say(span, Problem::Unused(name.text.to_owned()));
            }
        }
    }

    fn expr(&mut self, expr: &Expr<'n, 'n>) {
        match &expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::String(_)
            | ExprKind::TextBlock(_)
            | ExprKind::Number(_)
            | ExprKind::Import(_)
            | ExprKind::ImportStr(_)
            | ExprKind::ImportBin(_) => {}
            ExprKind::SelfObj | ExprKind::Dollar | ExprKind::SuperField(..) => self.inside(expr.span),
            ExprKind::SuperIndex(_, inner) | ExprKind::InSuper(inner, _) => {
                self.inside(expr.span);
                self.expr(inner);
            }
            ExprKind::Paren(inner) | ExprKind::Field(inner, _) | ExprKind::Unary(_, inner) | ExprKind::Error(inner) => {
                self.expr(inner);
            }
            ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
                self.expr(one);
                self.expr(other);
            }
            ExprKind::Ident(name) => self.name(name.value.value(), name.span),
            ExprKind::Array(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(inside) => self.object(inside),
            ExprKind::ObjExt(base, inside, _) => {
                self.expr(base);
                self.object(inside);
            }
            _ => self.longer(expr),
        }
    }

    fn longer(&mut self, expr: &Expr<'n, 'n>) {
        match &expr.kind {
            ExprKind::ArrayComp(body, parts) => {
                let mark = self.comprehension(parts);
                self.expr(body);
                self.leave(mark);
            }
            ExprKind::Slice(base, from, to, step) => {
                self.expr(base);
                [from, to, step].into_iter().flatten().for_each(|part| self.expr(part));
            }
            ExprKind::Call(callee, args, _) => {
                self.expr(callee);
                args.iter().for_each(|(Arg::Positional(value) | Arg::Named(_, value))| self.expr(value));
            }
            ExprKind::Local(binds, body) => {
                let mark = self.scope.len();
                binds.iter().for_each(|bind| self.bind_name(bind, mark));
                binds.iter().for_each(|bind| self.bind_value(bind));
                self.expr(body);
                self.leave(mark);
            }
            ExprKind::If(condition, then, otherwise) => {
                self.expr(condition);
                self.expr(then);
                if let Some(inner) = otherwise {
                    self.expr(inner);
                }
            }
            ExprKind::Func(params, body) => self.function(params, body),
            ExprKind::Assert(assert, body) => {
                self.assert(assert);
                self.expr(body);
            }
            _ => {}
        }
    }

    fn assert(&mut self, assert: &Assert<'n, 'n>) {
        self.expr(&assert.cond);
        assert.msg.iter().for_each(|message| self.expr(message));
    }

    fn inside(&mut self, span: SpanId) {
        if self.objects == 0 {
            self.say(span, Problem::OutsideObject);
        }
    }

    fn name(&mut self, text: &'n str, span: SpanId) {
        match self.scope.iter_mut().rev().find(|name| name.text == text) {
            Some(name) => name.used = true,
            None if text == "std" => {}
            None if self.asked == Some(text) => self.note(),
            None => self.say(span, Problem::Unknown(text.to_owned())),
        }
    }

    /// Notes what is in scope.
    fn note(&mut self) {
        for name in self.scope.iter().rev().filter(|name| !self.begun.contains(&name.text)) {
            if !self.there.iter().any(|there| there == name.text) {
                self.there.push(name.text.to_owned());
            }
        }
    }

    fn bind_name(&mut self, bind: &Bind<'n, 'n>, mark: usize) {
        let (text, span) = (bind.name.value.value(), bind.name.span);
        if self.scope.iter().skip(mark).any(|name| name.text == text) {
            self.say(span, Problem::Repeated(text.to_owned()));
        }
        self.push(text, Some(span));
    }

    fn bind_value(&mut self, bind: &Bind<'n, 'n>) {
        match bind.params {
            Some((params, _)) => self.function(params, &bind.value),
            None => {
                self.begun.push(bind.name.value.value());
                self.expr(&bind.value);
                _ = self.begun.pop();
            }
        }
    }

    fn function(&mut self, params: &[Param<'n, 'n>], body: &Expr<'n, 'n>) {
        let mark = self.scope.len();
        for param in params {
            self.push(param.name.value.value(), None);
        }
        params.iter().filter_map(|param| param.default_value.as_ref()).for_each(|value| self.expr(value));
        self.expr(body);
        self.leave(mark);
    }

    fn comprehension(&mut self, parts: &[CompSpecPart<'n, 'n>]) -> usize {
        let mark = self.scope.len();
        for part in parts {
            match part {
                CompSpecPart::For(spec) => {
                    self.expr(&spec.inner);
                    self.push(spec.var.value.value(), None);
                }
                CompSpecPart::If(spec) => self.expr(&spec.cond),
            }
        }
        mark
    }

    fn object(&mut self, inside: &ObjInside<'n, 'n>) {
        match inside {
            ObjInside::Members(members) => self.members(members),
            ObjInside::Comp { locals1, name, body, locals2, comp_spec, .. } => {
                let mark = self.comprehension(comp_spec);
                self.expr(name);
                self.objects += 1;
                let locals = || locals1.iter().chain(locals2.iter());
                let inner = self.scope.len();
                locals().for_each(|ObjLocal { bind }| self.bind_name(bind, inner));
                locals().for_each(|ObjLocal { bind }| self.bind_value(bind));
                self.expr(body);
                self.objects -= 1;
                self.leave(mark);
            }
        }
    }

    fn members(&mut self, members: &[Member<'n, 'n>]) {
        let mut names: Vec<(&str, SpanId)> = Vec::new();
        // Computed names are evaluated outside of the object.
        for member in members {
            let Member::Field(field) = member else { continue };
            match field.name() {
                FieldName::Ident(name) => names.push((name.value.value(), name.span)),
                FieldName::String(name, span) => names.push((name.value(), *span)),
                FieldName::Expr(name, _) => self.expr(name),
            }
        }
        let mut known = HashSet::new();
        for (name, span) in &names {
            if !known.insert(*name) {
                self.say(*span, Problem::Repeated((*name).to_owned()));
            }
        }
        self.objects += 1;
        let mark = self.scope.len();
        for member in members {
            if let Member::Local(local) = member {
                self.bind_name(&local.bind, mark);
            }
        }
        for member in members {
            match member {
                Member::Local(local) => self.bind_value(&local.bind),
                Member::Assert(assert) => self.assert(assert),
                Member::Field(Field::Value(_, _, _, value)) => self.expr(value),
                Member::Field(Field::Func(_, params, _, _, body)) => self.function(params, body),
            }
        }
        self.leave(mark);
        self.objects -= 1;
    }
}
