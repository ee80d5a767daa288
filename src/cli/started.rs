//! Servers that get no file: their variables in compose files, manifests and Dockerfiles are their configurations.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::deployment::Project;
use crate::discover;
use crate::text::Place;
use crate::unit::Unit;

/// Adds those of these paths, or below the current folder, each once, and takes back the note that a file has no configuration.
pub(super) fn add(
    units: &mut Vec<Unit>,
    notes: &mut Vec<String>,
    paths: &[PathBuf],
    config: &Config,
    project: &Project,
) {
    let disk = project.disk();
    let here = [PathBuf::from(".")];
    let mut seen = HashSet::new();
    for path in if paths.is_empty() { &here } else { paths } {
        let is_file = !disk.is_folder(path);
        // A configuration starts no server.
        if is_file && !notes.contains(&discover::without(path)) {
            continue;
        }
        let mut found = project.by_environment(path);
        found.retain(|unit| {
            let is_new = seen.insert((unit.path().to_owned(), unit.start.as_ref().map(|place| place.span)));
            is_new && !config.is_ignored(Path::new(unit.path()), disk)
        });
        if is_file && !found.is_empty() {
            let note = discover::without(path);
            notes.retain(|one| *one != note);
        }
        units.append(&mut found);
    }
}

/// Says with which files of these folders servers are started that hold nothing that was checked; `checked` are the real paths of
/// all others.
pub(super) fn unchecked(
    paths: &[PathBuf],
    config: &Config,
    project: &Project,
    checked: &HashSet<PathBuf>,
) -> BTreeSet<String> {
    let disk = project.disk();
    let here = [PathBuf::from(".")];
    let folders = if paths.is_empty() { &here } else { paths };
    let is_checked = |path: &Path| checked.contains(&disk.real(path)) || config.is_ignored(path, disk);
    let found =
        folders.iter().filter(|path| disk.is_folder(path)).flat_map(|path| project.unchecked(path, &is_checked));
    let note = |(file, place): (PathBuf, Place)| {
        let place = place.in_file();
        let line = place.source.position(place.span.start).line;
        let start = place.source.path();
        format!(
            "{}: it holds no configuration, and {start}:{line} starts Kratos with it: it is not checked",
            disk.shown(&file)
        )
    };
    found.map(note).collect()
}
