//! Findings where no comment is possible: a row of `kratos-lint.toml` silences them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::change::{Change, edit};
use super::embed::with_file;
use super::features::Features;
use super::state::{Known, Snapshot};
use super::units;
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::init::given;
use crate::key;
use crate::text::Span;
use crate::unit::Unit;

/// The rows of the findings of a file.
pub(super) struct Rows<'s> {
    path: &'s Path,
    snapshot: &'s Snapshot,
    features: Features,
    /// The configurations that findings were asked of, as they are now.
    units: HashMap<*const Known, Option<Unit>>,
}

impl<'s> Rows<'s> {
    /// Those of a file.
    pub(super) fn of(path: &'s Path, snapshot: &'s Snapshot, features: Features) -> Rows<'s> {
        Rows { path, snapshot, features, units: HashMap::new() }
    }

    /// The edit that writes the row, in the settings that hold for the file or in new ones.
    pub(super) fn row(&mut self, found: &Diagnostic) -> Option<Value> {
        let Rows { path, snapshot, features, .. } = *self;
        let own = snapshot.config(path);
        if found.is_final || own.ignores_files() || path.file_name().is_some_and(|name| name == config::FILE_NAME) {
            return None;
        }
        let file = settings(path, snapshot)?;
        let name = path.strip_prefix(file.parent()?).ok()?.to_string_lossy().replace('\\', "/");
        let lines = given::Known { file: name, rule: found.rule, key: self.key(found), reason: "reason" }.lines();
        let Ok(source) = snapshot.disk().read_configuration(&file) else {
            let mut new = edit(&[], snapshot, features);
            with_file(&mut new, &snapshot.uri(&file), &lines).filter(|()| features.creates)?;
            return Some(new);
        };
        let gap = if source.text().is_empty() || source.text().ends_with('\n') { "" } else { "\n" };
        let text = crate::fix::with_line_ends(&source, &format!("{gap}\n{lines}"));
        let end = Span::at(source.text().len());
        Some(edit(&[Change { path: file, source: Arc::clone(&source), span: end, text }], snapshot, features))
    }

    /// The key of a finding, as rows name it.
    fn key(&mut self, found: &Diagnostic) -> String {
        let snapshot = self.snapshot;
        let pointer = found.pointer.as_deref().unwrap_or_default();
        let is_its = |known: &&Arc<Known>| known.report.diagnostics.iter().any(|one| std::ptr::eq(one, found));
        let known = snapshot.results.units.iter().find(is_its);
        let unit = known.map(|known| {
            self.units.entry(Arc::as_ptr(known)).or_insert_with(|| units::of_known(known, snapshot).next())
        });
        let root = unit.and_then(|unit| unit.as_ref()?.root());
        root.map_or_else(|| pointer.to_owned(), |root| key::stable(root, pointer))
    }
}

/// The settings that hold for a file, or else those that the folder of the client does not have yet.
fn settings(path: &Path, snapshot: &Snapshot) -> Option<PathBuf> {
    let own = snapshot.config(path).folder();
    if !own.as_os_str().is_empty() {
        return Some(snapshot.disk().real(&own.join(config::FILE_NAME)));
    }
    let folder = snapshot
        .folders
        .iter()
        .filter(|folder| path.starts_with(folder))
        .max_by_key(|folder| folder.components().count())?;
    Some(folder.join(config::FILE_NAME))
}
