//! What closes a report for users: how much was found, and against which Kratos.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use super::pretty::wrap::wrapped;
use super::text::{Piece, Style};
use super::{Look, Paths, Printer};
use crate::check::UnitReport;
use crate::diagnostic::Level;
use crate::target::{Target, TargetSource};

/// Most files that are named after a version.
const NAMED: usize = 3;

/// Most lines about versions: thousands of configurations may each have a reason of their own.
const MAX_LINES: usize = 50;

/// How many findings of a level there are.
pub(super) fn count(reports: &[UnitReport], level: Level) -> usize {
    reports.iter().map(|report| report.count(level)).sum()
}

/// `3 errors`, `1 error`
pub(crate) fn some(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// How many findings comments silence.
pub(super) fn suppressed(reports: &[UnitReport]) -> usize {
    reports.iter().map(|report| report.suppressed).sum()
}

/// The closing lines; nothing for a clean run without a terminal.
pub(super) fn write(reports: &[UnitReport], look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    let suppressed = suppressed(reports);
    let shown = super::is_any_shown(reports, look);
    let noted = reports.iter().any(|report| !report.target.notes.is_empty());
    if !shown && suppressed == 0 && !noted && !look.terminal {
        return Ok(());
    }
    for note in target_notes(reports) {
        line(&note, Style::Plain, look, out)?;
    }
    for text in verdicts(reports, None) {
        line(&text, Style::Plain, look, out)?;
    }
    line(&totals(reports, look, suppressed), Style::Strong, look, out)
}

fn line(text: &str, style: Style, look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    wrapped(text, look.columns(), 0)
        .into_iter()
        .try_for_each(|line| out.painted(&[Piece::new(style, line)], look.color))
}

/// `2 errors, 1 warning in 3 configurations; 12 notes (--show-info)`
pub(super) fn totals(reports: &[UnitReport], look: Look, suppressed: usize) -> String {
    let (errors, warnings, infos) =
        (count(reports, Level::Error), count(reports, Level::Warning), count(reports, Level::Info));
    let mut text = format!("{}, {}", some(errors, "error"), some(warnings, "warning"));
    if look.shows(Level::Info) {
        text += &format!(", {}", some(infos, "note"));
    }
    text += &format!(" in {}", some(reports.len(), "configuration"));
    if suppressed > 0 {
        text += &format!(", {suppressed} suppressed");
    }
    if !look.shows(Level::Info) && infos > 0 {
        text += &format!("; {} (--show-info)", some(infos, "note"));
    }
    text
}

/// What users want to know first: which configurations stop Kratos, and then against which Kratos that was found.
pub(crate) fn verdicts(reports: &[UnitReport], paths: Option<&Paths>) -> Vec<String> {
    let refused = reports.iter().filter(|report| report.is_refused());
    let files: Vec<String> = refused.map(|report| shown(report, paths)).collect();
    let refused = (!files.is_empty()).then(|| format!("Kratos does not start with {}", first(&files)));
    refused.into_iter().chain(versions(reports, paths)).collect()
}

/// The file of a report, in the repository for machines, as given for users.
fn shown(report: &UnitReport, paths: Option<&Paths>) -> String {
    paths.map_or_else(|| report.file.clone(), |paths| paths.in_repository(&report.file))
}

/// Which Kratos, why, and how to set it: one line for each that was checked against. With `paths` files are those of the
/// repository, for machines; without they are as given, for users.
pub(crate) fn versions(reports: &[UnitReport], paths: Option<&Paths>) -> Vec<String> {
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for report in reports {
        groups.entry((report.target.title(), why(report, paths))).or_default().push(shown(report, paths));
    }
    let many = groups.len() > 1;
    let text = |((title, why), files): ((String, String), Vec<String>)| {
        let of = if many { format!(" for {}", first(&files)) } else { String::new() };
        format!("checked against {title}{of}: {why}")
    };
    let more = groups.len().checked_sub(MAX_LINES).filter(|more| *more > 0);
    let more = more.map(|more| {
        format!("{more} more reasons for a version are not shown; `-f json` has that of each configuration")
    });
    groups.into_iter().take(MAX_LINES).map(text).chain(more).collect()
}

/// What there is to know of the versions, each once with the files that it is about.
pub(crate) fn target_notes(reports: &[UnitReport]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for report in reports {
        for note in &report.target.notes {
            let index = *at.entry(note).or_insert(groups.len());
            match groups.get_mut(index) {
                Some((_, files)) => files.push(report.file.clone()),
                None => groups.push((note, vec![report.file.clone()])),
            }
        }
    }
    let more = groups.len().checked_sub(MAX_LINES).filter(|more| *more > 0);
    let more = more.map(|more| format!("{more} more notes on versions are not shown; `-f json` has all"));
    groups.into_iter().take(MAX_LINES).map(|(note, files)| format!("{}: {note}", first(&files))).chain(more).collect()
}

/// The first files of a list, each once, and how many more there are.
fn first(files: &[String]) -> String {
    let mut seen = BTreeSet::new();
    let files: Vec<&String> = files.iter().filter(|file| seen.insert(*file)).collect();
    let named = files.iter().take(NAMED).map(|file| file.as_str()).collect::<Vec<_>>().join(", ");
    match files.len().checked_sub(NAMED) {
        None | Some(0) => named,
        Some(more) => format!("{named} and {more} more"),
    }
}

/// How users set the version, for reports that programs read.
pub(crate) const SET_WITH: &str = "--kratos, or `kratos` in kratos-lint.toml";

fn why(report: &UnitReport, paths: Option<&Paths>) -> String {
    because(&report.target, paths)
}

/// What names a target, and how users set another one.
pub(crate) fn because(target: &Target, paths: Option<&Paths>) -> String {
    match (target.source, &target.from) {
        (TargetSource::Flag, _) => "set by --kratos".to_owned(),
        (TargetSource::Config, None) => "set by kratos-lint.toml".to_owned(),
        (TargetSource::Config, Some(from)) => {
            let from = paths.map_or_else(|| from.clone(), |paths| paths.in_repository(from));
            format!("set by {from}")
        }
        (TargetSource::Default, _) => {
            "the newest, because nothing names one; set it with --kratos or `kratos` in kratos-lint.toml".to_owned()
        }
        (_, Some(from)) => {
            let from = paths.map_or_else(|| from.clone(), |paths| paths.place_in_repository(from));
            format!("from {from}; --kratos sets another")
        }
        (source, None) => format!("from the {}; --kratos sets another", source.name()),
    }
}
