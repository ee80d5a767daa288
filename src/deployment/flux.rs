//! Flux: releases of Ory's chart whose values or whose chart stand in other files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::installed::{Given, Setting, is_chart};
use super::kustomize::{Apart, Kustomizations};
use super::layer::Layer;
use super::reading::{Reading, set_once};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{Node, Tree};

/// The documents of a project that are of use here.
struct Documents<'f> {
    all: Vec<(&'f Path, Rc<Tree>)>,
    /// The texts of the ConfigMap or Secret of a name, by their keys.
    maps: HashMap<String, Vec<(String, Layer)>>,
    /// Releases of resources that hold the chart, by their names.
    tags: HashMap<String, (String, Place)>,
}

/// The releases, each with the files of its values, the file of the release last.
pub(super) fn releases(
    reading: &Reading<'_>,
    files: &[(PathBuf, Arc<Source>)],
    kustomizations: &Kustomizations,
) -> Vec<Given> {
    if !files.iter().any(|(_, source)| source.text().contains("kind: HelmRelease")) {
        return Vec::new();
    }
    let documents = Documents::of(reading, files);
    // The release of the chart by the name of the resource: a patch of it names no chart.
    let mut versions: HashMap<&str, Option<(String, Place)>> = HashMap::new();
    for (_, release) in documents.releases() {
        if let (Some(name), Some(version)) = (name_of(release), documents.version(release)) {
            set_once(&mut versions, name, version, |known, new| known.0 == new.0);
        }
    }
    let (mut found, apart) = (Vec::new(), Apart::new());
    for (path, release) in documents.releases() {
        let version = documents.version(release).or_else(|| versions.get(name_of(release)?).cloned().flatten());
        if version.is_none() {
            continue;
        }
        let from = release.select("spec.valuesFrom[]");
        // A single value of a ConfigMap is not read.
        let (single, whole): (Vec<_>, Vec<_>) = from.into_iter().partition(|node| node.get("targetPath").is_some());
        let set = single.iter().filter_map(|node| text_at(*node, "targetPath"));
        let mut set: Vec<Setting> = set.map(|(name, place)| (name, None, place)).collect();
        let named: Vec<Option<Layer>> = whole.into_iter().map(|node| documents.values(path, node)).collect();
        let is_partial = named.iter().any(Option::is_none);
        let own = release.find("spec.values").and_then(|values| Layer::inside(path, values));
        let files = named.into_iter().chain([own]).flatten().collect();
        // Which of the patches of a project is laid over it is not known.
        let is_open =
            kustomizations.changes(reading, (path, &apart), name_of(release).unwrap_or_default(), &["values"]);
        set.extend(rendered(release));
        found.push(Given { files, set, version, is_open, is_partial, ..Given::default() });
    }
    found
}

/// The folders whose files Flux fills in: `spec.path` of its kustomizations with `postBuild`, from the root of the repository, and
/// what those take in.
pub(super) fn filled(
    reading: &Reading<'_>,
    files: &[(PathBuf, Arc<Source>)],
    kustomizations: &Kustomizations,
    root: &Path,
) -> Vec<PathBuf> {
    let is_one = |text: &str| text.contains("postBuild:") && text.contains("kind: Kustomization");
    let mut found = Vec::new();
    for (_, source) in files.iter().filter(|(_, source)| is_one(source.text())) {
        for tree in reading.documents(source).iter() {
            let Some(document) = tree.root().filter(|root| root.find("spec.postBuild").is_some()) else { continue };
            let path = document.find("spec.path").and_then(Node::as_str);
            found.extend(path.map(|path| plain(&root.join(path.trim_start_matches('/')))));
        }
    }
    if !found.is_empty() {
        kustomizations.below(&mut found);
    }
    found
}

/// Most maps of one name that are compared.
const MAX_MAPS: usize = 50;

/// A text with its place.
fn text_at(node: Node<'_>, key: &str) -> Option<(String, Place)> {
    node.get(key).and_then(|node| Some((node.as_str()?.to_owned(), node.place())))
}

/// The tag that a release sets after the chart is rendered.
fn rendered(release: Node<'_>) -> Vec<Setting> {
    let images = release.select("spec.postRenderers[].kustomize.images[]").into_iter();
    let is_ours =
        |image: &Node<'_>| image.get("name").and_then(Node::as_str).is_some_and(|name| name.ends_with("oryd/kratos"));
    let tags = images.filter(is_ours).filter_map(|image| image.get("newTag"));
    tags.map(|tag| ("image.tag".to_owned(), tag.as_str().map(str::to_owned), tag.place())).collect()
}

