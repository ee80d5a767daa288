//! A list of known findings that are left out of reports. A finding is known by its fingerprint, so that lines, items, files and
//! folders may move.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;
use crate::disk::named;
use crate::fix::write;
use crate::kratos::secrets;

/// A row of a baseline.
struct Row {
    file: String,
    rule: String,
    pointer: String,
    message: String,
    /// None in a baseline of the first version: those findings are known by file, rule and pointer.
    fingerprint: Option<String>,
}

impl Row {
    fn of(found: &Diagnostic, report: &UnitReport) -> Row {
        Row {
            file: report.file.clone(),
            rule: found.rule.to_owned(),
            pointer: found.pointer.clone().unwrap_or_default(),
            message: found.message.clone(),
            fingerprint: Some(found.fingerprint()),
        }
    }

    fn read(row: &Value) -> Row {
        let word = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let fingerprint = row["fingerprint"].as_str().map(str::to_owned);
        Row { file: word("file"), rule: word("rule"), pointer: word("pointer"), message: word("message"), fingerprint }
    }

    fn json(&self) -> Value {
        json!({"file": self.file, "rule": self.rule, "pointer": self.pointer, "message": self.message, "fingerprint": self.fingerprint})
    }

    /// Its place and rule as they may be shown: a file in the repository says them.
    fn shown(&self) -> String {
        let (file, pointer) = (secrets::path(&self.file), secrets::pointer(&self.pointer));
        format!("{file}{pointer}: {}", secrets::name(&self.rule))
    }

    /// What the finding is known by; `is_old` as the first version of the file knew it.
    fn key(&self, is_old: bool) -> String {
        match &self.fingerprint {
            Some(fingerprint) if !is_old => fingerprint.clone(),
            _ => [&*self.file, &*self.rule, &*self.pointer].join("\0"),
        }
    }
}

/// Known findings that are not used up yet.
struct Known(BTreeMap<String, Vec<Row>>);

impl Known {
    fn of(rows: Vec<Row>) -> Known {
        let mut known: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows {
            known.entry(row.key(false)).or_default().push(row);
        }
        Known(known)
    }

    /// Whether a finding is known; it is used up.
    fn takes(&mut self, found: &Row) -> bool {
        [false, true].into_iter().any(|is_old| self.0.get_mut(&found.key(is_old)).and_then(Vec::pop).is_some())
    }

    fn rest(self) -> impl Iterator<Item = Row> {
        self.0.into_values().flatten()
    }
}

/// Takes the known findings out of the reports. Returns what people should know.
///
/// # Errors
/// When the file cannot be read, or is no baseline.
pub fn apply(path: &Path, reports: &mut [UnitReport]) -> Result<Vec<String>, String> {
    let mut known = Known::of(read(path)?);
    for report in reports.iter_mut() {
        let found = std::mem::take(&mut report.diagnostics);
        report.diagnostics = found.into_iter().filter(|found| !known.takes(&Row::of(found, report))).collect();
    }
    // Files that were not looked at say nothing.
    let fixed = known.rest().filter(|row| reports.iter().any(|report| report.file == row.file));
    Ok(fixed.map(|row| format!("{} is fixed: update the baseline", row.shown())).collect())
}

/// Writes all findings into the baseline, and takes them out of the reports (a link may lead below `root`, see
/// [`write::replace`]). Returns what changed.
///
/// # Errors
/// When the file cannot be written, or is there and no baseline.
pub fn update(path: &Path, root: Option<&Path>, reports: &mut [UnitReport]) -> Result<Vec<String>, String> {
    let mut known = Known::of(if path.exists() { read(path)? } else { Vec::new() });
    let mut rows: Vec<Row> = Vec::new();
    for report in reports.iter_mut() {
        let found = std::mem::take(&mut report.diagnostics);
        rows.extend(found.iter().map(|found| Row::of(found, report)));
    }
    let new: Vec<&Row> = rows.iter().filter(|row| !known.takes(row)).collect();
    let said = |word: &str, row: &Row| format!("{word} {}", row.shown());
    let mut notes: Vec<String> = new.iter().map(|row| said("new:", row)).collect();
    notes.extend(known.rest().map(|row| said("gone:", &row)));
    let text = format!("{:#}\n", json!({"version": 2, "findings": rows.iter().map(Row::json).collect::<Vec<_>>()}));
    write::report(path, text.as_bytes(), root)?;
    notes.push(format!("{}: {} findings written", path.display(), rows.len()));
    Ok(notes)
}

fn read(path: &Path) -> Result<Vec<Row>, String> {
    let fail = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let source = named::source(path).map_err(|why| fail(&why))?;
    let document: Value = serde_json::from_str(source.text()).map_err(|error| fail(&error))?;
    let rows = document["findings"].as_array().ok_or_else(|| fail(&"not a baseline: `findings` is missing"))?;
    Ok(rows.iter().map(Row::read).collect())
}
