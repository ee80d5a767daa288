//! Takes embedded content out into files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Document, Edits, edit, is_plainly_written, place};
use crate::kratos::network::content::{Content, ContentKind};
use crate::kratos::network::{PRESET, stored_digest};
use crate::text::edited;
use crate::yaml::Node;

/// What unpacking came to.
#[derive(Debug)]
pub struct Unpacked {
    /// The new text of the document.
    pub text: String,
    /// The files to write, by path.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// What should be known.
    pub notes: Vec<String>,
}

/// Takes embedded content out into files of `folder`. `known` are local files by their SHA-512: addresses of the storage of Ory
/// Network become these.
#[must_use]
pub fn unpack(document: &Document, folder: &Path, known: &BTreeMap<String, PathBuf>) -> Unpacked {
    let mut unpacking =
        Unpacking { folder, known, names: BTreeSet::new(), by_bytes: BTreeMap::new(), notes: Vec::new() };
    let mut edits = Edits::new();
    for content in document.contents() {
        let Some(path) = unpacking.file(&content) else { continue };
        let address = address_of(&path);
        if let Some((span, written)) = edit(content.node, &address) {
            edits.insert(span, written);
        }
    }
    let files = unpacking.by_bytes.into_iter().map(|(bytes, path)| (path, bytes)).collect();
    Unpacked { text: edited(document.source.text(), edits), files, notes: unpacking.notes }
}

/// The address of a file. What ends a value of YAML or a path of an address is written with `%`, as [`super::pack`] reads it; the first
/// part of a path is a host, which has no such characters.
fn address_of(path: &Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let is_special = |c: char| c.is_ascii_control() || "%#?:,[]{}'\"\\<>^`|".contains(c);
    let first = text.split('/').next().unwrap_or_default();
    let is_host = !first.contains(|c: char| is_special(c) || c == ' ');
    let written = text.chars().map(|c| if is_special(c) { format!("%{:02X}", u32::from(c)) } else { c.to_string() });
    format!("file://{}{}", if is_host { "" } else { "./" }, written.collect::<String>())
}

struct Unpacking<'a> {
    folder: &'a Path,
    known: &'a BTreeMap<String, PathBuf>,
    names: BTreeSet<String>,
    by_bytes: BTreeMap<Vec<u8>, PathBuf>,
    notes: Vec<String>,
}

impl Unpacking<'_> {
    /// The file that a value becomes; none when it stays.
    fn file(&mut self, content: &Content<'_>) -> Option<PathBuf> {
        let address = content.node.as_str()?;
        if is_preset(content.node) {
            return None;
        }
        if let Some(digest) = stored_digest(address) {
            let found = self.known.get(digest).cloned();
            if found.is_none() {
                self.notes.push(format!("{}: no local file has this content: the address stays", place(content.node)));
            }
            return found.filter(|_| is_plainly_written(content.node));
        }
        let encoded = address.strip_prefix("base64://").filter(|encoded| !encoded.is_empty())?;
        let bytes = BASE64_STANDARD.decode(encoded).ok().filter(|bytes| BASE64_STANDARD.encode(bytes) == encoded);
        let Some(bytes) = bytes.filter(|_| is_plainly_written(content.node)) else {
            self.notes.push(format!(
                "{}: this is not base64 of the standard alphabet with padding on one line: it stays",
                place(content.node)
            ));
            return None;
        };
        if let Some(path) = self.by_bytes.get(&bytes) {
            return Some(path.clone());
        }
        let path = self.folder.join(self.free(&name(content)));
        self.by_bytes.insert(bytes, path.clone());
        Some(path)
    }

    /// A name that no other content has, on disks that do not tell `A` from `a` too.
    fn free(&mut self, name: &str) -> String {
        let (stem, ending) = name.split_once('.').unwrap_or((name, "bin"));
        let numbered = |count: usize| if count == 1 { name.to_owned() } else { format!("{stem}-{count}.{ending}") };
        let free =
            (1..=usize::MAX).map(numbered).find(|name| !self.names.contains(&name.to_lowercase())).unwrap_or_default();
        self.names.insert(free.to_lowercase());
        free
    }
}

/// A schema that Ory Network provides.
fn is_preset(node: Node<'_>) -> bool {
    let id = node.parent().and_then(|entry| entry.get("id")).and_then(Node::as_str);
    id.is_some_and(|id| id.starts_with(PRESET)) && node.key() == Some("url")
}

/// The name of a file, by the place of the value.
pub(crate) fn name(content: &Content<'_>) -> String {
    let around = |key: &str| content.node.parent().and_then(|around| around.get(key)).and_then(Node::as_str);
    let stem = match content.kind {
        ContentKind::Schema => around("id").map(str::to_owned),
        ContentKind::Jsonnet if content.node.key() == Some("mapper_url") => {
            around("id").map(|id| format!("mapper-{id}"))
        }
        _ => None,
    };
    let stem = stem.unwrap_or_else(|| {
        let pointer = content.node.pointer();
        let parts = pointer.split('/').filter(|part| !SKIPPED.contains(part));
        parts.collect::<Vec<_>>().join("-")
    });
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    let short: String = plain.chars().take(MAX_LETTERS).collect();
    format!("{}.{}", if short.is_empty() { "content" } else { &short }, content.kind.ending())
}

/// Parts of pointers that say nothing in a name.
const SKIPPED: [&str; 9] =
    ["", "selfservice", "flows", "hooks", "config", "body", "courier", "templates", "request_config"];

/// Longest name of a file, without its ending.
const MAX_LETTERS: usize = 80;