fn name_of(document: Node<'_>) -> Option<&str> {
    document.find("metadata.name")?.as_str()
}

impl<'f> Documents<'f> {
    fn of(reading: &Reading<'_>, files: &'f [(PathBuf, Arc<Source>)]) -> Documents<'f> {
        let wanted = [
            "kind: HelmRelease",
            "kind: OCIRepository",
            "kind: HelmChart",
            "kind: ConfigMap",
            "kind: Secret",
            "Generator",
        ];
        let is_wanted = |text: &str| wanted.iter().any(|word| text.contains(word));
        let mut documents = Documents { all: Vec::new(), maps: HashMap::new(), tags: HashMap::new() };
        for (path, source) in files.iter().filter(|(_, source)| is_wanted(source.text())) {
            for tree in reading.documents(source).iter() {
                if let Some(root) = tree.root() {
                    documents.take(path, root);
                }
                documents.all.push((path, Rc::clone(tree)));
            }
        }
        documents
    }

    fn take(&mut self, path: &Path, root: Node<'_>) {
        match root.get("kind").and_then(Node::as_str) {
            Some("ConfigMap" | "Secret") => {
                let Some(name) = name_of(root) else { return };
                let texts = ["data", "stringData"].into_iter().filter_map(|key| root.get(key)).flat_map(Node::fields);
                let layers = texts.filter_map(|field| Some((field.key.to_owned(), Layer::inside(path, field.value)?)));
                self.maps.entry(name.to_owned()).or_default().extend(layers);
            }
            Some(kind @ ("OCIRepository" | "HelmChart")) => {
                let (chart, tag) =
                    if kind == "HelmChart" { ("spec.chart", "spec.version") } else { ("spec.url", "spec.ref.tag") };
                let is_ours = root.find(chart).and_then(Node::as_str).is_some_and(is_chart);
                let tag = root.find(tag).filter(|_| is_ours);
                if let (Some(name), Some((tag, place))) =
                    (name_of(root), tag.and_then(|tag| Some((tag.as_str()?.to_owned(), tag.place()))))
                {
                    self.tags.insert(name.to_owned(), (tag, place));
                }
            }
            _ => {}
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        for generator in ["configMapGenerator[]", "secretGenerator[]"].into_iter().flat_map(|list| root.select(list)) {
            let Some(name) = generator.get("name").and_then(Node::as_str) else { continue };
            let files = generator.select("files[]").into_iter().filter_map(Node::as_str);
            let files =
                files.map(|file| file.split_once('=').unwrap_or((file.rsplit('/').next().unwrap_or(file), file)));
            let map = self.maps.entry(name.to_owned()).or_default();
            map.extend(files.map(|(key, file)| (key.to_owned(), plain(&folder.join(file)).into())));
        }
    }

    /// The values that an entry of `valuesFrom` names: of several maps of its name the only one in the folder of the release.
    fn values(&self, release: &Path, entry: Node<'_>) -> Option<Layer> {
        let key = entry.get("valuesKey").and_then(Node::as_str).unwrap_or("values.yaml");
        let all = self.maps.get(entry.get("name").and_then(Node::as_str)?)?;
        let layers = all.iter().filter(|(known, _)| known == key).map(|(_, layer)| layer);
        let is_near = |layer: &&Layer| layer.path.parent() == release.parent();
        let only = |mut layers: Vec<&Layer>| layers.pop().filter(|_| layers.is_empty()).cloned();
        only(layers.clone().take(MAX_MAPS).collect()).or_else(|| only(layers.take(MAX_MAPS).filter(is_near).collect()))
    }

    /// The releases, each with its file.
    fn releases(&self) -> impl Iterator<Item = (&'f Path, Node<'_>)> {
        let roots = self.all.iter().filter_map(|(path, tree)| Some((*path, tree.root()?)));
        roots.filter(|(_, root)| root.get("kind").and_then(Node::as_str) == Some("HelmRelease"))
    }

    /// The release of Ory's chart that a resource names.
    fn version(&self, release: Node<'_>) -> Option<(String, Place)> {
        let text = |path: &str| release.find(path).and_then(Node::as_str);
        if text("spec.chart.spec.chart").is_some_and(is_chart) {
            let version = release.find("spec.chart.spec.version")?;
            return Some((version.as_str()?.to_owned(), version.place()));
        }
        self.tags.get(text("spec.chartRef.name")?).cloned()
    }
}
