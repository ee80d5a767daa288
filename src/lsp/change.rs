//! Changes of files that an action makes, as clients take them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::features::Features;
use super::position::Lines;
use super::state::Snapshot;
use crate::text::{Source, Span};

/// An edit of a file.
pub(super) struct Change {
    pub(super) path: PathBuf,
    pub(super) source: std::sync::Arc<Source>,
    pub(super) span: Span,
    pub(super) text: String,
}

/// The changes as the client takes them.
pub(super) fn edit(changes: &[Change], snapshot: &Snapshot, features: Features) -> Value {
    let mut by_file: BTreeMap<&Path, (Lines<'_>, Vec<Value>)> = BTreeMap::new();
    for change in changes {
        let first = || (Lines::of(change.source.text(), snapshot.encoding), Vec::new());
        let (lines, edits) = by_file.entry(&change.path).or_insert_with(first);
        edits.push(json!({"range": lines.range(change.span), "newText": change.text}));
    }
    let by_file = by_file.into_iter().map(|(path, (_, edits))| (path, edits));
    if features.versioned {
        let files = by_file.map(|(path, edits)| {
            let version = snapshot.open.get(path).map(|(_, version)| *version);
            json!({"textDocument": {"uri": snapshot.uri(path), "version": version}, "edits": edits})
        });
        return json!({"documentChanges": files.collect::<Vec<_>>()});
    }
    let files: Map<String, Value> = by_file.map(|(path, edits)| (snapshot.uri(path), Value::Array(edits))).collect();
    json!({"changes": files})
}
