//! Checkstyle XML.

use std::collections::BTreeMap;
use std::io;

use super::xml::escape;
use super::{Paths, Printer, summary};
use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        files.entry(paths.in_repository(found.place.in_file().source.path())).or_default().push(found);
    }
    out.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    out.line("<checkstyle version=\"4.3\">")?;
    for text in summary::versions(reports, Some(paths)) {
        // Two hyphens end a comment of XML; after the first round there may be pairs of them.
        let text = escape(&text).replace("--", "- -").replace("--", "- -");
        out.line(format!("  <!-- {text} -->"))?;
    }
    for (file, found) in files {
        out.line(format!("  <file name=\"{}\">", escape(&file)))?;
        for diagnostic in found {
            let place = diagnostic.place.in_file();
            let at = place.source.position(place.span.start);
            let (level, message, rule) =
                (diagnostic.level.name(), escape(&diagnostic.sentence()), escape(diagnostic.rule));
            let (line, column) = (at.line, at.column);
            out.line(format!(
                "    <error line=\"{line}\" column=\"{column}\" severity=\"{level}\" message=\"{message}\" source=\"kratos-lint.{rule}\"/>"
            ))?;
        }
        out.line("  </file>")?;
    }
    out.line("</checkstyle>")
}
