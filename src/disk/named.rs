//! Files that the user names, each read on its own and within the bounds of all reads.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::{Disk, Refusal, bounded, decode};
use crate::text::Source;

/// The bytes of a named file.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Refusal> {
    let disk = Disk::of_run(&[path.to_path_buf()], None);
    let absolute = disk.absolute(path);
    disk.bytes(&disk.real(&absolute), &absolute)
}

/// A named file of UTF-8 text.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn source(path: &Path) -> Result<Arc<Source>, Refusal> {
    Disk::of_run(&[path.to_path_buf()], None).read(path)
}

/// The text of a named file, or none when there is no such file.
///
/// # Errors
/// Why a file that is there cannot be read.
pub(crate) fn text_if_there(path: &Path) -> Result<Option<String>, Refusal> {
    match source(path) {
        Ok(source) => Ok(Some(source.text().to_owned())),
        Err(Refusal::Missing) => Ok(None),
        Err(why) => Err(why),
    }
}

/// Whether something has this name already, be it a link that leads nowhere: nothing new can be made there.
pub(crate) fn is_taken(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// The bytes of a stream, at most as many as of a file.
///
/// # Errors
/// When it is longer, or ends with an error.
pub(crate) fn bytes_of(stream: impl Read) -> std::io::Result<Vec<u8>> {
    bounded(stream, 0)?.ok_or_else(|| std::io::Error::other(Refusal::TooLarge.to_string()))
}

/// The text of a stream.
///
/// # Errors
/// As [`bytes_of`], and when it is no text.
pub(crate) fn text_of(stream: impl Read) -> std::io::Result<String> {
    decode(bytes_of(stream)?).map_err(std::io::Error::other)
}
