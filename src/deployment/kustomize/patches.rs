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

    /// The variables that it gives a container of a resource; none where that is not read here.
    fn variables(&self, reading: &Reading<'_>, resource: &str, container: Node<'_>) -> Option<Vec<Variables>> {
        let text = if self.file.is_some() { &self.source } else { self.inline.as_ref()? };
        if !reading.may_read(text.text().len()) || text.text().contains("$patch") {
            return None;
        }
        let mut found = Vec::new();
        for tree in yaml::documents(text).iter().map(|one| yaml::parse(one, Format::Yaml)) {
            let root = tree.root()?;
            if root.is_sequence() {
                for step in root.items() {
                    found.extend(of_step(step, container)?);
                }
            } else if self.has_target || root.find("metadata.name").and_then(Node::as_str) == Some(resource) {
                found.extend(of_manifest(root, container)?);
            }
        }
        Some(found)
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

/// Variables that a patch gives a container.
pub(in crate::deployment) struct Variables {
    /// One of them, or a list.
    pub(in crate::deployment) tree: Tree,
    /// Whether they are in the place of all that it had.
    pub(in crate::deployment) is_all: bool,
}

impl Variables {
    fn of(node: Node<'_>, is_all: bool) -> Variables {
        Variables { tree: node.tree().subtree(node.id()), is_all }
    }
}

/// The variables that a step of a JSON patch gives a container: `{op: add, path: /spec/template/spec/containers/0/env/-, value: …}`.
fn of_step(step: Node<'_>, container: Node<'_>) -> Option<Vec<Variables>> {
    let text = |key: &str| step.get(key).and_then(Node::as_str);
    let (path, value) = (text("path")?, step.get("value"));
    let Some((_, inside)) = path.split_once("/containers/") else {
        // A map may hold containers.
        let holds_any =
            path.starts_with("/spec") && value.is_some_and(|value| value.is_mapping() || value.is_sequence());
        return (!holds_any).then(Vec::new);
    };
    let (index, inside) = inside.split_once('/')?;
    if index.parse().ok() != container.index() {
        return (index != "-").then(Vec::new);
    }
    match (inside, text("op")?) {
        ("env", "add" | "replace") => Some(vec![Variables::of(value?, true)]),
        ("env/-", "add") => Some(vec![Variables::of(value?, false)]),
        _ => (!inside.starts_with("env")).then(Vec::new),
    }
}

/// The variables that a part of a manifest gives a container.
fn of_manifest(root: Node<'_>, container: Node<'_>) -> Option<Vec<Variables>> {
    let own = container.get("name").and_then(Node::as_str)?;
    let lists = root.descendants().into_iter().filter(|node| node.key() == Some("containers"));
    let same = lists.flat_map(Node::items).filter(|one| one.get("name").and_then(Node::as_str) == Some(own));
    let same: Vec<Node<'_>> = same.collect();
    if same.iter().any(|one| one.get("envFrom").is_some()) {
        return None;
    }
    Some(same.into_iter().filter_map(|one| Some(Variables::of(one.get("env")?, false))).collect())
}

/// The variables that these patches give a container of a resource, first to last; none where one is not read here.
pub(super) fn variables(
    patches: &[Patch],
    reading: &Reading<'_>,
    resource: &str,
    container: Node<'_>,
    words: &[&str],
) -> Option<Vec<Variables>> {
    let about = patches.iter().filter(|patch| patch.is_for(resource) && patch.says(words));
    let found: Option<Vec<_>> = about.map(|patch| patch.variables(reading, resource, container)).collect();
    Some(found?.into_iter().flatten().collect())
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
