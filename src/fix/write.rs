//! The one writer: a file is there as a whole, new or as before, whatever happens meanwhile.
//!
//! The text goes into a file beside the real one, which then takes its name. That file has a fixed name, so that what a killed
//! run leaves is replaced by the next one.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use crate::disk::{named, plain_words};

/// Checks that a file still holds the text that was read.
///
/// # Errors
/// Says that it changed meanwhile, or is written in UTF-16, which is left to its editor.
pub(crate) fn is_as_read(path: &Path, text: &str) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if bytes == text.as_bytes() {
        return Ok(());
    }
    let is_utf8 = std::str::from_utf8(&bytes).is_ok();
    let why = if is_utf8 { "it changed in the meantime" } else { "it is not UTF-8, save it as UTF-8 first" };
    Err(format!("{}: not written: {why}", path.display()))
}

/// Replaces a file by a new one of the same mode and owner. A link stays, and may lead below `root` only, or, without one, below
/// the root of the project in which it is.
///
/// # Errors
/// Says why the file cannot be written; it is whole then, as before.
pub(crate) fn replace(path: &Path, text: &str, root: Option<&Path>) -> Result<(), String> {
    let real = target(path, root)?;
    let staged = Staged::new(&real, text.as_bytes(), true);
    staged.and_then(Staged::commit).map_err(|error| refused(path, &error))
}

/// Writes a report: replaces a file, or makes a new one. Devices and the streams of the process are written to as they are.
///
/// # Errors
/// Says why it cannot be written; a file that was there is whole then, as before.
pub(crate) fn report(path: &Path, text: &[u8], root: Option<&Path>) -> Result<(), String> {
    printed(path, &|out| out.write_all(text), root)
}

/// The same for a text that is written piece by piece.
///
/// # Errors
/// See [`report`].
pub(crate) fn printed(path: &Path, print: &Print<'_>, root: Option<&Path>) -> Result<(), String> {
    let fail = |error: io::Error| refused(path, &error);
    match path.to_str() {
        Some("/dev/stdout") => return buffered(io::stdout(), print).map_err(fail),
        Some("/dev/stderr") => return buffered(io::stderr(), print).map_err(fail),
        _ => {}
    }
    match fs::metadata(path) {
        Ok(data) if is_device(&data) => {
            return File::create(path).and_then(|file| buffered(file, print)).map_err(fail);
        }
        Ok(data) if !data.is_file() => return Err(format!("{}: not a file", path.display())),
        _ => {}
    }
    let real = target(path, root)?;
    Staged::printed(&real, print, false).and_then(Staged::commit).map_err(fail)
}

/// Why a file cannot be written, in words for users.
pub(crate) fn refused(path: &Path, error: &io::Error) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let why = match (error.kind(), folder) {
        (io::ErrorKind::NotFound, Some(folder)) if !folder.exists() => format!("no such folder: {}", folder.display()),
        (io::ErrorKind::NotADirectory, _) => "a part of this path is a file, not a folder".to_owned(),
        _ => plain_words(error),
    };
    format!("{}: {why}", path.display())
}

/// Writes a text piece by piece: a report over many files is longer than there is room for.
pub(crate) type Print<'p> = dyn Fn(&mut dyn io::Write) -> io::Result<()> + 'p;

fn buffered(out: impl io::Write, print: &Print<'_>) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    print(&mut out)?;
    out.flush()
}

/// Makes new files, all or none, with the folders that they need. `force` replaces files that are there.
///
/// # Errors
/// Says what is there already, or why a file cannot be written; everything is as before then.
pub(crate) fn all(files: &[(PathBuf, String)], force: bool) -> Result<(), String> {
    let there = files.iter().find(|(path, _)| named::is_taken(path));
    if let Some((path, _)) = there.filter(|_| !force) {
        return Err(format!("{} is there already: --force overwrites it", path.display()));
    }
    let mut folders = Vec::new();
    let written = all_staged(files, &mut folders);
    if written.is_err() {
        // Only those that are empty again go.
        folders.iter().rev().for_each(|folder| _ = fs::remove_dir(folder));
    }
    written
}

fn all_staged(files: &[(PathBuf, String)], folders: &mut Vec<PathBuf>) -> Result<(), String> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let fail = |error: io::Error| refused(path, &error);
        make_folders(path, folders).map_err(fail)?;
        staged.push(Staged::new(&target(path, None)?, text.as_bytes(), false).map_err(fail)?);
    }
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for file in staged {
        let (real, before) = (file.real.clone(), fs::read(&file.real).ok());
        if let Err(error) = file.commit() {
            for (path, before) in done {
                undo(&path, before);
            }
            return Err(refused(&real, &error));
        }
        done.push((real, before));
    }
    Ok(())
}

