//! What a server sees at which path.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use crate::files::{Here, Mount};
use crate::text::Place;

/// Most mounts of one start.
const MAX_MOUNTS: usize = 1_000;

/// The mounts of a start; a later one hides an earlier one at the same path.
#[derive(Clone, Debug, Default)]
pub struct Mounts {
    all: Vec<Mount>,
    /// The last one at each path.
    at: HashMap<PathBuf, usize>,
    /// Some were left out, for there were too many.
    is_cut: bool,
}

impl Deref for Mounts {
    type Target = [Mount];

    fn deref(&self) -> &[Mount] {
        &self.all
    }
}

impl Mounts {
    pub(super) fn push(&mut self, mount: Mount) {
        if self.is_full() {
            self.is_cut = true;
            return;
        }
        self.at.insert(mount.there.clone(), self.all.len());
        self.all.push(mount);
    }

    /// What leads to a path that is not there is not known: whoever runs the command may be in another folder.
    pub(super) fn forget_missing(&mut self, exists: &dyn Fn(&Path) -> bool) {
        for mount in &mut self.all {
            if matches!(&mount.here, Here::Path(path) if !exists(path)) {
                mount.here = Here::Unknown;
            }
        }
    }

    /// Whether no more are taken.
    pub(super) fn is_full(&self) -> bool {
        self.all.len() >= MAX_MOUNTS
    }

    /// Whether there are more than a server has.
    pub(super) fn are_too_many(&self) -> bool {
        self.is_cut
    }

    /// Whether something is mounted below a path.
    pub(super) fn is_any_below(&self, path: &Path) -> bool {
        self.all.iter().any(|mount| mount.there.starts_with(path))
    }

    /// The mount that a path leads into: the innermost one around it.
    pub(crate) fn around(&self, path: &Path) -> Option<&Mount> {
        path.ancestors().find_map(|folder| self.all.get(*self.at.get(folder)?))
    }
}

impl Extend<Mount> for Mounts {
    fn extend<I: IntoIterator<Item = Mount>>(&mut self, mounts: I) {
        for mount in mounts {
            self.push(mount);
            if self.is_cut {
                return;
            }
        }
    }
}

/// Source and target of a volume as users write it in one text: `source:target[:options]`; the source is empty where it begins with
/// the letter of a drive. None without a source.
pub(super) fn volume(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split(':');
    let (from, target) = (parts.next()?, parts.next()?);
    let is_drive = from.len() == 1 && from.starts_with(|first: char| first.is_ascii_alphabetic());
    match parts.next().filter(|_| is_drive) {
        Some(target) => Some(("", target)),
        None => Some((from, target)),
    }
}

/// A file that is put on the machine at or below `from`, as a container sees it that has `from` at `there`.
pub(super) fn copied(copy: &Mount, from: &str, there: &Path, place: &Place) -> Option<Mount> {
    let rest = copy.there.strip_prefix(from).ok()?;
    let is_file = rest.as_os_str().is_empty();
    let there = if is_file { there.to_path_buf() } else { there.join(rest) };
    Some(Mount { there, here: copy.here.clone(), place: place.clone() })
}

/// A path of a container as it is compared.
pub(super) fn there(path: &str) -> PathBuf {
    crate::disk::plain(Path::new(path))
}
