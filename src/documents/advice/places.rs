//! What the expressions of a document are used for, and the fields that they are the values of.

use rsjsonnet_lang::ast::{
    Arg, BinaryOp, CompSpecPart, Expr, ExprKind, Field, FieldName, Member, ObjInside, UnaryOp, Visibility,
};

use crate::jsonnet::syntax::{Spans, with_tree};
use crate::jsonnet::walk;
use crate::text::Span;

/// The fields and uses of a document.
#[derive(Default)]
pub(super) struct Places {
    /// Fields with a name of their own, the outer ones first.
    pub fields: Vec<Named>,
    /// What expressions are used for, the outer ones first.
    pub uses: Vec<Use>,
    /// Bodies of functions and items of lists, the outer ones first: a condition can be put before them.
    pub bodies: Vec<Span>,
}

/// A field `name: value`.
#[derive(Clone)]
pub(super) struct Named {
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub key: Span,
    /// The bytes of the value.
    pub value: Span,
}

/// What an expression is used for.
pub(super) struct Use {
    /// The bytes at which a failure shows.
    pub span: Span,
    /// The role.
    pub role: Role,
}

/// The role of an expression, with the bytes of its parts.
#[derive(Clone)]
pub(super) enum Role {
    /// It must be true or false.
    Condition,
    /// `!x`
    Not(Span),
    /// `x || y`
    Or(Span, Span),
    /// `x in y`
    In(Span, Span),
    /// `<`, `<=`, `>` and `>=`
    Compared(Span, Span),
    /// `+`
    Added(Span, Span),
    /// `'…' % x`, with the bytes of what comes after the operator
    Formatted(Span),
    /// Other operators of numbers.
    Calculated,
    /// `[… for x in y]`
    Items(Span),
    /// `[name]: …`
    Name(Span),
    /// `std.f(…)`
    Standard(String, Vec<Span>),
    /// `x.f(…)`, with the bytes of the call and of the arguments
    Method(Span, String, Span, Vec<Span>),
    /// `x.f`
    Read(Span, String),
    /// `x[y]`, where the key is computed
    Indexed(Span, Span),
}

impl Places {
    pub(super) fn of(text: &str) -> Places {
        let collect = |root: &Expr<'_, '_>, spans: Spans<'_>| {
            let mut places = Places::default();
            walk::expressions(root, &mut |expr| places.expression(expr, spans));
            places
        };
        with_tree(text, collect).unwrap_or_default()
    }

    fn add(&mut self, span: Span, role: Role) {
        self.uses.push(Use { span, role });
    }

    fn expression(&mut self, expr: &Expr<'_, '_>, spans: Spans<'_>) {
        let span = spans.of(expr.span);
        let of = |expr: &Expr<'_, '_>| spans.of(expr.span);
        match &expr.kind {
            ExprKind::Object(inside) | ExprKind::ObjExt(_, inside, _) => self.object(inside, spans),
            ExprKind::If(condition, ..) => self.add(of(condition), Role::Condition),
            ExprKind::Assert(assertion, _) => self.add(of(&assertion.cond), Role::Condition),
            ExprKind::Unary(UnaryOp::LogicNot, inner) => {
                self.add(span, Role::Not(of(inner)));
                self.add(of(inner), Role::Not(of(inner)));
            }
            ExprKind::Binary(left, BinaryOp::Rem, right)
                if matches!(left.kind, ExprKind::String(_) | ExprKind::TextBlock(_)) =>
            {
                self.add(span, Role::Formatted(of(right)));
            }
            ExprKind::Binary(left, operator, right) => self.binary(span, (of(left), of(right)), *operator),
            ExprKind::Func(_, body) => self.bodies.push(of(body)),
            ExprKind::Local(binds, _) => {
                let functions = binds.iter().filter(|local| local.params.is_some());
                self.bodies.extend(functions.map(|local| of(&local.value)));
            }
            ExprKind::Unary(..) => self.add(span, Role::Calculated),
            ExprKind::ArrayComp(body, parts) => {
                self.bodies.push(of(body));
                for part in *parts {
                    match part {
                        CompSpecPart::For(part) => self.add(of(&part.inner), Role::Items(of(&part.inner))),
                        CompSpecPart::If(part) => self.add(of(&part.cond), Role::Condition),
                    }
                }
            }
            ExprKind::Call(callee, args, _) => {
                let args = args.iter().map(|(Arg::Positional(value) | Arg::Named(_, value))| of(value)).collect();
                if let ExprKind::Field(base, key) = &callee.kind {
                    let name = key.value.value().to_owned();
                    let is_standard = matches!(&base.kind, ExprKind::Ident(name) if name.value.value() == "std");
                    let role =
                        if is_standard { Role::Standard(name, args) } else { Role::Method(of(base), name, span, args) };
                    self.add(if is_standard { span } else { of(callee) }, role);
                }
            }
            ExprKind::Field(base, key) => self.add(span, Role::Read(of(base), key.value.value().to_owned())),
            ExprKind::Index(base, key) if !matches!(key.kind, ExprKind::String(_) | ExprKind::Number(_)) => {
                self.add(span, Role::Indexed(of(base), of(key)));
            }
            _ => {}
        }
    }

    fn binary(&mut self, span: Span, (left, right): (Span, Span), operator: BinaryOp) {
        match operator {
            BinaryOp::LogicAnd | BinaryOp::LogicOr => {
                if operator == BinaryOp::LogicOr {
                    self.add(left, Role::Or(left, right));
                    self.add(right, Role::Or(left, right));
                }
                self.add(left, Role::Condition);
                self.add(right, Role::Condition);
            }
            BinaryOp::In => self.add(span, Role::In(left, right)),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => self.add(span, Role::Compared(left, right)),
            BinaryOp::Add => self.add(span, Role::Added(left, right)),
            BinaryOp::Eq | BinaryOp::Ne => {}
            _ => self.add(span, Role::Calculated),
        }
    }

    fn object(&mut self, inside: &ObjInside<'_, '_>, spans: Spans<'_>) {
        let ObjInside::Members(members) = inside else { return };
        for member in *members {
            let Member::Field(field) = member else { continue };
            let name = match field.name() {
                FieldName::Ident(name) => (name.value.value(), spans.of(name.span)),
                FieldName::String(name, span) => (name.value(), spans.of(*span)),
                FieldName::Expr(name, _) => {
                    let name = spans.of(name.span);
                    self.add(name, Role::Name(name));
                    continue;
                }
            };
            if let Field::Value(_, false, Visibility::Default, value) = field {
                let (name, key) = (name.0.to_owned(), name.1);
                self.fields.push(Named { name, key, value: spans.of(value.span) });
            }
        }
    }
}