/// Makes the folders around a file, and notes which those are.
fn make_folders(path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> =
        path.ancestors().skip(1).take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder)?;
        made.push(folder.to_path_buf());
    }
    Ok(())
}

fn undo(path: &Path, before: Option<Vec<u8>>) {
    _ = match before {
        Some(bytes) => Staged::new(path, &bytes, false).and_then(Staged::commit),
        None => fs::remove_file(path),
    };
}

/// The real path of a file that is to be written.
fn target(path: &Path, root: Option<&Path>) -> Result<PathBuf, String> {
    let fail = |error: io::Error| refused(path, &error);
    let name = path.file_name().ok_or_else(|| format!("{}: not a file", path.display()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = fs::canonicalize(folder).map_err(fail)?.join(name);
    // A link that leads nowhere is replaced.
    let real = fs::canonicalize(path).unwrap_or(beside);
    let Some(link) = first_link(path).map_err(fail)? else { return Ok(real) };
    let allowed = match root {
        Some(root) => Some(fs::canonicalize(root).map_err(fail)?),
        None => root_of_link(&link),
    };
    if allowed.is_some_and(|root| !real.starts_with(root)) {
        return Err(format!(
            "{}: a link leads out of the project, to {}: --root allows it",
            path.display(),
            real.display()
        ));
    }
    Ok(real)
}

/// The first link on the way to a file.
fn first_link(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut at = std::env::current_dir()?;
    for part in path.components() {
        match part {
            Component::ParentDir => _ = at.pop(),
            Component::CurDir => {}
            part => {
                at.push(part);
                if fs::symlink_metadata(&at).is_ok_and(|data| data.is_symlink()) {
                    return Ok(Some(at));
                }
            }
        }
    }
    Ok(None)
}

/// The root of the project in which a link is: what its owner put there may lead only below it. None for links of the system.
fn root_of_link(link: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(link.parent()?).ok()?;
    if let Some(root) = folder.ancestors().find(|folder| folder.join(".git").exists()) {
        return Some(root.to_path_buf());
    }
    let here = fs::canonicalize(".").ok()?;
    folder.starts_with(&here).then_some(here)
}

#[cfg(unix)]
fn is_device(data: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    data.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// A text that is written and synchronised beside the file whose name it will take.
struct Staged {
    real: PathBuf,
    beside: PathBuf,
    file: File,
}

impl Staged {
    fn new(real: &Path, text: &[u8], must_exist: bool) -> io::Result<Staged> {
        Staged::printed(real, &|out| out.write_all(text), must_exist)
    }

    fn printed(real: &Path, print: &Print<'_>, must_exist: bool) -> io::Result<Staged> {
        let before = match fs::metadata(real) {
            Ok(data) => Some(data),
            Err(error) if must_exist || error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => None,
        };
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Err(io::Error::other("not a file"));
        }
        if before.as_ref().is_some_and(|before| before.permissions().readonly()) {
            return Err(io::Error::other("the file is read-only"));
        }
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let beside = real.with_file_name(format!(".{name}.kratos-lint"));
        // What a killed run left; a link is removed, not followed.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = File::options().write(true).create_new(true).open(&beside)?;
        let staged = Staged { real: real.to_path_buf(), beside, file };
        buffered(&staged.file, print)?;
        if let Some(before) = before {
            keep_owner(&staged.file, &before)?;
            staged.file.set_permissions(before.permissions())?;
        }
        staged.file.sync_all()?;
        Ok(staged)
    }

    fn commit(self) -> io::Result<()> {
        if !self.is_ours() {
            return Err(io::Error::other("another run writes it at the same time"));
        }
        fs::rename(&self.beside, &self.real)
    }

    /// Whether the file beside is still the one that was written.
    #[cfg(unix)]
    fn is_ours(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let id = |data: Metadata| (data.dev(), data.ino());
        let there = fs::symlink_metadata(&self.beside).map(id).ok();
        there.is_some() && there == self.file.metadata().map(id).ok()
    }

    #[cfg(not(unix))]
    fn is_ours(&self) -> bool {
        self.beside.exists()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.is_ours() {
            _ = fs::remove_file(&self.beside);
        }
    }
}

#[cfg(unix)]
fn keep_owner(file: &File, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    fchown(file, Some(before.uid()), Some(before.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
