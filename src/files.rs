//! The files that a configuration refers to: where the paths of the server lead in this project.

mod mount;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, Entry, Refusal};
use crate::text::Source;
pub(crate) use mount::{Here, Mount};

/// Finds the files that one unit refers to.
#[derive(Debug)]
pub struct Files<'d> {
    disk: &'d Disk,
    /// The folder of the unit, as users gave it.
    folder: PathBuf,
    root: PathBuf,
    /// Folders where Kratos runs, and the folders of this project that are there.
    maps: Vec<(PathBuf, PathBuf)>,
    /// What the start of the server brings to its paths.
    mounts: Vec<Mount>,
}

/// What a path of a folder came to.
#[derive(Clone, Debug)]
pub(crate) enum FoundFolder {
    /// The folder as it is written, from the folder of the unit or one around it.
    Exact(PathBuf),
    /// Folders whose path ends in the same way, nearest first: it may be one of them.
    Likely(Vec<PathBuf>),
    /// Nothing there.
    Missing,
    /// It may exist where Kratos runs; nothing can be said.
    Elsewhere,
}

/// What a `file://` reference came to.
#[derive(Clone, Debug)]
pub(crate) enum FoundFile {
    /// The text.
    Text(Arc<Source>),
    /// Nothing there, although the reference surely points into this project.
    Missing(PathBuf),
    /// It may exist where Kratos runs; nothing can be said.
    Elsewhere,
}

impl<'d> Files<'d> {
    /// For the unit at `unit_path`.
    #[must_use]
    pub fn beside(disk: &'d Disk, unit_path: &Path) -> Files<'d> {
        let folder = match unit_path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let root = disk.root_of(&folder);
        Files { disk, folder, root, maps: Vec::new(), mounts: Vec::new() }
    }

    /// The same, where these folders of the container hold those of the project.
    #[must_use]
    pub(crate) fn with_maps(self, maps: &[(PathBuf, PathBuf)]) -> Files<'d> {
        Files { maps: maps.to_vec(), ..self }
    }

