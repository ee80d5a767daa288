//! Manifests of Kubernetes: containers of Kratos with their arguments, variables, and what their volumes hold; kustomize over them.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::app_template;
use super::helm::variable;
use super::kustomize::Kustomizations;
use super::process::{self, Word};
use super::reading::Reading;
use super::{By, Fact, Here, Image, Loopback, Mount, Start, images, release};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree, template};

/// The ConfigMaps by their names.
pub(super) type Maps = HashMap<String, Map>;

/// What the ConfigMaps of a name hold.
#[derive(Default)]
pub(super) struct Map {
    /// Keys, and what they hold, in order.
    entries: Vec<(String, Here)>,
    by_key: HashMap<String, Vec<usize>>,
}

impl Map {
    fn push(&mut self, key: String, here: Here) {
        self.by_key.entry(key.clone()).or_default().push(self.entries.len());
        self.entries.push((key, here));
    }

    /// All entries, or those of a key.
    pub(super) fn select(&self, key: Option<&str>) -> impl Iterator<Item = &(String, Here)> {
        let all = key.is_none().then_some(&self.entries).into_iter().flatten();
        let named = key.and_then(|key| self.by_key.get(key)).into_iter().flatten();
        all.chain(named.filter_map(|index| self.entries.get(*index)))
    }
}

/// Deepest place of a container in a manifest.
const POD_PATHS: [&str; 4] =
    ["spec.template.spec", "spec.jobTemplate.spec.template.spec", "spec", "spec.workloadTemplate.spec.template.spec"];

/// All starts of Kratos in these files.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)]) -> Vec<Start> {
    let documents: Vec<(&Path, Rc<Tree>)> = files
        .iter()
        .filter(|(_, source)| source.text().contains("kind:"))
        .flat_map(|(path, source)| {
            let trees: Vec<Rc<Tree>> = reading.documents(source).iter().map(Rc::clone).collect();
            trees.into_iter().map(move |tree| (path.as_path(), tree))
        })
        .collect();
    let kustomizations = Kustomizations::read(files);
    let mut maps = Maps::new();
    for (_, tree) in &documents {
        of_config_map(tree, &mut maps);
    }
    for (folder, tree) in kustomizations.trees() {
        generated(folder, tree, &mut maps);
    }
    let mut given = Given::new();
    for root in documents.iter().filter_map(|(_, tree)| tree.root()) {
        of_variables(root, &mut given);
    }
    let mut starts = Vec::new();
    for (path, tree) in &documents {
        let Some(root) = tree.root() else { continue };
        for pod in POD_PATHS.iter().filter_map(|place| root.find(place)) {
            for container in pod.get("containers").into_iter().flat_map(Node::items) {
                let one = start(reading, path, pod, container, &maps, &kustomizations);
                starts.extend(one.map(|start| with_given(start, container, &given)));
            }
        }
    }
    starts.extend(app_template::read(reading, files, &maps));
    starts
}

/// The tree of a manifest, a file of values or a compose file that may be a template.
pub(super) fn parse(source: &Arc<Source>) -> Tree {
    yaml::parse_with(source, Format::Yaml, &template::placeholders(source.text(), false))
}

/// The ConfigMaps and Secrets that `envFrom` may name.
type Given<'t> = HashMap<(&'static str, String), Vec<Node<'t>>>;

/// What `envFrom` names, and the kinds of manifests for it.
const GIVEN: [(&str, &str); 2] = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];

fn of_variables<'t>(root: Node<'t>, given: &mut Given<'t>) {
    let kind = root.get("kind").and_then(Node::as_str);
    let Some((_, kind)) = GIVEN.into_iter().find(|(_, known)| kind == Some(*known)) else { return };
    if let Some(name) = root.find("metadata.name").and_then(Node::as_str) {
        given.entry((kind, name.to_owned())).or_default().push(root);
    }
}

