//! A list of known findings that are left out of reports, by rule and place in the configuration, so that lines may move.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;
use crate::fix::write;

/// What a finding is known by: file, rule and pointer. Its words may change with the release.
fn key(report: &UnitReport, diagnostic: &Diagnostic) -> (String, String, String) {
    (report.file.clone(), diagnostic.rule.to_owned(), diagnostic.pointer.clone().unwrap_or_default())
}

/// Takes the findings of the baseline out of the reports, or writes the baseline anew (a link
/// may lead below `root`, see [`write::replace`]). Returns what people should know.
///
/// # Errors
/// When the file cannot be read or written, or is no baseline.
pub fn apply(
    path: &Path,
    update: bool,
    root: Option<&Path>,
    reports: &mut [UnitReport],
) -> Result<Vec<String>, String> {
    let fail = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    if update {
        let rows: Vec<Value> = reports
            .iter()
            .flat_map(|report| report.diagnostics.iter().map(|found| (key(report, found), &found.message)))
            .map(|((file, rule, pointer), message)| json!({"file": file, "rule": rule, "pointer": pointer, "message": message}))
            .collect();
        let text = format!("{:#}\n", json!({"version": 1, "findings": rows}));
        write::report(path, text.as_bytes(), root)?;
        return Ok(vec![format!("{}: {} findings written", path.display(), rows.len())]);
    }
    let text = fs::read_to_string(path).map_err(|error| fail(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| fail(&error))?;
    let rows = document["findings"].as_array().ok_or_else(|| fail(&"not a baseline: `findings` is missing"))?;
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for row in rows {
        *known.entry((word(row, "file"), word(row, "rule"), word(row, "pointer"))).or_default() += 1;
    }
    for report in reports.iter_mut() {
        let kept = std::mem::take(&mut report.diagnostics).into_iter().filter_map(|found| {
            match known.get_mut(&key(report, &found)).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    None
                }
                None => Some(found),
            }
        });
        let kept: Vec<Diagnostic> = kept.collect();
        report.diagnostics = kept;
    }
    // Files that were not looked at say nothing.
    let seen = |file: &str| reports.iter().any(|report| report.file == file);
    let fixed = known.into_iter().filter(|((file, ..), count)| *count > 0 && seen(file));
    Ok(fixed
        .map(|((file, rule, pointer), _)| format!("{file}{pointer}: {rule} is fixed: update the baseline"))
        .collect())
}
