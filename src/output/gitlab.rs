//! The code quality report of GitLab (a subset of the Code Climate format).

use std::collections::HashSet;
use std::io;

use serde_json::{Value, json};

use super::{Paths, Printer, summary};
use crate::check::UnitReport;
use crate::diagnostic::{Level, hash};

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let mut rows: Vec<Value> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
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
            let file = paths.in_repository(place.source.path());
            // GitLab shows one of two findings with the same fingerprint.
            let own = found.fingerprint();
            let fingerprint = if seen.insert(own.clone()) { own } else { hash(&[&own, &file, &begin.to_string()]) };
            rows.push(json!({"description": found.sentence(), "check_name": found.rule, "severity": severity,
                "fingerprint": fingerprint, "location": {"path": file, "lines": {"begin": begin, "end": end}}}));
        }
    }
    for (report, text) in
        reports.iter().map(|report| (report, summary::versions(std::slice::from_ref(report), Some(paths)).concat()))
    {
        let file = paths.in_repository(&report.file);
        rows.push(json!({"description": text, "check_name": "kratos-version", "severity": "info",
            "fingerprint": hash(&[&file, &report.at, &text]), "location": {"path": file, "lines": {"begin": 1, "end": 1}}}));
    }
    out.json(&rows)
}
