//! What differs between two texts, line by line.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// The lines of a text with their breaks, as [`Source`](super::Source) counts them.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The steps that make one list of lines of another.
pub(crate) fn steps(before: &[&str], after: &[&str]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Myers, before, after)
}

/// The same in groups, each with up to so many equal lines around it.
pub(crate) fn hunks(before: &[&str], after: &[&str], around: usize) -> Vec<Vec<DiffOp>> {
    let groups = group_diff_ops(steps(before, after), around);
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}
