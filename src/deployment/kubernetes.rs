//! Manifests of Kubernetes: containers of Kratos with their arguments, variables, and what their volumes hold; kustomize over them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::helm::variable;
use super::kustomize::Kustomizations;
use super::process::{self, Word};
use super::{By, Fact, Here, Image, Loopback, Mount, Start, release};
use crate::disk::{Disk, plain};
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree, template};

/// An entry of a ConfigMap: the map's name, its key, and what it holds.
struct Entry {
    map: String,
    key: String,
    here: Here,
}

/// Deepest place of a container in a manifest.
const POD_PATHS: [&str; 4] =
    ["spec.template.spec", "spec.jobTemplate.spec.template.spec", "spec", "spec.workloadTemplate.spec.template.spec"];

/// All starts of Kratos in these files.
pub(super) fn read(disk: &Disk, files: &[(PathBuf, Arc<Source>)]) -> Vec<Start> {
    let documents: Vec<(&Path, Tree)> = files
        .iter()
        .filter(|(_, source)| source.text().contains("kind:"))
        .flat_map(|(path, source)| {
            crate::yaml::documents(source).into_iter().map(move |source| (path.as_path(), parse(&source)))
        })
        .collect();
    let kustomizations = Kustomizations::read(files);
    let mut entries: Vec<Entry> = documents.iter().flat_map(|(_, tree)| of_config_map(tree)).collect();
    entries.extend(kustomizations.trees().flat_map(|(folder, tree)| generated(folder, tree)));
    let mut starts = Vec::new();
    for (path, tree) in &documents {
        let Some(root) = tree.root() else { continue };
        for pod in POD_PATHS.iter().filter_map(|place| root.find(place)) {
            for container in pod.get("containers").into_iter().flat_map(Node::items) {
                starts.extend(start(disk, path, pod, container, &entries, &kustomizations));
            }
        }
    }
    starts
}

fn parse(source: &Arc<Source>) -> Tree {
    yaml::parse_with(source, Format::Yaml, &template::placeholders(source.text(), false))
}

fn of_config_map(tree: &Tree) -> Vec<Entry> {
    let Some(root) = tree.root() else { return Vec::new() };
    let is_map = root.get("kind").and_then(Node::as_str) == Some("ConfigMap");
    let Some(name) = root.find("metadata.name").and_then(Node::as_str).filter(|_| is_map) else { return Vec::new() };
    let fields = root.get("data").into_iter().flat_map(Node::fields);
    let entry = |field: yaml::Field<'_>| {
        let here = field.value.embedded().map_or(Here::Unknown, Here::Text);
        Entry { map: name.to_owned(), key: field.key.to_owned(), here }
    };
    fields.map(entry).collect()
}

/// `configMapGenerator` of kustomize: `files: [path, key=path]`.
fn generated(folder: &Path, tree: &Tree) -> Vec<Entry> {
    let mut found = Vec::new();
    for generator in tree.root().into_iter().flat_map(|root| root.select("configMapGenerator[]")) {
        let Some(map) = generator.get("name").and_then(Node::as_str) else { continue };
        for file in generator.select("files[]").into_iter().filter_map(Node::as_str) {
            let (key, file) = match file.split_once('=') {
                Some((key, file)) => (key.to_owned(), file),
                None => (file.rsplit('/').next().unwrap_or(file).to_owned(), file),
            };
            found.push(Entry { map: map.to_owned(), key, here: Here::Path(plain(&folder.join(file))) });
        }
    }
    found
}

fn start(
    disk: &Disk,
    path: &Path,
    pod: Node<'_>,
    container: Node<'_>,
    entries: &[Entry],
    kustomizations: &Kustomizations,
) -> Option<Start> {
    let image = image(disk, path, container, kustomizations)?;
    let name = container.get("name").unwrap_or(container);
    let mut start = Start::new(By::Kubernetes, name.place());
    start.image = image;
    name.as_str().unwrap_or_default().clone_into(&mut start.name);
    start.variables = container.select("env[]").into_iter().filter_map(variable).collect();
    start.more_variables = container.get("envFrom").is_some();
    if shares_network(pod) {
        start.loopback = Loopback::Shared;
    }
    start.is_filled_in = container.source().text().contains("{{");
    volumes(disk, path, pod, container, entries, &mut start);
    let words = |key: &str| -> Option<Vec<Word>> {
        let word = |item: Node<'_>| item.as_str().filter(|text| !text.contains("$(")).map(str::to_owned);
        container.get(key).map(|list| list.items().map(word).collect())
    };
    let place =
        container.get("args").or_else(|| container.get("command")).map_or_else(|| start.place.clone(), Node::place);
    process::set_command(&mut start, disk, words("command"), words("args").unwrap_or_default(), &place);
    Some(start)
}