/// The start with the variables of the manifests that `envFrom` names. `env` comes before them. A Secret in a project may be a
/// sample, and several of a name are those of several clusters: then only the names are known.
fn with_given(mut start: Start, container: Node<'_>, given: &Given<'_>) -> Start {
    for item in container.select("envFrom[]") {
        let prefix = item.get("prefix").and_then(Node::as_str).unwrap_or_default();
        let named = GIVEN.into_iter().filter_map(|(key, kind)| {
            let name = item.get(key)?.get("name")?.as_str()?;
            Some((kind, given.get(&(kind, name.to_owned()))?))
        });
        for (kind, manifests) in named {
            let is_sure = kind == "ConfigMap" && manifests.len() == 1;
            let fields =
                manifests.iter().flat_map(|root| ["data", "stringData"].into_iter().filter_map(|key| root.get(key)));
            for field in fields.flat_map(Node::fields) {
                let name = format!("{prefix}{}", field.key);
                if start.variables.get(&name).is_none() {
                    let value = field.value.as_str().filter(|_| is_sure).map(str::to_owned);
                    let value_span = field.value.origin().span;
                    start.variables.push(Variable { name, name_place: field.value.key_place(), value, value_span });
                }
            }
        }
    }
    start
}

fn of_config_map(tree: &Tree, maps: &mut Maps) {
    let Some(root) = tree.root() else { return };
    let is_map = root.get("kind").and_then(Node::as_str) == Some("ConfigMap");
    let Some(name) = root.find("metadata.name").and_then(Node::as_str).filter(|_| is_map) else { return };
    let fields = root.get("data").into_iter().flat_map(Node::fields);
    let mut texts: HashMap<Option<*const u8>, Option<Arc<Source>>> = HashMap::new();
    let entry = |field: yaml::Field<'_>| {
        // Aliases bring the same text many times.
        let address = field.value.as_str().map(str::as_ptr);
        let text = texts.entry(address).or_insert_with(|| field.value.embedded());
        (field.key.to_owned(), text.clone().map_or(Here::Unknown, Here::Text))
    };
    let map = maps.entry(name.to_owned()).or_default();
    fields.map(entry).for_each(|(key, here)| map.push(key, here));
}

/// `configMapGenerator` of kustomize: `files: [path, key=path]`.
fn generated(folder: &Path, tree: &Tree, maps: &mut Maps) {
    for generator in tree.root().into_iter().flat_map(|root| root.select("configMapGenerator[]")) {
        let Some(map) = generator.get("name").and_then(Node::as_str) else { continue };
        for file in generator.select("files[]").into_iter().filter_map(Node::as_str) {
            let (key, file) = match file.split_once('=') {
                Some((key, file)) => (key.to_owned(), file),
                None => (file.rsplit('/').next().unwrap_or(file).to_owned(), file),
            };
            let here = Here::Path(plain(&folder.join(file)));
            maps.entry(map.to_owned()).or_default().push(key, here);
        }
    }
}

fn start(
    reading: &Reading<'_>,
    path: &Path,
    pod: Node<'_>,
    container: Node<'_>,
    maps: &Maps,
    kustomizations: &Kustomizations,
) -> Option<Start> {
    let built = container.get("image").and_then(Node::as_str).and_then(|image| images::built(reading, image));
    let image = match &built {
        Some(built) => built.start.image.clone(),
        None => image(reading, path, container, kustomizations)?,
    };
    if !reading.may_start(container.source()) {
        return None;
    }
    let name = container.get("name").unwrap_or(container);
    let mut start = match &built {
        Some(built) => Start { by: By::Kubernetes, place: name.place(), ..built.start.clone() },
        None => Start::new(By::Kubernetes, name.place()),
    };
    start.image = image;
    name.as_str().unwrap_or_default().clone_into(&mut start.name);
    start.at = container.pointer();
    start.variables.extend(container.select("env[]").into_iter().filter_map(variable));
    start.more_variables = container.get("envFrom").is_some();
    if shares_network(pod) {
        start.loopback = Loopback::Shared;
    }
    start.is_filled_in = container.source().text().contains("{{");
    volumes(reading, path, pod, container, maps, &mut start);
    start.complete.files = built.is_none() && knows_files(pod, container) && kustomizations.trees().next().is_none();
    let words = |key: &str| -> Option<Vec<Word>> {
        let word = |item: Node<'_>| item.as_str().filter(|text| !text.contains("$(")).map(str::to_owned);
        container.get(key).map(|list| list.items().map(word).collect())
    };
    let place =
        container.get("args").or_else(|| container.get("command")).map_or_else(|| start.place.clone(), Node::place);
    if let Some(mut built) = built {
        let (by, at) = (start.by, start.place.clone());
        built.start = start;
        let started = built.started(reading, words("command"), words("args"));
        return Some(Start { by, place: at, ..started });
    }
    process::set_command(&mut start, reading, words("command"), words("args").unwrap_or_default(), &place);
    // A template decides what they are.
    if ["command", "args"].iter().any(|key| container.get(key).is_some_and(Node::is_unknown)) {
        start.arguments = Fact::Unknown;
    }
    Some(start)
}

