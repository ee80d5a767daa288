//! Findings as the client shows them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::position::Lines;
use super::state::{Known, Snapshot};
use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::output::text;
use crate::rules;
use crate::text::{Place, Source, Span};

/// The name of the tool in the list of problems.
pub(super) const SOURCE: &str = "kratos-lint";

/// The findings of a configuration by file, as JSON of the protocol.
pub(super) type ByFile = HashMap<PathBuf, Vec<Value>>;

/// The lines of the texts of a report, each looked at once.
pub(super) struct Texts<'s> {
    snapshot: &'s Snapshot,
    lines: HashMap<*const Source, (PathBuf, Arc<Source>)>,
}

impl<'s> Texts<'s> {
    /// No text yet.
    pub(super) fn of(snapshot: &'s Snapshot) -> Texts<'s> {
        Texts { snapshot, lines: HashMap::new() }
    }

    /// The file of a place, out of all links.
    pub(super) fn path(&mut self, place: &Place) -> PathBuf {
        let source = &place.source;
        let known = self.lines.entry(Arc::as_ptr(source)).or_insert_with(|| {
            let path = self.snapshot.real(source.path());
            (path, Arc::clone(source))
        });
        known.0.clone()
    }
}

/// The findings of a report by file.
pub(super) fn by_file(known: &Known, snapshot: &Snapshot, with_related: bool) -> ByFile {
    let mut texts = Texts::of(snapshot);
    let mut found: ByFile = HashMap::new();
    // The lines of a file are counted once.
    let mut places: HashMap<PathBuf, (Arc<Source>, Vec<&Diagnostic>)> = HashMap::new();
    for diagnostic in &known.report.diagnostics {
        let place = diagnostic.place.in_file();
        let path = texts.path(&place);
        places.entry(path).or_insert_with(|| (Arc::clone(&place.source), Vec::new())).1.push(diagnostic);
    }
    for (path, (source, diagnostics)) in places {
        let lines = Lines::of(source.text(), snapshot.encoding);
        let each = diagnostics.into_iter().map(|diagnostic| {
            let related = if with_related { related(diagnostic, snapshot, &mut texts) } else { Vec::new() };
            of(diagnostic, &lines, related)
        });
        found.insert(path, each.collect());
    }
    found
}

/// One finding.
fn of(diagnostic: &Diagnostic, lines: &Lines<'_>, related: Vec<Value>) -> Value {
    let place = diagnostic.place.in_file();
    let mut message = text::text(&diagnostic.sentence()).as_str().to_owned();
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {}", text::text(help));
    }
    let mut value = json!({
        "range": lines.range(one_line(&place)),
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
        ("jsonnet-unused-local" | "unused-suppression", _) | (_, Effect::NoEffect | Effect::NeverRuns) => Some(1),
        _ => None,
    }
}

fn related(diagnostic: &Diagnostic, snapshot: &Snapshot, texts: &mut Texts<'_>) -> Vec<Value> {
    let each = diagnostic.labels.iter().map(|label| {
        let place = label.place.in_file();
        let lines = Lines::of(place.source.text(), snapshot.encoding);
        let range = lines.range(one_line(&place));
        let uri = snapshot.uri(&texts.path(&place));
        json!({"location": {"uri": uri, "range": range}, "message": text::text(&label.text).as_str()})
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
