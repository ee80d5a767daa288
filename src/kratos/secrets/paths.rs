//! Paths of files and pointers as they may be shown.

use super::MASK;
use super::words::is_label;

/// Longest segment of a path, as file systems have it.
const LONGEST_SEGMENT: usize = 255;

/// What is between the words of a name of a file.
const BETWEEN: [char; 21] =
    ['.', '~', '@', ':', '*', '{', '}', '$', '+', ',', ' ', '(', ')', '[', ']', '\\', '=', '&', '\'', '!', '#'];

/// A path, also one that leads nowhere: the segments that read like names of files and folders.
#[must_use]
pub(crate) fn path(path: &str) -> String {
    path.split('/').map(|segment| if is_segment(segment) { segment } else { MASK }).collect::<Vec<_>>().join("/")
}

/// A JSON pointer: the keys that read like names.
#[must_use]
pub(crate) fn pointer(pointer: &str) -> String {
    path(pointer)
}

pub(super) fn is_segment(segment: &str) -> bool {
    segment.len() <= LONGEST_SEGMENT && segment.split(BETWEEN).all(is_word)
}

/// Letters, digits, `_` and `-` that a person wrote.
pub(super) fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') && is_label(text)
}
