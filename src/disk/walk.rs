//! All files below a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use ignore::gitignore::Gitignore;

use super::{Disk, index, lock, plain_words};

/// Most files of a project that are looked at.
const MAX_FILES: usize = 200_000;

/// Folders that hold what others wrote.
const FOREIGN: [&str; 2] = [".git", "node_modules"];

impl Disk {
    /// All files below a folder, absolute, sorted. The `.gitignore` files of the project are honoured, those of the machine are
    /// not; what git tracks is never left out.
    #[must_use]
    pub fn walk(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = self.absolute(folder);
        let known = lock(&self.walks).get(&folder).cloned();
        let walked = known.unwrap_or_else(|| {
            let walked = Arc::new(match &self.memory {
                Some(memory) => memory.all().filter(|file| file.starts_with(&folder)).cloned().collect(),
                None => self.walk_now(&folder),
            });
            lock(&self.walks).insert(folder.clone(), Arc::clone(&walked));
            walked
        });
        let mut files = BTreeSet::clone(&walked);
        files.extend(self.overlay.keys().filter(|file| file.starts_with(&folder)).cloned());
        files.into_iter().collect()
    }

    /// What the walks of this run left out, as a path and why, sorted.
    #[must_use]
    pub fn left_out(&self) -> Vec<(PathBuf, String)> {
        lock(&self.left_out).iter().cloned().collect()
    }

    fn leave_out(&self, folder: &Path, error: &ignore::Error) {
        let (path, why) = parts_of(error);
        lock(&self.left_out).insert((path.unwrap_or(folder).to_path_buf(), why));
    }

    fn walk_now(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let root = self.root_of(folder);
        let outer = outer_rules(folder, &root);
        let walker = WalkBuilder::new(folder)
            .hidden(false)
            .parents(false)
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .git_ignore(true)
            .require_git(false)
            .filter_entry(move |entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                let is_foreign = FOREIGN.iter().any(|name| entry.file_name() == *name);
                // The named folder itself is always meant.
                let is_ignored =
                    entry.depth() > 0 && outer.iter().any(|rules| rules.matched(entry.path(), is_folder).is_ignore());
                !is_foreign && !is_ignored
            })
            .build();
        let mut found = walker
            .filter_map(|entry| entry.map_err(|why| self.leave_out(folder, &why)).ok())
            .filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()))
            .map(ignore::DirEntry::into_path);
        let mut files: BTreeSet<PathBuf> = found.by_ref().take(MAX_FILES).collect();
        if found.next().is_some() {
            let why = format!("only {MAX_FILES} of its files are read");
            lock(&self.left_out).insert((folder.to_path_buf(), why));
        }
        let is_foreign = |path: &Path| path.iter().any(|part| FOREIGN.iter().any(|name| part == *name));
        let tracked = index::tracked(&root).into_iter().filter(|file| !is_foreign(file)).map(|file| root.join(file));
        let real = self.real(folder);
        for file in tracked.filter(|file| file.starts_with(&real)) {
            let Ok(rest) = file.strip_prefix(&real) else { continue };
            let shown = folder.join(rest);
            if !files.contains(&shown) && std::fs::symlink_metadata(&shown).is_ok_and(|data| !data.is_dir()) {
                files.insert(shown);
            }
        }
        files
    }
}

/// The path and the words of the system of an error of the walk.
fn parts_of(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), parts_of(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => parts_of(err),
        ignore::Error::Io(error) => (None, plain_words(error)),
        error => (None, error.to_string()),
    }
}

/// The rules of the folders from the root of the project down to a folder, without its own: the walk reads those.
fn outer_rules(folder: &Path, root: &Path) -> Vec<Gitignore> {
    let around = folder.ancestors().skip(1).take_while(|dir| dir.starts_with(root));
    around.map(|dir| dir.join(".gitignore")).filter(|file| file.is_file()).map(|file| Gitignore::new(file).0).collect()
}
