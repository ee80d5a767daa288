//! The configuration that a document belongs to, found by looking through the project.

use std::path::{Path, PathBuf};

use crate::discover;
use crate::disk::{Disk, real_path};
use crate::files::Files;
use crate::kratos::bodies::{self, Document, Reference};
use crate::kratos::ctx::inputs::inputs;
use crate::kratos::ctx::{Environment, environment};
use crate::kratos::hooks::Hook;
use crate::kratos::plan;
use crate::kratos::version::Version;
use crate::kratos::{identity, secrets};
use crate::unit::Unit;

/// Most files that are looked through.
const MAX_FILES: usize = 2_000;

/// A configuration and the file it is in.
pub(super) struct Owner {
    pub file: PathBuf,
    pub unit: Unit,
    disk: Disk,
}

/// The first configuration of the project that refers to the document.
pub(super) fn of(document: &Path, release: Version) -> Option<Owner> {
    let document = real_path(document);
    let folder = document.parent()?;
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    let root = repository.or(folder.parent()).unwrap_or(folder);
    let disk = Disk::of_run(&[root.to_path_buf()], Some(root));
    for file in candidates(folder, repository, &disk).into_iter().take(MAX_FILES) {
        for unit in discover::met(&file, &disk).unwrap_or_default() {
            if !references(&unit, &file, &disk, &document, release).is_empty() {
                return Some(Owner { file, unit, disk });
            }
        }
    }
    None
}

/// The files of the repository; without one those below the folder of the document, and those beside that folder: bodies often
/// have a folder of their own.
fn candidates(folder: &Path, repository: Option<&Path>, disk: &Disk) -> Vec<PathBuf> {
    if let Some(root) = repository {
        return discover::walk(root, disk);
    }
    let mut files = discover::walk(folder, disk);
    files.extend(folder.parent().map(|above| discover::directly_in(above, disk)).unwrap_or_default());
    files
}

/// The places of a configuration that refer to the document.
fn references<'t>(unit: &'t Unit, file: &Path, disk: &Disk, document: &Path, release: Version) -> Vec<Reference<'t>> {
    let files = Files::beside(disk, file);
    let is_it = |reference: &Reference<'_>| match bodies::document(reference, &files) {
        Document::Text(source) => !source.is_embedded() && real_path(Path::new(source.path())) == document,
        _ => false,
    };
    let all = unit.root().map(|root| bodies::references(root, release)).unwrap_or_default();
    all.into_iter().filter(is_it).collect()
}

impl Owner {
    /// Says at which place of which file a document is evaluated; `also` follows the place.
    pub(super) fn say(&self, reference: &Reference<'_>, also: &str) {
        let (file, at) = (Disk::default().shown(&self.file), secrets::pointer(&reference.node.pointer()));
        crate::cli::terminal::note(format!("as at {} ({file}, {at}{also})", reference.point.id()));
    }

    /// What a document gets at a place that refers to it; none where Kratos runs no Jsonnet.
    pub(super) fn given(&self, reference: &Reference<'_>) -> Option<Environment> {
        let root = self.unit.root()?;
        let schemas = identity::load(root, &Files::beside(&self.disk, &self.file));
        environment(&reference.point, &inputs(&reference.point, root, Some(reference.settings), &schemas))
    }

    /// The places that refer to the document, those first from which Kratos runs it.
    pub(super) fn references(&self, document: &Path, release: Version) -> Vec<Reference<'_>> {
        let mut found = references(&self.unit, &self.file, &self.disk, &real_path(document), release);
        let Some(root) = self.unit.root() else { return found };
        let mut points = plan::points(root, release);
        plan::drop_unreachable(&mut points, &identity::load(root, &Files::beside(&self.disk, &self.file)));
        let pointers = |hook: Hook<'_>| format!("{}/", hook.node.pointer());
        let idle: Vec<String> =
            points.iter().flat_map(|point| &point.never).map(|never| pointers(never.hook)).collect();
        let runs: Vec<String> =
            points.iter().flat_map(|point| &point.runs).filter_map(|run| run.hook).map(pointers).collect();
        let is_below = |lists: &[String], at: &str| lists.iter().any(|hook| at.starts_with(hook.as_str()));
        found.sort_by_cached_key(|reference| {
            let at = reference.node.pointer();
            is_below(&idle, &at) && !is_below(&runs, &at)
        });
        found
    }
}
