//! Applies fixes: byte edits on the files as they are, checked before anything is written.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::TextDiff;

use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Fix};
use crate::text::{Source, Span};

/// Most rounds: a fix may make room for another.
pub const MAX_ROUNDS: usize = 10;

/// A file before and after its fixes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The path as shown.
    pub path: String,
    /// The text before.
    pub before: Arc<Source>,
    /// The text after.
    pub after: String,
    /// How many fixes it took.
    pub fixes: usize,
}

/// An edit in a file.
#[derive(Clone, Debug)]
struct FileEdit {
    source: Arc<Source>,
    span: Span,
    text: String,
}

/// What the fixes of the reports make of their files. Fixes that overlap an earlier one wait for the next round; unsafe ones are
/// taken only when asked for.
#[must_use]
pub fn changes(reports: &[UnitReport], with_unsafe: bool) -> Vec<Change> {
    let mut taken: BTreeMap<String, Vec<FileEdit>> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        let Some(edits) = edits_of(found, with_unsafe) else { continue };
        let clashes = |edit: &FileEdit| {
            let others = taken.get(edit.source.path()).into_iter().flatten();
            others.into_iter().any(|other| overlap(other.span, edit.span))
        };
        if edits.iter().any(clashes) {
            continue;
        }
        for edit in edits {
            let path = edit.source.path().to_owned();
            taken.entry(path.clone()).or_default().push(edit);
            counts.entry(path).or_insert(0);
        }
        *counts.entry(found.place.in_file().source.path().to_owned()).or_insert(0) += 1;
    }
    taken
        .into_iter()
        .filter_map(|(path, edits)| change(path.clone(), edits, counts.get(&path).copied().unwrap_or(1)))
        .collect()
}

/// Empty spans clash with what they touch: the order of two insertions at one place would be arbitrary.
fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end || one.start == other.start && one.end == other.end
}

/// The edits of the first fix of a finding that may be taken, in the bytes of files.
fn edits_of(found: &Diagnostic, with_unsafe: bool) -> Option<Vec<FileEdit>> {
    let allowed = |fix: &&Fix| with_unsafe || (fix.safe && !deletes_comment(fix));
    let fix = found.fixes.iter().find(allowed)?;
    let in_file = |edit: &crate::diagnostic::Edit| {
        // In a text inside another one only what stands there to the letter can be edited, and only within its line.
        let movable = !edit.place.source.is_embedded()
            || (edit.place.is_verbatim() && !edit.text.contains('\n') && !edit.place.span.is_empty());
        let place = edit.place.in_file();
        movable.then_some(FileEdit { source: place.source, span: place.span, text: edit.text.clone() })
    };
    fix.edits.iter().map(in_file).collect()
}

/// Whether a comment is lost: removed by one edit and put back by none.
fn deletes_comment(fix: &Fix) -> bool {
    let comments =
        |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#') || line.contains(" #")).count();
    let removed: usize = fix.edits.iter().map(|edit| comments(edit.place.source.slice(edit.place.span))).sum();
    let kept: usize = fix.edits.iter().map(|edit| comments(&edit.text)).sum();
    removed > kept
}

fn change(path: String, mut edits: Vec<FileEdit>, fixes: usize) -> Option<Change> {
    edits.sort_by_key(|edit| edit.span);
    let before = Arc::clone(&edits.first()?.source);
    let line_end = if before.text().contains("\r\n") { "\r\n" } else { "\n" };
    let (mut after, mut at) = (String::with_capacity(before.text().len()), 0);
    for edit in &edits {
        after.push_str(before.slice(Span::new(at, edit.span.start)));
        after.push_str(&edit.text.replace("\r\n", "\n").replace('\n', line_end));
        at = edit.span.end;
    }
    after.push_str(before.slice(Span::new(at, before.text().len())));
    (after != before.text()).then_some(Change { path, before, after, fixes })
}

impl Change {
    /// The difference as a patch.
    #[must_use]
    pub fn patch(&self) -> String {
        let diff = TextDiff::from_lines(self.before.text(), &self.after);
        diff.unified_diff()
            .context_radius(3)
            .header(&format!("a/{}", self.path), &format!("b/{}", self.path))
            .to_string()
    }

    /// Writes the text after.
    ///
    /// # Errors
    /// Says why the file cannot be written; it is whole then, as before.
    pub fn write(&self) -> Result<(), String> {
        replace(Path::new(&self.path), &self.after)
    }

    /// Puts the text before back.
    ///
    /// # Errors
    /// Says why the file cannot be written.
    pub fn undo(&self) -> Result<(), String> {
        replace(Path::new(&self.path), self.before.text())
    }
}

/// Replaces a file by a new one of the same mode, in one step. Symbolic links stay.
///
/// # Errors
/// Says why the file cannot be written; it is whole then, as before.
pub fn replace(path: &Path, text: &str) -> Result<(), String> {
    let fail = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let real = fs::canonicalize(path).map_err(|error| fail(&error))?;
    let permissions = fs::metadata(&real).map_err(|error| fail(&error))?.permissions();
    if permissions.readonly() {
        return Err(fail(&"the file is read-only"));
    }
    let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside: PathBuf = real.with_file_name(format!(".{name}.kratos-lint-{}", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(permissions)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, &real)).map_err(|error| {
        _ = fs::remove_file(&beside);
        fail(&error)
    })
}

/// Whether the reports after a round are worse: more findings of level error or warning, or of the text itself.
#[must_use]
pub fn is_worse(before: &[UnitReport], after: &[UnitReport]) -> bool {
    let count = |reports: &[UnitReport]| {
        let found = reports.iter().flat_map(|report| &report.diagnostics);
        found.filter(|found| found.level > crate::diagnostic::Level::Info).count()
    };
    before.len() != after.len() || count(after) > count(before)
}
