//! Annotations of GitHub Actions: `::error file=…,line=…,col=…,title=…::message`.

use std::io::{self, Write};

use crate::check::UnitReport;
use crate::diagnostic::Level;

pub(super) fn write(reports: &[UnitReport], out: &mut dyn Write) -> io::Result<()> {
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        let command = match found.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let place = found.place.in_file();
        let (start, end) = (place.source.position(place.span.start), place.source.position(place.span.end));
        let help = found.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        let (file, rule) = (property(place.source.path()), property(found.rule));
        let message = data(&format!("{}{help}", found.sentence()));
        writeln!(
            out,
            "::{command} file={file},line={},endLine={},col={},title={rule}::{message}",
            start.line, end.line, start.column
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
