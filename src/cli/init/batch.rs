//! The files of one command: all are written, or none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::GitignoreBuilder;

use crate::cli::{CLEAN, Failure, Outcome};
use crate::config;
use crate::discover::{self, shown};
use crate::disk::{Disk, Overlay, named};
use crate::fix::{Change, write};
use crate::init::given::{self, Known};
use crate::init::scaffold::{self, Placed, Planned};
use crate::init::{Setting, edit, pointer};
use crate::key;
use crate::kratos::env;
use crate::kratos::hooks;
use crate::kratos::secrets::{self, Secrets};
use crate::output::Printer;
use crate::text::Source;
use crate::unit::Unit;

/// Files and their new texts.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Whether the settings are for other configurations too, once that was asked.
    is_shared: Option<bool>,
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

    /// An identity schema or a body that is changed.
    pub(super) fn change_document(&mut self, path: PathBuf, before: String, text: String) {
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
        let fails = |why: String| Failure(format!("{}: {why}", path.display()));
        let text = match given::renamed(&now, list, &names).map_err(fails)? {
            Some(text) if text != now && self.is_shared(unit, &path) => {
                given::added(&now, &names, &[]).map_err(fails)?
            }
            text => text.unwrap_or(now),
        };
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

    /// Gives the variables and the rows about a configuration (as it was) in the settings of the linter the indexes that its hooks
    /// have now; before [`Batch::settings`]. `key_of` says what becomes of a pointer, none that its hook is gone.
    ///
    /// # Errors
    /// When the settings cannot be changed.
    pub(super) fn rekey(
        &mut self,
        file: &Path,
        before: &Unit,
        key_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), Failure> {
        let path = settings_of(file);
        let Some((read, now)) = self.take(&path)? else { return Ok(()) };
        let own = relative(file, &path);
        let root = before.root();
        let rekeyed = |is_meant: &dyn Fn(Option<&str>) -> bool| {
            given::rekeyed(&now, is_meant, &|key| {
                let (pointer, is_by_name) = key::resolved(root, key);
                let new = key_of(&pointer)?;
                let list = |pointer: &str| pointer.rsplit_once('/').map(|(list, _)| list.to_owned());
                let is_as_before = new == pointer || is_by_name && list(&new) == list(&pointer);
                Some(if is_as_before { key.to_owned() } else { key::written_as(&new, key) })
            })
        };
        let lists: Vec<String> = root.map(hooks::lists).unwrap_or_default().iter().map(path_of_list).collect();
        let fails = |why: String| Failure(format!("{}: {why}", path.display()));
        let text = rekeyed(&|row| row.is_none_or(|row| is_about(row, &own)));
        let mut text = given::renumbered(&text, &lists, key_of).map_err(fails)?;
        if text != now && self.is_shared(file, &path) {
            text = rekeyed(&|row| row.is_some_and(|row| row.trim_start_matches('/') == own));
            text = given::numbered_too(&text, &lists, key_of).map_err(fails)?;
        }
        if read.as_deref() != Some(&text) {
            self.files.push(File { path, before: read, text, is_unit: false });
        }
        Ok(())
    }

    /// Whether the settings are for other configurations with hooks, too: what they say may be about those.
    fn is_shared(&mut self, file: &Path, settings: &Path) -> bool {
        if let Some(is_shared) = self.is_shared {
            return is_shared;
        }
        let is_shared = has_others(file, settings);
        if is_shared {
            self.note(format!("{} is for other configurations too: what may be about them stays", shown(settings)));
        }
        *self.is_shared.insert(is_shared)
    }

    /// The same after hooks were put into their lists, one after the other.
    ///
    /// # Errors
    /// When the settings cannot be changed.
    pub(super) fn follow(&mut self, file: &Path, before: &Unit, planned: &[&Planned]) -> Result<(), Failure> {
        let placed: Vec<&Placed> = planned.iter().flat_map(|planned| &planned.placed).collect();
        if placed.is_empty() {
            return Ok(());
        }
        let shift = |key: String, placed: &&Placed| edit::with(&key, &pointer(&placed.path), placed.index);
        self.rekey(file, before, &|key| Some(placed.iter().fold(key.to_owned(), shift)))?;
        let Some(last) = planned.last() else { return Ok(()) };
        for placed in placed {
            self.list_settings(file, &placed.path, &scaffold::list_settings(&last.unit, &placed.path))?;
        }
        Ok(())
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
            self.note(EARLIER);
        }
    }

    /// The new files.
    pub(super) fn made(&self) -> Vec<PathBuf> {
        self.files.iter().filter(|file| file.before.is_none()).map(|file| file.path.clone()).collect()
    }

    /// Whether no file is changed or made.
    pub(super) fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.before.as_deref() == Some(&file.text))
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
            // In a new file the comments are ours.
            let is_new = file.before.is_none();
            let is_own = |line: &str| crate::init::is_own(line) || is_new && line.trim_start().starts_with('#');
            crate::output::patch::write(&change, (file.is_unit || is_settings, &is_own), &Secrets::default(), out)?;
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

/// Whether another configuration with hooks is below the folder of the settings.
fn has_others(file: &Path, settings: &Path) -> bool {
    let folder = settings.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = Disk::of_run(&[folder.to_path_buf()], None);
    let own = disk.absolute(file);
    let has_hooks =
        |unit: &Unit| unit.root().is_some_and(|root| hooks::lists(root).iter().any(|list| !list.hooks.is_empty()));
    let mut others = discover::walk(folder, &disk).into_iter().filter(|path| disk.absolute(path) != own);
    others.any(|path| discover::met(&path, &disk).is_ok_and(|units| units.iter().any(has_hooks)))
}

/// Whether the `file` of a row is about a configuration, or about a document that belongs to one.
fn is_about(row: &str, own: &str) -> bool {
    let mut globs = GitignoreBuilder::new("");
    let globs = globs.add_line(None, row).ok().and_then(|globs| globs.build().ok());
    row.ends_with("sonnet") || globs.is_some_and(|globs| globs.matched_path_or_any_parents(own, false).is_ignore())
}

/// The path of a list, keys joined by dots.
fn path_of_list(list: &hooks::HookList<'_>) -> String {
    list.node.pointer().trim_start_matches('/').replace('/', ".")
}

/// Why the variables of a secret are not enough.
const EARLIER: &str =
    "  Set all of them: when a variable sets one hook of a list, Kratos empties each earlier hook that has no variable";

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
