//! The vocabulary of the tables of shapes: one [`Row`] per key of an object.

use crate::kratos::version::{Version, Versions};

/// What a value is. Everything here is JSON as Kratos encodes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueKind {
    /// Nothing is known.
    Unknown,
    /// A boolean.
    Bool,
    /// The boolean true: Kratos drops the key when it is false.
    True,
    /// A whole number.
    Integer,
    /// Any text.
    Text,
    /// A phone number.
    Phone,
    /// A UUID as text.
    Uuid,
    /// A time of RFC 3339.
    Time,
    /// An absolute URL, or the empty text.
    Url,
    /// One of some words.
    Words(&'static [Word]),
    /// A list of values of one kind.
    List(&'static ValueKind),
    /// An object of known keys.
    Object(&'static Shape),
    /// Any key, values of one kind.
    Map(&'static ValueKind),
    /// Any object.
    Free,
    /// The traits of the identity schema.
    Traits,
    /// Request headers that pass the allow-list of the version and the configuration.
    Headers,
    /// One of several shapes.
    OneOf(&'static [(&'static Shape, Versions)]),
}

/// A word of an enumeration and where it exists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) text: &'static str,
    pub(super) versions: Versions,
}

impl Word {
    /// The same up to and with `last`.
    pub(super) const fn until(self, last: Version) -> Word {
        Word { text: self.text, versions: Versions::between(self.versions.from, last) }
    }
}

/// An object of known keys.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) rows: &'static [Row],
    /// Keys that users expect, and why they are never there.
    pub(super) never: &'static [(&'static str, &'static str)],
    /// Whether further keys are possible.
    pub(super) open: bool,
}

/// An object that has these keys and no others.
pub(super) const fn closed(rows: &'static [Row]) -> Shape {
    Shape { rows, never: &[], open: false }
}

impl Shape {
    /// The same with the keys that users expect in vain, and why.
    pub(super) const fn never(self, never: &'static [(&'static str, &'static str)]) -> Shape {
        Shape { never, ..self }
    }

    /// The same with further, unknown keys.
    pub(super) const fn open(self) -> Shape {
        Shape { open: true, ..self }
    }
}

/// A key of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) kind: ValueKind,
    /// Why the key may be missing; `None` when it is always there.
    pub(super) missing_when: Option<&'static str>,
    /// Whether JSON null may stand there.
    pub(super) nullable: bool,
    /// Outside of these the key never occurs.
    pub(super) versions: Versions,
}

/// From `version` on.
pub(super) const fn since(version: Version) -> Versions {
    Versions::since(version)
}

/// A key that is always there.
pub(super) const fn always(key: &'static str, kind: ValueKind) -> Row {
    Row { key, kind, missing_when: None, nullable: false, versions: since(Version::V0_11_0) }
}

/// A key that is missing `when` …
pub(super) const fn maybe(key: &'static str, kind: ValueKind, when: &'static str) -> Row {
    Row { key, kind, missing_when: Some(when), nullable: false, versions: since(Version::V0_11_0) }
}

impl Row {
    /// JSON null is possible.
    pub(super) const fn or_null(self) -> Row {
        Row { nullable: true, ..self }
    }

    /// The key exists from `version` on.
    pub(super) const fn from(self, version: Version) -> Row {
        Row { versions: since(version), ..self }
    }
}
