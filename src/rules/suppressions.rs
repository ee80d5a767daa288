//! Rules about suppressions themselves.

pub(crate) mod unknown_suppression;
pub(crate) mod unused_suppression;
