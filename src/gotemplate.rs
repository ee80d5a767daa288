//! Templates of Go's `text/template` and `html/template`, read but not run: syntax, names, and what execution would do with
//! values of known types. Knows nothing of Kratos.

pub(crate) mod check;
pub mod functions;
pub mod html;
pub(crate) mod kinds;
mod lexer;
mod literal;
mod operands;
pub(crate) mod parser;
pub mod problem;
pub mod tree;

pub use parser::{FaultKind, Parsed, parse};
