//! Rules about suppressions themselves.

pub mod unknown_suppression;
pub mod unused_suppression;
