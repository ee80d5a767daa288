//! Servers without a file: their variables are all of their configuration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{By, Here, Project, Role, Start, Survey};
use crate::disk::Disk;
use crate::kratos::env::{Lookup, Names, Step};
use crate::kratos::version::Version;
use crate::text::Place;
use crate::unit::Unit;

/// Topmost keys that say what a server does: who sets one by a variable configures it so.
const TELLING: [&str; 2] = ["identity", "selfservice"];

impl Project {
    /// The servers without a file that a file, or the files below a folder, start.
    #[must_use]
    pub(crate) fn by_environment(&self, path: &Path) -> Vec<Unit> {
        let disk = self.disk();
        let path = disk.absolute(path);
        let folder = if disk.is_folder(&path) { path.as_path() } else { path.parent().unwrap_or(&path) };
        let survey = self.survey(&disk.root_of(folder));
        let is_here = |start: &Start| disk.absolute(Path::new(start.file())).starts_with(&path);
        let alone = survey.starts.iter().filter(|start| is_here(start) && is_alone(start, &survey));
        alone.map(|start| Unit::of_environment(start.place.clone(), start.at.clone())).collect()
    }
}

impl Project {
    /// The files below a folder that servers are started with, each once.
    #[must_use]
    pub(crate) fn started_with(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let disk = self.disk();
        let folder = disk.absolute(folder);
        let survey = self.survey(&disk.root_of(&folder));
        let servers = survey.starts.iter().filter(|start| start.role == Role::Serve);
        let servers = servers.filter(|start| start.is_of_ory() || start.image.is_absent());
        let of_start = |start: &Arc<Start>| -> Vec<PathBuf> {
            start.configurations().into_iter().filter_map(|path| of_project(start, path?, disk)).collect()
        };
        servers.flat_map(of_start).filter(|file| file.starts_with(&folder)).collect()
    }

    /// The files below a folder that servers are started with and of which none was checked, each with the place that says so.
    #[must_use]
    pub(crate) fn unchecked(&self, folder: &Path, is_checked: &dyn Fn(&Path) -> bool) -> Vec<(PathBuf, Place)> {
        let disk = self.disk();
        let folder = disk.absolute(folder);
        let of_start = |start: &Arc<Start>| {
            let files: Option<Vec<PathBuf>> =
                start.configurations().into_iter().map(|path| of_project(start, path?, disk)).collect();
            let files = files.filter(|files| !files.iter().any(|file| is_checked(file)))?;
            let first = files.into_iter().next().filter(|file| file.starts_with(&folder))?;
            Some((first, start.place.clone()))
        };
        let survey = self.survey(&disk.root_of(&folder));
        let starts =
            survey.starts.iter().filter(|start| start.role == Role::Serve && !start.is_variant && start.is_of_ory());
        starts.filter_map(of_start).collect()
    }
}

/// The file of the project that a path of a server leads to.
fn of_project(start: &Start, path: &str, disk: &Disk) -> Option<PathBuf> {
    match start.resolve(path) {
        Here::Path(path) => Some(disk.absolute(&path)).filter(|path| disk.holds_file(path)),
        _ => None,
    }
}

impl Start {
    /// The path of the file that says so.
    fn file(&self) -> &str {
        self.place.source.path()
    }

    /// Whether it surely runs `kratos serve` of the image that Ory publishes, without any file. The image has `serve` as its
    /// command (`.docker/Dockerfile-alpine` and its siblings, v0.7.0 to v26.2.0), and `--config` is empty by default
    /// (`configx/helpers.go:RegisterConfigFlags` of all these releases).
    pub(crate) fn is_without_file(&self) -> bool {
        let words = self.arguments.known().map(Vec::as_slice).unwrap_or_default();
        let command = words.iter().flatten().find(|word| !word.starts_with('-'));
        let is_serve = self.role == Role::Serve && command.is_some_and(|word| word == "serve");
        let is_known = words.iter().all(Option::is_some) && self.configurations().is_empty();
        is_serve && is_known && !self.is_variant && self.is_of_ory()
    }
}

/// Whether variables configure a server without a file. What another start of the same file or name does with a file may be a part
/// of this one: then nothing is sure.
fn is_alone(start: &Start, survey: &Survey) -> bool {
    let is_image = start.by == By::Dockerfile;
    let is_doubtful = |other: &Arc<Start>| {
        let is_near = other.file() == start.file() || !start.name.is_empty() && other.name == start.name;
        let has_file = !other.configurations().is_empty() || !other.arguments.is_known();
        // What is built is started by another file, with the variables of both.
        (is_near || is_image) && has_file || is_image && other.by != start.by && has_variables_of(other, start.file())
    };
    let is_whole = || is_configured(start) || has_database_alone(start);
    start.is_without_file() && !start.is_filled_in && is_whole() && !survey.starts.iter().any(is_doubtful)
}

/// Whether a compose file gives a server a database and nothing else of the project: no file that a command may be added for.
fn has_database_alone(start: &Start) -> bool {
    let is_known = start.by == By::Compose && !start.more_variables;
    is_known && start.mounts.iter().next().is_none() && start.variables.get("DSN").is_some()
}

fn has_variables_of(start: &Start, file: &str) -> bool {
    start.variables.effective().iter().any(|variable| variable.name_place.source.path() == file)
}

fn is_configured(start: &Start) -> bool {
    let asked = start.image.known().and_then(|image| image.asked);
    let version = asked.map_or(Version::NEWEST, |asked| asked.version);
    let names = Names::of(version);
    // A name that is near to one of Kratos sets nothing.
    start.variables.effective().into_iter().any(|variable| match names.lookup(&variable.name, &mut 0) {
        Lookup::Key(steps, _) => matches!(steps.first(), Some(Step::Key(key)) if TELLING.contains(&key.as_str())),
        _ => false,
    })
}
