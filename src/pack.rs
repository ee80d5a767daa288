//! Files inside a configuration: `pack` embeds them as `base64://`, `unpack` takes them out again. Everything else stays as it
//! is, byte for byte.
//!
//! Embedded content is standard base64 with padding and without line breaks: servers take nothing else (132 boots of v1.3.1 and
//! v26.2.0). Ory Network answers an update with addresses of its storage, which hold the SHA-512 of the bytes.

pub(crate) mod compare;
pub(crate) mod convert;
pub mod unpack;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha512};

use crate::disk::{MAX_BYTES, Refusal, named};
use crate::files::Files;
use crate::kratos::network::content::{self, Content, ContentKind};
use crate::kratos::{secrets, url};
use crate::text::{Source, Span, edited, hexadecimal, to_base64_url};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node, Style, Tree};

/// Jsonnet above this many bytes may find no room: up to v26.2.0 the worker takes 65,535 bytes for the address, which holds the
/// text as base64, the text itself and ctx.
pub(crate) const LARGE_BODY: usize = 28_000;

/// A document that holds addresses: a configuration, or a JSON Patch.
#[derive(Debug)]
pub struct Document {
    /// The text of the file.
    pub source: Arc<Source>,
    trees: Vec<Tree>,
    patch: bool,
}

impl Document {
    /// The configurations of a file, or its patch.
    ///
    /// # Errors
    /// When it holds neither.
    pub fn of(source: &Arc<Source>, units: Vec<Unit>) -> Result<Document, String> {
        let is_json = source.path().to_ascii_lowercase().ends_with(".json");
        let whole = yaml::parse(source, if is_json { Format::Json } else { Format::Yaml });
        if whole.root().is_some_and(content::is_patch) {
            return Ok(Document { source: Arc::clone(source), trees: vec![whole], patch: true });
        }
        if units.is_empty() {
            return Err(format!("{} holds no configuration of Kratos and no patch of one", source.path()));
        }
        Ok(Document {
            source: Arc::clone(source),
            trees: units.into_iter().map(|unit| unit.tree).collect(),
            patch: false,
        })
    }

    /// All values whose content may be embedded.
    fn contents(&self) -> Vec<Content<'_>> {
        let of = if self.patch { content::of_patch } else { content::all };
        self.trees.iter().filter_map(Tree::root).flat_map(of).collect()
    }
}

/// The values that a text gets, by their bytes.
type Edits = BTreeMap<Span, String>;

/// What packing came to.
#[derive(Debug)]
pub struct Packed {
    /// The new text of the file.
    pub text: String,
    /// How many values were embedded.
    pub embedded: usize,
    /// What should be known.
    pub notes: Vec<String>,
}

/// Embeds every `file://` of a document.
///
/// # Errors
/// When a file is not there, a value is a secret and `secrets` is off, or a value is written so that it cannot be replaced.
pub fn pack(document: &Document, files: &Files, secrets: bool) -> Result<Packed, String> {
    let mut edits = Edits::new();
    let mut notes = Vec::new();
    let (mut seen, mut length) = (HashSet::new(), document.source.text().len());
    for content in document.contents() {
        // Aliases name one value often.
        if !seen.insert((Arc::as_ptr(content.node.source()), content.node.origin().span)) {
            continue;
        }
        let address = content.node.as_str().unwrap_or_default();
        let Some(path) = file_of(address) else { continue };
        if content.kind == ContentKind::Keys && !secrets {
            return Err(format!(
                "`{}` leads to private keys, which would be in the packed file: allow it with --secrets",
                crate::kratos::secrets::pointer(&content.node.pointer())
            ));
        }
        let bytes = match files.bytes(&decoded(path)) {
            // A `%` in the name of a file.
            Err(Refusal::Missing | Refusal::Outside) if path.contains('%') => files.bytes(path),
            decided => decided,
        };
        let bytes = bytes.map_err(|why| {
            let why = if why == Refusal::Missing { "there is no such file".to_owned() } else { why.to_string() };
            format!("{}: {}: {why}", place(content.node), secrets::path(path))
        })?;
        if content.kind == ContentKind::Jsonnet && bytes.len() > LARGE_BODY {
            notes.push(format!(
                "{}: {} bytes of Jsonnet: packed, the address and the text leave little of 65,535 bytes for ctx (up to v26.2.0)",
                place(content.node),
                bytes.len()
            ));
        }
        if let Some(reference) = reference_out(&content, &bytes) {
            notes.push(format!(
                "{}: the schema refers to `{}`, which is not packed and cannot be found from a packed schema",
                place(content.node),
                secrets::name(&reference)
            ));
        }
        let packed = to_base64_url(&bytes);
        length += packed.len();
        if length as u64 > MAX_BYTES {
            return Err(format!("{}: the packed file would have more than 16 MiB", place(content.node)));
        }
        let (span, written) = edit(content.node, &packed)
            .ok_or_else(|| format!("{}: this value cannot be replaced where it is", place(content.node)))?;
        edits.insert(span, written);
    }
    notes.extend(left(document, &seen));
    Ok(Packed { embedded: edits.len(), text: edited(document.source.text(), edits), notes })
}

