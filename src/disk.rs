//! The one source of all text of a run: files of the project, with texts laid over them that are not written yet, or a project
//! that is only in memory. Nothing else in the library reads files.
//!
//! All bounds hold here: a file is at most 16 MiB, is a plain file, and is below the root of its project after all symbolic
//! links are resolved. Each path is read once in a run.

mod folders;
mod index;
mod memory;
pub(crate) mod named;
mod peek;
mod roots;
mod texts;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use crate::text::Source;
pub(crate) use folders::Entry;
pub(crate) use walk::TOO_MANY;

/// Largest file that is read, in bytes (16 MiB).
pub(crate) const MAX_BYTES: u64 = 16 << 20;

/// Texts that are to be written, or are open in an editor, by real path: they are read instead of the files.
pub type Overlay = Arc<BTreeMap<PathBuf, String>>;

/// Why a path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing is there.
    Missing,
    /// It is outside of the project, perhaps by a symbolic link.
    Outside,
    /// It is something else than a file: a folder, a pipe, a device.
    NotAFile(&'static str),
    /// It is larger than [`MAX_BYTES`].
    TooLarge,
    /// Its bytes are no text; the clause says which.
    NotText(String),
    /// It is UTF-16, which only configurations may be.
    Wide,
    /// The system refuses it; the clause is the system's.
    Unreadable(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Missing => f.write_str("no such file or folder"),
            Refusal::Outside => f.write_str("it is outside of the project (give --root to allow it)"),
            Refusal::NotAFile(kind) => write!(f, "it is not a file but {kind}"),
            Refusal::TooLarge => f.write_str("it is larger than 16 MiB"),
            Refusal::NotText(why) | Refusal::Unreadable(why) => f.write_str(why),
            Refusal::Wide => f.write_str("it is UTF-16"),
        }
    }
}

/// A text of the project.
#[derive(Clone, Debug)]
struct Text {
    source: Arc<Source>,
    /// It was UTF-16: only the loader of configurations reads that.
    wide: bool,
}

impl Text {
    /// The source, unless it was UTF-16.
    fn narrow(self) -> Result<Arc<Source>, Refusal> {
        if self.wide { Err(Refusal::Wide) } else { Ok(self.source) }
    }
}

/// What reading a path came to.
#[derive(Clone, Debug)]
struct Known {
    /// The path out of all links.
    real: PathBuf,
    found: Result<Text, Refusal>,
}

/// All files that a run may read.
#[derive(Debug)]
pub struct Disk {
    /// The current folder, absolute.
    here: PathBuf,
    /// The folder that `--root` names, out of all links.
    root: Option<PathBuf>,
    /// Folders that were named on the command line, absolute: the root of what is below them when there is no repository.
    named: Vec<PathBuf>,
    /// Folders that were named by absolute paths: what belongs to them is shown so.
    absolute: Vec<PathBuf>,
    /// The roots of what was named, out of all links: nothing else is read. `None` when nothing was named: that of the current
    /// folder.
    granted: Option<Vec<PathBuf>>,
    memory: Option<memory::Files>,
    overlay: Overlay,
    texts: Mutex<texts::Texts>,
    folders: Mutex<HashMap<PathBuf, Arc<Vec<Entry>>>>,
    /// The files below folders that were walked, without those of the overlay.
    walks: Mutex<HashMap<PathBuf, Arc<walk::Walked>>>,
    roots: Mutex<HashMap<PathBuf, PathBuf>>,
    /// Folders, and where they are out of all links.
    real_folders: Mutex<HashMap<PathBuf, PathBuf>>,
    /// Folders, and the nearest folder with `.git` from there upwards.
    repositories: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    /// How much was searched of files that cannot be read, in bytes.
    peeked: Arc<AtomicU64>,
    /// What was left out, and why.
    left_out: Arc<Mutex<BTreeSet<(PathBuf, String)>>>,
}

impl Default for Disk {
    fn default() -> Disk {
        Disk::of_run(&[], None)
    }
}

