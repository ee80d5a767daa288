//! Jsonnet documents, message templates and identity schemas: in files of their own, embedded as base64, or written between the
//! lines of another file.

use std::path::Path;
use std::sync::Arc;

use super::state::{Known, Snapshot};
use super::virtuals::Way;
use crate::text::Source;

/// Which document is meant.
#[derive(Clone, Copy)]
pub(super) enum Document<'d> {
    /// All of a file.
    File(&'d Path),
    /// What a value holds as base64.
    Embedded(&'d Way),
    /// What is written at a byte of a file: in an entry of a `ConfigMap`, in the templates of Ory's chart.
    Inline(&'d Path, usize),
}

impl<'d> Document<'d> {
    /// The file that holds it.
    pub(super) fn file(self) -> &'d Path {
        match self {
            Document::File(path) | Document::Inline(path, _) => path,
            Document::Embedded(way) => &way.path,
        }
    }

    /// Whether the text that a configuration finds for the value at a pointer is this document.
    pub(super) fn is(self, source: &Arc<Source>, pointer: &str, known: &Known, snapshot: &Snapshot) -> bool {
        match self {
            Document::File(path) => !source.is_embedded() && snapshot.real(source.path()) == path,
            Document::Embedded(way) => {
                source.is_embedded() && known.path == way.path && known.at == way.at && pointer == way.pointer
            }
            Document::Inline(path, byte) => source.inner(byte).is_some() && snapshot.real(source.path()) == path,
        }
    }
}
