//! `kratos-lint evaluate` (hidden): the child process in which Jsonnet runs.

use std::io;

use super::{CLEAN, Outcome};
use crate::evaluation::{self, Failure};
use crate::text::Source;

/// Answers jobs on stdin until it ends.
///
/// # Errors
/// When stdin or stdout fails, or a line is no job.
pub fn run() -> Outcome {
    evaluation::serve(&mut io::stdin().lock(), &mut io::stdout())?;
    Ok(CLEAN)
}

/// A failure with the place and the line of the document.
pub(super) fn excerpt(path: &str, text: &str, failure: &Failure) -> String {
    let Some((start, end)) = failure.span else { return format!("{path}: {}", failure.message) };
    let source = Source::new("", text);
    let at = source.position(start);
    let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    // A body on one line may be long: only what is around the place is shown.
    let skipped = at.column.saturating_sub(1).saturating_sub(MAX_BEFORE);
    let shown: String = line.chars().skip(skipped).take(MAX_SHOWN).collect();
    let marked = text.get(start..end).map_or(1, |marked| marked.lines().next().unwrap_or_default().chars().count());
    let before = at.column - 1 - skipped;
    let room = shown.chars().count().saturating_sub(before).max(1);
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    format!(
        "{path}:{}:{}: {}\n {number} | {shown}\n {margin} | {}{}",
        at.line,
        at.column,
        failure.message,
        " ".repeat(before),
        "^".repeat(marked.clamp(1, room))
    )
}

/// Most characters before the place of a failure that are shown.
const MAX_BEFORE: usize = 60;
/// Most characters of a line that are shown.
const MAX_SHOWN: usize = 120;
