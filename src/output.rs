//! Reports in all formats. One format, one file.

mod concise;
pub mod hooks;
mod json;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::check::UnitReport;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for each finding
    Concise,
    /// The interface for programs
    Json,
}

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(format: Format, reports: &[UnitReport], out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Concise => concise::write(reports, out),
        Format::Json => json::write(reports, out),
    }
}
