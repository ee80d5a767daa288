//! What is plain to see of a single expression.

use std::collections::HashSet;

use rsjsonnet_lang::ast::{BinaryOp, Expr, ExprKind, FieldName, Member};
use serde_json::Value;

/// The keys that an object surely has.
pub(super) fn keys(members: &[Member<'_, '_>]) -> HashSet<String> {
    members
        .iter()
        .filter_map(|member| match member {
            Member::Field(field) => match field.name() {
                FieldName::Ident(ident) => Some(ident.value.value().to_owned()),
                FieldName::String(text, _) => Some(text.value().to_owned()),
                FieldName::Expr(..) => None,
            },
            _ => None,
        })
        .collect()
}

/// The text that an expression always is; that of an optional name for `if … then '…'`.
pub(super) fn constant(expr: &Expr<'_, '_>) -> Option<String> {
    match &expr.kind {
        ExprKind::String(text) | ExprKind::TextBlock(text) => Some((*text).to_owned()),
        ExprKind::Paren(inner) => constant(inner),
        ExprKind::If(_, then, None) => constant(then),
        // The name of an optional field: `[if … then 'key' else null]`.
        ExprKind::If(_, then, Some(otherwise)) if matches!(otherwise.kind, ExprKind::Null) => constant(then),
        _ => None,
    }
}

/// The value of a text, boolean or number that is written there; a number stands for all numbers.
pub(super) fn literal(expr: &Expr<'_, '_>) -> Option<Value> {
    match &expr.kind {
        ExprKind::String(text) | ExprKind::TextBlock(text) => Some(Value::from(*text)),
        ExprKind::Bool(value) => Some(Value::from(*value)),
        ExprKind::Number(_) => Some(Value::from(0)),
        ExprKind::Paren(inner) => literal(inner),
        _ => None,
    }
}

/// Whether an expression is surely a text.
pub(super) fn is_text(expr: &Expr<'_, '_>) -> bool {
    match &expr.kind {
        ExprKind::String(_) | ExprKind::TextBlock(_) => true,
        ExprKind::Paren(inner) => is_text(inner),
        ExprKind::Binary(left, BinaryOp::Add, right) => is_text(left) || is_text(right),
        _ => false,
    }
}

/// Whether an object is written there.
pub(super) fn is_object(expr: &Expr<'_, '_>) -> bool {
    matches!(&expr.kind, ExprKind::Object(_))
}
