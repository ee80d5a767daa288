//! One line for each finding: `file:line:column: level[rule] message`.

use std::io::{self, Write};

use crate::check::UnitReport;

pub(super) fn write(reports: &[UnitReport], out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in reports.iter().flat_map(|report| &report.diagnostics) {
        let place = diagnostic.place.in_file();
        let at = place.source.position(place.span.start);
        let (level, rule, message) = (diagnostic.level.name(), diagnostic.rule, diagnostic.sentence());
        writeln!(out, "{}:{}:{}: {level}[{rule}] {message}", place.source.path(), at.line, at.column)?;
    }
    Ok(())
}
