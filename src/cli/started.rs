//! Servers that get no file: their variables in compose files, manifests and Dockerfiles are their configurations.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::deployment::Project;
use crate::discover;
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
