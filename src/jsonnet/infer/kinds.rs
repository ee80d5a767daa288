//! The types that a value can have, and values that are known.

use std::rc::Rc;

/// The types that a value can have, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kinds(pub u8);

impl Kinds {
    pub(super) const NULL: Kinds = Kinds(1);
    pub(super) const BOOL: Kinds = Kinds(2);
    pub(super) const NUMBER: Kinds = Kinds(4);
    pub(super) const TEXT: Kinds = Kinds(8);
    pub(super) const LIST: Kinds = Kinds(16);
    pub(super) const OBJECT: Kinds = Kinds(32);
    pub(super) const FUNCTION: Kinds = Kinds(64);
    pub(super) const ALL: Kinds = Kinds(127);
    pub(super) const NONE: Kinds = Kinds(0);

    pub(super) fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    pub(super) fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub(super) fn not(self) -> Kinds {
        Kinds(!self.0 & Kinds::ALL.0)
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether all of these are among `other`.
    pub(super) fn within(self, other: Kinds) -> bool {
        self.and(other) == self
    }

    /// The kind that `std.type` calls so.
    pub(super) fn named(name: &str) -> Kinds {
        NAMES.iter().find(|(_, known)| *known == name).map_or(Kinds::NONE, |(kind, _)| *kind)
    }

    /// The names of `std.type`, joined by "or".
    pub(super) fn shown(self) -> String {
        let names: Vec<&str> = NAMES.iter().filter(|(kind, _)| kind.within(self)).map(|(_, name)| *name).collect();
        names.join(" or ")
    }
}

/// The kinds by the names of `std.type`.
pub(super) const NAMES: &[(Kinds, &str)] = &[
    (Kinds::NULL, "null"),
    (Kinds::BOOL, "boolean"),
    (Kinds::NUMBER, "number"),
    (Kinds::TEXT, "string"),
    (Kinds::LIST, "array"),
    (Kinds::OBJECT, "object"),
    (Kinds::FUNCTION, "function"),
];

/// A value that is known.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
}

impl Constant {
    pub(super) fn kind(&self) -> Kinds {
        match self {
            Constant::Null => Kinds::NULL,
            Constant::Bool(_) => Kinds::BOOL,
            Constant::Number(_) => Kinds::NUMBER,
            Constant::Text(_) => Kinds::TEXT,
        }
    }
}