    /// The same, where the server sees these files of the project at other paths.
    #[must_use]
    pub(crate) fn with_mounts(self, mounts: &[Mount]) -> Files<'d> {
        Files { mounts: mounts.to_vec(), ..self }
    }

    /// All files of the run.
    #[must_use]
    pub(crate) fn disk(&self) -> &'d Disk {
        self.disk
    }

    /// The text that a `file://` reference of the configuration names, or a plain path. What the start of the server brings to the path
    /// decides; without it the path is looked for by its longest suffix beside the unit and in the folders around it.
    #[must_use]
    pub(crate) fn find(&self, reference: &str) -> FoundFile {
        let path = Path::new(reference.strip_prefix("file://").unwrap_or(reference));
        if let Some((rest, here)) =
            self.maps.iter().find_map(|(there, here)| Some((path.strip_prefix(there).ok()?, here)))
        {
            let mapped = here.join(rest);
            return self.read(&mapped).map_or_else(|| self.missing(&mapped), FoundFile::Text);
        }
        if let Some(found) = self.mounted(path) {
            return found;
        }
        if let Some(source) = self.read(&self.folder.join(path)) {
            return FoundFile::Text(source);
        }
        if let Some(source) = self.by_suffix(path) {
            return FoundFile::Text(source);
        }
        if path.is_relative() && !self.leaves_root(path) {
            self.missing(&self.folder.join(path))
        } else {
            FoundFile::Elsewhere
        }
    }

    /// What a mount of the server brings to a path of its file system: the mount of the longest path wins.
    fn mounted(&self, path: &Path) -> Option<FoundFile> {
        let covers = |mount: &&Mount| path.starts_with(&mount.there);
        let mount = self.mounts.iter().filter(covers).max_by_key(|mount| mount.there.components().count())?;
        let rest = path.strip_prefix(&mount.there).ok()?;
        Some(match &mount.here {
            Here::Text(source) if rest == Path::new("") => FoundFile::Text(Arc::clone(source)),
            Here::Path(here) => {
                let here = if rest == Path::new("") { here.clone() } else { here.join(rest) };
                match self.read(&here) {
                    Some(source) => FoundFile::Text(source),
                    None if self.disk.exists(&here) || self.leaves_root(&here) => FoundFile::Elsewhere,
                    None => self.missing(&here),
                }
            }
            Here::Nothing => FoundFile::Missing(path.to_path_buf()),
            Here::Text(_) | Here::Unknown => return None,
        })
    }

    fn by_suffix(&self, path: &Path) -> Option<Arc<Source>> {
        let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
        let parts: Vec<Component<'_>> = path.components().filter(|part| normal(*part)).collect();
        for skip in 0..parts.len() {
            let suffix: PathBuf = parts.iter().skip(skip).collect();
            // The folder of the unit first, as users gave it; then those around it up to the root.
            let beside = self.read(&self.folder.join(&suffix));
            let absolute = self.disk.absolute(&self.folder);
            let mut around = absolute.ancestors().skip(1).take_while(|dir| dir.starts_with(&self.root));
            if let Some(source) = beside.or_else(|| around.find_map(|dir| self.read(&dir.join(&suffix)))) {
                return Some(source);
            }
        }
        None
    }

    /// Whether a path of the project climbs out of it.
    fn leaves_root(&self, path: &Path) -> bool {
        !self.disk.real(&self.disk.absolute(&self.folder.join(path))).starts_with(&self.root)
            && !self.disk.absolute(&self.folder.join(path)).starts_with(&self.root)
    }

    fn missing(&self, path: &Path) -> FoundFile {
        FoundFile::Missing(PathBuf::from(self.disk.shown(path)))
    }

    /// The folder that a path means, looked for as [`Files::find`] looks for files.
    #[must_use]
    pub(crate) fn find_folder(&self, reference: &str) -> FoundFolder {
        let path = Path::new(reference);
        let of_maps = |(there, here): &(PathBuf, PathBuf)| Some(here.join(path.strip_prefix(there).ok()?));
        let mapped = self.maps.iter().find_map(of_maps).or_else(|| self.mounted_folder(path));
        if let Some(mapped) = mapped {
            return if self.has_folder(&mapped) { FoundFolder::Exact(mapped) } else { FoundFolder::Missing };
        }
        let exact = self.folder.join(path);
        if self.has_folder(&exact) {
            return FoundFolder::Exact(exact);
        }
        let absolute = self.disk.absolute(&self.folder);
        let around: Vec<&Path> =
            absolute.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root)).collect();
        if path.is_relative()
            && let Some(exact) = around.iter().map(|folder| folder.join(path)).find(|path| self.has_folder(path))
        {
            return FoundFolder::Exact(exact);
        }
        let mut likely = Vec::new();
        let mut parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
        loop {
            let suffix: PathBuf = parts.clone().collect();
            if parts.next().is_none() {
                break;
            }
            let all = std::iter::once(self.folder.as_path()).chain(around.iter().copied());
            likely.extend(all.map(|folder| folder.join(&suffix)).filter(|folder| self.has_folder(folder)));
        }
        match (likely.is_empty(), path.is_relative() && !self.leaves_root(path)) {
            (false, _) => FoundFolder::Likely(likely),
            (true, true) => FoundFolder::Missing,
            (true, false) => FoundFolder::Elsewhere,
        }
    }

    /// The folder of the project that a mount of the server brings to a path.
    fn mounted_folder(&self, path: &Path) -> Option<PathBuf> {
        let covers = |mount: &&Mount| path.starts_with(&mount.there);
        let mount = self.mounts.iter().filter(covers).max_by_key(|mount| mount.there.components().count())?;
        match &mount.here {
            Here::Path(here) => Some(here.join(path.strip_prefix(&mount.there).ok()?)),
            Here::Text(_) | Here::Nothing | Here::Unknown => None,
        }
    }

    /// What is in a folder of the project, sorted.
    #[must_use]
    pub(crate) fn list(&self, folder: &Path) -> Arc<Vec<Entry>> {
        self.disk.list(folder)
    }

    fn has_folder(&self, path: &Path) -> bool {
        self.disk.is_folder(path) && self.disk.real(path).starts_with(&self.root)
    }

    /// The text of a file of the project; none when it is not there, not a text, or outside.
    #[must_use]
    pub(crate) fn read(&self, path: &Path) -> Option<Arc<Source>> {
        self.disk.read_below(&self.root, path).ok()
    }

    /// The bytes of a file of the project: relative to the working directory as servers and the Ory CLI have it, else where
    /// [`Files::find`] finds the text.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn bytes(&self, reference: &str) -> Result<Vec<u8>, Refusal> {
        let bytes = |path: &Path| self.disk.bytes_below(&self.root, path);
        match bytes(Path::new(reference)) {
            Err(Refusal::Missing | Refusal::Outside) => {}
            decided => return decided,
        }
        match bytes(&self.folder.join(reference)) {
            Err(why @ (Refusal::Missing | Refusal::Outside)) => match self.find(reference) {
                FoundFile::Text(source) => Ok(source.text().as_bytes().to_vec()),
                FoundFile::Missing(_) | FoundFile::Elsewhere => Err(why),
            },
            decided => decided,
        }
    }

    /// Why a file of the project cannot be read; none when it can.
    #[must_use]
    pub(crate) fn refusal(&self, path: &Path) -> Option<Refusal> {
        self.disk.read(path).err()
    }

    /// What is in the folder of a file of the project.
    #[must_use]
    pub(crate) fn beside_file(&self, path: &Path) -> Arc<Vec<Entry>> {
        self.disk.list(path.parent().unwrap_or(Path::new(".")))
    }
}
