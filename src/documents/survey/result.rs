//! What a document yields: its parameters, the fields of its result and the values that go into it as they are.

use rsjsonnet_lang::ast::{BinaryOp, Expr, ExprKind, Field, FieldName, Member, ObjInside, Param};

use super::expression::{constant, is_object};
use super::{Known, MAX_PATH, Read, Walk, join};
use crate::text::Span;

impl Walk<'_> {
    /// Finds the function that the document is.
    pub(super) fn head(&mut self, expr: &Expr<'_, '_>) {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Local(_, inner) | ExprKind::Assert(_, inner) => self.head(inner),
            ExprKind::Func(params, body) => {
                self.out.head = Span::new(self.span(expr.span).start, self.span(body.span).start);
                let named =
                    |param: &Param<'_, '_>| (param.name.value.value().to_owned(), param.default_value.is_some());
                self.out.parameters = Some(params.iter().map(named).collect());
            }
            _ => {
                let span = self.span(expr.span);
                self.out.head = Span::new(span.start, span.end.min(span.start + 1));
            }
        }
    }

    /// The outermost expression: what it yields is the result.
    pub(super) fn root(&mut self, expr: &Expr<'_, '_>) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.root(inner),
            ExprKind::Local(binds, body) => {
                let mark = self.binds(binds);
                self.root(body);
                self.leave(mark);
            }
            ExprKind::Func(params, body) => {
                let mark = self.scope.len();
                for param in *params {
                    let name = param.name.value.value();
                    let known = if name == "ctx" { Known::Path(String::new()) } else { Known::Unknown };
                    self.push(name, known, None);
                    if let Some(value) = &param.default_value {
                        self.out.plain = false;
                        self.value(value);
                    }
                }
                self.result(body, "");
                self.leave(mark);
            }
            _ => self.result(expr, ""),
        }
    }

    /// An expression whose value is, at `path`, part of the result.
    fn result(&mut self, expr: &Expr<'_, '_>, path: &str) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.result(inner, path),
            ExprKind::Local(binds, body) => {
                let mark = self.binds(binds);
                self.result(body, path);
                self.leave(mark);
            }
            ExprKind::If(condition, then, otherwise) => {
                self.out.plain = false;
                self.needs(condition, "false");
                self.value(condition);
                self.result(then, path);
                if let Some(otherwise) = otherwise {
                    self.result(otherwise, path);
                }
            }
            ExprKind::Assert(assertion, body) => {
                self.out.plain = false;
                self.value(&assertion.cond);
                if let Some(message) = &assertion.msg {
                    self.value(message);
                }
                self.result(body, path);
            }
            ExprKind::Array(items) => items.iter().for_each(|item| self.result(item, &format!("{path}[]"))),
            ExprKind::Object(ObjInside::Members(members)) => self.members(members, Some(path)),
            ExprKind::Binary(left, BinaryOp::Add, right) if is_object(left) || is_object(right) => {
                self.out.plain = false;
                self.result(left, path);
                self.result(right, path);
            }
            _ => {
                let span = self.span(expr.span);
                if let Known::Path(read) | Known::Merged(read, _) = self.value(expr) {
                    self.out.sent.push(Read { path: read, span, compared: false });
                }
            }
        }
    }

    pub(super) fn members(&mut self, members: &[Member<'_, '_>], result: Option<&str>) {
        let mark = self.scope.len();
        for member in members {
            if let Member::Local(local) = member {
                self.bind_name(&local.bind);
            }
        }
        for member in members {
            match member {
                Member::Local(local) => {
                    self.out.plain = false;
                    self.bind_value(&local.bind);
                }
                Member::Assert(assertion) => {
                    self.out.plain = false;
                    self.value(&assertion.cond);
                    assertion.msg.iter().for_each(|message| _ = self.value(message));
                }
                Member::Field(field) => self.field(field, result),
            }
        }
        self.leave(mark);
    }

    fn field(&mut self, field: &Field<'_, '_>, result: Option<&str>) {
        let name = match field.name() {
            FieldName::Ident(ident) => Some((ident.value.value().to_owned(), self.span(ident.span))),
            FieldName::String(text, span) => Some((text.value().to_owned(), self.span(*span))),
            FieldName::Expr(name, span) => {
                self.out.plain = false;
                self.value(name);
                constant(name).map(|text| (text, self.span(*span)))
            }
        };
        let path =
            name.as_ref().zip(result).map(|((name, _), path)| join(path, name)).filter(|path| path.len() <= MAX_PATH);
        if let (Some(path), Some((_, span))) = (&path, &name) {
            self.out.results.push((path.clone(), *span));
        }
        match field {
            Field::Value(_, plus, _, value) => {
                self.out.plain &= !plus;
                match (path, result) {
                    (Some(path), _) => self.result(value, &path),
                    (None, Some(_)) => self.result(value, "*"),
                    (None, None) => _ = self.value(value),
                }
            }
            Field::Func(_, params, _, _, body) => self.function(params, body),
        }
    }
}
