//! The interface for programs, format version 1.

use std::io;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Printer;
use super::summary::SET_WITH;
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::secrets;
use crate::rule::Rule;
use crate::rules;
use crate::text::Place;

pub(super) fn write(reports: &[UnitReport], out: &mut Printer<'_>) -> io::Result<()> {
    let count = |level: Level| {
        reports.iter().flat_map(|report| &report.diagnostics).filter(|diagnostic| diagnostic.level == level).count()
    };
    let suppressed: usize = reports.iter().map(|report| report.suppressed).sum();
    let document = Document {
        version: 1,
        tool: concat!("kratos-lint ", env!("CARGO_PKG_VERSION")),
        units: Each(|| reports.iter().map(unit)),
        findings: Each(|| {
            reports.iter().flat_map(|report| report.diagnostics.iter().map(|found| finding(report, found)))
        }),
        summary: json!({"error": count(Level::Error), "warning": count(Level::Warning), "info": count(Level::Info),
            "suppressed": suppressed, "units": reports.len()}),
    };
    out.json(&document)
}

/// The report; of its lists one item is made at a time, for they can be long.
#[derive(Serialize)]
struct Document<U: Serialize, F: Serialize> {
    version: u8,
    tool: &'static str,
    units: U,
    findings: F,
    summary: Value,
}

/// A list of which one item is made at a time.
pub(super) struct Each<F>(pub(super) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// One line for each finding, as they stand in the report of [`fn@write`], with what was assumed of the server.
pub(super) fn write_lines(reports: &[UnitReport], out: &mut Printer<'_>) -> io::Result<()> {
    for report in reports {
        for found in &report.diagnostics {
            let mut line = finding(report, found);
            line["kratos"] = kratos(report);
            out.json_line(&line)?;
        }
    }
    Ok(())
}

fn unit(report: &UnitReport) -> Value {
    json!({"file": report.file, "at": secrets::pointer(&report.at), "kratos": kratos(report), "boots": report.boots})
}

fn kratos(report: &UnitReport) -> Value {
    let target = &report.target;
    json!({"version": target.name(), "source": target.source.name(), "from": target.from, "set_with": SET_WITH,
        "notes": target.notes})
}

fn finding(report: &UnitReport, found: &Diagnostic) -> Value {
    let labels: Vec<Value> = found
        .labels
        .iter()
        .map(|label| json!({"file": file(&label.place), "span": span(&label.place), "text": label.text}))
        .collect();
    let fixes: Vec<Value> = found
        .fixes
        .iter()
        .filter(|fix| !fix.hidden)
        .map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .map(|edit| json!({"file": file(&edit.place), "span": span(&edit.place), "text": edit.text}))
                .collect();
            json!({"title": fix.title, "safe": fix.safe, "edits": edits})
        })
        .collect();
    json!({
        "rule": found.rule, "level": found.level.name(), "effect": found.effect.name(), "message": found.sentence(),
        "file": file(&found.place), "pointer": found.pointer, "unit": report.file, "span": span(&found.place),
        "labels": labels, "help": found.help, "url": rules::named(found.rule).map(Rule::url), "fixes": fixes,
        "fingerprint": found.fingerprint(),
    })
}

fn file(place: &Place) -> String {
    place.source.path().to_owned()
}

fn span(place: &Place) -> Value {
    let place = place.in_file();
    let point = |byte: usize| {
        let at = place.source.position(byte);
        json!({"byte": byte, "line": at.line, "column": at.column})
    };
    json!({"start": point(place.span.start), "end": point(place.span.end)})
}
