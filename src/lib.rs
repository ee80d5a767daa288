//! A linter and generator for Ory Kratos configuration. The program is `main.rs`; this library is what it and the tests share.

pub mod diagnostic;
pub mod kratos;
pub mod text;
pub mod yaml;
