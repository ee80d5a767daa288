//! Findings as the client shows them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::position::Lines;
use super::state::{ByFile, Findings, Known, Snapshot};
use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::output::text;
use crate::rules;
use crate::text::{Place, Source, Span};

/// The name of the tool in the list of problems.
pub(super) const SOURCE: &str = "kratos-lint";

/// The texts that a report is about, each with its path out of all links and its lines counted once.
struct Texts<'s> {
    by_source: HashMap<*const Source, (PathBuf, Lines<'s>)>,
}

impl<'s> Texts<'s> {
    /// The texts of these places.
    fn of(places: &'s [Place], snapshot: &Snapshot) -> Texts<'s> {
        let mut by_source = HashMap::new();
        for Place { source, .. } in places {
            by_source
                .entry(Arc::as_ptr(source))
                .or_insert_with(|| (snapshot.real(source.path()), Lines::of(source.text(), snapshot.encoding)));
        }
        Texts { by_source }
    }

    fn at(&self, place: &Place) -> Option<&(PathBuf, Lines<'s>)> {
        self.by_source.get(&Arc::as_ptr(&place.source))
    }
}

/// The findings of a report by file.
pub(super) fn by_file(known: &Known, snapshot: &Snapshot, with_related: bool) -> ByFile {
    let diagnostics = &known.report.diagnostics;
    let labels = diagnostics.iter().flat_map(|found| &found.labels).filter(|_| with_related);
    let places = diagnostics.iter().map(|found| &found.place).chain(labels.map(|label| &label.place));
    let places: Vec<Place> = places.map(Place::in_file).collect();
    let texts = Texts::of(&places, snapshot);
    let mut found: HashMap<PathBuf, Vec<String>> = HashMap::new();
    let mut seen = HashSet::new();
    for diagnostic in diagnostics {
        let place = diagnostic.place.in_file();
        let Some((path, lines)) = texts.at(&place) else { continue };
        let related = if with_related { related(diagnostic, snapshot, &texts) } else { Vec::new() };
        let value = of(diagnostic, &place, lines, related).to_string();
        // A body that runs at two places has its findings twice.
        if seen.insert((path, value.clone())) {
            found.entry(path.clone()).or_default().push(value);
        }
    }
    found.into_iter().map(|(path, found)| (path, Arc::new(found))).collect()
}

/// The findings of a file as values.
pub(super) fn values(found: &Findings) -> Vec<Value> {
    found.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
}

/// Says that so many findings of a file are not kept.
pub(super) fn more(count: usize) -> String {
    let at = json!({"line": 0, "character": 0});
    let message =
        format!("{count} more findings are not shown: too many are open; close other configurations to see them");
    json!({"range": {"start": at, "end": at}, "severity": 3, "source": SOURCE, "message": message}).to_string()
}

/// One finding.
pub(super) fn of(diagnostic: &Diagnostic, place: &Place, lines: &Lines<'_>, related: Vec<Value>) -> Value {
    let mut message = text::text(&diagnostic.sentence()).as_str().to_owned();
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {}", text::text(help));
    }
    let mut value = json!({
        "range": lines.range(one_line(place)),
        "severity": severity(diagnostic.level),
        "code": diagnostic.rule,
        "source": SOURCE,
        "message": message,
    });
    let Some(object) = value.as_object_mut() else { return value };
    if let Some(rule) = rules::named(diagnostic.rule) {
        object.insert("codeDescription".to_owned(), json!({"href": rule.url()}));
    }
    if let Some(tag) = tag(diagnostic) {
        object.insert("tags".to_owned(), json!([tag]));
    }
    if !related.is_empty() {
        object.insert("relatedInformation".to_owned(), Value::Array(related));
    }
    value
}

/// The part of a place on its first line: a mapping of seven lines is named by its first key.
pub(super) fn one_line(place: &Place) -> Span {
    let written = place.source.slice(place.span);
    let first = written.lines().next().unwrap_or_default();
    let length = first.trim_end().len();
    if length == written.len() { place.span } else { Span::new(place.span.start, place.span.start + length) }
}

fn severity(level: Level) -> u8 {
    match level {
        Level::Error => 1,
        Level::Warning => 2,
        Level::Info => 3,
    }
}

/// 1 for what has no effect (editors show it faint), 2 for what is gone in this release (struck through).
fn tag(diagnostic: &Diagnostic) -> Option<u8> {
    match (diagnostic.rule, diagnostic.effect) {
        ("removed-key" | "removed-value", _) => Some(2),
        // How the server is started has an effect, only not this one.
        ("courier-not-running" | "secrets-missing", _) => None,
        ("jsonnet-unused-local" | "unused-suppression", _) | (_, Effect::NoEffect | Effect::NeverRuns) => Some(1),
        _ => None,
    }
}

fn related(diagnostic: &Diagnostic, snapshot: &Snapshot, texts: &Texts<'_>) -> Vec<Value> {
    let each = diagnostic.labels.iter().filter_map(|label| {
        let place = label.place.in_file();
        let (path, lines) = texts.at(&place)?;
        let range = lines.range(one_line(&place));
        let location = json!({"uri": snapshot.uri(path), "range": range});
        Some(json!({"location": location, "message": text::text(&label.text).as_str()}))
    });
    each.collect()
}

/// What is wrong with `kratos-lint.toml`, at the place that the sentence names (`path:line:column: why`).
pub(super) fn of_config(fault: &str) -> Option<(PathBuf, Value)> {
    let (place, why) = fault.split_once(": ")?;
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let path = Path::new(parts.next()?).to_path_buf();
    let at = json!({"line": line.saturating_sub(1), "character": column.saturating_sub(1)});
    let value = json!({"range": {"start": at, "end": at}, "severity": 1, "source": SOURCE, "message": why});
    Some((path, value))
}
