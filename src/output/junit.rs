//! `JUnit` XML: a configuration is a suite, a finding of level error or warning a failed case.

use std::io;

use super::summary::SET_WITH;
use super::xml::escape;
use super::{Paths, Printer};
use crate::check::UnitReport;
use crate::diagnostic::Level;
use crate::kratos::secrets;

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let failed = |report: &UnitReport| report.diagnostics.iter().filter(|found| found.level > Level::Info).count();
    let total: usize = reports.iter().map(|report| report.diagnostics.len().max(1)).sum();
    let failures: usize = reports.iter().map(failed).sum();
    out.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    out.line(format!("<testsuites name=\"kratos-lint\" tests=\"{total}\" failures=\"{failures}\">"))?;
    for report in reports {
        let name = escape(&format!("{}{}", paths.in_repository(&report.file), secrets::pointer(&report.at)));
        let tests = report.diagnostics.len().max(1);
        out.line(format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{}\">", failed(report)))?;
        properties(report, paths, out)?;
        if report.diagnostics.is_empty() {
            out.line(format!("    <testcase name=\"{name}\" classname=\"kratos-lint\"/>"))?;
        }
        for found in &report.diagnostics {
            let place = found.place.in_file();
            let at = place.source.position(place.span.start);
            let shown = escape(&format!("{}:{}:{}", paths.in_repository(place.source.path()), at.line, at.column));
            let (rule, level, message) = (escape(found.rule), found.level.name(), escape(&found.sentence()));
            let help = escape(found.help.as_deref().unwrap_or_default());
            let mut line = format!("    <testcase name=\"{shown} {rule}\" classname=\"{rule}\">");
            if found.level > Level::Info {
                line += &format!("<failure type=\"{level}\" message=\"{message}\">{shown}&#10;{help}</failure>");
            } else {
                line += &format!("<system-out>{message}&#10;{help}</system-out>");
            }
            out.line(line + "</testcase>")?;
        }
        out.line("  </testsuite>")?;
    }
    out.line("</testsuites>")
}

/// What was assumed of the server.
fn properties(report: &UnitReport, paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let target = &report.target;
    let from = target.from.as_deref().map(|from| paths.place_in_repository(from));
    let why = from.as_deref().unwrap_or(target.source.name());
    out.line("    <properties>")?;
    for (name, value) in [("kratos", target.name().as_str()), ("kratos-from", why), ("kratos-set-with", SET_WITH)] {
        out.line(format!("      <property name=\"{name}\" value=\"{}\"/>", escape(value)))?;
    }
    for note in &target.notes {
        out.line(format!("      <property name=\"note\" value=\"{}\"/>", escape(note)))?;
    }
    out.line("    </properties>")
}
