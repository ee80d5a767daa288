//! What is sent to Ory Network otherwise than as a file of its own: resources of Terraform, JSON patches, arguments of the Ory
//! CLI. They become units whose places lead to the files in which they are written.

mod flat;
mod mould;
pub mod patch;
pub mod terraform;

use crate::text::Source;
pub use crate::unit::sent::{By, Remark, RemarkKind, Sent};

pub use mould::Mould;

/// Whether the text of a file may hold something that is sent: a look that costs nothing.
#[must_use]
pub fn is_worth_reading(source: &Source) -> bool {
    let text = source.text();
    text.contains("\"ory_") || text.contains("\"orynetwork_")
}
