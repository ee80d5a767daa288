//! One line for each finding: `file:line:column: level[rule] message`.

use std::io;

use super::{Look, Printer, text};
use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;

pub(super) fn write(reports: &[UnitReport], look: Look, out: &mut Printer<'_>) -> io::Result<()> {
    for report in reports {
        if !report.counted.lines.is_empty() {
            out.block(&report.counted.lines)?;
        }
        let mut shown = report.diagnostics.iter().filter(|found| look.shows(found.level));
        shown.try_for_each(|found| out.line(line(found)))?;
    }
    Ok(())
}

fn line(found: &Diagnostic) -> String {
    let place = found.place.in_file();
    let at = place.source.position(place.span.start);
    let (level, rule, message) = (found.level.name(), found.rule, found.sentence());
    format!("{}:{}:{}: {level}[{rule}] {message}", place.source.path(), at.line, at.column)
}

/// Makes the lines of a report and drops its findings: a run over thousands of configurations holds nothing else of them.
pub(crate) fn settle(report: &mut UnitReport, look: Look) {
    for found in report.take_findings().into_iter().filter(|found| look.shows(found.level)) {
        report.counted.lines += text::text(&line(&found)).as_str();
        report.counted.lines.push('\n');
    }
    report.counted.lines.shrink_to_fit();
}
