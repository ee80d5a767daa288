//! `kratos-lint evaluate` (hidden): the child process in which Jsonnet runs.

use std::io;

use super::{CLEAN, Outcome};
use crate::evaluation;

/// Answers jobs on stdin until it ends.
///
/// # Errors
/// When stdin or stdout fails, or a line is no job.
pub fn run() -> Outcome {
    evaluation::serve(&mut io::stdin().lock(), &mut io::stdout())?;
    Ok(CLEAN)
}
