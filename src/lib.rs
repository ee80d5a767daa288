//! A linter and generator for Ory Kratos configuration. The program is `main.rs`; this library is what it and the tests share.

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod deployment;
pub mod diagnostic;
pub mod discover;
pub mod disk;
pub mod documents;
pub mod endpoints;
pub mod evaluation;
pub mod files;
pub mod fix;
pub mod gotemplate;
pub mod init;
pub mod jsonnet;
pub mod kratos;
pub mod output;
pub mod rule;
pub mod rules;
pub mod suppress;
pub mod templates;
pub mod text;
pub mod unit;
pub mod upgrade;
pub mod yaml;
