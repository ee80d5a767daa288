//! HCL, the language of Terraform: what the files of one folder say as far as it can be known without running them.
//!
//! Known are literals, templates, `local.*`, `path.module`, and the functions that carry files and JSON: `file`, `filebase64`,
//! `base64encode`, `jsonencode`, `yamlencode`, `jsondecode`, `chomp`, `trimspace`. Everything else is unknown.

mod evaluate;
mod json;
mod texts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::structure::{Attribute, Block, Body};

use crate::disk::Disk;
use crate::text::{Source, Span};
use crate::yaml;
use evaluate::Evaluation;
pub(crate) use texts::{json, json_as_far_as_known};

/// Files of a folder that are read.
const MAX_FILES: usize = 200;

/// Largest file that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A text, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// What it says.
    pub value: String,
    /// The text as a source of its own, whose places lead to where it is written: a part of the file, or another file.
    pub source: Arc<Source>,
    /// What the base64 in it stands for, when that is known as a text.
    pub decoded: Option<Arc<Source>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Text),
    /// What `jsonencode` makes of a value, or `yamlencode`.
    Json(Box<Value>),
    /// What `jsondecode` makes of a text.
    Decoded(Text),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(Vec<(String, Value)>),
    /// Known only to Terraform.
    Unknown,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// What it is.
    pub content: Content,
    /// The file, by its number in the folder.
    pub file: usize,
    /// Its bytes in the file.
    pub span: Span,
    /// The bytes of its key or of what names it.
    pub key: Span,
}

impl Value {
    /// The text, when it is one.
    #[must_use]
    pub(crate) fn text(&self) -> Option<&Text> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match &self.content {
            Content::Map(fields) => fields.iter().rfind(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether only Terraform knows it.
    #[must_use]
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.content, Content::Unknown)
    }
}

/// The Terraform files of one folder.
#[derive(Debug)]
pub(crate) struct Folder<'d> {
    disk: &'d Disk,
    path: PathBuf,
    files: Vec<(Arc<Source>, Body)>,
}

/// A resource of Terraform.
pub(crate) struct Resource<'f> {
    folder: &'f Folder<'f>,
    /// The file, by its number in the folder.
    pub file: usize,
    /// Its type.
    pub kind: &'f str,
    /// Its name.
    pub name: &'f str,
    block: &'f Block,
}

impl<'d> Folder<'d> {
    /// The files of a folder that can be read; `path` is the folder as users name it.
    #[must_use]
    pub(crate) fn read(disk: &'d Disk, path: &Path) -> Folder<'d> {
        Folder { disk, path: path.to_path_buf(), files: sources(disk, path).iter().filter_map(parsed).collect() }
    }

    /// The first file of a folder that is wanted and can be read, without a look at the others.
    pub(crate) fn first(disk: &Disk, path: &Path, is_wanted: &dyn Fn(&Source) -> bool) -> Option<Arc<Source>> {
        sources(disk, path).into_iter().find(|source| is_wanted(source) && parsed(source).is_some())
    }

    /// The files, in their order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.files.iter().map(|(source, _)| source)
    }

    /// All resources of the folder, or of one of its files.
    pub(crate) fn resources(&self, only: Option<usize>) -> impl Iterator<Item = Resource<'_>> {
        let files = self.files.iter().enumerate().filter(move |(file, _)| only.is_none_or(|only| only == *file));
        files.flat_map(move |(file, (_, body))| {
            let blocks = body.blocks().filter(|block| block.ident.as_str() == "resource");
            blocks.filter_map(move |block| {
                let [kind, name] = block.labels.as_slice() else { return None };
                Some(Resource { folder: self, file, kind: kind.as_str(), name: name.as_str(), block })
            })
        })
    }

    /// The value of a local of the folder.
    fn local(&self, name: &str) -> Option<(usize, &Attribute)> {
        self.files.iter().enumerate().find_map(|(file, (_, body))| {
            let mut blocks = body.blocks().filter(|block| block.ident.as_str() == "locals");
            blocks.find_map(|block| block.body.get_attribute(name)).map(|attribute| (file, attribute))
        })
    }
}

