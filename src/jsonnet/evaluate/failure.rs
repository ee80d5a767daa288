//! Why a document fails.

use serde::{Deserialize, Serialize};

/// Why a document failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// One sentence, without a full stop.
    pub message: String,
    /// First byte and the byte after the last one, in the text of the document, if a place is known.
    pub span: Option<(usize, usize)>,
}

/// What kind of failure it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FailureKind {
    /// It is not Jsonnet.
    Syntax,
    /// Nothing defines this variable.
    NoName(String),
    /// A variable, parameter or field is defined twice.
    Names,
    /// Two fields of an object get one name when they are computed.
    Repeated,
    /// `self`, `super` or `$` outside of an object.
    Outside,
    /// A positional argument after a named one.
    Order,
    /// An object has no such field.
    NoField(String),
    /// A list is shorter than the index.
    OutOfRange,
    /// Something was read from null.
    FromNull,
    /// Something was read from a value that has no fields or items.
    FromOther,
    /// Operands or arguments of the wrong type.
    WrongType,
    /// The same, and one of them is null.
    OfNull,
    /// The external variable is not given.
    NoVariable(String),
    /// The function lacks a parameter, or has one that nothing is given for.
    Call,
    /// `import`, `importstr` or `importbin`.
    Import,
    /// `error` or a failed `assert`, with its text.
    Raised(String),
    /// The result holds a function.
    HoldsFunction,
    /// More than 500 frames.
    Depth,
    /// Values nested deeper than this evaluation goes: go-jsonnet knows no such limit, but without end it breaks.
    Deep,
    /// Longer than a second.
    Time,
    /// More memory than allowed.
    Memory,
    /// Anything else.
    Other,
}

impl FailureKind {
    /// What to do about a value that is not of a kind that is wanted there; none where that is for others to say.
    #[must_use]
    pub(crate) fn advice(&self) -> Option<&'static str> {
        match self {
            FailureKind::Raised(_) => Some("let it depend on the input, or remove it"),
            FailureKind::OutOfRange => Some("test the length first, or read another item"),
            FailureKind::HoldsFunction => Some("call the function, or remove it from the result"),
            FailureKind::FromOther => Some("correct what is read, or test its type first"),
            FailureKind::Repeated => Some("use a name that no two items share, or make a list"),
            FailureKind::Other => Some("test the value first, or use another one"),
            _ => None,
        }
    }
}

impl Failure {
    /// A failure at no known place yet.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
        Failure { kind, message: message.into(), span: None }
    }

    /// Whether the document raises it, and not to end the hook without a request: `error 'cancel'` is a way to do so.
    #[must_use]
    pub(crate) fn is_fault(&self) -> bool {
        matches!(&self.kind, FailureKind::Raised(text) if !text.starts_with("cancel"))
    }
}

/// A value of the wrong type.
pub(super) fn wrong(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::WrongType, message)
}

/// A value of this kind, which is the wrong one.
pub(super) fn wrong_kind(kind: &str, message: impl FnOnce(&str) -> String) -> Failure {
    let null = kind == "null";
    Failure::new(if null { FailureKind::OfNull } else { FailureKind::WrongType }, message(named(kind)))
}

/// A value that is not one of those that work, of the right type.
pub(super) fn other(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Other, message)
}

/// An evaluation that takes longer than it may.
pub(super) fn too_long() -> Failure {
    Failure::new(FailureKind::Time, "it runs longer than the second that Kratos allows")
}

/// A type in a sentence.
pub(super) fn named(kind: &str) -> &'static str {
    match kind {
        "null" => "null",
        "boolean" => "a boolean",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "an object",
        _ => "a function",
    }
}
