//! What a server sees at which path.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use crate::files::{Here, Mount};

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

    /// The mount that a path leads into: the innermost one around it.
    pub(super) fn around(&self, path: &Path) -> Option<&Mount> {
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