impl Disk {
    /// The files that a run over these paths may read; `root` is that of `--root`.
    #[must_use]
    pub fn of_run(paths: &[PathBuf], root: Option<&Path>) -> Disk {
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let mut disk = Disk {
            here,
            root: root.map(real_path),
            named: Vec::new(),
            absolute: Vec::new(),
            granted: None,
            memory: None,
            overlay: Overlay::default(),
            texts: Mutex::default(),
            folders: Mutex::default(),
            walks: Mutex::default(),
            roots: Mutex::default(),
            real_folders: Mutex::default(),
            repositories: Mutex::default(),
            peeked: Arc::default(),
            left_out: Arc::default(),
        };
        let (mut folders, mut is_refused) = (Vec::new(), false);
        for path in paths {
            let absolute = disk.absolute(path);
            let folder = if disk.is_folder(path) { Some(absolute.as_path()) } else { absolute.parent() };
            if let Some(folder) = folder.map(Path::to_path_buf) {
                if disk.leads_out(&folder) {
                    is_refused = true;
                    continue;
                }
                folders.push(folder.clone());
                if path.is_absolute() {
                    disk.absolute.push(folder.clone());
                }
                // A file below the current folder belongs to the project there.
                if absolute != folder && folder.starts_with(&disk.here) {
                    continue;
                }
                disk.named.push(folder);
            }
        }
        if is_refused || !folders.is_empty() {
            disk.granted = Some(Vec::new());
            disk.grant(folders);
        }
        disk
    }

    /// The same files, and those of the projects of these folders, which an editor opened.
    #[must_use]
    pub(crate) fn with_folders(mut self, folders: &[PathBuf]) -> Disk {
        self.named.extend(folders.iter().cloned());
        self.grant(folders.to_vec());
        self
    }

    /// Allows to read in the projects of these folders.
    fn grant(&mut self, folders: impl IntoIterator<Item = PathBuf>) {
        let mut granted = self.granted.take().unwrap_or_else(|| vec![self.root_of(&self.here)]);
        for folder in folders {
            let root = self.root_of(&folder);
            if !granted.contains(&root) {
                granted.push(root);
            }
        }
        self.granted = Some(granted);
    }

    /// A project that is only in memory: names with `/`, relative to its root, and their texts.
    #[must_use]
    pub fn in_memory(files: impl IntoIterator<Item = (String, String)>) -> Disk {
        let here = PathBuf::from("/");
        let files = memory::Files::new(files.into_iter().map(|(name, text)| (plain(&here.join(name)), text)));
        Disk {
            root: Some(here.clone()),
            granted: Some(vec![here.clone()]),
            here,
            memory: Some(files),
            ..Disk::of_run(&[], None)
        }
    }

    /// The paths at which these texts differ from the present ones.
    pub(crate) fn changed<'o>(&'o self, overlay: &'o Overlay) -> impl Iterator<Item = &'o PathBuf> {
        let differs = |path: &&PathBuf| self.overlay.get(*path) != overlay.get(*path);
        self.overlay.keys().filter(|path| !overlay.contains_key(*path)).chain(overlay.keys()).filter(differs)
    }

    /// The same files under these texts. What was read before is read again only where a text over it differs.
    #[must_use]
    pub(crate) fn with_overlay(&self, overlay: &Overlay) -> Disk {
        let is_same = |real: &Path| self.overlay.get(real) == overlay.get(real);
        let texts = lock(&self.texts).of(&is_same);
        // A text that is there no more or new changes what a folder holds.
        let is_alike = self.overlay.keys().eq(overlay.keys());
        let folders = if is_alike { lock(&self.folders).clone() } else { HashMap::default() };
        let mut disk = Disk {
            here: self.here.clone(),
            root: self.root.clone(),
            named: self.named.clone(),
            absolute: self.absolute.clone(),
            granted: self.granted.clone(),
            memory: self.memory.clone(),
            overlay: Arc::clone(overlay),
            texts: Mutex::new(texts),
            folders: Mutex::new(folders),
            walks: Mutex::new(lock(&self.walks).clone()),
            roots: Mutex::new(lock(&self.roots).clone()),
            // Links may change while an editor is open.
            real_folders: Mutex::default(),
            repositories: Mutex::default(),
            peeked: Arc::clone(&self.peeked),
            left_out: Arc::clone(&self.left_out),
        };
        let folders: BTreeSet<PathBuf> =
            overlay.keys().filter_map(|path| path.parent()).map(Path::to_path_buf).collect();
        disk.grant(folders);
        disk
    }

