//! The list of all known changes between two releases, whatever the configuration.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::kratos::changes::condition::When;
use crate::kratos::changes::{CHANGES, Row};
use crate::kratos::version::Version;

/// The changes on the way, oldest first; what came and went on the way is left out.
fn rows(from: Version, to: Version) -> impl Iterator<Item = &'static Row> {
    CHANGES.iter().filter(move |row| row.release > from && row.release <= to && row.until.is_none_or(|last| last >= to))
}

/// Whether each installation meets it.
fn is_general(row: &Row) -> bool {
    matches!(row.when, When::Always)
}

/// The rows of each release.
fn by_release(from: Version, to: Version) -> Vec<(Version, Vec<&'static Row>)> {
    let mut groups: Vec<(Version, Vec<&'static Row>)> = Vec::new();
    for row in rows(from, to) {
        match groups.last_mut() {
            Some((release, rows)) if *release == row.release => rows.push(row),
            _ => groups.push((row.release, vec![row])),
        }
    }
    groups
}

/// For a terminal.
#[must_use]
pub(crate) fn plain(from: Version, to: Version) -> String {
    let mut out = format!("all known changes from {from} to {to}\n");
    for (release, rows) in by_release(from, to) {
        _ = writeln!(out, "\n{release}");
        for row in rows {
            _ = writeln!(out, "  {}: {} [{}]\n    {}", row.weight.name(), row.what, row.id, row.advice);
        }
    }
    out
}

/// For documents: a bar would end the cell.
#[must_use]
pub(crate) fn markdown(from: Version, to: Version) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut out = String::new();
    for (release, rows) in by_release(from, to) {
        _ = writeln!(out, "## {release}\n\n| | what changes | what to do |\n| --- | --- | --- |");
        for row in rows {
            _ = writeln!(out, "| {} | {} | {} |", row.weight.name(), cell(row.what), cell(row.advice));
        }
        out.push('\n');
    }
    out
}

/// For programs.
#[must_use]
pub(crate) fn json(from: Version, to: Version) -> Value {
    let row = |row: &'static Row| {
        json!({"id": row.id, "release": row.release.name(), "kind": row.kind, "level": row.weight.name(),
            "always": is_general(row), "what": row.what, "do": row.advice, "seen": row.seen, "rules": row.rules})
    };
    json!({"version": 1, "from": from.name(), "to": to.name(), "changes": rows(from, to).map(row).collect::<Vec<_>>()})
}
