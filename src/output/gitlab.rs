//! The code quality report of GitLab (a subset of the Code Climate format).

use std::io;

use serde_json::{Value, json};

use super::Printer;
use crate::check::UnitReport;
use crate::diagnostic::Level;

pub(super) fn write(reports: &[UnitReport], out: &mut Printer<'_>) -> io::Result<()> {
    let mut rows: Vec<Value> = Vec::new();
    for report in reports {
        for found in &report.diagnostics {
            let place = found.place.in_file();
            let (begin, end) =
                (place.source.position(place.span.start).line, place.source.position(place.span.end).line);
            let severity = match found.level {
                Level::Error => "critical",
                Level::Warning => "major",
                Level::Info => "info",
            };
            rows.push(json!({"description": found.sentence(), "check_name": found.rule, "severity": severity,
                "fingerprint": found.fingerprint(&report.file), "location": {"path": place.source.path(), "lines": {"begin": begin, "end": end}}}));
        }
    }
    out.json(&rows)
}
