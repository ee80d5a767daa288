//! Files that are only in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Entry;

/// Texts by absolute path.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    texts: BTreeMap<PathBuf, String>,
}

impl Files {
    pub(super) fn new(files: impl Iterator<Item = (PathBuf, String)>) -> Files {
        Files { texts: files.collect() }
    }

    pub(super) fn get(&self, path: &Path) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    pub(super) fn is_folder(&self, path: &Path) -> bool {
        self.texts.keys().any(|file| file != path && file.starts_with(path))
    }

    pub(super) fn list(&self, folder: &Path) -> Vec<Entry> {
        let inside = self.texts.keys().filter_map(|file| file.strip_prefix(folder).ok());
        let entry = |rest: &Path| {
            let mut parts = rest.components();
            let name = parts.next()?.as_os_str().to_string_lossy().into_owned();
            Some(Entry { name, is_folder: parts.next().is_some() })
        };
        inside.filter_map(entry).collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.texts.keys()
    }
}
