//! `kratos-lint evaluate` (hidden): the child process in which Jsonnet runs.

use std::io;
use std::sync::Arc;

use super::{CLEAN, Outcome};
use crate::check;
use crate::evaluation::{self, Failure};
use crate::kratos::secrets::{self, Secrets, Sheet, SheetKind, blocks};
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
    let shown: String = line.chars().skip(skipped).take(MAX_SHOWN).collect();
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
fn line(source: &Arc<Source>, span: Span) -> (String, usize, usize) {
    let whole = source.line_span(source.line_of(span.start));
    let line = source.slice(whole).trim_end_matches(['\n', '\r']);
    let local = |byte: usize| byte.saturating_sub(whole.start).min(line.len());
    let own = Span::new(local(span.start), local(span.end));
    let hidden = blocks(source);
    let is_hidden = |_: Span| hidden.iter().any(|block| block.start <= whole.start && whole.start < block.end);
    let secrets = Secrets::default();
    let sheet = Sheet { kind: SheetKind::Jsonnet, secrets: &secrets, is_public: &check::is_public };
    let (mut shown, mut column, mut last) = (String::new(), None, None);
    for piece in sheet.line(line, &[own], &is_hidden) {
        let raw = line.get(piece.span.start..piece.span.end).unwrap_or_default();
        let begin = shown.chars().count();
        // Within what is shown as it is each character has its place; what is hidden has one place.
        let place = |byte: usize| {
            let part = raw.get(..byte.saturating_sub(piece.span.start)).filter(|_| raw == piece.shown);
            begin + part.map_or(0, |part| part.chars().count())
        };
        if column.is_none() && own.start < piece.span.end {
            column = Some(place(own.start));
        }
        shown.push_str(&piece.shown);
        if last.is_none() && own.end <= piece.span.end {
            last = Some(if raw == piece.shown { place(own.end) } else { shown.chars().count() });
        }
    }
    let all = shown.chars().count();
    let column = column.unwrap_or(all);
    (shown, column, last.unwrap_or(all).saturating_sub(column))
}

/// Most characters before the place of a failure that are shown.
const MAX_BEFORE: usize = 60;
/// Most characters of a line that are shown.
const MAX_SHOWN: usize = 120;
