//! For reading: each finding with the lines that it is about, by file, the worst first, and a summary.

mod snippet;
pub(crate) mod wrap;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use super::text::{Piece, Style};
use super::{Look, Printer};
use crate::check::{self, UnitReport};
use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::secrets::{self, Sheet, SheetKind};
use crate::text::{Place, Source, Span};
use snippet::{Mark, Snippet};
use wrap::{width, wrapped};

/// Widest line without a terminal, in columns.
pub(super) const WIDTH: usize = 100;

/// A finding, and the report that it belongs to.
pub(super) type Found<'r> = (&'r UnitReport, &'r Diagnostic);

pub(super) fn write(reports: &[UnitReport], look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    let mut files = Files::default();
    for group in by_file(reports, look) {
        for ((report, found), alike) in folded(&group) {
            finding(report, found, look, &mut files, out)?;
            if let Some(alike) = alike {
                out.painted(&[Piece::new(style(found.level), alike)], look.color)?;
                out.line("")?;
            }
        }
    }
    if look.is_quiet { Ok(()) } else { super::summary::write(reports, look, out) }
}

/// The findings that are shown, by file in the order of the reports; in a file errors first, then by place.
pub(super) fn by_file(reports: &[UnitReport], look: Look) -> Vec<Vec<Found<'_>>> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Found<'_>>> = Vec::new();
    for report in reports {
        for found in report.diagnostics.iter().filter(|found| look.shows(found.level)) {
            let file = found.place.in_file().source.path().to_owned();
            let at = *order.entry(file).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.push((report, found));
            }
        }
    }
    for group in &mut groups {
        group.sort_by_cached_key(|(_, found)| (std::cmp::Reverse(found.level), found.place.in_file().span));
    }
    groups
}

/// Findings of a file that say the same are drawn so often.
const MOST_ALIKE: usize = 3;

/// Most lines that are named where findings are not drawn.
const MOST_LINES: usize = 10;

/// The findings of a file that are drawn, and what is said after the last of those that are alike.
pub(super) fn folded<'r>(group: &[Found<'r>]) -> Vec<(Found<'r>, Option<String>)> {
    let words = |(_, found): &Found<'r>| (found.rule, found.sentence(), found.help.as_deref());
    let sayings: Vec<_> = group.iter().map(words).collect();
    let mut alike: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, saying) in sayings.iter().enumerate() {
        alike.entry(saying).or_default().push(at);
    }
    let mut shown = Vec::new();
    for (at, (found, saying)) in group.iter().zip(&sayings).enumerate() {
        let all = alike.get(saying).map(Vec::as_slice).unwrap_or_default();
        let rest = all.get(MOST_ALIKE..).filter(|rest| rest.len() > 1).unwrap_or_default();
        if rest.binary_search(&at).is_err() {
            let is_last = !rest.is_empty() && all.get(MOST_ALIKE - 1) == Some(&at);
            shown.push((*found, is_last.then(|| same(group, rest))));
        }
    }
    shown
}

/// Where findings are that are not drawn.
fn same(group: &[Found<'_>], rest: &[usize]) -> String {
    let line = |at: &usize| {
        let place = group.get(*at)?.1.place.in_file();
        Some(place.source.position(place.span.start).line.to_string())
    };
    let mut lines: Vec<String> = rest.iter().take(MOST_LINES).filter_map(line).collect();
    if let Some(more) = rest.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        lines.push(format!("{more} more"));
    }
    format!("the same {} times more: lines {}", rest.len(), lines.join(", "))
}

/// Most files of which the secrets are known at a time.
const MAX_FILES: usize = 64;

/// Bytes of long lines that are read for a report: such a line is read for each finding in it.
const LONG_LINES: usize = 1_000_000;

/// Where secrets stand in the files that were shown, by path, and what may still be read of long lines.
pub(super) struct Files {
    secrets: BTreeMap<(String, String), Vec<Span>>,
    left: usize,
}

impl Default for Files {
    fn default() -> Files {
        Files { secrets: BTreeMap::new(), left: LONG_LINES }
    }
}

impl Files {
    /// The bytes of a file that are never shown, in order. Those of files that were shown before are forgotten.
    fn secrets(&mut self, report: &UnitReport, source: &Arc<Source>) -> &[Span] {
        if self.secrets.len() >= MAX_FILES {
            self.secrets.clear();
        }
        self.secrets.entry((report.file.clone() + &report.at, source.path().to_owned())).or_insert_with(|| {
            let places = report.secrets.places.iter().map(Place::in_file);
            let mut spans: Vec<Span> =
                places.filter(|place| place.source.path() == source.path()).map(|place| place.span).collect();
            spans.extend(secrets::blocks(source));
            spans.sort();
            // One within another would hide what comes after it from the search.
            let mut apart: Vec<Span> = Vec::new();
            for span in spans {
                match apart.last_mut() {
                    Some(last) if span.start <= last.end => *last = last.cover(span),
                    _ => apart.push(span),
                }
            }
            apart
        })
    }
}