/// Whether a pod has other programs with the same loopback address: containers share one, and a sidecar is an init container that
/// is restarted always. A template may add more.
fn shares_network(pod: Node<'_>) -> bool {
    let containers = pod.get("containers").into_iter().flat_map(Node::items).count();
    let mut sidecars = pod.get("initContainers").into_iter().flat_map(Node::items);
    let is_sidecar = |container: Node<'_>| container.get("restartPolicy").is_some();
    containers > 1 || sidecars.any(is_sidecar) || pod.get("hostNetwork").is_some() || pod.source().text().contains("{{")
}

/// The image, with what kustomize or the values of an own chart put into it.
fn image(disk: &Disk, path: &Path, container: Node<'_>, kustomizations: &Kustomizations) -> Option<Fact<Image>> {
    let node = container.get("image")?;
    let place = node.place();
    let written = place.source.slice(place.span).trim_matches(['"', '\'']).to_owned();
    if written.contains("{{") {
        return of_chart(disk, path, &written);
    }
    let image = Image::parse(&written)?;
    Some(kustomizations.image(path, &image).unwrap_or(Fact::Known(image, place)))
}

/// The image of a template of an own chart: `tag` of its values, else `appVersion`.
fn of_chart(disk: &Disk, path: &Path, written: &str) -> Option<Fact<Image>> {
    let chart = path.ancestors().find(|folder| disk.is_file(&folder.join("Chart.yaml")))?;
    let read = |name: &str| disk.read(&chart.join(name)).ok().map(|source| yaml::parse(&source, Format::Yaml));
    let values = read("values.yaml");
    // The path of the tag as the template writes it.
    let names = |word: &str| -> Option<String> {
        let at = written
            .find(&format!("{word} "))
            .or_else(|| written.find(&format!("{word}}}")))
            .or_else(|| written.find(&format!("{word}|")))?;
        let before = written.get(..at + word.len())?;
        Some(before.rsplit(".Values.").next()?.to_owned())
    };
    let find = |path: &str| values.as_ref().and_then(|tree| tree.root()?.find(path));
    let repository = names("repository").and_then(|path| find(&path).and_then(Node::as_str).map(str::to_owned));
    let is_kratos = written.contains("kratos") || repository.as_deref().is_some_and(|name| name.ends_with("/kratos"));
    if !is_kratos {
        return None;
    }
    let name = repository.unwrap_or_else(|| "oryd/kratos".to_owned());
    let of = |tag: &str, place: Place| {
        Fact::Known(Image { name: name.clone(), tag: tag.to_owned(), asked: release(tag) }, place)
    };
    if let Some((tag, node)) = names("tag").and_then(|path| find(&path)).and_then(|node| Some((node.as_str()?, node)))
        && !tag.is_empty()
    {
        return Some(of(tag, node.place()));
    }
    let chart = read("Chart.yaml")?;
    let node = chart.root()?.get("appVersion").filter(|_| written.contains("AppVersion"))?;
    Some(of(node.as_str()?, node.place()))
}

/// What the volumes of a container hold.
fn volumes(disk: &Disk, path: &Path, pod: Node<'_>, container: Node<'_>, entries: &[Entry], start: &mut Start) {
    for mount in container.select("volumeMounts[]") {
        let text = |key: &str| mount.get(key).and_then(Node::as_str);
        let (Some(name), Some(there)) = (text("name"), text("mountPath")) else { continue };
        let volume =
            pod.select("volumes[]").into_iter().find(|volume| volume.get("name").and_then(Node::as_str) == Some(name));
        let map = volume.and_then(|volume| volume.find("configMap.name")).and_then(Node::as_str);
        let there = process::there(there);
        let place = mount.place();
        let of_map: Vec<&Entry> = entries.iter().filter(|entry| Some(entry.map.as_str()) == map).collect();
        for entry in &of_map {
            let sub = text("subPath");
            if sub.is_some_and(|sub| sub != entry.key) {
                continue;
            }
            let there = if sub.is_some() { there.clone() } else { there.join(&entry.key) };
            start.mounts.push(Mount { there, here: entry.here.clone(), place: place.clone() });
        }
        // A ConfigMap of the project holds what it holds; a path in it that is none of its keys leads nowhere.
        let here =
            if of_map.is_empty() { globbed(disk, path, container).unwrap_or(Here::Unknown) } else { Here::Nothing };
        if text("subPath").is_none() {
            start.mounts.push(Mount { there, here, place });
        }
    }
}

/// The folder of an own chart whose files a template puts into a ConfigMap: `.Files.Glob "files/*"`.
fn globbed(disk: &Disk, path: &Path, container: Node<'_>) -> Option<Here> {
    let text = crate::text::Place::in_file(&container.place()).source.text().to_owned();
    let (_, after) = text.split_once(".Files.Glob \"")?;
    let (pattern, _) = after.split_once('"')?;
    let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
    let chart = path.ancestors().find(|folder| disk.is_file(&folder.join("Chart.yaml")))?;
    Some(Here::Path(chart.join(folder.trim_end_matches("/*").trim_end_matches('*'))))
}
