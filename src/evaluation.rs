//! Runs Jsonnet as Kratos does, without files and network: small documents in a thread of this process, which counts their steps,
//! all others in a bounded child process: 0.6 seconds of CPU time, 256 MiB, 500 frames.
//!
//! The child is this program with the hidden command `evaluate`; it reads a [`Job`] a line and writes an [`Answer`] a line.

mod brief;
mod budget;
mod child;
mod limits;
mod memory;
mod nesting;
mod run;
mod stack;
mod watch;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use budget::Budget;
pub use child::{Child, Evaluator, announce_program, remarks};
pub(crate) use memory::Memory;
pub(crate) use nesting::nesting;
pub(crate) use run::serve;
pub(crate) use stack::with_stack;

pub use crate::jsonnet::evaluate::{Failure, FailureKind, Part};

/// Longest time for one document, in milliseconds. Kratos' workers have a second (`jsonnet_pool.go:240@v25.4.0`), and go-jsonnet
/// needs four to six times as long as this evaluation (measured with loops, folds, sets and nested lists).
pub(crate) const TIME_LIMIT_MS: u64 = 600;

/// Begins the line with which a child says that it is ready; the limits that the system does not set follow.
const READY: &str = "kratos-lint evaluates";

/// Most address space of the child, in bytes.
#[cfg(unix)]
pub(crate) const MEMORY_LIMIT: u64 = 256 << 20;
/// Deepest nesting (see [`nesting()`]) that is parsed; real documents stay below 100.
pub(crate) const MAX_NESTING: usize = if cfg!(target_os = "wasi") { 200 } else { 2000 };
/// Stack of a thread that walks a document of that depth, in bytes.
pub const STACK: usize = 64 << 20;

/// A document and what it is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Job {
    /// The text of the document.
    pub text: String,
    /// The top-level argument `ctx`; without it the document is evaluated as it is.
    pub ctx: Option<Value>,
    /// The external variables.
    #[serde(default)]
    pub variables: BTreeMap<String, Value>,
    /// Whether the input is unknown: what fails then fails on each input. With `each` only.
    #[serde(default)]
    pub blind: bool,
    /// Whether the parts of a result that fails are checked one by one; set by [`Evaluator::evaluate_each`].
    #[serde(default)]
    pub each: bool,
}

impl Job {
    /// A document that gets its input as the argument `ctx`.
    #[must_use]
    pub fn with_ctx(text: impl Into<String>, ctx: Value) -> Job {
        Job { text: text.into(), ctx: Some(ctx), ..Job::default() }
    }

    /// A document that gets its input as external variables.
    #[must_use]
    pub fn with_variables(text: impl Into<String>, variables: impl IntoIterator<Item = (String, Value)>) -> Job {
        Job { text: text.into(), variables: variables.into_iter().collect(), ..Job::default() }
    }
}

/// What came of a [`Job`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The result, as JSON text.
    Ok(String),
    /// It failed.
    Failed(Failure),
}

/// What came of the parts of a document: evaluation is lazy, so a field that fails says nothing about the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What failed, each failure once.
    pub failures: Vec<Failure>,
    /// The result, with [`FAILED`] in the places of the parts that failed; none when it failed as a whole.
    pub result: Option<Value>,
    /// The parts that were met.
    #[serde(default)]
    pub parts: Vec<Part>,
}

impl Outcome {
    /// Of a document that fails as a whole.
    pub(crate) fn failed(failure: Failure) -> Outcome {
        Outcome { failures: vec![failure], ..Outcome::default() }
    }

    /// Whether something failed that may have kept the evaluation from these bytes: a part that passed was evaluated to its end.
    #[must_use]
    pub(crate) fn hides(&self, start: usize, end: usize) -> bool {
        let around = self.parts.iter().filter(|part| part.span.0 <= start && end <= part.span.1);
        let innermost = around.min_by_key(|part| part.span.1 - part.span.0);
        !self.failures.is_empty() && innermost.is_none_or(|part| part.fails)
    }
}

/// What is in a result in the place of a part that failed.
pub(crate) const FAILED: &str = "\u{0}failed";
