//! Applies fixes: byte edits on the files as they are. All is tried in memory, round by round, and written at the end in one step
//! per file; a fix that does not mend, breaks the file or brings a new error is left out.

mod kept;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{self, Target, UnitReport};
use crate::diagnostic::{Diagnostic, Fix, Level};
use crate::discover;
use crate::disk::{Overlay, real_path};
use crate::text::{Place, Source, Span};
use crate::unit::Unit;

/// Most rounds: a fix may make room for another.
pub const MAX_ROUNDS: usize = 10;

/// Most fixes that are tried one by one after they failed together.
const MAX_SINGLE: usize = 50;

/// A file before and after its fixes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The path as shown.
    pub path: String,
    /// The text before.
    pub before: Arc<Source>,
    /// The text after.
    pub after: String,
}

/// What came of the fixes of a run.
#[derive(Debug)]
pub struct Mended {
    /// The files that change, by path.
    pub changes: Vec<Change>,
    /// How many fixes were taken.
    pub fixes: usize,
    /// What is found afterwards.
    pub reports: Vec<UnitReport>,
}

/// Checks a unit with texts that are not written yet.
pub type Lint<'l> = dyn Fn(&Unit, &Target, &Overlay) -> UnitReport + 'l;

/// An edit in a file.
#[derive(Clone, Debug)]
pub(crate) struct FileEdit {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// A fix that may be taken.
struct Candidate {
    /// Names its finding from round to round.
    finding: Finding,
    edits: Vec<FileEdit>,
}

/// Rule, file, pointer and message.
type Finding = (&'static str, String, String, String);

fn finding(found: &Diagnostic) -> Finding {
    let path = found.place.source.path().to_owned();
    (found.rule, path, found.pointer.clone().unwrap_or_default(), found.message.clone())
}

/// The files with all fixes that hold. Fixes that overlap an earlier one wait for the next round; unsafe ones are taken only when
/// asked for. Nothing is written.
#[must_use]
pub fn mend(reports: Vec<UnitReport>, with_unsafe: bool, lint: &Lint<'_>) -> Mended {
    let (reports, sent) = split(reports);
    let mut state = State { reports, texts: Overlay::default(), shown: BTreeMap::new() };
    let (mut refused, mut fixes) = (BTreeSet::new(), 0);
    for _ in 0..MAX_ROUNDS {
        let open = candidates(&state.reports, with_unsafe, &refused);
        if open.is_empty() {
            break;
        }
        if let Some(next) = state.with(&open, lint) {
            fixes += open.len();
            state = next;
            continue;
        }
        for candidate in open.into_iter().take(MAX_SINGLE) {
            // What was taken before it has moved its bytes: it is looked for again.
            let now = candidates(&state.reports, with_unsafe, &refused);
            let Some(same) = now.into_iter().find(|now| now.finding == candidate.finding) else { continue };
            match state.with(std::slice::from_ref(&same), lint) {
                Some(next) => {
                    fixes += 1;
                    state = next;
                }
                None => _ = refused.insert(candidate.finding),
            }
        }
    }
    let changes = state.shown.into_iter().filter_map(|(real, (path, before))| {
        let after = state.texts.get(&real)?.clone();
        (after != before.text()).then_some(Change { path, before, after })
    });
    let mut reports = state.reports;
    for (place, report) in sent {
        reports.insert(place.min(reports.len()), report);
    }
    Mended { changes: changes.collect(), fixes, reports }
}

/// The reports of files, and the others with their places in the list: no fix changes those, and they are not read again.
fn split(reports: Vec<UnitReport>) -> (Vec<UnitReport>, Vec<(usize, UnitReport)>) {
    let (mut files, mut sent) = (Vec::new(), Vec::new());
    for (place, report) in reports.into_iter().enumerate() {
        if report.is_sent {
            sent.push((place, report));
        } else {
            files.push(report);
        }
    }
    (files, sent)
}

/// The files between two rounds.
struct State {
    reports: Vec<UnitReport>,
    texts: Overlay,
    /// The path as shown and the text before the first round, by real path.
    shown: BTreeMap<PathBuf, (String, Arc<Source>)>,
}

impl State {
    /// The state with these fixes; `None` when they do not hold.
    fn with(&self, fixes: &[Candidate], lint: &Lint<'_>) -> Option<State> {
        let mut edits: BTreeMap<PathBuf, Vec<FileEdit>> = BTreeMap::new();
        for edit in fixes.iter().flat_map(|fix| &fix.edits) {
            edits.entry(real_path(Path::new(edit.source.path()))).or_default().push(edit.clone());
        }
        let (mut texts, mut shown) = ((*self.texts).clone(), self.shown.clone());
        let mut changed: BTreeMap<String, Arc<Source>> = BTreeMap::new();
        for (real, mut edits) in edits {
            edits.sort_by_key(|edit| edit.span);
            let before = Arc::clone(&edits.first()?.source);
            let after = Source::new(before.path(), applied(&before, &edits));
            if !kept::is_kept(&before, &after, &edits) {
                return None;
            }
            texts.insert(real.clone(), after.text().to_owned());
            shown.entry(real).or_insert_with(|| (before.path().to_owned(), Arc::clone(&before)));
            changed.insert(before.path().to_owned(), after);
        }
        let texts = Arc::new(texts);
        let reports: Option<Vec<UnitReport>> = self.reports.iter().map(|report| again(report, &texts, lint)).collect();
        let next = State { reports: check::once_each(reports?), texts, shown };
        let mended = fixes.iter().all(|fix| next.count(&fix.finding) < self.count(&fix.finding));
        (mended && !is_worse(&self.reports, &next.reports)).then_some(next)
    }

    fn count(&self, wanted: &Finding) -> usize {
        self.reports.iter().flat_map(|report| &report.diagnostics).filter(|found| finding(found) == *wanted).count()
    }
}

/// Checks the unit of a report again; `None` when it is not there any more.
fn again(report: &UnitReport, texts: &Overlay, lint: &Lint<'_>) -> Option<UnitReport> {
    let path = Path::new(&report.file);
    let source = match texts.get(&real_path(path)) {
        Some(text) => Source::new(report.file.as_str(), text.as_str()),
        None => Arc::clone(&report.source),
    };
    let unit = discover::named(&source).into_iter().find(|unit| unit.at == report.at)?;
    Some(lint(&unit, &report.target, texts))
}

/// Whether errors came that were not there before. What a mended key brings to light as a warning is no harm done.
fn is_worse(before: &[UnitReport], after: &[UnitReport]) -> bool {
    let errors = |reports: &[UnitReport]| {
        let mut counts: BTreeMap<(&'static str, String, String), usize> = BTreeMap::new();
        for report in reports {
            for found in report.diagnostics.iter().filter(|found| found.level == Level::Error) {
                let key = (found.rule, found.place.source.path().to_owned(), found.message.clone());
                *counts.entry(key).or_insert(0) += 1;
            }
        }
        counts
    };
    let known = errors(before);
    errors(after).iter().any(|(key, count)| known.get(key).is_none_or(|before| count > before))
}

/// The fixes of the reports that do not get into each other's way.
fn candidates(reports: &[UnitReport], with_unsafe: bool, refused: &BTreeSet<Finding>) -> Vec<Candidate> {
    let mut taken: Vec<Candidate> = Vec::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        let finding = finding(found);
        let Some(edits) = edits_of(found, with_unsafe).filter(|_| !refused.contains(&finding)) else { continue };
        let clashes = |edit: &FileEdit| {
            let others = taken.iter().flat_map(|other| &other.edits);
            others.into_iter().any(|other| other.source.path() == edit.source.path() && overlap(other.span, edit.span))
        };
        if !edits.iter().any(clashes) {
            taken.push(Candidate { finding, edits });
        }
    }
    taken
}

/// Whether the order of two edits would matter.
fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end || one.start == other.start || one.end == other.end
}

/// The edits of the first fix of a finding that may be taken, in the bytes of files.
fn edits_of(found: &Diagnostic, with_unsafe: bool) -> Option<Vec<FileEdit>> {
    let allowed = |fix: &&Fix| with_unsafe || (fix.safe && !kept::deletes_comment(fix));
    let fix = found.fixes.iter().find(allowed)?;
    let mut edits: Vec<FileEdit> = Vec::new();
    for (place, text) in in_one_text(fix) {
        let (place, text) = place.replaced_in_file(&text)?;
        edits.push(FileEdit { source: place.source, span: place.span, text });
    }
    Some(edits)
}

/// The edits of a fix; those of one text inside another one as one edit, for they may touch the same lines or be encoded together.
fn in_one_text(fix: &Fix) -> Vec<(Place, String)> {
    let mut found: Vec<(Place, String)> = Vec::new();
    let mut edits: Vec<&crate::diagnostic::Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.place.span);
    for edit in edits {
        let source = &edit.place.source;
        let last = found.iter_mut().find(|(place, _)| source.is_embedded() && Arc::ptr_eq(&place.source, source));
        match last {
            Some((place, text)) => {
                text.push_str(source.slice(Span::new(place.span.end, edit.place.span.start)));
                text.push_str(&edit.text);
                place.span = place.span.cover(edit.place.span);
            }
            None => found.push((edit.place.clone(), edit.text.clone())),
        }
    }
    found
}

/// The text with edits that are sorted and apart.
fn applied(before: &Source, edits: &[FileEdit]) -> String {
    let (mut after, mut at) = (String::with_capacity(before.text().len()), 0);
    for edit in edits {
        after.push_str(before.slice(Span::new(at, edit.span.start)));
        after.push_str(&with_line_ends(before, &edit.text));
        at = edit.span.end;
    }
    after.push_str(before.slice(Span::new(at, before.text().len())));
    after
}

/// A text with the line ends of a file.
pub(crate) fn with_line_ends(file: &Source, text: &str) -> String {
    let line_end = if file.text().contains("\r\n") { "\r\n" } else { "\n" };
    text.replace("\r\n", "\n").replace('\n', line_end)
}

impl Change {
    /// Writes the text after; a link may lead below `root` (see [`write::replace`]).
    ///
    /// # Errors
    /// Says why the file cannot be written; it is whole then, as before.
    pub fn write(&self, root: Option<&Path>) -> Result<(), String> {
        let path = Path::new(&self.path);
        write::is_as_read(path, self.before.text())?;
        write::replace(path, &self.after, root)
    }
}