/// Whether a manifest says of all files of a container: no template, nothing that puts more into the pod, plain paths.
fn knows_files(pod: Node<'_>, container: Node<'_>) -> bool {
    let is_plain = |mount: Node<'_>| {
        let text = |key: &str| mount.get(key).and_then(Node::as_str);
        text("mountPath").is_some_and(|path| !path.contains('$')) && mount.get("subPathExpr").is_none()
    };
    let source = pod.source();
    let adds = ["{{", "inject", "initContainers", "${"].iter().any(|word| source.text().contains(word));
    !adds && container.select("volumeMounts[]").into_iter().all(is_plain)
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
fn image(
    reading: &Reading<'_>,
    path: &Path,
    container: Node<'_>,
    kustomizations: &Kustomizations,
) -> Option<Fact<Image>> {
    let node = container.get("image")?;
    let place = node.place();
    let written = place.source.slice(place.span).trim_matches(['"', '\'']).to_owned();
    if written.contains("{{") {
        return of_chart(reading, path, &written);
    }
    let image = Image::parse(&written)?;
    Some(kustomizations.image(path, &image).unwrap_or(Fact::Known(image, place)))
}

/// The image of a template of an own chart: `tag` of its values, else `appVersion`.
fn of_chart(reading: &Reading<'_>, path: &Path, written: &str) -> Option<Fact<Image>> {
    let chart = path.ancestors().find(|folder| reading.is_file(&folder.join("Chart.yaml")))?;
    let read = |name: &str| reading.tree(&chart.join(name));
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
fn volumes(reading: &Reading<'_>, path: &Path, pod: Node<'_>, container: Node<'_>, maps: &Maps, start: &mut Start) {
    let mut named: HashMap<&str, Node<'_>> = HashMap::new();
    for volume in pod.select("volumes[]") {
        volume.get("name").and_then(Node::as_str).map(|name| named.entry(name).or_insert(volume));
    }
    let folder = LazyCell::new(|| globbed(reading, path, container));
    for mount in container.select("volumeMounts[]") {
        if start.mounts.are_too_many() {
            return;
        }
        let text = |key: &str| mount.get(key).and_then(Node::as_str);
        let (Some(name), Some(there)) = (text("name"), text("mountPath")) else { continue };
        let map = named.get(name).and_then(|volume| volume.find("configMap.name")).and_then(Node::as_str);
        let there = process::there(there);
        let place = mount.place();
        let of_map = map.and_then(|map| maps.get(map)).filter(|map| !map.entries.is_empty());
        // The empty path is the whole volume.
        let sub = text("subPath").filter(|sub| !sub.is_empty());
        for (key, here) in of_map.into_iter().flat_map(|map| map.select(sub)) {
            if start.mounts.are_too_many() {
                return;
            }
            let there = if sub.is_some() { there.clone() } else { there.join(key) };
            start.mounts.push(Mount { there, here: here.clone(), place: place.clone() });
        }
        // A ConfigMap of the project holds what it holds; a path in it that is not one of its keys leads nowhere.
        let here = if of_map.is_none() { folder.clone().unwrap_or(Here::Unknown) } else { Here::Nothing };
        if sub.is_none() {
            start.mounts.push(Mount { there, here, place });
        }
    }
}

/// The folder of an own chart whose files a template puts into a ConfigMap: `.Files.Glob "files/*"`.
fn globbed(reading: &Reading<'_>, path: &Path, container: Node<'_>) -> Option<Here> {
    let source = container.place().in_file().source;
    let (_, after) = source.text().split_once(".Files.Glob \"")?;
    let (pattern, _) = after.split_once('"')?;
    let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
    let chart = path.ancestors().find(|folder| reading.is_file(&folder.join("Chart.yaml")))?;
    Some(Here::Path(chart.join(folder.trim_end_matches("/*").trim_end_matches('*'))))
}
