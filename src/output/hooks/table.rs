//! The table of hook points itself: which hooks may stand where, in which versions.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::kratos::hooks::{EXECUTORS, Phase, is_commercial};
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::version::{Version, Versions};

/// A hook in a list.
struct Row {
    flow: &'static str,
    trigger: &'static str,
    method: Option<&'static str>,
    hook: &'static str,
    versions: Versions,
    phases: Vec<Phase>,
}

/// The rows of all versions, or of one.
fn rows(version: Option<Version>) -> Vec<Row> {
    let mut rows = Vec::new();
    for place in HOOK_PLACES {
        let path = place.path.trim_start_matches("selfservice.flows.").trim_end_matches(".hooks");
        let mut parts = path.split('.');
        let (Some(flow), Some(trigger)) = (parts.next(), parts.next()) else { continue };
        let method = parts.next();
        for (hook, versions) in place.hooks {
            if version.is_none_or(|version| versions.contains(version)) {
                rows.push(Row {
                    flow,
                    trigger,
                    method,
                    hook,
                    versions: *versions,
                    phases: phases(hook, flow, trigger, method),
                });
            }
        }
    }
    rows
}

/// When a hook runs there.
fn phases(hook: &str, flow: &str, trigger: &str, method: Option<&str>) -> Vec<Phase> {
    if trigger == "before" {
        return vec![Phase::Before];
    }
    let saves = matches!(flow, "registration" | "settings");
    match hook {
        // The list for all methods is read after saving only.
        "web_hook" if saves && method.is_none() => vec![Phase::PostPersist],
        // With `response.parse` or `can_interrupt` before, else after.
        "web_hook" if saves => vec![Phase::PrePersist, Phase::PostPersist],
        "web_hook" => vec![Phase::After],
        _ => EXECUTORS.iter().filter(|row| row.hook == hook && row.flow == flow).map(|row| row.phase).collect(),
    }
}

impl Row {
    fn when(&self) -> String {
        match self.phases.as_slice() {
            [] => "not known".to_owned(),
            phases => phases.iter().map(|phase| phase.words()).collect::<Vec<_>>().join(" or "),
        }
    }

    fn edition(&self) -> &'static str {
        if is_commercial(self.hook) { "commercial" } else { "open source" }
    }
}

const HEAD: [&str; 7] = ["flow", "trigger", "method", "hook", "runs", "versions", "edition"];

fn cells(row: &Row) -> [String; 7] {
    let method = row.method.unwrap_or("all").to_owned();
    let texts = [row.when(), row.versions.to_string(), row.edition().to_owned()];
    let [when, versions, edition] = texts;
    [row.flow.to_owned(), row.trigger.to_owned(), method, row.hook.to_owned(), when, versions, edition]
}

/// For a terminal.
#[must_use]
pub(crate) fn plain(version: Option<Version>) -> String {
    let rows: Vec<[String; 7]> = rows(version).iter().map(cells).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let mut out = String::new();
    for row in std::iter::once(HEAD.map(str::to_owned)).chain(rows) {
        let padded = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        _ = writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    out
}

/// For documents.
#[must_use]
pub(crate) fn markdown(version: Option<Version>) -> String {
    let mut out = format!("| {} |\n|{}\n", HEAD.join(" | "), " --- |".repeat(HEAD.len()));
    for row in rows(version) {
        _ = writeln!(out, "| {} |", cells(&row).join(" | "));
    }
    out
}

/// For programs. `until` is null where the newest release still has it.
#[must_use]
pub(crate) fn json(version: Option<Version>) -> Value {
    let row = |row: &Row| {
        let phases: Vec<&str> = row.phases.iter().map(|phase| phase.name()).collect();
        let until = row.versions.before.map(|_| row.versions.last().name());
        json!({"flow": row.flow, "trigger": row.trigger, "method": row.method, "hook": row.hook, "phases": phases,
            "since": row.versions.from.name(), "until": until, "commercial": is_commercial(row.hook)})
    };
    json!({"version": 1, "kratos": version.map(Version::name), "hooks": rows(version).iter().map(row).collect::<Vec<_>>()})
}
