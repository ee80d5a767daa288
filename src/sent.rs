//! What is sent to Ory Network otherwise than as a file of its own: resources of Terraform, JSON patches, arguments of the Ory
//! CLI. They become units whose places lead to the files in which they are written.

mod flat;
mod mould;
pub(crate) mod patch;
pub(crate) mod terraform;

use crate::text::Source;
pub(crate) use crate::unit::sent::{By, Remark, RemarkKind, Sent};

pub(crate) use mould::Mould;

/// Whether the text of a file may hold something that is sent: a look that costs nothing.
#[must_use]
pub(crate) fn is_worth_reading(source: &Source) -> bool {
    let text = source.text();
    // The type of a resource may stand without quotes.
    let is_word =
        |at: usize| !text.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || "_-.".contains(c));
    text.match_indices("ory").any(|(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        is_word(at) && (rest.starts_with("ory_") || rest.starts_with("orynetwork_"))
    })
}