    /// A path from the root of the file system, without `.` and `..`.
    #[must_use]
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        plain(&self.here.join(path))
    }

    /// A path as users gave it or would: relative to the current folder, with `/`, unless it was named as an absolute one.
    #[must_use]
    pub(crate) fn shown(&self, path: &Path) -> String {
        let path = self.absolute(path);
        let is_absolute = self.absolute.iter().any(|folder| {
            path.starts_with(folder) || self.root_of(folder) == self.root_of(path.parent().unwrap_or(&path))
        });
        let shown = if is_absolute { path } else { relative(&path, &self.here) };
        let shown = if shown.as_os_str().is_empty() { PathBuf::from(".") } else { shown };
        shown.to_string_lossy().replace('\\', "/")
    }

    /// Whether a path leads to a file or folder.
    #[must_use]
    pub(crate) fn exists(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.overlay.contains_key(&path)
            || match &self.memory {
                Some(files) => files.get(&path).is_some() || files.is_folder(&path),
                None => fs::metadata(&path).is_ok_and(|data| data.is_file() || data.is_dir()),
            }
    }

    /// Whether a path leads to a plain file (or a text that is not written yet).
    #[must_use]
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.overlay.contains_key(&path)
            || match &self.memory {
                Some(files) => files.get(&path).is_some(),
                None => fs::metadata(&path).is_ok_and(|data| data.is_file()),
            }
    }

    /// Whether a path leads to a folder.
    #[must_use]
    pub(crate) fn is_folder(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        match &self.memory {
            Some(files) => files.is_folder(&path),
            None => fs::metadata(&path).is_ok_and(|data| data.is_dir()),
        }
    }

    /// The text of a file that belongs to a project: UTF-8 only.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read(&self, path: &Path) -> Result<Arc<Source>, Refusal> {
        self.known(path).found.and_then(Text::narrow)
    }

    /// The text of a file of the project with this root, out of all links.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read_below(&self, root: &Path, path: &Path) -> Result<Arc<Source>, Refusal> {
        let Known { real, found } = self.known(path);
        let source = found.and_then(Text::narrow)?;
        if real.starts_with(root) { Ok(source) } else { Err(Refusal::Outside) }
    }

    /// The text of a configuration: UTF-8, or UTF-16 with a byte order mark, as the loader of Kratos reads it.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read_configuration(&self, path: &Path) -> Result<Arc<Source>, Refusal> {
        self.known(path).found.map(|text| text.source)
    }

    /// The bytes of a file of the project with this root, out of all links, whatever they are.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn bytes_below(&self, root: &Path, path: &Path) -> Result<Vec<u8>, Refusal> {
        let path = self.absolute(path);
        let real = self.real(&path);
        let text = self.overlay.get(&real).map(String::as_str);
        let bytes = match (text, &self.memory) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(files)) => files.get(&path).ok_or(Refusal::Missing)?.as_bytes().to_vec(),
            (None, None) => self.bytes(&real, &path)?,
        };
        if real.starts_with(root) { Ok(bytes) } else { Err(Refusal::Outside) }
    }

    fn known(&self, path: &Path) -> Known {
        let path = self.absolute(path);
        if let Some(known) = lock(&self.texts).get(&path) {
            return known.clone();
        }
        let real = self.real(&path);
        let known = Known { found: self.text_now(&path, &real), real };
        lock(&self.texts).add(path, known.clone());
        known
    }

    fn text_now(&self, path: &Path, real: &Path) -> Result<Text, Refusal> {
        if let Some(text) = self.overlay.get(real) {
            return Ok(Text { source: Source::new(self.shown(path), text.clone()), wide: false });
        }
        let bytes = match &self.memory {
            Some(files) => files.get(path).ok_or(Refusal::Missing)?.as_bytes().to_vec(),
            None => self.bytes(real, path)?,
        };
        let wide = is_wide(&bytes);
        let text = decode(bytes).map_err(Refusal::NotText)?;
        Ok(Text { source: Source::new(self.shown(path), text), wide })
    }

    /// The bytes of a real path, for what was asked for as `path`.
    fn bytes(&self, real: &Path, path: &Path) -> Result<Vec<u8>, Refusal> {
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Refusal::Missing,
            _ => Refusal::Unreadable(plain_words(&error)),
        };
        // Asked before opening: a pipe would wait for its writer.
        let data = fs::metadata(real).map_err(refused)?;
        if !self.is_ours(real, path.parent().unwrap_or(path)) {
            return Err(Refusal::Outside);
        }
        if !data.is_file() {
            return Err(Refusal::NotAFile(kind_of(data.file_type())));
        }
        if data.len() > MAX_BYTES {
            return Err(Refusal::TooLarge);
        }
        bounded(fs::File::open(real).map_err(refused)?, data.len()).map_err(refused)?.ok_or(Refusal::TooLarge)
    }
}

