//! The files of one command: all are written, or none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::{CLEAN, Failure, Outcome};
use crate::config;
use crate::discover::shown;
use crate::disk::{Disk, Overlay, named};
use crate::fix::{Change, write};
use crate::init::Setting;
use crate::init::given::{self, Known};
use crate::kratos::env;
use crate::kratos::secrets::{self, Secrets};
use crate::output::Printer;
use crate::text::Source;

/// Files and their new texts.
#[derive(Debug, Default)]
pub(super) struct Batch {
    files: Vec<File>,
    force: bool,
    /// What is said at the end.
    notes: Vec<String>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// The text that was read; none for a new file.
    before: Option<String>,
    text: String,
    /// Whether it holds a configuration of Kratos.
    is_unit: bool,
}

impl Batch {
    /// `force` overwrites files that are there.
    pub(super) fn new(force: bool) -> Batch {
        Batch { force, ..Batch::default() }
    }

    /// A file that is made.
    ///
    /// # Errors
    /// When it is there with another text, and is not to be overwritten.
    pub(super) fn create(&mut self, path: PathBuf, text: String, is_unit: bool) -> Result<(), Failure> {
        let before = present(&path).unwrap_or_default();
        if before.as_deref() == Some(&text) {
            return Ok(());
        }
        if !self.force && named::is_taken(&path) {
            return Err(is_there(&path));
        }
        self.files.push(File { path, before, text, is_unit });
        Ok(())
    }

    /// A file that is made unless there is one of that name.
    ///
    /// # Errors
    /// Never for a file that is there.
    pub(super) fn create_if_absent(&mut self, path: PathBuf, text: String) -> Result<(), Failure> {
        let is_same = present(&path).is_ok_and(|before| before.as_deref() == Some(&text));
        if self.force || is_same || !named::is_taken(&path) {
            return self.create(path, text, false);
        }
        self.note(format!("{} is there: it is left as it is", shown(&path)));
        Ok(())
    }

    /// A configuration that is changed.
    pub(super) fn change(&mut self, path: PathBuf, before: String, text: String) {
        if before != text {
            self.files.push(File { path, before: Some(before), text, is_unit: true });
        }
    }

    /// An identity schema that is changed.
    pub(super) fn change_schema(&mut self, path: PathBuf, before: String, text: String) {
        if before != text {
            self.files.push(File { path, before: Some(before), text, is_unit: false });
        }
    }

    /// Says in the settings of the linter what the environment gives, and which findings are meant.
    ///
    /// # Errors
    /// When the settings cannot be changed.
    pub(super) fn settings(&mut self, unit: &Path, names: &[String], known: &[Known]) -> Result<(), Failure> {
        if names.is_empty() && known.is_empty() {
            return Ok(());
        }
        let path = settings_of(unit);
        let (before, now) = self.take(&path)?.unwrap_or_default();
        let text = given::added(&now, names, known).map_err(|why| Failure(format!("{}: {why}", path.display())))?;
        if before.as_deref() != Some(&text) {
            self.files.push(File { path, before, text, is_unit: false });
        }
        Ok(())
    }

    /// Says in the settings of the linter what the hooks of a list need from the environment now, where they said it before; before
    /// [`Batch::settings`].
    ///
    /// # Errors
    /// When the settings cannot be changed.
    pub(super) fn list_settings(&mut self, unit: &Path, list: &str, needed: &[Setting]) -> Result<(), Failure> {
        let path = settings_of(unit);
        let Some((before, now)) = self.take(&path)? else { return Ok(()) };
        let names: Vec<String> = needed.iter().map(|setting| setting.name.clone()).collect();
        let text = given::renamed(&now, list, &names).map_err(|why| Failure(format!("{}: {why}", path.display())))?;
        let text = text.unwrap_or(now);
        if before.as_deref() != Some(&text) {
            self.files.push(File { path, before, text, is_unit: false });
        }
        Ok(())
    }

    /// The text of a file that was read and the text that it has by now; none when there is no such file.
    fn take(&mut self, path: &Path) -> Result<Option<(Option<String>, String)>, Failure> {
        let changed = self.files.iter().position(|file| file.path == path);
        if let Some(file) = changed.map(|index| self.files.remove(index)) {
            return Ok(Some((file.before, file.text)));
        }
        Ok(present(path)?.map(|text| (Some(text.clone()), text)))
    }

