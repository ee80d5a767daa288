//! Annotations of GitHub Actions: `::error file=…,line=…,col=…,title=…::message`.

use std::io;

use super::{Paths, Printer, summary, text};
use crate::check::UnitReport;
use crate::diagnostic::Level;

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        let command = match found.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let place = found.place.in_file();
        let (start, end) = (place.source.position(place.span.start), place.source.position(place.span.end));
        let help = found.help.as_ref().map(|help| format!("%0A{}", data(help))).unwrap_or_default();
        let (file, rule) = (property(&paths.in_repository(place.source.path())), property(found.rule));
        let message = data(&found.sentence());
        out.command(&format!(
            "{command} file={file},line={},endLine={},col={},title={rule}::{message}{help}",
            start.line, end.line, start.column
        ))?;
    }
    for text in summary::versions(reports) {
        out.command(&format!("notice title=kratos-lint::{}", data(&text)))?;
    }
    Ok(())
}

fn data(raw: &str) -> String {
    text::text(raw).as_str().replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
