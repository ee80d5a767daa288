//! Reports in all formats. One format, one file.

mod checkstyle;
pub(crate) mod concise;
pub(crate) mod deployment;
mod github;
mod gitlab;
pub(crate) mod hooks;
mod html;
mod json;
mod junit;
pub(crate) mod markdown;
pub(crate) mod patch;
mod paths;
mod pretty;
mod sarif;
mod subject;
mod summary;
pub mod text;
mod xml;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use crate::check::{Shown, UnitReport};
use crate::diagnostic::Level;

pub use paths::Paths;
pub(crate) use summary::{because, some, target_notes, verdicts};
pub use text::Printer;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For users: the lines with what is wrong in them
    Pretty,
    /// One line for each finding
    Concise,
    /// The interface for programs
    Json,
    /// One JSON object on a line for each finding
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// `JUnit` XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// Markdown, for comments on pull requests
    Markdown,
    /// One page for a browser, with the hooks, the deployment and what endpoints may answer
    Html,
}

impl Format {
    /// Whether it draws what runs in a configuration (GitHub in the summary of the job).
    #[must_use]
    pub(crate) const fn draws(self) -> bool {
        matches!(self, Format::Html | Format::Markdown | Format::Github)
    }
}

impl Format {
    /// Which parts of findings it shows; notes in a report for a terminal are asked for.
    #[must_use]
    pub(crate) const fn shown(self) -> Shown {
        Shown {
            lines: matches!(self, Format::Pretty | Format::Html),
            details: matches!(self, Format::Pretty | Format::Html | Format::Json | Format::Jsonl | Format::Sarif),
            help: !matches!(self, Format::Concise | Format::Checkstyle | Format::Gitlab),
            names: matches!(self, Format::Json | Format::Jsonl | Format::Sarif | Format::Gitlab),
            notes: !matches!(self, Format::Pretty | Format::Concise),
        }
    }
}

/// Most configurations of which a page draws what runs.
pub(crate) const MAX_PICTURES: usize = 200;

/// How a report on a terminal looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// On a terminal: a clean run is said, too.
    pub terminal: bool,
    /// Columns of the terminal; 100 when it is 0.
    pub width: usize,
    /// The lowest level that is shown; all when none.
    pub least: Option<Level>,
    /// Without a summary.
    pub is_quiet: bool,
}

impl Look {
    /// Whether findings of a level are shown.
    #[must_use]
    pub(crate) fn shows(self, level: Level) -> bool {
        self.least.is_none_or(|least| level >= least)
    }

    /// The widest line.
    #[must_use]
    pub(crate) fn columns(self) -> usize {
        if self.width == 0 { pretty::WIDTH } else { self.width.max(40) }
    }
}

/// How many findings a look does not show.
#[must_use]
pub(crate) fn hidden(reports: &[UnitReport], look: Look) -> usize {
    Level::ALL.into_iter().filter(|level| !look.shows(*level)).map(|level| summary::count(reports, level)).sum()
}

/// Whether a look shows any finding.
#[must_use]
pub(crate) fn is_any_shown(reports: &[UnitReport], look: Look) -> bool {
    Level::ALL.into_iter().any(|level| look.shows(level) && reports.iter().any(|report| report.count(level) > 0))
}

/// Writes how many findings each rule has, the most first.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn statistics(reports: &[UnitReport], out: &mut Printer<'_>) -> io::Result<()> {
    let mut counts: BTreeMap<(Reverse<Level>, &str), usize> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        *counts.entry((Reverse(found.level), found.rule)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().map(|((level, rule), count)| (Reverse(count), level, rule)).collect();
    rows.sort_unstable();
    for (Reverse(count), Reverse(level), rule) in rows {
        out.line(format!("{count:>6}  {:<7}  {rule}", level.name()))?;
    }
    Ok(())
}

/// Writes the report. Formats for machines say where files stand in the repository.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    format: Format,
    reports: &[UnitReport],
    look: Look,
    paths: &Paths,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    match format {
        Format::Pretty => pretty::write(reports, look, out),
        Format::Concise => concise::write(reports, look, out),
        Format::Json => json::write(reports, out),
        Format::Jsonl => json::write_lines(reports, out),
        Format::Sarif => sarif::write(reports, paths, out),
        Format::Github => github::write(reports, paths, out),
        Format::Gitlab => gitlab::write(reports, paths, out),
        Format::Junit => junit::write(reports, paths, out),
        Format::Checkstyle => checkstyle::write(reports, paths, out),
        Format::Html => html::write(reports, look, paths, out),
        Format::Markdown => markdown::write(reports, look, paths, out),
    }
}