fn sources(disk: &Disk, path: &Path) -> Vec<Arc<Source>> {
    let entries = disk.list(path);
    let names = entries.iter().filter(|entry| !entry.is_folder && is_terraform(&entry.name));
    if names.clone().count() > MAX_FILES {
        disk.leave_out(path, format!("only {MAX_FILES} of its files of Terraform are read"));
    }
    names.take(MAX_FILES).filter_map(|entry| disk.read(&path.join(&entry.name)).ok()).collect()
}

/// The text as HCL, and what it says.
fn parsed(source: &Arc<Source>) -> Option<(Arc<Source>, Body)> {
    if source.text().len() > MAX_BYTES {
        return None;
    }
    let source = if is_json(source.path()) { json::as_hcl(source)? } else { Arc::clone(source) };
    let body = hcl_edit::parser::parse_body(source.text()).ok()?;
    Some((source, body))
}

/// Why a file is not read, as a clause with its place; none when it is.
#[must_use]
pub(crate) fn fault(source: &Arc<Source>) -> Option<String> {
    if source.text().len() > MAX_BYTES {
        return Some("it is larger than 1 MiB".to_owned());
    }
    let at = |line: usize, column: usize, what: &str| format!("line {line}, column {column}: {what}");
    if is_json(source.path()) {
        let tree = yaml::parse(source, yaml::Format::Json);
        let first = tree.faults().first().map(|fault| {
            let position = source.position(fault.place.span.start);
            at(position.line, position.column, &format!("it is not JSON: {}", fault.message))
        });
        return first.or_else(|| parsed(source).is_none().then(|| "it is not Terraform in JSON".to_owned()));
    }
    let error = hcl_edit::parser::parse_body(source.text()).err()?;
    let (place, message) = (error.location(), error.message());
    Some(at(place.line(), place.column(), &format!("it is not HCL: {message}")))
}

fn is_json(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".tf.json")
}

/// Whether a file is one of Terraform, by its name.
#[must_use]
pub(crate) fn is_terraform(name: &str) -> bool {
    is_json(name)
        || name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ["tf", "tofu"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

impl Resource<'_> {
    /// The bytes of its block.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        span_of(self.block.span())
    }

    /// The bytes before its brace: `resource "type" "name"`.
    #[must_use]
    pub(crate) fn head(&self) -> Span {
        let start = self.span().start;
        let last = self.block.labels.last().and_then(hcl_edit::Span::span);
        Span::new(start, last.map_or(start, |span| span.end))
    }

    /// An attribute as far as it is known; none when it is not there.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        self.in_body(&self.block.body, name)
    }

    /// An attribute as it is written.
    #[must_use]
    pub(crate) fn written(&self, name: &str) -> Option<&str> {
        let attribute = self.block.body.get_attribute(name)?;
        self.folder.files.get(self.file).map(|(source, _)| source.slice(span_of(attribute.value.span())))
    }

    /// The names of its attributes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.block.body.attributes().map(|attribute| attribute.key.as_str())
    }

    /// The value at a path of attributes, blocks and keys of maps.
    #[must_use]
    pub(crate) fn find(&self, path: &[&str]) -> Option<Value> {
        let mut body = &self.block.body;
        let mut rest = path;
        while let [first, after @ ..] = rest {
            if let Some(value) = self.in_body(body, first) {
                return after.iter().try_fold(value, |value, key| value.get(key).cloned());
            }
            body = &body.get_blocks(first).next()?.body;
            rest = after;
        }
        None
    }

    /// Whether the resource depends on another one by name.
    #[must_use]
    pub(crate) fn names_resource(&self, kind: &str, name: &str) -> bool {
        let text = self.folder.files.get(self.file).map(|(source, _)| source.slice(self.span())).unwrap_or_default();
        text.contains(&format!("{kind}.{name}"))
    }

    fn in_body(&self, body: &Body, name: &str) -> Option<Value> {
        let attribute = body.get_attribute(name)?;
        let mut value = Evaluation::new(self.folder).value(&attribute.value, self.file, 0);
        value.key = span_of(attribute.key.span());
        Some(value)
    }
}

fn span_of(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::default(), |range| Span::new(range.start, range.end))
}
