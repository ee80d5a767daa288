//! Content of other files: "embed as base64" and "move to a file".

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::change::{Change, edit};
use super::features::Features;
use super::state::Snapshot;
use super::{structure, units};
use crate::kratos::network::content::{self, Content, ContentKind};
use crate::pack;
use crate::text::{Source, Span, to_base64_url};
use crate::unit::Unit;

/// Kinds of these actions.
pub(super) const EMBED: &str = "refactor.inline";
/// The other direction.
pub(super) const MOVE: &str = "refactor.extract";

/// Most names that are tried for a new file.
const MAX_NAMES: usize = 100;

/// The actions for the value that the selection begins in.
pub(super) fn actions(
    path: &Path,
    asked: Span,
    snapshot: &Snapshot,
    features: Features,
    wants: &dyn Fn(&str) -> bool,
) -> Vec<Value> {
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let is_here = |content: &Content<'_>| {
            // Where an alias is, and where its text is written.
            let places = [content.node.place().in_file(), content.node.origin().in_file()];
            places.iter().any(|place| {
                snapshot.holds(path, place) && place.span.start <= asked.start && asked.start <= place.span.end
            })
        };
        let Some(content) = content::all(root).into_iter().find(is_here) else { continue };
        found.extend(embedded(&content, &unit, path, snapshot, features).filter(|_| wants(EMBED)));
        found.extend(moved(&content, path, snapshot, features).filter(|_| wants(MOVE)));
    }
    found
}

/// The edit that gives a value another text.
fn change(content: &Content<'_>, path: &Path, text: &str) -> Option<Change> {
    let (span, text) = pack::edit(content.node, text)?;
    let source = content.node.place().in_file().source;
    Some(Change { path: path.to_path_buf(), source, span, text })
}

fn embedded(content: &Content<'_>, unit: &Unit, path: &Path, snapshot: &Snapshot, features: Features) -> Option<Value> {
    // Private keys do not belong into a configuration.
    if content.kind == ContentKind::Keys {
        return None;
    }
    let references = structure::references(unit, path, snapshot);
    let (_, file) = references.into_iter().find(|(node, _)| node.id() == content.node.id())?;
    let source = snapshot.disk().read_configuration(&file).ok()?;
    if content.kind == ContentKind::Jsonnet && source.text().len() > pack::LARGE_BODY {
        return None;
    }
    let encoded = to_base64_url(source.text());
    let name = file.file_name()?.to_string_lossy().into_owned();
    let edit = edit(&[change(content, path, &encoded)?], snapshot, features);
    Some(json!({"title": format!("Embed {name} as base64"), "kind": EMBED, "edit": edit}))
}

fn moved(content: &Content<'_>, path: &Path, snapshot: &Snapshot, features: Features) -> Option<Value> {
    let encoded = content.node.as_str()?.strip_prefix("base64://").filter(|encoded| !encoded.is_empty())?;
    if !features.creates || !pack::is_plainly_written(content.node) {
        return None;
    }
    let decoded = Source::from_base64(&content.node.place(), encoded).ok()?;
    // What is decoded must be what was encoded, to the byte.
    if BASE64_STANDARD.encode(decoded.text()) != encoded {
        return None;
    }
    let folder = path.parent()?;
    let name = pack::unpack::name(content);
    let file = free(folder, &name, snapshot)?;
    let name = file.file_name()?.to_string_lossy().into_owned();
    let mut edit = edit(&[change(content, path, &format!("file://{name}"))?], snapshot, features);
    let uri = snapshot.uri(&file);
    with_file(&mut edit, &uri, decoded.text())?;
    Some(json!({"title": format!("Move to {name}"), "kind": MOVE, "edit": edit}))
}

/// Makes a file before the edits, which lead to it. The client must know both.
pub(super) fn with_file(edit: &mut Value, uri: &str, text: &str) -> Option<()> {
    let start = json!({"line": 0, "character": 0});
    let text = json!([{"range": {"start": start, "end": start}, "newText": text}]);
    let before =
        [json!({"kind": "create", "uri": uri}), json!({"textDocument": {"uri": uri, "version": null}, "edits": text})];
    edit.get_mut("documentChanges")?.as_array_mut()?.splice(0..0, before);
    Some(())
}

/// A file that does not exist yet, by a name.
pub(super) fn free(folder: &Path, name: &str, snapshot: &Snapshot) -> Option<PathBuf> {
    let (stem, ending) = name.split_once('.')?;
    let numbered = |count: usize| match count {
        1 => folder.join(name),
        _ => folder.join(format!("{stem}-{count}.{ending}")),
    };
    (1..=MAX_NAMES).map(numbered).find(|file| is_free(file, snapshot))
}

/// Whether nothing is at a path, on the disk or in the editor.
pub(super) fn is_free(file: &Path, snapshot: &Snapshot) -> bool {
    !snapshot.disk().exists(file) && !snapshot.open.contains_key(file)
}
