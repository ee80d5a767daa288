//! Steps through a text, and what is looked for on the way.

use super::{Context, Refusal, Stop, UrlPart};
use crate::text::Span;

/// The place after the next piece of a text, and how many of its bytes that is.
pub(super) type Step = Result<(Context, usize), Stop>;

/// A refusal at these bytes of the text.
pub(super) fn refuse(start: usize, end: usize, refusal: Refusal) -> Step {
    Err(Stop::Refused(0, Span { start, end }, refusal))
}

/// The part of a URL after a piece of it.
pub(super) fn url(context: Context, text: &[u8]) -> Context {
    if text.iter().any(|byte| b"#?".contains(byte)) {
        Context { url: UrlPart::Query, ..context }
    } else if blank_end(text, 0) != text.len() && context.url == UrlPart::Start {
        Context { url: UrlPart::Path, ..context }
    } else {
        context
    }
}

pub(super) fn blank_end(text: &[u8], from: usize) -> usize {
    let is_blank = |byte: &u8| b" \t\n\x0c\r".contains(byte);
    text.iter().skip(from).position(|byte| !is_blank(byte)).map_or(text.len(), |at| from + at)
}

pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

pub(super) fn find_folded(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window.eq_ignore_ascii_case(part))
}
