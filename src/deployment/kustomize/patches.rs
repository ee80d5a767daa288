//! The patches of a kustomization: for which resources they are, and which images they write.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::deployment::reading::Reading;
use crate::deployment::{Fact, Image};
use crate::disk::plain;
use crate::text::{Place, Source, Span};
use crate::yaml::{self, Format, Node, Tree};

/// Where they are, in the order in which they are applied.
const LISTS: [&str; 4] = ["patchesStrategicMerge[]", "patches[]", "patchesJson6902[]", "replacements[]"];

/// What one says that may change an image.
const OF_IMAGES: [&str; 4] = ["image:", "/image", ".image", "\"image\""];

/// The images that files of patches write, each file read once for all that name it.
#[derive(Default)]
pub(super) struct Files(Mutex<HashMap<PathBuf, Arc<[Written]>>>);

/// An image that a patch writes.
pub(super) struct Written {
    /// Whether a path leads to it, instead of the name of its container.
    is_by_path: bool,
    container: Option<String>,
    image: Image,
    place: Place,
}

/// A patch, or a replacement.
pub(super) struct Patch {
    /// Its file, if it has one.
    file: Option<PathBuf>,
    /// Where all of it is said.
    source: Arc<Source>,
    span: Span,
    /// What it writes, where it is no file.
    inline: Option<Arc<Source>>,
    has_target: bool,
    target: Option<String>,
    written: OnceLock<Arc<[Written]>>,
}

/// The patches of a kustomization in a folder. Of one that is named twice the last counts.
pub(super) fn of(tree: &Tree, folder: &Path, reading: &Reading<'_>) -> Vec<Patch> {
    let nodes = tree.root().into_iter().flat_map(|root| LISTS.into_iter().flat_map(move |list| root.select(list)));
    let nodes: Vec<Node<'_>> = nodes.collect();
    let mut seen = HashSet::new();
    let mut found: Vec<Patch> = Vec::new();
    for node in nodes.into_iter().rev() {
        let patch = Patch::of(node, folder, reading);
        let is_new = patch.file.is_none() || seen.insert((patch.file.clone(), patch.target.clone()));
        found.extend(Some(patch).filter(|_| is_new));
    }
    found.reverse();
    found
}

impl Patch {
    fn of(node: Node<'_>, folder: &Path, reading: &Reading<'_>) -> Patch {
        let path = node.get("path").unwrap_or(node).as_str().filter(|path| !path.contains('\n'));
        let path = path.map(|path| plain(&folder.join(path)));
        let file = path.and_then(|path| Some((reading.read(&path).ok()?, path)));
        let own = node.place();
        let (source, span, file) = match file {
            Some((source, path)) => {
                let all = Span::new(0, source.text().len());
                (source, all, Some(path))
            }
            None => (own.source, own.span, None),
        };
        Patch {
            inline: if file.is_none() { node.get("patch").unwrap_or(node).embedded() } else { None },
            has_target: node.get("target").is_some(),
            target: node.find("target.name").and_then(Node::as_str).map(str::to_owned),
            written: OnceLock::new(),
            file,
            source,
            span,
        }
    }

    /// Whether it may be for a resource of this name. A target may be a pattern.
    pub(super) fn is_for(&self, name: &str) -> bool {
        match self.target.as_deref() {
            Some(target) => target == name || target.contains(['*', '.', '|', '[']),
            None => self.has_target || self.text().contains(name),
        }
    }

    /// Whether it says one of these words.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text().contains(word))
    }

    fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    fn written(&self, files: &Files) -> &[Written] {
        self.written.get_or_init(|| {
            if !self.says(&OF_IMAGES) {
                return Arc::default();
            }
            let Some(file) = &self.file else { return self.inline.as_ref().map(images).unwrap_or_default() };
            let mut known = files.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(file.clone()).or_insert_with(|| images(&self.source)))
        })
    }
}

/// The images in a text.
fn images(text: &Arc<Source>) -> Arc<[Written]> {
    let mut found = Vec::new();
    for tree in yaml::documents(text).iter().map(|one| yaml::parse(one, Format::Yaml)) {
        for node in tree.root().map(Node::descendants).unwrap_or_default() {
            let is_by_path = node.get("path").and_then(Node::as_str).is_some_and(|path| path.ends_with("/image"));
            let Some(value) = node.get(if is_by_path { "value" } else { "image" }) else { continue };
            let Some(image) = value.as_str().and_then(Image::parse) else { continue };
            let container = node.get("name").and_then(Node::as_str).map(str::to_owned);
            found.push(Written { is_by_path, container, image, place: value.place() });
        }
    }
    found.into()
}

/// The image that the last of these patches gives a container of a resource, if one may.
pub(super) fn image(patches: &[Patch], files: &Files, resource: &str, container: Node<'_>) -> Option<Fact<Image>> {
    let own = container.get("name").and_then(Node::as_str);
    let about = || patches.iter().filter(|patch| patch.is_for(resource) && patch.says(&OF_IMAGES));
    about().next()?;
    let written = about().flat_map(|patch| patch.written(files));
    let last = written.filter(|written| written.is_by_path || written.container.as_deref() == own).last();
    Some(last.map_or(Fact::Unknown, |written| Fact::Known(written.image.clone(), written.place.clone())))
}
