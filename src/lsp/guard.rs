//! "Guard this field": ways to read a field that may be missing.

use std::path::Path;

use serde_json::{Value, json};

use super::bodies;
use super::change::{Change, edit};
use super::document::Document;
use super::features::Features;
use super::state::Snapshot;
use crate::jsonnet::types::JsonType;
use crate::text::Span;

/// Kind of these actions.
pub(super) const GUARD: &str = "refactor.rewrite";

/// A read of a field that may be missing.
struct Read<'t> {
    text: &'t str,
    /// The whole read, `ctx.identity.traits.name`.
    span: Span,
    /// What it is read from.
    object: &'t str,
    name: &'t str,
    /// What is written when it is missing, of the same type.
    default: &'static str,
}

/// The actions for the field at the start of the selection.
pub(super) fn actions(path: &Path, asked: Span, snapshot: &Snapshot, features: Features) -> Vec<Value> {
    if path.extension().is_none_or(|ending| ending != "jsonnet" && ending != "libsonnet") {
        return Vec::new();
    }
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Vec::new() };
    let Some(read) = read(path, source.text(), asked.start, snapshot) else { return Vec::new() };
    let action = |(title, new, span): (String, String, Span)| {
        let change = Change { path: path.to_path_buf(), source: std::sync::Arc::clone(&source), span, text: new };
        json!({"title": title, "kind": GUARD, "edit": edit(&[change], snapshot, features)})
    };
    read.ways().into_iter().map(action).collect()
}

/// The read at a byte, when its field may be missing at one of the places that run the document.
fn read<'t>(path: &Path, text: &'t str, byte: usize, snapshot: &Snapshot) -> Option<Read<'t>> {
    let mut found: Option<Read<'t>> = None;
    for seen in bodies::seen(Document::File(path), snapshot) {
        let types = seen.types(text, byte)?;
        let Some((span, _)) = types.at(byte).or_else(|| types.at(byte.checked_sub(1)?)) else { continue };
        let written = text.get(span.start..span.end)?;
        let (object, name) = written.rsplit_once('.')?;
        let is_name = !name.is_empty() && name.chars().all(|chr| chr.is_ascii_alphanumeric() || chr == '_');
        let dot = span.start + object.len();
        if !is_name || byte <= dot {
            return None;
        }
        let Some(field) = types.fields_before(dot).and_then(|fields| fields.get(name)) else { continue };
        if field.missing_when.is_some() {
            found = Some(Read { text, span, object: object.trim_end(), name, default: default(&field.kind) });
        }
    }
    found
}

/// A value of a type that stands for nothing.
fn default(kind: &JsonType) -> &'static str {
    match kind {
        JsonType::Text(_) => "''",
        JsonType::Bool(_) => "false",
        JsonType::List(_) => "[]",
        JsonType::Object(_) => "{}",
        _ => "null",
    }
}

impl Read<'_> {
    /// Titles, new texts, and what they replace.
    fn ways(&self) -> Vec<(String, String, Span)> {
        let Read { object, name, default, span, .. } = self;
        let mut all = Vec::new();
        let after = self.text.get(span.end..).unwrap_or_default().trim_start();
        let goes_on = after.starts_with(['.', '[', '(']);
        if let Some(at) = self.key().filter(|_| !goes_on) {
            let key = self.text.get(at.start..at.end).unwrap_or_default();
            let colon = self.text.get(at.end..span.start).unwrap_or_default();
            let new = format!("[if '{name}' in {object} then '{key}']{colon}{object}.{name}");
            all.push((format!("Guard `{name}`: leave `{key}` out when it is missing"), new, at.cover(*span)));
        }
        if !goes_on {
            let new = format!("(if '{name}' in {object} then {object}.{name} else null)");
            all.push((format!("Guard `{name}`: null when it is missing"), new, *span));
        }
        if !goes_on || matches!(*default, "{}") {
            let new = format!("std.get({object}, '{name}', {default})");
            all.push((format!("Guard `{name}`: `{default}` when it is missing"), new, *span));
        }
        // `null` as the default is what the second way does.
        all.retain(|(_, new, _)| goes_on || !new.ends_with(", null)"));
        all
    }

    /// The key whose whole value the read is, when its object can omit it.
    fn key(&self) -> Option<Span> {
        let after = self.text.get(self.span.end..)?.trim_start();
        let before = self.text.get(..self.span.start)?.trim_end().strip_suffix(':')?;
        let is_part = |chr: char| chr.is_ascii_alphanumeric() || chr == '_';
        let start = before.trim_end_matches(is_part).len();
        let is_whole = (after.starts_with(['}', ','])) && before.get(..start)?.trim_end().ends_with(['{', ',']);
        (is_whole && start < before.len()).then_some(Span::new(start, before.len()))
    }
}