/// The bytes of a stream that may have so many; none when there are more than [`MAX_BYTES`].
fn bounded(stream: impl Read, expected: u64) -> std::io::Result<Option<Vec<u8>>> {
    // One byte more shows the end without a larger buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(MAX_BYTES)).unwrap_or_default() + 1);
    stream.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_BYTES).then_some(bytes))
}

/// A thread that panicked with the lock held leaves the map as good as before.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path of a file out of all links.
#[must_use]
pub(crate) fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// An absolute path without `.` and `..`.
#[must_use]
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            part => plain.push(part),
        }
    }
    plain
}

/// An absolute path relative to a folder, with `..` where it is not below it.
fn relative(path: &Path, folder: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    // Nothing in common but the root: the absolute path is the shorter name.
    if shared <= 1 && folder.components().count() > 1 {
        return path.to_path_buf();
    }
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

fn kind_of(kind: fs::FileType) -> &'static str {
    if kind.is_dir() {
        return "a folder";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    "a device"
}

/// The words of the system without its error number.
pub(crate) fn plain_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

fn is_wide(bytes: &[u8]) -> bool {
    matches!(bytes.get(..2), Some([0xFF, 0xFE] | [0xFE, 0xFF]))
}

/// The text of bytes: UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// Says which byte is no text.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if !is_wide(&bytes) {
        return String::from_utf8(bytes).map_err(|error| {
            format!("byte {} is not valid UTF-8: Kratos cannot read it either", error.utf8_error().valid_up_to())
        });
    }
    if bytes.len() % 2 == 1 {
        return Err("this is not valid UTF-16".to_owned());
    }
    let from_bytes = if bytes.starts_with(&[0xFF, 0xFE]) { u16::from_le_bytes } else { u16::from_be_bytes };
    let units = bytes.chunks_exact(2).skip(1).filter_map(|pair| Some(from_bytes(pair.try_into().ok()?)));
    let units: Vec<u16> = units.collect();
    String::from_utf16(&units).map_err(|_| "this is not valid UTF-16".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_people_would() {
        let shown = |path: &str, folder: &str| relative(Path::new(path), Path::new(folder)).display().to_string();
        assert_eq!(shown("/a/b/c.yml", "/a/b"), "c.yml");
        assert_eq!(shown("/a/x/c.yml", "/a/b"), "../x/c.yml");
        assert_eq!(shown("/x/c.yml", "/a/b"), "/x/c.yml");
        assert_eq!(plain(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }

    #[test]
    fn a_project_in_memory_has_folders_and_texts_over_it() {
        let disk = Disk::in_memory([("a/kratos.yml".to_owned(), "x: 1".to_owned())]);
        assert_eq!(disk.read(Path::new("a/kratos.yml")).map(|source| source.text().to_owned()), Ok("x: 1".to_owned()));
        assert_eq!(disk.read(Path::new("b.yml")).err(), Some(Refusal::Missing));
        assert_eq!(*disk.list(Path::new("/")), [Entry { name: "a".to_owned(), is_folder: true }]);
        let over = Overlay::new(BTreeMap::from([(PathBuf::from("/a/new.yml"), "y: 2".to_owned())]));
        let disk = disk.with_overlay(&over);
        assert!(disk.is_file(Path::new("a/new.yml")));
        assert_eq!(disk.list(Path::new("a")).len(), 2);
        assert_eq!(disk.walk(Path::new("/")).len(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn nothing_outside_of_the_project_is_read() {
        let here = tempfile::tempdir().expect("a folder");
        let inside = here.path().join("project");
        fs::create_dir_all(inside.join(".git")).expect("made");
        fs::write(here.path().join("secret"), "outside").expect("written");
        std::os::unix::fs::symlink(here.path().join("secret"), inside.join("link.yml")).expect("linked");
        let disk = Disk::of_run(std::slice::from_ref(&inside), None);
        assert_eq!(disk.read(&inside.join("link.yml")).err(), Some(Refusal::Outside));
        assert_eq!(disk.read(&inside.join("../secret")).err(), Some(Refusal::Outside));
        assert_eq!(disk.read(&here.path().join("secret")).err(), Some(Refusal::Outside));
        assert!(disk.list(here.path()).is_empty());
        let wide = Disk::of_run(&[], Some(here.path()));
        assert!(wide.read(&inside.join("link.yml")).is_ok());
    }
}
