//! What is in a folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{Disk, lock};

/// Most entries of one folder that are listed.
const MAX_ENTRIES: usize = 10_000;

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder, links resolved.
    pub is_folder: bool,
}

impl Disk {
    /// What is in a folder of the project, sorted; empty when it is no folder, or outside.
    #[must_use]
    pub(crate) fn list(&self, folder: &Path) -> Arc<Vec<Entry>> {
        let folder = self.absolute(folder);
        // Not worth remembering: a run asks beside each of thousands of files for folders that few have.
        if self.overlay.is_empty() && !self.is_folder(&folder) {
            return Arc::default();
        }
        if let Some(known) = lock(&self.folders).get(&folder) {
            return Arc::clone(known);
        }
        let mut entries = match &self.memory {
            Some(files) => files.list(&folder),
            None => self.list_now(&folder),
        };
        for path in self.overlay.keys().filter(|path| path.parent() == Some(&folder)) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            entries.push(Entry { name, is_folder: false });
        }
        entries.sort();
        entries.dedup();
        let entries = Arc::new(entries);
        lock(&self.folders).insert(folder, Arc::clone(&entries));
        entries
    }

    fn list_now(&self, folder: &Path) -> Vec<Entry> {
        if !self.is_ours(&self.real(folder), folder) {
            return Vec::new();
        }
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let entry = |entry: fs::DirEntry| {
            let is_folder =
                entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink() && entry.path().is_dir());
            Entry { name: entry.file_name().to_string_lossy().into_owned(), is_folder }
        };
        let mut entries = entries.filter_map(Result::ok);
        let listed = entries.by_ref().take(MAX_ENTRIES).map(entry).collect();
        if entries.next().is_some() {
            self.leave_out(folder, format!("only {MAX_ENTRIES} of its entries are read"));
        }
        listed
    }
}
