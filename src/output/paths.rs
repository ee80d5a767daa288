//! Paths in reports for machines: relative to the repository, whatever the current folder.

use std::cell::LazyCell;
use std::path::Path;

use crate::disk::Disk;

/// Says where files stand in their repository.
pub struct Paths(LazyCell<Disk, Box<dyn FnOnce() -> Disk>>);

impl Default for Paths {
    fn default() -> Paths {
        Paths::of(Disk::default)
    }
}

impl Paths {
    /// The paths of a run. The files are looked for when a format asks for them; lines do not.
    #[must_use]
    pub(crate) fn of(disk: impl FnOnce() -> Disk + 'static) -> Paths {
        Paths(LazyCell::new(Box::new(disk)))
    }

    /// The files of the run.
    pub(super) fn disk(&self) -> &Disk {
        &self.0
    }

    /// A place such as `path:12`, with the path relative to the root of its repository.
    pub(super) fn place_in_repository(&self, place: &str) -> String {
        match place
            .rsplit_once(':')
            .filter(|(_, line)| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
        {
            Some((path, line)) => format!("{}:{line}", self.in_repository(path)),
            None => self.in_repository(place),
        }
    }

    /// A text in which files of the repository of `file` are relative to it, where `file` is absolute.
    pub(super) fn relative(&self, text: &str, file: &str) -> String {
        let inside = self.in_repository(file);
        match file.strip_suffix(inside.as_str()) {
            Some(root) if Path::new(root).is_absolute() => text.replace(root, ""),
            _ => text.to_owned(),
        }
    }

    /// A path relative to the root of its repository, with `/`; as it is when it leads elsewhere.
    pub(super) fn in_repository(&self, path: &str) -> String {
        let absolute = self.0.absolute(Path::new(path));
        let folder = absolute.parent().unwrap_or(&absolute);
        let root = self.0.root_of(folder);
        let inside = |path: &Path| path.strip_prefix(&root).ok().map(Path::to_path_buf);
        match inside(&absolute).or_else(|| inside(&self.0.real(&absolute))) {
            Some(inside) if !inside.as_os_str().is_empty() => inside.to_string_lossy().replace('\\', "/"),
            _ => path.to_owned(),
        }
    }
}
