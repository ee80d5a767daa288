//! A list of known findings that are left out of reports. A finding is known by its fingerprint, so that lines, items, files and
//! folders may move.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;
use crate::disk::named;
use crate::fix::write;
use crate::kratos::secrets;

/// The file as it is written.
#[derive(Serialize)]
struct Document<'r> {
    version: u8,
    findings: &'r [Row],
}

/// A row of a baseline.
#[derive(Serialize)]
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

    /// Its place and rule as they may be shown: a file in the repository says them.
    fn shown(&self) -> String {
        let (file, pointer) = (secrets::path(&self.file), secrets::pointer(&self.pointer));
        let at = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
        format!("{file}: {}{at}", secrets::name(&self.rule))
    }

    /// What the finding is known by, with its place.
    fn place(&self, key: String) -> [String; 3] {
        [key, self.file.clone(), self.pointer.clone()]
    }

    /// What the finding is known by; `is_old` as the first version of the file knew it.
    fn key(&self, is_old: bool) -> String {
        match &self.fingerprint {
            Some(fingerprint) if !is_old => fingerprint.clone(),
            _ => [&*self.file, &*self.rule, &*self.pointer].join("\0"),
        }
    }
}

/// Known findings, and which of them are used up.
pub(crate) struct Known {
    rows: Vec<(Row, bool)>,
    /// The rows by what they are known by and where they stand.
    in_place: HashMap<[String; 3], Vec<usize>>,
    /// The rows by what they are known by.
    anywhere: HashMap<String, Vec<usize>>,
}

impl Known {
    /// The findings that a file holds.
    ///
    /// # Errors
    /// When it cannot be read, or is no baseline.
    pub(crate) fn read(path: &Path) -> Result<Known, String> {
        read(path).map(Known::of)
    }

    fn of(rows: Vec<Row>) -> Known {
        let (mut in_place, mut anywhere) = (HashMap::new(), HashMap::new());
        for (index, row) in rows.iter().enumerate() {
            in_place.entry(row.place(row.key(false))).or_insert_with(Vec::new).push(index);
            anywhere.entry(row.key(false)).or_insert_with(Vec::new).push(index);
        }
        Known { rows: rows.into_iter().map(|row| (row, false)).collect(), in_place, anywhere }
    }

    /// Which of the findings are known; those are used up. What is at its place still is taken first, so that of two equal
    /// findings the one that is fixed is left.
    fn take(&mut self, found: &[Row]) -> Vec<bool> {
        let mut taken = vec![false; found.len()];
        for in_place in [true, false] {
            for (row, taken) in found.iter().zip(&mut taken).filter(|(_, taken)| !**taken) {
                *taken = [false, true].into_iter().any(|is_old| self.take_one(row, is_old, in_place));
            }
        }
        taken
    }

    fn take_one(&mut self, found: &Row, is_old: bool, in_place: bool) -> bool {
        let key = found.key(is_old);
        let list = if in_place { self.in_place.get_mut(&found.place(key)) } else { self.anywhere.get_mut(&key) };
        let Some(list) = list else { return false };
        while let Some(index) = list.pop() {
            if let Some((_, used)) = self.rows.get_mut(index).filter(|(_, used)| !used) {
                *used = true;
                return true;
            }
        }
        false
    }

    fn rest(self) -> impl Iterator<Item = Row> {
        self.rows.into_iter().filter(|(_, used)| !used).map(|(row, _)| row)
    }
}

/// Takes the known findings out of the reports. Returns what users should know.
pub(crate) fn apply(mut known: Known, reports: &mut [UnitReport]) -> Vec<String> {
    let rows: Vec<Row> =
        reports.iter().flat_map(|report| report.diagnostics.iter().map(|found| Row::of(found, report))).collect();
    let mut taken = known.take(&rows).into_iter();
    for report in reports.iter_mut() {
        report.diagnostics.retain(|_| !taken.next().unwrap_or_default());
    }
    // Files that were not checked say nothing.
    let files: HashSet<&str> = reports.iter().map(|report| report.file.as_str()).collect();
    let fixed = known.rest().filter(|row| files.contains(row.file.as_str()));
    said("", " is fixed: update the baseline", fixed.map(|row| row.shown()))
}

/// Most rows of one kind that are named.
const MAX_NAMED: usize = 1_000;

/// A line for each row, and how many more there are.
fn said(before: &str, after: &str, mut rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = rows.by_ref().take(MAX_NAMED).map(|row| format!("{before}{row}{after}")).collect();
    match rows.count() {
        0 => {}
        more => lines.push(format!("{before}{more} more{after}")),
    }
    lines
}

/// Writes all findings into the baseline, and takes them out of the reports (a link may lead below `root`, see
/// [`write::replace`]). Returns what changed.
///
/// # Errors
/// When the file cannot be written, or is there and no baseline.
pub(crate) fn update(path: &Path, root: Option<&Path>, reports: &mut [UnitReport]) -> Result<Vec<String>, String> {
    let mut known = Known::of(if path.exists() { read(path)? } else { Vec::new() });
    let mut rows: Vec<Row> = Vec::new();
    for report in reports.iter_mut() {
        let found = std::mem::take(&mut report.diagnostics);
        rows.extend(found.iter().map(|found| Row::of(found, report)));
    }
    let taken = known.take(&rows);
    let new = rows.iter().zip(taken).filter(|(_, taken)| !taken).map(|(row, _)| row);
    let mut notes = said("new: ", "", new.map(Row::shown));
    notes.extend(said("gone: ", "", known.rest().map(|row| row.shown())));
    let print = |mut out: &mut dyn io::Write| {
        serde_json::to_writer_pretty(&mut out, &Document { version: 2, findings: &rows })?;
        writeln!(out)
    };
    write::printed(path, &print, root)?;
    let findings = if rows.len() == 1 { "finding" } else { "findings" };
    notes.push(format!("{}: {} {findings} written", path.display(), rows.len()));
    Ok(notes)
}

fn read(path: &Path) -> Result<Vec<Row>, String> {
    if !named::is_taken(path) {
        return Err(format!("{}: no such file: --update-baseline makes it", path.display()));
    }
    let fail = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let source = named::source(path).map_err(|why| fail(&why))?;
    let document: Value = serde_json::from_str(source.text()).map_err(|error| fail(&error))?;
    let rows = document["findings"].as_array().ok_or_else(|| fail(&"not a baseline: `findings` is missing"))?;
    Ok(rows.iter().map(Row::read).collect())
}
