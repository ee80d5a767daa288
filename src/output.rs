//! Reports in all formats. One format, one file.

mod checkstyle;
mod concise;
mod github;
mod gitlab;
pub mod hooks;
mod json;
mod junit;
mod pretty;
mod sarif;
mod xml;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::check::UnitReport;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the lines with what is wrong in them
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
}

/// How a report for people looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// On a terminal: a clean run is said, too.
    pub terminal: bool,
}

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(format: Format, reports: &[UnitReport], look: Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => pretty::write(reports, look, out),
        Format::Concise => concise::write(reports, out),
        Format::Json => json::write(reports, out),
        Format::Jsonl => json::write_lines(reports, out),
        Format::Sarif => sarif::write(reports, out),
        Format::Github => github::write(reports, out),
        Format::Gitlab => gitlab::write(reports, out),
        Format::Junit => junit::write(reports, out),
        Format::Checkstyle => checkstyle::write(reports, out),
    }
}