    /// Gives the rows about a configuration in the settings of the linter other keys; before [`Batch::settings`].
    pub(super) fn rekey(&mut self, unit: &Path, key_of: &dyn Fn(&str) -> Option<String>) {
        let path = settings_of(unit);
        let Ok(Some(before)) = present(&path) else { return };
        let text = given::rekeyed(&before, &relative(unit, &path), key_of);
        if before != text {
            self.files.push(File { path, before: Some(before), text, is_unit: false });
        }
    }

    /// Says that the variables of a hook have another name now: it has another index in its list.
    pub(super) fn renamed(&mut self, list: &str, from: usize, to: usize) {
        let name = env::of_path(list);
        self.note(format!("rename the variables {name}_{from}_…: this hook has the index {to} now"));
    }

    /// Says what the environment must have.
    pub(super) fn needed(&mut self, settings: &[Setting]) {
        if settings.is_empty() {
            return;
        }
        self.note("Kratos starts only if its environment has:");
        for setting in settings {
            self.note(format!("  {}={}", setting.name, setting.value.as_deref().map_or("<the secret>", secrets::hook)));
        }
        if settings.iter().any(|setting| setting.value.is_some()) {
            self.note("  (without them Kratos empties the hooks before the one with the secret)");
        }
    }

    /// Says something when all is done.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The texts as the linter would read them.
    pub(super) fn overlay(&self) -> Overlay {
        let disk = Disk::default();
        Arc::new(self.files.iter().map(|file| (disk.real(&file.path), file.text.clone())).collect())
    }

    /// Writes the files, or shows what would change.
    ///
    /// # Errors
    /// When a file changed meanwhile or cannot be written; all are as before then.
    pub(super) fn finish(self, diff: bool, out: &mut Printer<'_>) -> Outcome {
        if diff {
            self.show(out)?;
        } else {
            self.write()?;
        }
        self.notes.iter().for_each(crate::cli::terminal::note);
        Ok(CLEAN)
    }

    /// Shows what would change.
    pub(super) fn show(&self, out: &mut Printer<'_>) -> Result<(), Failure> {
        for file in &self.files {
            let path = shown(&file.path);
            if file.before.is_none() && !file.is_unit {
                // All of it is our own.
                crate::output::patch::new(&path, &file.text, out)?;
                continue;
            }
            let is_settings = file.path.file_name().is_some_and(|name| name == config::FILE_NAME);
            let before = Source::new(path.as_str(), file.before.clone().unwrap_or_default());
            let change = Change { path, before, after: file.text.clone() };
            crate::output::patch::write(&change, file.is_unit || is_settings, &Secrets::default(), out)?;
        }
        Ok(())
    }

    fn write(&self) -> Result<(), Failure> {
        for file in &self.files {
            match &file.before {
                Some(before) => write::is_as_read(&file.path, before).map_err(Failure)?,
                None if !self.force && named::is_taken(&file.path) => return Err(is_there(&file.path)),
                None => {}
            }
        }
        let texts: Vec<(PathBuf, String)> =
            self.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
        write::all(&texts, true).map_err(Failure)?;
        for file in &self.files {
            let what = if file.before.is_some() { "changed" } else { "written" };
            crate::cli::terminal::note(format!("{} {what}", shown(&file.path)));
        }
        Ok(())
    }
}

fn is_there(path: &Path) -> Failure {
    Failure(format!("{} is there already: --force overwrites it", path.display()))
}

/// A configuration as the settings at a path name it.
pub(super) fn relative(unit: &Path, settings: &Path) -> String {
    let disk = Disk::default();
    let (unit, settings) = (disk.real(unit), disk.real(settings));
    let folder = settings.parent().unwrap_or(Path::new("/"));
    unit.strip_prefix(folder).unwrap_or(&unit).to_string_lossy().replace('\\', "/")
}

/// The settings that hold for a configuration in the current folder: the nearest file up to the root of its project, else one
/// in the current folder, or beside the configuration when that is elsewhere.
pub(super) fn settings_of(unit: &Path) -> PathBuf {
    let disk = Disk::default();
    let (here, file) = (disk.real(Path::new(".")), disk.real(unit));
    if !file.starts_with(&here) {
        return unit.parent().unwrap_or(Path::new("")).join(config::FILE_NAME);
    }
    match config::above(&[file], &disk) {
        Some(found) => PathBuf::from(disk.shown(&found)),
        None => PathBuf::from(config::FILE_NAME),
    }
}

/// The text of a file, if there is one.
fn present(path: &Path) -> Result<Option<String>, Failure> {
    named::text_if_there(path).map_err(|why| Failure(format!("{}: {why}", shown(path))))
}
