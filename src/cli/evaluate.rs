//! `kratos-lint evaluate` (hidden): the child process in which Jsonnet runs.

use std::io;
use std::sync::Arc;

use super::{CLEAN, Outcome};
use crate::check;
use crate::evaluation::{self, Failure};
use crate::kratos::secrets::{self, Drawn, Secrets, Sheet, SheetKind, blocks};
use crate::text::{Source, Span};

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
    let message = secrets::name(&failure.message);
    let Some((start, end)) = failure.span else { return format!("{path}: {message}") };
    let source = Source::new("document.jsonnet", text);
    let at = source.position(start);
    let (line, column, marked) = line(&source, Span::new(start, end));
    // A body on one line may be long: only what is around the place is shown.
    let skipped = column.saturating_sub(MAX_BEFORE);
    let shown: String = line.into_iter().skip(skipped).take(MAX_SHOWN).collect();
    let before = column - skipped;
    let room = shown.chars().count().saturating_sub(before).max(1);
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    format!(
        "{path}:{}:{}: {}\n {number} | {shown}\n {margin} | {}{}",
        at.line,
        at.column,
        message,
        " ".repeat(before),
        "^".repeat(marked.clamp(1, room))
    )
}

/// The first line of a span as it may be shown, how many characters are before the span there, and how many are in it.
fn line(source: &Arc<Source>, span: Span) -> (Vec<char>, usize, usize) {
    let whole = source.line_span(source.line_of(span.start));
    let line = source.slice(whole).trim_end_matches(['\n', '\r']);
    let local = |byte: usize| byte.saturating_sub(whole.start).min(line.len());
    let own = Span::new(local(span.start), local(span.end));
    let hidden = blocks(source);
    let is_hidden = |_: Span| hidden.iter().any(|block| block.start <= whole.start && whole.start < block.end);
    let secrets = Secrets::default();
    let sheet = Sheet { kind: SheetKind::Jsonnet, secrets: &secrets, is_public: &check::is_public };
    let drawn = Drawn::of(line, &sheet.line(line, &[own], &is_hidden), &str::to_owned);
    let (start, end) = drawn.place(own);
    (drawn.cells, start, end - start)
}

/// Most characters before the place of a failure that are shown.
const MAX_BEFORE: usize = 60;
/// Most characters of a line that are shown.
const MAX_SHOWN: usize = 120;
