//! The members of objects as they are written.

use std::rc::Rc;

use rsjsonnet_lang::ast::{Expr, ExprKind, Field, FieldName, Member, Visibility};

use super::scope::extend;
use super::value::{Layer, Literal, Names, Object, Scope, Written};

/// Most members that are looked through one by one.
const FEW: usize = 8;

/// Whether an object has a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Presence {
    Yes,
    Maybe,
    No,
}

impl<'a> Written<'a> {
    pub(super) fn of(members: &'a [Member<'a, 'a>]) -> Written<'a> {
        // A few are as fast to look through.
        let is_long = members.len() > FEW;
        Written {
            names: fields(members).filter(|_| is_long).filter_map(|field| Some((static_name(field)?, field))).collect(),
            computed: fields(members).filter(|field| matches!(field.name(), FieldName::Expr(..))).collect(),
            may_be_followed: may_be_followed(members),
        }
    }
}

impl<'a> Literal<'a> {
    /// The field with this plain name.
    pub(super) fn named(&self, key: &str) -> Option<&'a Field<'a, 'a>> {
        if self.members.len() > FEW {
            return self.written.names.get(key).copied();
        }
        fields(self.members).find(|field| static_name(field) == Some(key))
    }
}

/// The scope inside a layer.
pub(super) fn inside<'a>(object: &Rc<Object<'a>>, below: usize, literal: &Literal<'a>) -> Scope<'a> {
    let names = Names::Inside { object: object.clone(), below, members: literal.members };
    extend(&literal.scope, names, &literal.facts)
}

fn fields<'a>(members: &'a [Member<'a, 'a>]) -> impl Iterator<Item = &'a Field<'a, 'a>> + Clone + use<'a> {
    members.iter().filter_map(|member| match member {
        Member::Field(field) => Some(field),
        _ => None,
    })
}

/// The plain names of an object as it is written.
pub(super) fn static_fields<'a>(literal: &Literal<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    fields(literal.members).filter_map(static_name)
}

/// Whether an object has no assertions, which each read evaluates, and no two fields that could get one name.
fn may_be_followed<'a>(members: &[Member<'a, 'a>]) -> bool {
    let mut names: Vec<&str> = Vec::new();
    let mut computed = false;
    for member in members {
        match member {
            Member::Assert(_) => return false,
            Member::Local(_) => {}
            Member::Field(field) => {
                let name = match field.name() {
                    FieldName::Expr(name, _) => {
                        computed = true;
                        possible_name(name)
                    }
                    _ => static_name(field),
                };
                let Some(name) = name else { return false };
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    !computed || names.windows(2).all(|pair| pair.first() != pair.last())
}

/// The one name that a computed name can be.
fn possible_name<'a>(name: &Expr<'a, 'a>) -> Option<&'a str> {
    match &name.kind {
        ExprKind::String(text) => Some(text),
        ExprKind::Paren(inner) | ExprKind::If(_, inner, None) => possible_name(inner),
        ExprKind::If(_, inner, Some(other)) if matches!(other.kind, ExprKind::Null) => possible_name(inner),
        ExprKind::If(_, other, Some(inner)) if matches!(other.kind, ExprKind::Null) => possible_name(inner),
        _ => None,
    }
}

/// Whether the field of this name, if there is one, is surely hidden: by the last layer that says anything about it.
pub(super) fn is_hidden(object: &Object<'_>, key: &str) -> bool {
    let mut hidden = false;
    for layer in &object.layers {
        let Layer::Literal(literal) = layer else { continue };
        if let Some(field) = literal.named(key) {
            let (Field::Value(_, _, visibility, _) | Field::Func(_, _, _, visibility, _)) = field;
            hidden = match visibility {
                Visibility::Default => hidden,
                Visibility::Hidden => true,
                Visibility::ForceVisible => false,
            };
        }
    }
    hidden
}

pub(super) fn static_name<'a>(field: &Field<'a, 'a>) -> Option<&'a str> {
    match field.name() {
        FieldName::Ident(name) => Some(name.value.value()),
        FieldName::String(name, _) => Some(name.value()),
        FieldName::Expr(name, _) => match &name.kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        },
    }
}
