//! What the threads of the server share: the open buffers, the folders, and what the last check found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

use super::position::Encoding;
use super::uri;
use crate::check::{Target, UnitReport};
use crate::config::{self, Config};
use crate::deployment::{Deployment, Project};
use crate::disk::{Disk, Overlay};
use crate::evaluation::{Budget, Memory};
use crate::settings::Settings;
use crate::text::Place;
use crate::unit::Unit;

/// The findings of a file, each as the text of its JSON in the protocol: a tenth of what the values take, and kept once wherever they
/// are.
pub(super) type Findings = Arc<Vec<String>>;

/// The findings of a configuration by file.
pub(super) type ByFile = HashMap<PathBuf, Findings>;

/// A buffer that is open in the editor.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The address by which the client names it.
    pub(super) uri: String,
    /// The version that the client gave the text.
    pub(super) version: i64,
    /// The text as it is now.
    pub(super) text: String,
    /// The generation in which it was opened.
    pub(super) opened: u64,
}

/// What is known of a configuration since its last check.
#[derive(Debug)]
pub(super) struct Known {
    /// The path of its file, out of all links.
    pub(super) path: PathBuf,
    /// JSON pointer of the configuration in it.
    pub(super) at: String,
    /// What it was checked against.
    pub(super) target: Target,
    /// How its Kratos is started.
    pub(super) deployment: Arc<Deployment>,
    /// All files that it refers to, its own included; those that are missing too.
    pub(super) related: BTreeSet<PathBuf>,
    /// What was found.
    pub(super) report: UnitReport,
}

/// What was found last.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The texts of the last check that came to its end.
    pub(super) generation: u64,
    /// The configurations that are open, or that an open file belongs to.
    pub(super) units: Vec<Arc<Known>>,
    /// All findings as JSON of the protocol, by file.
    pub(super) by_file: Arc<ByFile>,
}

/// A virtual document that the client shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Watched {
    /// The version of its buffer, when it is open.
    pub(super) version: Option<i64>,
    /// The text that the client was told.
    pub(super) text: Option<String>,
}

/// Most virtual documents that are watched.
const MAX_WATCHED: usize = 200;

/// That of a workspace whose files were not read yet.
static NO_CONFIG: LazyLock<(PathBuf, Config)> = LazyLock::new(Default::default);

/// The state under the lock.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The open buffers, by path out of all links.
    pub(super) documents: BTreeMap<PathBuf, Document>,
    /// The virtual documents that the client shows, by address.
    pub(super) watched: BTreeMap<String, Watched>,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    /// The client named none: the projects of the files that it opens are the workspace.
    pub(super) is_without_folders: bool,
    /// Counts the changes of texts, files and settings.
    pub(super) generation: u64,
    /// The release that the client asks for.
    pub(super) asked: Option<Target>,
    /// The files of the workspace; `None` when they are to be looked for anew.
    pub(super) files: Option<Arc<Files>>,
    /// The files under the open buffers of a generation.
    project: Option<(u64, Arc<Project>)>,
    /// What the last check found.
    pub(super) results: Arc<Results>,
    /// The time for evaluations of the check that runs.
    running: Option<Arc<Budget>>,
    /// Whether the server ends.
    pub(super) is_over: bool,
    /// How the client counts characters.
    pub(super) encoding: Encoding,
}

/// What was found on the disk.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The disk, as it was when the last event told of a change.
    pub(super) project: Arc<Project>,
    /// `kratos-lint.toml` of each folder, that of the first folder first.
    configs: Vec<(PathBuf, Config)>,
    /// What is wrong with the first that cannot be read.
    pub(super) config_fault: Option<String>,
}

/// The texts and settings of one generation.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// Which one.
    pub(super) generation: u64,
    /// The files under the open buffers.
    pub(super) project: Arc<Project>,
    /// The disk and the own configuration.
    pub(super) files: Arc<Files>,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    /// The addresses and versions of the open buffers.
    pub(super) open: BTreeMap<PathBuf, (String, i64)>,
    /// The virtual documents that the client shows, by address.
    pub(super) watched: BTreeMap<String, Watched>,
    /// The release that the client asks for.
    pub(super) asked: Option<Target>,
    /// What the last check found.
    pub(super) results: Arc<Results>,
    /// How the client counts characters.
    pub(super) encoding: Encoding,
}

/// The state for all threads.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// What bodies came to: most keystrokes change none.
    answers: Arc<Memory>,
}

