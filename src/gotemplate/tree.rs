//! What a template consists of, with places.

use crate::text::Span;

/// A template of a name: a file, or what `define` or `block` makes.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name; empty for the text itself.
    pub name: String,
    /// Where the name is written; the beginning of the text for the text itself.
    pub name_span: Span,
    /// What it does.
    pub body: Vec<Node>,
}

/// One step of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text that is written as it is.
    Text(Span),
    /// `{{ pipeline }}`
    Action(Pipeline),
    /// `{{ if }}`
    If(Branch),
    /// `{{ with }}`
    With(Branch),
    /// `{{ range }}`
    Range(Branch),
    /// `{{ template }}` or the call that `{{ block }}` is.
    Template {
        /// The name that is called.
        name: String,
        /// Where it is written.
        name_span: Span,
        /// The dot of the called template.
        argument: Option<Pipeline>,
    },
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
}

/// A pipeline that decides and what it decides about.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What decides.
    pub pipeline: Pipeline,
    /// What runs then.
    pub body: Vec<Node>,
    /// What runs else.
    pub otherwise: Vec<Node>,
}

/// `declarations command | command`
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its bytes.
    pub span: Span,
    /// The variables that take its value, with `$`.
    pub variables: Vec<Name>,
    /// Whether they are assigned, not declared.
    pub is_assignment: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// An operand, and operands after it that are its arguments.
#[derive(Clone, Debug)]
pub struct Command {
    /// What is called or read.
    pub first: Operand,
    /// Arguments.
    pub arguments: Vec<Operand>,
    /// Its bytes.
    pub span: Span,
}

/// A name and its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name; of a field without its dot, of a variable with its `$`.
    pub text: String,
    /// Its bytes, the dot or `$` included.
    pub span: Span,
}

/// A value of a command.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Its bytes.
    pub span: Span,
}

/// What an operand is.
#[derive(Clone, Debug)]
pub enum OperandKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number, whether it may be an integer, and whether it is a float where any type fits.
    Number {
        /// `1`, `1.0`
        is_int: bool,
        /// `1.0`, `1e3`
        is_float: bool,
    },
    /// `'c'`
    Character,
    /// A text.
    Text(String),
    /// `.A.B`
    Fields(Vec<Name>),
    /// `$x.A.B`
    Variable(Name, Vec<Name>),
    /// The name of a function.
    Function(String),
    /// `(pipeline).A.B`, or a function with fields after it.
    Chain(Box<Operand>, Vec<Name>),
    /// `(pipeline)`
    Pipeline(Box<Pipeline>),
}
