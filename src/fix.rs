//! Applies fixes: byte edits on the files as they are. All is tried in memory, round by round, and written at the end in one step
//! per file; a fix that does not remove the finding, breaks the file or brings a new error is left out.

mod kept;
pub(crate) mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{self, Target, UnitReport};
use crate::diagnostic::{Diagnostic, Fix, Level};
use crate::discover;
use crate::disk::{Overlay, real_path};
use crate::text::{Place, Source, Span, edited};
use crate::unit::{InChart, Unit};
use crate::yaml::Tree;

/// Most rounds: a fix may make room for another.
pub(crate) const MAX_ROUNDS: usize = 10;

/// How often fixes that failed together are tried in smaller groups, in all rounds: less often for long files.
const TRIES: (usize, usize) = (10, 100);

/// So many bytes are checked again for that, unless the least tries need more.
const MAX_TRIED: usize = 1 << 20;

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
pub(crate) type Lint<'l> = dyn Fn(&Unit, &Target, &Overlay) -> UnitReport + 'l;

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
    let (mut refused, mut fixes, mut tries) = (BTreeSet::new(), 0, tries(&state.reports));
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
        let before = fixes;
        // One that fails may keep the others from being taken: they are tried by halves.
        let mut groups = halves(open.into_iter().map(|candidate| candidate.finding).collect());
        while let Some(group) = groups.pop().filter(|_| tries > 0) {
            // What was taken before has moved the bytes: all is looked for again.
            let mut now = candidates(&state.reports, with_unsafe, &refused);
            now.retain(|candidate| group.contains(&candidate.finding));
            if now.is_empty() {
                continue;
            }
            tries -= 1;
            match state.with(&now, lint) {
                Some(next) => {
                    fixes += now.len();
                    state = next;
                }
                None if group.len() > 1 => groups.extend(halves(group)),
                None => refused.extend(group),
            }
        }
        if fixes > before {
            // What failed beside a fault that is gone now may hold.
            refused.clear();
        }
        if tries == 0 {
            break;
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

/// How often groups of fixes are tried.
fn tries(reports: &[UnitReport]) -> usize {
    let bytes: usize = reports.iter().map(|report| report.source.text().len()).sum();
    (MAX_TRIED / bytes.max(1)).clamp(TRIES.0, TRIES.1)
}

/// Two halves of some findings, the first one last.
fn halves(mut findings: BTreeSet<Finding>) -> Vec<BTreeSet<Finding>> {
    let middle = findings.iter().nth(findings.len() / 2).cloned();
    let second = middle.map(|middle| findings.split_off(&middle)).unwrap_or_default();
    [second, findings].into_iter().filter(|half| !half.is_empty()).collect()
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
        let (was, is) = (self.counts(), next.counts());
        let mended = fixes.iter().all(|fix| is.get(&fix.finding).unwrap_or(&0) < was.get(&fix.finding).unwrap_or(&0));
        (mended && !is_worse(&self.reports, &next.reports)).then_some(next)
    }

    /// How often each finding is there.
    fn counts(&self) -> BTreeMap<Finding, usize> {
        let mut counts = BTreeMap::new();
        for found in self.reports.iter().flat_map(|report| &report.diagnostics) {
            *counts.entry(finding(found)).or_insert(0) += 1;
        }
        counts
    }
}

/// Checks the unit of a report again; `None` when it is not there any more.
fn again(report: &UnitReport, texts: &Overlay, lint: &Lint<'_>) -> Option<UnitReport> {
    let now = |source: &Arc<Source>| match texts.get(&real_path(Path::new(source.path()))) {
        Some(text) => Source::new(source.path(), text.as_str()),
        None => Arc::clone(source),
    };
    let in_file = |source: &Arc<Source>| discover::named(&now(source)).into_iter().find(|unit| unit.at == report.at);
    let own = in_file(&report.source)?;
    let is_whole = |layer: &Tree| !layer.source().is_embedded();
    let again = |layer: Tree| {
        let is_one = is_whole(&layer) && layer.other_sources().is_empty();
        in_file(layer.source()).filter(|_| is_one).map_or(layer, |unit| unit.tree)
    };
    let unit = match report.laid.layers.as_slice() {
        _ if report.laid.around.is_some() => {
            let InChart { under, over, set } = report.laid.around.clone().unwrap_or_default();
            own.under(report.laid.is_under).in_chart(InChart { under: under.map(again), over: over.map(again), set })
        }
        [] => own.under(report.laid.is_under),
        layers if layers.iter().all(is_whole) => {
            Unit::layered(layers.iter().map(|layer| discover::tree(&now(layer.source()))).collect())?
        }
        _ => own,
    };
    Some(lint(&unit, &report.target, texts))
}

/// Whether errors came that were not there before. What a fixed key brings to light as a warning is no harm done.
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
    let (known, now) = (errors(before), errors(after));
    if before.iter().any(UnitReport::is_cut) {
        // What was not shown before may be shown now.
        let all = |counts: &BTreeMap<_, usize>| counts.values().sum::<usize>();
        return all(&now) > all(&known);
    }
    now.iter().any(|(key, count)| known.get(key).is_none_or(|before| count > before))
}

/// The fixes of the reports that do not get into each other's way.
fn candidates(reports: &[UnitReport], with_unsafe: bool, refused: &BTreeSet<Finding>) -> Vec<Candidate> {
    let mut taken: Vec<Candidate> = Vec::new();
    // The ends of all edits by their starts, by file.
    let mut spans: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        let finding = finding(found);
        let Some(edits) = edits_of(found, with_unsafe).filter(|_| !refused.contains(&finding)) else { continue };
        let clashes = |edit: &FileEdit| {
            let Some(others) = spans.get(edit.source.path()) else { return false };
            // They are apart: only the nearest ones can be in the way.
            let before = others.range(..=edit.span.start).next_back();
            let near = before.into_iter().chain(others.range(edit.span.start..).next());
            near.into_iter().any(|(start, end)| overlap(Span::new(*start, *end), edit.span))
        };
        if !edits.iter().any(clashes) {
            for edit in &edits {
                let of_file = spans.entry(edit.source.path().to_owned()).or_default();
                let end = of_file.entry(edit.span.start).or_default();
                *end = edit.span.end.max(*end);
            }
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
    edited(before.text(), edits.iter().map(|edit| (edit.span, with_line_ends(before, &edit.text))))
}

/// A text with the line ends of a file.
pub(crate) fn with_line_ends(file: &Source, text: &str) -> String {
    let line_end = if file.holds("\r\n") { "\r\n" } else { "\n" };
    text.replace("\r\n", "\n").replace('\n', line_end)
}

impl Change {
    /// Writes the text after; a link may lead below `root` (see [`write::replace`]).
    ///
    /// # Errors
    /// Says why the file cannot be written; it is whole then, as before.
    pub(crate) fn write(&self, root: Option<&Path>) -> Result<(), String> {
        let path = Path::new(&self.path);
        write::is_as_read(path, self.before.text())?;
        write::replace(path, &self.after, root)
    }
}
