//! Writes a file in one step.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Checks that a file still holds the text that was read.
///
/// # Errors
/// Says that it changed meanwhile, or is written in UTF-16, which is left to its editor.
pub fn is_as_read(path: &Path, text: &str) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if bytes == text.as_bytes() {
        return Ok(());
    }
    Err(format!("{}: it is not written, for it changed meanwhile or is no UTF-8", path.display()))
}

/// Replaces a file by a new one of the same mode and owner, in one step. Symbolic links stay.
///
/// # Errors
/// Says why the file cannot be written; it is whole then, as before.
pub fn replace(path: &Path, text: &str) -> Result<(), String> {
    let fail = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let real = fs::canonicalize(path).map_err(|error| fail(&error))?;
    let before = fs::metadata(&real).map_err(|error| fail(&error))?;
    if before.permissions().readonly() {
        return Err(fail(&"the file is read-only"));
    }
    let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside: PathBuf = real.with_file_name(format!(".{name}.kratos-lint-{}", std::process::id()));
    let written = fs::OpenOptions::new().write(true).create_new(true).open(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        keep_owner(&file, &before)?;
        file.set_permissions(before.permissions())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, &real)).map_err(|error| {
        _ = fs::remove_file(&beside);
        fail(&error)
    })
}

#[cfg(unix)]
fn keep_owner(file: &fs::File, before: &fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    fchown(file, Some(before.uid()), Some(before.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) -> std::io::Result<()> {
    Ok(())
}
