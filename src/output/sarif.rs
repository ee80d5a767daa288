//! SARIF 2.1.0 (OASIS), with the rules of its results, fingerprints and fixes, as code scanning reads it.

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use super::json::Each;
use super::text::uri_path;
use super::{Paths, Printer, summary};
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Fix, Level};
use crate::kratos::secrets;
use crate::rule::Rule;
use crate::rules;
use crate::text::Place;

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let notes: Vec<Value> = summary::versions(reports, Some(paths))
        .into_iter()
        .map(|text| json!({"level": "note", "message": {"text": linkless(&text)}}))
        .collect();
    let found = || reports.iter().flat_map(|report| &report.diagnostics);
    // The pages of all rules are far longer than most reports.
    let names: BTreeSet<&str> = found().map(|found| found.rule).collect();
    let rules: Vec<&Rule> = rules::ALL.iter().copied().filter(|rule| names.contains(rule.name)).collect();
    let document = Document {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({"driver": {"name": "kratos-lint", "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"), "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>()}}),
            column_kind: "unicodeCodePoints",
            invocations: json!([{"executionSuccessful": true, "toolExecutionNotifications": notes}]),
            properties: Properties { units: Each(|| reports.iter().map(|report| unit(report, paths))) },
            results: Each(|| found().map(|found| result(found, &rules, paths))),
        }],
    };
    out.json(&document)
}

/// The report; of its lists one item is made at a time, for they can be long.
#[derive(Serialize)]
struct Document<U: Serialize, R: Serialize> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<U, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<U: Serialize, R: Serialize> {
    tool: Value,
    column_kind: &'static str,
    invocations: Value,
    properties: Properties<U>,
    results: R,
}

#[derive(Serialize)]
struct Properties<U: Serialize> {
    units: U,
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    json!({"id": rule.name, "name": rule.name, "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary}, "help": {"text": rule.docs.trim(), "markdown": rule.docs.trim()},
        "helpUri": rule.url(), "defaultConfiguration": {"level": level(rule.level)}, "properties": {"tags": [rule.category, rule.effect.name()]}})
}

/// What was assumed of the server of a configuration.
fn unit(report: &UnitReport, paths: &Paths) -> Value {
    let target = &report.target;
    json!({"file": paths.in_repository(&report.file), "at": secrets::pointer(&report.at), "kratos": target.name(), "source": target.source.name(),
        "from": target.from.as_deref().map(|from| paths.place_in_repository(from)), "set_with": summary::SET_WITH, "notes": target.notes, "boots": report.boots})
}

fn result(found: &Diagnostic, rules: &[&Rule], paths: &Paths) -> Value {
    let index = rules.iter().position(|rule| rule.name == found.rule);
    let text = match &found.help {
        Some(help) => format!("{}\n{help}", found.sentence()),
        None => found.sentence(),
    };
    let related: Vec<Value> = found
        .labels
        .iter()
        .enumerate()
        .map(|(id, label)| {
            let mut location = location(&label.place, paths);
            location["id"] = json!(id);
            location["message"] = json!({"text": linkless(&label.text)});
            location
        })
        .collect();
    let fixes: Vec<Value> = found.fixes.iter().filter(|fix| !fix.hidden).map(|one| fix(one, paths)).collect();
    json!({"ruleId": found.rule, "ruleIndex": index, "level": level(found.level), "message": {"text": linkless(&text)},
        "locations": [location(&found.place, paths)], "relatedLocations": related, "fixes": fixes,
        "partialFingerprints": {"kratosLint/v2": found.fingerprint()}})
}

/// A text in which nothing is read as a link (SARIF 2.1.0, 3.11.6).
fn linkless(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

fn location(place: &Place, paths: &Paths) -> Value {
    let place = place.in_file();
    json!({"physicalLocation": {"artifactLocation": {"uri": uri_path(&paths.in_repository(place.source.path()))}, "region": region(&place)}})
}

fn region(place: &Place) -> Value {
    let (start, end) = (place.source.position(place.span.start), place.source.position(place.span.end));
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}

fn fix(fix: &Fix, paths: &Paths) -> Value {
    let changes: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            let place = edit.place.in_file();
            json!({"artifactLocation": {"uri": uri_path(&paths.in_repository(place.source.path()))},
                "replacements": [{"deletedRegion": region(&place), "insertedContent": {"text": edit.text}}]})
        })
        .collect();
    json!({"description": {"text": fix.title}, "artifactChanges": changes})
}