impl Shared {
    /// The state, locked.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a change: the check that runs is in vain.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.generation += 1;
        if let Some(running) = state.running.take() {
            running.stop();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for texts that are newer than a generation; `None` when the server ends.
    pub(super) fn next(&self, done: u64) -> Option<(Snapshot, Arc<Budget>)> {
        let mut state = self.lock();
        while state.generation == done && !state.is_over {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_over {
            return None;
        }
        let budget = Arc::new(Budget::remembering(&self.answers));
        state.running = Some(Arc::clone(&budget));
        Some((state.snapshot(), budget))
    }

    /// Whether a generation is still the newest.
    pub(super) fn is_newest(&self, generation: u64) -> bool {
        let state = self.lock();
        state.generation == generation && !state.is_over
    }
}

impl State {
    /// The texts and settings as they are now.
    pub(super) fn snapshot(&mut self) -> Snapshot {
        let files = Arc::clone(self.files.get_or_insert_with(|| Arc::new(Files::read(&self.folders))));
        let project = match &self.project {
            Some((generation, project)) if *generation == self.generation => Arc::clone(project),
            known => {
                let texts = self.documents.iter().map(|(path, document)| (path.clone(), document.text.clone()));
                let overlay: Overlay = Arc::new(texts.collect());
                let under = known.as_ref().map_or(&files.project, |(_, project)| project);
                let project = Arc::new(under.with_overlay(&overlay));
                self.project = Some((self.generation, Arc::clone(&project)));
                project
            }
        };
        let open =
            self.documents.iter().map(|(path, document)| (path.clone(), (document.uri.clone(), document.version)));
        Snapshot {
            generation: self.generation,
            project,
            open: open.collect(),
            watched: self.watched.clone(),
            files,
            folders: self.folders.clone(),
            asked: self.asked.clone(),
            results: Arc::clone(&self.results),
            encoding: self.encoding,
        }
    }

    /// The generation in which a buffer was opened.
    pub(super) fn opened_at(&self, uri: &str) -> u64 {
        self.documents.values().find(|document| document.uri == uri).map_or(0, |document| document.opened)
    }

    /// Notes that the client shows a virtual document, and the version of its buffer when that is open.
    pub(super) fn watch(&mut self, uri: &str, version: Option<i64>) {
        if self.watched.len() >= MAX_WATCHED && !self.watched.contains_key(uri) {
            return;
        }
        let watched = self.watched.entry(uri.to_owned()).or_default();
        watched.version = version.or(watched.version);
    }

    /// Makes the project of a file that is opened part of a workspace that has no folders.
    pub(super) fn adopt(&mut self, path: &Path) {
        let Some(folder) = path.parent().filter(|_| self.is_without_folders) else { return };
        if self.folders.iter().any(|known| path.starts_with(known)) {
            return;
        }
        // Without the folder in which the server was started: it may be the root of the system.
        let disk = Disk::default();
        let repository = folder.ancestors().find(|folder| disk.exists(&folder.join(".git")));
        let project = repository.unwrap_or(folder).to_path_buf();
        if self.folders.is_empty() {
            enter(&project);
        }
        self.folders.push(project);
        self.forget_files();
    }

    /// Forgets what was read from the disk.
    pub(super) fn forget_files(&mut self) {
        self.files = None;
        self.project = None;
    }
}

/// Paths are shown relative to the first folder, and kratos-lint.toml is looked for there.
pub(super) fn enter(folder: &Path) {
    _ = std::env::set_current_dir(folder);
}

impl Files {
    fn read(folders: &[PathBuf]) -> Files {
        let disk = Disk::of_run(&[], None).with_folders(folders);
        let mut config_fault = None;
        let mut whole = |found: Result<Config, String>| {
            found.unwrap_or_else(|why| {
                config_fault.get_or_insert(why);
                Config::default()
            })
        };
        let first = folders.first().cloned().unwrap_or_default();
        let mut configs = vec![(first, whole(config::find(&[], &disk)))];
        let others = folders.iter().skip(1);
        configs.extend(others.map(|folder| (folder.clone(), whole(config::of_folder(folder, &disk)))));
        let root = configs.first().and_then(|(_, config)| config.root());
        let disk = Disk::of_run(&[], root).with_folders(folders);
        Files { project: Arc::new(Project::of(disk)), configs, config_fault }
    }
}

impl Snapshot {
    /// The files.
    pub(super) fn disk(&self) -> &Disk {
        self.project.disk()
    }

    /// The own configuration for a file: that of the innermost folder around it.
    pub(super) fn config(&self, path: &Path) -> &Config {
        if let [(_, only)] = self.files.configs.as_slice() {
            return only;
        }
        let path = self.disk().real(path);
        let around = self.files.configs.iter().filter(|(folder, _)| path.starts_with(folder));
        let inmost = around.max_by_key(|(folder, _)| folder.components().count());
        &inmost.or(self.files.configs.first()).unwrap_or(&NO_CONFIG).1
    }

    /// The settings of a run over this file, with what evaluations may take.
    pub(super) fn settings(&self, path: &Path, trials: Arc<Budget>) -> Settings {
        Settings { project: Arc::clone(&self.project), trials, ..self.config(path).settings() }
    }

    /// The address of a file: as the client named it when it is open.
    pub(super) fn uri(&self, path: &Path) -> String {
        match self.open.get(path) {
            Some((uri, _)) => uri.clone(),
            None => uri::of(path),
        }
    }

    /// What is known of the configurations that a file belongs to.
    pub(super) fn belonging(&self, path: &Path) -> impl Iterator<Item = &Known> {
        self.results.units.iter().map(AsRef::as_ref).filter(move |known| known.related.contains(path))
    }

    /// What is known of a configuration in a file.
    pub(super) fn known(&self, path: &Path, unit: &Unit) -> Option<&Known> {
        self.results.units.iter().map(AsRef::as_ref).find(|known| known.path == path && known.at == unit.at)
    }

    /// Whether the bytes of a place are in this file.
    pub(super) fn holds(&self, path: &Path, place: &Place) -> bool {
        self.real(place.source.path()) == path
    }

    /// The path out of all links of a file as a report shows it.
    pub(super) fn real(&self, shown: &str) -> PathBuf {
        self.disk().real(Path::new(shown))
    }
}
