//! The files that a configuration refers to, read within bounds: only below the project root, never from the network.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::text::Source;

/// Largest file that is read, in bytes (16 MiB).
pub const MAX_BYTES: u64 = 16 << 20;

/// Reads referred files for one unit.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    root: PathBuf,
    /// Folders where Kratos runs, and the folders of this project that lie there.
    maps: Vec<(PathBuf, PathBuf)>,
    read: RefCell<HashMap<PathBuf, Option<Arc<Source>>>>,
    changed: Changed,
}

/// Texts that are to be written, by real path: they are read instead of the files.
pub type Changed = Arc<BTreeMap<PathBuf, String>>;

/// The path of a file out of all links.
#[must_use]
pub fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// What a `file://` reference came to.
#[derive(Clone, Debug)]
pub enum Found {
    /// The text.
    Text(Arc<Source>),
    /// Nothing there, although the reference surely points into this project.
    Missing(PathBuf),
    /// It may exist where Kratos runs; nothing can be said.
    Elsewhere,
}

impl Files {
    /// For the unit at `unit_path`; `root` is the nearest ancestor with `.git`, else the folder of the unit, unless given.
    #[must_use]
    pub fn beside(unit_path: &Path, root: Option<&Path>) -> Files {
        let folder = match unit_path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let absolute = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let root = root.map_or_else(
            || absolute.ancestors().find(|dir| dir.join(".git").exists()).unwrap_or(&absolute).to_path_buf(),
            |root| fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf()),
        );
        Files { folder, root, maps: Vec::new(), read: RefCell::default(), changed: Changed::default() }
    }

    /// The same, where these folders of the container hold those of the project.
    #[must_use]
    pub fn with_maps(self, maps: &[(PathBuf, PathBuf)]) -> Files {
        Files { maps: maps.to_vec(), ..self }
    }

    /// The same with texts that are not written yet.
    #[must_use]
    pub fn with_changed(self, changed: &Changed) -> Files {
        Files { changed: Arc::clone(changed), ..self }
    }

    /// Below this folder files may be read.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text behind a `file://` reference of the configuration, or a plain path. Kratos opens it as it stands, relative to
    /// its working directory; container paths are looked for by their longest suffix beside the unit and in its ancestors.
    #[must_use]
    pub fn find(&self, reference: &str) -> Found {
        let path = Path::new(reference.strip_prefix("file://").unwrap_or(reference));
        if let Some((rest, here)) =
            self.maps.iter().find_map(|(there, here)| Some((path.strip_prefix(there).ok()?, here)))
        {
            let mapped = here.join(rest);
            return self.load(&mapped).map_or_else(|| Found::Missing(plain(&mapped)), Found::Text);
        }
        let parts: Vec<&std::ffi::OsStr> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name),
                _ => None,
            })
            .collect();
        if let Some(source) = self.load(&self.folder.join(path)) {
            return Found::Text(source);
        }
        for skip in 0..parts.len() {
            let suffix: PathBuf = parts.iter().skip(skip).collect();
            let mut folder = Some(self.folder.as_path());
            while let Some(dir) = folder {
                if let Some(source) = self.load(&dir.join(&suffix)) {
                    return Found::Text(source);
                }
                folder = dir.parent().filter(|parent| *parent != Path::new(""));
            }
        }
        if path.is_relative() { Found::Missing(plain(&self.folder.join(path))) } else { Found::Elsewhere }
    }

    /// The text of a file of the project; none when it is not there, not a text, or outside.
    #[must_use]
    pub fn read(&self, path: &Path) -> Option<Arc<Source>> {
        self.load(path)
    }

    fn load(&self, path: &Path) -> Option<Arc<Source>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let source = self.load_now(path);
        self.read.borrow_mut().insert(path.to_path_buf(), source.clone());
        source
    }

    fn load_now(&self, path: &Path) -> Option<Arc<Source>> {
        fs::metadata(path).ok().filter(|data| data.is_file() && data.len() <= MAX_BYTES)?;
        let real = fs::canonicalize(path).ok().filter(|real| real.starts_with(&self.root))?;
        let text = match self.changed.get(&real) {
            Some(text) => text.clone(),
            None => fs::read_to_string(&real).ok()?,
        };
        Some(Source::new(plain(path).to_string_lossy().replace('\\', "/"), text))
    }
}

/// A path without `.` in it.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}
