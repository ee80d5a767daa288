//! The code quality report of GitLab (a subset of the Code Climate format).

use std::collections::HashSet;
use std::io;

use serde_json::{Value, json};

use super::json::Each;
use super::{Paths, Printer, summary};
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level, hash};

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    out.json(&Each(|| {
        let mut seen = HashSet::new();
        let findings = reports.iter().flat_map(|report| &report.diagnostics);
        let findings = findings.map(move |found| row(found, paths, &mut seen));
        let mut told = HashSet::new();
        let versions = reports.iter().map(|report| version(report, paths));
        // A file that several servers start with is one row.
        findings.chain(versions.filter(move |row| told.insert(row["fingerprint"].to_string())))
    }))
}

fn row(found: &Diagnostic, paths: &Paths, seen: &mut HashSet<String>) -> Value {
    let place = found.place.in_file();
    let (begin, end) = (place.source.position(place.span.start).line, place.source.position(place.span.end).line);
    let severity = match found.level {
        Level::Error => "critical",
        Level::Warning => "major",
        Level::Info => "info",
    };
    let file = paths.in_repository(place.source.path());
    // GitLab shows one of two findings with the same fingerprint.
    let own = found.fingerprint();
    let fingerprint = if seen.insert(own.clone()) { own } else { hash(&[&own, &file, &begin.to_string()]) };
    json!({"description": found.sentence(), "check_name": found.rule, "severity": severity,
        "fingerprint": fingerprint, "location": {"path": file, "lines": {"begin": begin, "end": end}}})
}

/// What was assumed of the server of a configuration.
fn version(report: &UnitReport, paths: &Paths) -> Value {
    let text = summary::versions(std::slice::from_ref(report), Some(paths)).concat();
    let file = paths.in_repository(&report.file);
    json!({"description": text, "check_name": "kratos-version", "severity": "info",
        "fingerprint": hash(&[&file, &report.at, &text]), "location": {"path": file, "lines": {"begin": 1, "end": 1}}})
}
