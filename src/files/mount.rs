//! What the file system of a server shows of the project.

use std::path::PathBuf;
use std::sync::Arc;

use crate::text::{Place, Source};

/// What is at a path of the server's file system.
#[derive(Clone, Debug)]
pub enum Here {
    /// A file or folder of the project, absolute. It need not exist.
    Path(PathBuf),
    /// A text inside another file.
    Text(Arc<Source>),
    /// Surely nothing.
    Nothing,
    /// Something that the project does not hold.
    Unknown,
}

/// A file or folder that the server sees.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where the server sees it.
    pub there: PathBuf,
    /// What it is.
    pub here: Here,
    /// Where the project says so.
    pub place: Place,
}
