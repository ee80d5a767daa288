//! What the inference says, for others to put into words.

use crate::text::Span;

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Bytes of the document.
    pub span: Span,
    /// What is wrong.
    pub kind: FindingKind,
    /// How surely the evaluation comes there.
    pub reach: Reach,
    /// What must hold of the input so that it comes there, the outermost condition first.
    pub assumes: Vec<Assumption>,
}

/// How surely the evaluation comes to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// On each input.
    Always,
    /// Under tests for keys and types.
    Guarded,
    /// Under conditions that may have to do with what is wrong.
    Unclear,
}

/// What a condition says of the input. Paths begin with the name of the argument or variable; `[]` is an item of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Assumption {
    /// The key is there.
    Present(Vec<String>),
    /// The key is missing.
    Missing(Vec<String>),
    /// The type is one of these, in the words of `std.type`.
    Is(Vec<String>, String),
    /// It is this.
    Equals(Vec<String>, serde_json::Value),
    /// It is not this.
    Differs(Vec<String>, serde_json::Value),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FindingKind {
    /// A field is read that is never there.
    NeverThere {
        /// The object, if it is in the input.
        object: Option<Vec<String>>,
        /// The field.
        key: String,
        /// Why it is never there.
        reason: Option<String>,
    },
    /// A field is read that may be missing.
    MaybeMissing {
        /// The field.
        path: Vec<String>,
        /// When it is missing.
        reason: String,
    },
    /// Something is read from null.
    FromNull {
        /// What is null, if it is in the input.
        path: Option<Vec<String>>,
        /// Whether it is null on each input.
        always: bool,
    },
    /// Something is read from a value that has no fields or items.
    FromOther {
        /// Its types, in the words of `std.type`.
        kinds: String,
    },
    /// An index that this value does not have.
    WrongIndex {
        /// Types of the value.
        of: String,
        /// Types of the index.
        index: String,
    },
    /// An item is read after the end of a list.
    OutOfRange {
        /// Number of items.
        length: usize,
    },
    /// Operands of a wrong type.
    WrongOperand {
        /// The operator, or the keyword that demands the type.
        operator: &'static str,
        /// Types of the operands.
        operands: Vec<String>,
    },
    /// An argument of a wrong type.
    WrongArgument {
        /// The function of `std`.
        function: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The types that it takes.
        wanted: String,
        /// The types that it gets.
        given: String,
        /// Whether an empty value passes.
        empty_passes: bool,
    },
    /// `std` has no such field.
    UnknownStandard {
        /// Its name.
        name: String,
    },
    /// The `std` of this go-jsonnet does not have the field yet.
    TooNewStandard {
        /// Its name.
        name: String,
    },
    /// There is no external variable of this name.
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// An import is evaluated.
    Import,
    /// Something is called that is no function.
    NotFunction {
        /// Its types.
        kinds: String,
    },
    /// A call gives nothing for a parameter without default.
    MissingArgument {
        /// The parameter.
        name: String,
    },
    /// A call gives more than there are parameters, or names one that is not there.
    ExtraArgument {
        /// The name, if it has one.
        name: Option<String>,
    },
    /// The document is a function without a parameter for this top-level argument.
    LacksParameter {
        /// The argument.
        name: String,
    },
    /// The document is a function with a parameter that nothing is given for.
    UnboundParameter {
        /// The parameter.
        name: String,
    },
    /// `error` is evaluated.
    Raised {
        /// Its text, if it is constant.
        text: Option<String>,
    },
    /// An assertion never holds.
    AssertFails,
    /// The result holds a function.
    HoldsFunction,
    /// No variable of this name is in scope.
    UnknownName {
        /// The name.
        name: String,
    },
    /// A local or field of this name is there already.
    RepeatedName {
        /// The name.
        name: String,
    },
    /// `self`, `super` or `$` outside of an object.
    OutsideObject,
}

impl FindingKind {
    /// Kinds that are told apart at one place.
    pub(super) fn order(&self) -> u8 {
        match self {
            FindingKind::NeverThere { .. } => 0,
            FindingKind::MaybeMissing { .. } => 1,
            FindingKind::FromNull { .. } => 2,
            FindingKind::FromOther { .. } | FindingKind::WrongIndex { .. } | FindingKind::OutOfRange { .. } => 3,
            FindingKind::WrongOperand { .. } | FindingKind::WrongArgument { .. } => 4,
            FindingKind::UnknownStandard { .. } | FindingKind::TooNewStandard { .. } => 5,
            FindingKind::UnknownVariable { .. } | FindingKind::Import => 6,
            FindingKind::NotFunction { .. }
            | FindingKind::MissingArgument { .. }
            | FindingKind::ExtraArgument { .. } => 7,
            FindingKind::LacksParameter { .. } | FindingKind::UnboundParameter { .. } => 8,
            FindingKind::Raised { .. } | FindingKind::AssertFails => 9,
            FindingKind::HoldsFunction => 10,
            FindingKind::UnknownName { .. } | FindingKind::RepeatedName { .. } | FindingKind::OutsideObject => 11,
        }
    }
}
