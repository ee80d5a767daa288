//! Content that is embedded as `base64://`: read-only documents of their own, which the client asks the server for. A client that
//! knows `workspace/textDocumentContent` reads them by that, any other by the request `kratos-lint/textDocumentContent` with
//! the same parameters and answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use super::state::Snapshot;
use super::{units, uri};
use crate::kratos::network::content::{self, Content, ContentKind};
use crate::pack;
use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::Node;

/// The scheme of their addresses.
pub(super) const SCHEME: &str = "kratos-lint";

/// Whether an address is that of a virtual document.
pub(super) fn is_address(uri: &str) -> bool {
    uri.strip_prefix(SCHEME).is_some_and(|rest| rest.starts_with(':'))
}

/// A value with its decoded content.
pub(super) struct Embedded<'u> {
    /// The value.
    pub(super) node: Node<'u>,
    /// What a file with the content would be called.
    pub(super) name: String,
    /// The content.
    pub(super) text: Arc<Source>,
}

/// The embedded content of a configuration, keys that sign tokens apart.
pub(super) fn all(root: Node<'_>) -> impl Iterator<Item = Embedded<'_>> {
    content::all(root)
        .into_iter()
        .filter(|content| content.kind != ContentKind::Keys)
        .filter_map(|content| of(&content))
}

fn of<'u>(content: &Content<'u>) -> Option<Embedded<'u>> {
    let encoded = content.node.as_str()?.strip_prefix("base64://").filter(|encoded| !encoded.is_empty())?;
    let text = Source::from_base64(&content.node.place(), encoded).ok()?;
    Some(Embedded { node: content.node, name: pack::unpack::name(content), text })
}

/// The way to a virtual document.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The file that holds it, out of all links.
    pub(super) path: PathBuf,
    /// JSON pointer of the configuration in the file.
    pub(super) at: String,
    /// JSON pointer of the value in the configuration.
    pub(super) pointer: String,
    /// What a file with the content would be called.
    pub(super) name: String,
}

impl Way {
    /// The way that an address names.
    pub(super) fn of(address: &str, snapshot: &Snapshot) -> Option<Way> {
        let (name, way) = address.strip_prefix(SCHEME)?.strip_prefix(':')?.split_once('?')?;
        // Clients may write what `=` and the like stand for in their own way: there is none in this word.
        let way: (String, String, String) = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(way).ok()?).ok()?;
        let (file, at, pointer) = way;
        let open = snapshot.open.iter().find(|(_, (open, _))| *open == file).map(|(path, _)| path.clone());
        let path = open.or_else(|| uri::path(&file).map(|path| crate::disk::real_path(&path)))?;
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        Some(Way { path, at, pointer, name })
    }
}

/// The address of a document. What says where it is is one word that no client writes in another way.
pub(super) fn address(embedded: &Embedded<'_>, unit: &Unit, path: &Path, snapshot: &Snapshot) -> String {
    let way = json!([snapshot.uri(path), unit.at, embedded.node.pointer()]);
    format!("{SCHEME}:/{}?{}", embedded.name, BASE64_URL_SAFE_NO_PAD.encode(way.to_string()))
}

/// The text of a document; none for what is no longer there.
pub(super) fn text(way: &Way, snapshot: &Snapshot) -> Option<Arc<Source>> {
    let units = units::of_file(&way.path, snapshot);
    let root = units.iter().find(|unit| unit.at == way.at)?.root()?;
    all(root).find(|embedded| embedded.node.pointer() == way.pointer).map(|embedded| embedded.text)
}

/// The value that holds a document; none for what is no longer there.
pub(super) fn place(way: &Way, snapshot: &Snapshot) -> Option<Place> {
    let units = units::of_file(&way.path, snapshot);
    let root = units.iter().find(|unit| unit.at == way.at)?.root()?;
    all(root).find(|embedded| embedded.node.pointer() == way.pointer).map(|embedded| embedded.node.place())
}

/// The text at an address.
pub(super) fn text_at(address: &str, snapshot: &Snapshot) -> Option<Arc<Source>> {
    text(&Way::of(address, snapshot)?, snapshot)
}

/// The answer to `workspace/textDocumentContent`; null for what is no longer there.
pub(super) fn answer(params: &Value, snapshot: &Snapshot) -> Value {
    let address = params.get("uri").and_then(Value::as_str).unwrap_or_default();
    text_at(address, snapshot).map_or(Value::Null, |source| json!({"text": source.text()}))
}