pub(super) fn style(level: Level) -> Style {
    match level {
        Level::Error => Style::Red,
        Level::Warning => Style::Yellow,
        Level::Info => Style::Cyan,
    }
}

fn finding(
    report: &UnitReport,
    found: &Diagnostic,
    look: Look,
    files: &mut Files,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    let (color, columns) = (look.color, look.columns());
    let place = found.place.in_file();
    let head = format!("{}[{}]", found.level.name(), found.rule);
    let message = wrapped(&found.sentence(), columns, width(&head) + 2);
    for (number, line) in message.iter().enumerate() {
        if number == 0 {
            out.painted(
                &[Piece::new(style(found.level), head.as_str()), Piece::new(Style::Strong, format!(": {line}"))],
                color,
            )?;
        } else {
            out.painted(&[Piece::new(Style::Strong, line)], color)?;
        }
    }
    let at = place.source.position(place.span.start);
    out.painted(
        &[
            Piece::new(Style::Faint, "  --> "),
            Piece::plain(format!("{}:{}:{}", place.source.path(), at.line, at.column)),
        ],
        color,
    )?;
    drawn(report, found, look, files, out)?;
    if let Some(help) = &found.help {
        note("help: ", help, look, out)?;
    }
    out.line("")
}

/// The lines that a finding is about, without colours, and its other places.
pub(super) fn excerpt(
    report: &UnitReport,
    found: &Diagnostic,
    files: &mut Files,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    let place = found.place.in_file();
    let at = place.source.position(place.span.start);
    out.line(format!("{}:{}:{}", place.source.path(), at.line, at.column))?;
    drawn(report, found, Look::default(), files, out)
}

/// What is marked in the file of a finding, and its labels in other files. A label at the place of the finding is beside its mark.
fn marks(found: &Diagnostic, place: &Place) -> (Vec<Mark>, Vec<String>) {
    let mut own = Mark { span: place.span, text: String::new(), style: style(found.level), is_primary: true };
    let (mut marks, mut elsewhere) = (Vec::new(), Vec::new());
    for label in &found.labels {
        let there = label.place.in_file();
        if there.source.path() != place.source.path() {
            let at = there.source.position(there.span.start);
            elsewhere.push(format!("{}:{}:{}: {}", there.source.path(), at.line, at.column, label.text));
        } else if there.span == place.span && own.text.is_empty() {
            own.text.clone_from(&label.text);
        } else {
            marks.push(Mark { span: there.span, text: label.text.clone(), style: Style::Cyan, is_primary: false });
        }
    }
    marks.insert(0, own);
    (marks, elsewhere)
}

/// Most places in other files that are listed: one body may run at twenty.
const MAX_ELSEWHERE: usize = 3;

/// The lines of the file with their marks, and the labels in other files.
fn drawn(
    report: &UnitReport,
    found: &Diagnostic,
    look: Look,
    files: &mut Files,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    let place = found.place.in_file();
    let (color, columns) = (look.color, look.columns());
    let kind = SheetKind::of(&place.source, place.source.path() == report.file && !report.is_of_environment);
    let (marks, elsewhere) = marks(found, &place);
    if kind != SheetKind::Hidden {
        let sheet = Sheet { kind, secrets: &report.secrets, is_public: &check::is_public };
        let longest = files.left;
        let secrets = files.secrets(report, &place.source);
        let snippet = Snippet { source: &place.source, sheet, secrets, marks, columns, longest };
        let read = snippet.long();
        snippet.rows().iter().try_for_each(|row| out.painted(row, color))?;
        files.left = files.left.saturating_sub(read);
    }
    let shown = if elsewhere.len() > MAX_ELSEWHERE + 1 { MAX_ELSEWHERE } else { elsewhere.len() };
    for text in elsewhere.iter().take(shown) {
        note("", text, look, out)?;
    }
    match elsewhere.len() - shown {
        0 => Ok(()),
        more => note("", &format!("and {more} more places like these"), look, out),
    }
}

/// A line that belongs to a finding.
fn note(word: &str, text: &str, look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    let lead = 4 + width(word);
    for (number, line) in wrapped(text, look.columns().saturating_sub(lead), 0).iter().enumerate() {
        let row = if number == 0 {
            vec![Piece::new(Style::Faint, "  = "), Piece::new(Style::Strong, word), Piece::plain(line)]
        } else {
            vec![Piece::plain(format!("{}{line}", " ".repeat(lead)))]
        };
        out.painted(&row, look.color)?;
    }
    Ok(())
}
