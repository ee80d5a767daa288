//! Jsonnet documents, read but not run: syntax, types of the input, and what evaluation would do with it. Knows nothing of
//! Kratos; running is the business of [`crate::evaluation`].

pub(crate) mod braces;
pub(crate) mod comments;
pub mod evaluate;
pub mod infer;
pub(crate) mod misfit;
pub(crate) mod names;
pub mod standard;
pub mod syntax;
pub mod types;
pub(crate) mod walk;
