//! One line for each finding: `file:line:column: level[rule] message`.

use std::io;

use super::{Look, Printer};
use crate::check::UnitReport;

pub(super) fn write(reports: &[UnitReport], look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    for diagnostic in reports.iter().flat_map(|report| &report.diagnostics).filter(|found| look.shows(found.level)) {
        let place = diagnostic.place.in_file();
        let at = place.source.position(place.span.start);
        let (level, rule, message) = (diagnostic.level.name(), diagnostic.rule, diagnostic.sentence());
        out.line(format!("{}:{}:{}: {level}[{rule}] {message}", place.source.path(), at.line, at.column))?;
    }
    Ok(())
}