/// What still refers to a file: keys whose files Ory Network does not know, such as those of old releases.
fn left(document: &Document, seen: &HashSet<(*const Source, Span)>) -> Vec<String> {
    let nodes = document.trees.iter().filter_map(Tree::root).flat_map(Node::descendants);
    let is_file = |node: &Node<'_>| node.as_str().is_some_and(|text| file_of(text).is_some());
    let is_left = |node: &Node<'_>| !seen.contains(&(Arc::as_ptr(node.source()), node.origin().span));
    let note = |node: Node<'_>| {
        let key = crate::kratos::secrets::pointer(&node.pointer());
        format!("{}: `{key}` still refers to a file: no content is embedded at this key", place(node))
    };
    nodes.filter(is_file).filter(is_left).map(note).collect()
}

/// The path of a `file://` address.
fn file_of(address: &str) -> Option<&str> {
    let (scheme, path) = address.split_once("://")?;
    scheme.eq_ignore_ascii_case("file").then_some(path)
}

/// The first `$ref` of a schema that leads to another document by a relative path.
fn reference_out(content: &Content<'_>, bytes: &[u8]) -> Option<String> {
    let text =
        std::str::from_utf8(bytes).ok().filter(|text| content.kind == ContentKind::Schema && text.contains("$ref"))?;
    let tree = yaml::parse(&Source::new("schema.json", text), Format::Json);
    let references = tree.root()?.descendants().into_iter().filter(|node| node.key() == Some("$ref"));
    let is_out = |address: &&str| !address.starts_with('#') && !address.contains("://");
    references.filter_map(Node::as_str).find(is_out).map(str::to_owned)
}

/// The path without percent-encoding, as the server decodes it; as it is where that is broken.
fn decoded(path: &str) -> String {
    match url::unescaped(path) {
        (bytes, true) => String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned()),
        _ => path.to_owned(),
    }
}

/// `file:line:column` of a node.
fn place(node: Node<'_>) -> String {
    let place = node.origin().in_file();
    let at = place.source.position(place.span.start);
    format!("{}:{}:{}", place.source.path(), at.line, at.column)
}

/// The bytes of the file that a value takes, and what is written there for another value: quotes stay.
pub(crate) fn edit(node: Node<'_>, value: &str) -> Option<(Span, String)> {
    let origin = node.origin();
    let old = origin.source.slice(origin.span);
    let span = match node.style() {
        Style::Literal | Style::Folded => Span::new(origin.span.start, origin.span.start + block_end(old)),
        _ => origin.span,
    };
    let written = match node.style() {
        Style::SingleQuoted if old.starts_with('\'') => format!("'{value}'"),
        Style::DoubleQuoted if old.starts_with('"') => format!("\"{value}\""),
        Style::Plain if Some(old) == node.as_str() => value.to_owned(),
        // Text over several lines becomes one.
        _ => format!("\"{value}\""),
    };
    let (place, text) = crate::text::Place::new(&origin.source, span).replaced_in_file(&written)?;
    Some((place.span, text))
}

/// Where the text of a block scalar ends, without the line break and the comments after it.
fn block_end(block: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = block.split_inclusive('\n');
    let mut at = lines.next().map_or(0, str::len);
    let (mut end, mut least) = (at, None);
    for line in lines {
        let is_blank = line.trim().is_empty();
        if !is_blank {
            if indent(line) < *least.get_or_insert_with(|| indent(line)) {
                break;
            }
            end = at + line.len();
        }
        at += line.len();
    }
    block.get(..end).map_or(end, |text| text.trim_end().len())
}

/// Whether a value is written on one line as it is, so that another one in its place can be taken back.
pub(crate) fn is_plainly_written(node: Node<'_>) -> bool {
    let origin = node.origin();
    let old = origin.source.slice(origin.span);
    let inner = match node.style() {
        Style::SingleQuoted => old.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')),
        Style::DoubleQuoted => old.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')),
        Style::Plain => Some(old),
        _ => None,
    };
    inner.is_some() && inner == node.as_str()
}

/// The SHA-512 of bytes, as hex digits.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha512::digest(bytes))
}

/// Most files of a folder that are read for their digest.
const MAX_FILES: usize = 5_000;

/// Largest file that is read for its digest, in bytes.
const LARGEST: u64 = 1 << 20;

/// Files below folders by the SHA-512 of their bytes.
#[must_use]
pub(crate) fn by_digest(folders: &[PathBuf]) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for folder in folders {
        let mut paths: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
            .max_depth(Some(8))
            .build()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .filter(|entry| entry.metadata().is_ok_and(|data| data.len() <= LARGEST))
            .map(ignore::DirEntry::into_path)
            .take(MAX_FILES)
            .collect();
        paths.sort();
        for path in paths {
            if let Ok(bytes) = named::bytes(&path) {
                let plain = path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path);
                found.entry(digest(&bytes)).or_insert(plain);
            }
        }
    }
    found
}
