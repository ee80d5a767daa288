//! Flux: releases of Ory's chart whose values or whose chart stand in other files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::installed::{Given, is_chart};
use super::kustomize::Kustomizations;
use super::reading::{Reading, set_once};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{Node, Tree};

/// The documents of a project that are of use here.
struct Documents<'f> {
    all: Vec<(&'f Path, Rc<Tree>)>,
    /// Files that hold the ConfigMap or Secret of a name.
    maps: HashMap<String, Vec<PathBuf>>,
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
    let mut found = Vec::new();
    for (path, release) in documents.releases() {
        let version = documents.version(release).or_else(|| versions.get(name_of(release)?).cloned().flatten());
        if version.is_none() {
            continue;
        }
        let named = release.select("spec.valuesFrom[].name").into_iter().filter_map(Node::as_str);
        let named: Vec<_> = named.map(|name| documents.maps.get(name)).collect();
        let is_partial = named.iter().any(Option::is_none);
        let mut files: Vec<PathBuf> = named.into_iter().flatten().flatten().cloned().collect();
        files.push(path.to_path_buf());
        // Which of the patches of a project is laid over it is not known.
        let is_open = kustomizations.changes(reading, path, name_of(release).unwrap_or_default(), &["values"]);
        found.push(Given { files, version, is_open, is_partial, ..Given::default() });
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
                if let Some(name) = name_of(root) {
                    self.maps.entry(name.to_owned()).or_default().push(path.to_path_buf());
                }
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
            let files = files.map(|file| file.split_once('=').map_or(file, |(_, file)| file));
            let map = self.maps.entry(name.to_owned()).or_default();
            map.extend(files.map(|file| plain(&folder.join(file))));
        }
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
