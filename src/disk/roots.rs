//! Where paths are out of all symbolic links, and the roots of their projects, below which files may be read.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Disk, lock, real_path};

impl Disk {
    /// Below this folder the files that belong to a path may be read: that of `--root`, else the nearest folder with `.git`, else
    /// the folder that was named on the command line, else the current one when the path is below it, else the folder itself.
    #[must_use]
    pub(crate) fn root_of(&self, folder: &Path) -> PathBuf {
        if let Some(root) = &self.root {
            return root.clone();
        }
        let folder = self.absolute(folder);
        if let Some(root) = lock(&self.roots).get(&folder) {
            return root.clone();
        }
        let real = self.real(&folder);
        let repository = self.repository_of(&real);
        let around = self.named.iter().find(|named| folder.starts_with(named));
        let here = Some(&self.here).filter(|here| folder.starts_with(here));
        let root = repository.unwrap_or_else(|| self.real(around.or(here).unwrap_or(&folder)));
        lock(&self.roots).insert(folder, root.clone());
        root
    }

    /// The nearest folder with `.git`, from this one upwards. Each folder is looked into once: a run asks for thousands side by side.
    fn repository_of(&self, folder: &Path) -> Option<PathBuf> {
        let mut asked = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = lock(&self.repositories).get(folder) {
                found.clone_from(known);
                break;
            }
            asked.push(folder);
            if self.exists(&folder.join(".git")) {
                found = Some(folder.to_path_buf());
                break;
            }
        }
        lock(&self.repositories).extend(asked.into_iter().map(|folder| (folder.to_path_buf(), found.clone())));
        found
    }

    /// The path out of all symbolic links; the path itself when nothing is there.
    #[must_use]
    pub(crate) fn real(&self, path: &Path) -> PathBuf {
        let path = self.absolute(path);
        if self.memory.is_some() {
            return path;
        }
        // Elsewhere a file may be asked for in other letters than those of its name.
        let (true, Some(folder), Some(name)) = (cfg!(target_os = "linux"), path.parent(), path.file_name()) else {
            return real_path(&path);
        };
        let joined = self.real_folder(folder).join(name);
        match fs::symlink_metadata(&joined) {
            Ok(data) if data.is_symlink() => real_path(&path),
            Ok(_) => joined,
            Err(_) => path,
        }
    }

    /// A folder out of all symbolic links, resolved once: most files of a run are beside others.
    fn real_folder(&self, folder: &Path) -> PathBuf {
        if let Some(known) = lock(&self.real_folders).get(folder) {
            return known.clone();
        }
        let Ok(real) = fs::canonicalize(folder) else { return folder.to_path_buf() };
        lock(&self.real_folders).insert(folder.to_path_buf(), real.clone());
        real
    }

    /// Whether a folder is one of a project by its name and outside of it by a link.
    pub(super) fn leads_out(&self, folder: &Path) -> bool {
        if self.memory.is_some() || self.root.is_some() {
            return false;
        }
        let here = || Some(self.here.clone()).filter(|here| folder.starts_with(here));
        let project = self.repository_of(folder).or_else(here);
        project.is_some_and(|project| !self.real(folder).starts_with(self.real(&project)))
    }

    /// Whether what is at a real path may be read when it was asked for in this folder: it is below the root of a project of this
    /// run, and below that of the folder.
    pub(super) fn is_ours(&self, real: &Path, folder: &Path) -> bool {
        let is_granted = match &self.granted {
            Some(roots) => roots.iter().any(|root| real.starts_with(root)),
            None => real.starts_with(self.root_of(&self.here)),
        };
        is_granted && real.starts_with(self.root_of(folder))
    }

    /// Whether a path leads to a file or folder of the project. What is outside is as good as not there: nothing that a run says
    /// depends on what else the machine has.
    #[must_use]
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.exists(path) && self.is_within(path)
    }

    /// The same for a plain file.
    #[must_use]
    pub(crate) fn holds_file(&self, path: &Path) -> bool {
        self.is_file(path) && self.is_within(path)
    }

    fn is_within(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.memory.is_some() || self.is_ours(&self.real(&path), path.parent().unwrap_or(&path))
    }

    /// Whether a folder that was named may not be looked into, for it is outside of its project.
    #[must_use]
    pub(crate) fn is_outside(&self, folder: &Path) -> bool {
        let folder = self.absolute(folder);
        self.memory.is_none() && !self.is_ours(&self.real(&folder), &folder)
    }
}
