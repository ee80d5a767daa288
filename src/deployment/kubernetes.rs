//! Manifests of Kubernetes: containers of Kratos with their arguments, variables, and what their volumes hold; kustomize over them.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::app_template;
use super::arguments::Word;
use super::config_maps::{self, Kind, Maps, Way};
use super::helm::variable;
use super::kustomize::{self, Kustomizations};
use super::mounts;
use super::process;
use super::reading::Reading;
use super::{By, Fact, Here, Image, Loopback, Mount, Start, images, release};
use crate::kratos::env::Variable;
use crate::text::{Place, Source};
use crate::yaml::{Node, Tree};

/// What a patch writes that changes its variables.
const VARIABLES: [&str; 5] = ["env:", "/env", ".env", "\"env\"", "envFrom"];

/// Deepest place of a container in a manifest.
const POD_PATHS: [&str; 4] =
    ["spec.template.spec", "spec.jobTemplate.spec.template.spec", "spec", "spec.workloadTemplate.spec.template.spec"];

/// All starts of Kratos in these files.
pub(super) fn read(
    reading: &Reading<'_>,
    files: &[(PathBuf, Arc<Source>)],
    kustomizations: &Kustomizations,
) -> Vec<Start> {
    let documents: Vec<(&Path, Rc<Tree>)> = files
        .iter()
        .filter(|(_, source)| ["kind:", "kind\":", "kind':"].iter().any(|key| source.text().contains(key)))
        .flat_map(|(path, source)| {
            let trees: Vec<Rc<Tree>> = reading.documents(source).iter().map(Rc::clone).collect();
            trees.into_iter().map(move |tree| (path.as_path(), tree))
        })
        .collect();
    let manifests = || documents.iter().flat_map(|(path, tree)| manifests(tree).map(move |root| (*path, root)));
    let mut maps = Maps::default();
    for (path, root) in manifests() {
        maps.add(path, root);
    }
    for (folder, tree) in kustomizations.trees() {
        maps.generate(reading, folder, tree);
    }
    let patches = Patches::of(manifests().map(|(_, root)| root));
    let mut starts = Vec::new();
    for (path, root) in manifests() {
        for pod in POD_PATHS.iter().filter_map(|place| root.find(place)) {
            let containers = || pod.get("containers").into_iter().flat_map(Node::items);
            let ways = containers().next().map(|_| kustomizations.ways(path)).unwrap_or_default();
            for (container, apart) in
                containers().flat_map(|container| ways.iter().map(move |apart| (container, apart)))
            {
                let one = start(reading, (path, apart), pod, container, &maps, kustomizations);
                let Some(one) = one.map(|start| maps.with_variables(start, (path, apart), container)) else { continue };
                let mut one = patches.laid_over(one, root, container, kustomizations.patches(path));
                let name = root.find("metadata.name").and_then(Node::as_str).unwrap_or_default();
                let changes = |words: &[&str]| kustomizations.changes(reading, (path, apart), name, words);
                if changes(&["args", "command"]) {
                    one.arguments = Fact::Unknown;
                }
                if changes(&VARIABLES) {
                    let way = (name, container);
                    one = match kustomizations.variables(reading, (path, apart), way, &VARIABLES) {
                        Some(written) => with_values(one, &written),
                        None => without_values(one),
                    };
                }
                starts.push(one);
            }
        }
    }
    starts.extend(app_template::read(reading, files, &maps));
    starts
}

/// The manifests of a project in a file: those of a list or of a template of `OpenShift` one by one.
fn manifests(tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let root = tree.root();
    let kind = root.and_then(|root| root.get("kind")).and_then(Node::as_str);
    let key = match kind {
        Some("List") => Some("items"),
        Some("Template") => Some("objects"),
        _ => None,
    };
    let items = root.zip(key).and_then(|(root, key)| root.get(key)).into_iter().flat_map(Node::items);
    root.into_iter().chain(items)
}

/// Parts of manifests that kustomize lays over others: containers without an image, by the names of the manifest and of the
/// container.
struct Patches<'t>(HashMap<(String, String), Vec<Node<'t>>>);

impl<'t> Patches<'t> {
    fn of(manifests: impl Iterator<Item = Node<'t>>) -> Patches<'t> {
        let mut found: HashMap<(String, String), Vec<Node<'t>>> = HashMap::new();
        for root in manifests {
            let Some(name) = root.find("metadata.name").and_then(Node::as_str) else { continue };
            let pods = POD_PATHS.iter().filter_map(|place| root.find(place));
            let containers = pods.filter_map(|pod| pod.get("containers")).flat_map(Node::items);
            for container in containers.filter(|container| container.get("image").is_none()) {
                let Some(own) = container.get("name").and_then(Node::as_str) else { continue };
                found.entry((name.to_owned(), own.to_owned())).or_default().push(container);
            }
        }
        Patches(found)
    }

    /// The start with the names of the variables that patches give it. Which of them is laid over it is not known, so no value is.
    fn laid_over(&self, mut start: Start, root: Node<'_>, container: Node<'_>, has_others: bool) -> Start {
        let name = |node: Option<Node<'_>>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
        let patches = self.0.get(&(name(root.find("metadata.name")), name(container.get("name"))));
        start.more_variables |= has_others || patches.is_some();
        for patch in patches.into_iter().flatten() {
            if ["command", "args"].iter().any(|key| patch.get(key).is_some()) {
                start.arguments = Fact::Unknown;
            }
            for variable in patch.select("env[]").into_iter().filter_map(variable) {
                start.variables.push(Variable { value: None, ..variable });
            }
        }
        start
    }
}

/// The start with the variables that patches give it, first to last.
fn with_values(mut start: Start, written: &[kustomize::Variables]) -> Start {
    for one in written {
        if one.is_all {
            start = without_values(start);
        }
        let root = one.tree.root();
        let items =
            root.into_iter().flat_map(|root| if root.is_sequence() { root.items().collect() } else { vec![root] });
        start.variables.extend(items.filter_map(variable));
    }
    start
}

/// The start of which the names of variables are known alone.
fn without_values(mut start: Start) -> Start {
    let all = start.variables.effective().into_iter().map(|variable| Variable { value: None, ..variable.clone() });
    let all: Vec<Variable> = all.collect();
    start.variables.extend(all);
    start.more_variables = true;
    start
}

fn start(
    reading: &Reading<'_>,
    (path, apart): Way<'_>,
    pod: Node<'_>,
    container: Node<'_>,
    maps: &Maps,
    kustomizations: &Kustomizations,
) -> Option<Start> {
    let built = container.get("image").and_then(Node::as_str).and_then(|image| images::built(reading, image));
    let image = match &built {
        Some(built) => built.start.image.clone(),
        None => image(reading, (path, apart), container, kustomizations)?,
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
    start.more_variables = container.get("envFrom").is_some() || adds_lines(container);
    if shares_network(pod) {
        start.loopback = Loopback::Shared;
    }
    start.is_filled_in = container.source().text().contains("{{");
    volumes(reading, (path, apart), pod, container, maps, &mut start);
    start.complete.files = built.is_none() && knows_files(pod, container) && kustomizations.is_empty();
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

/// Whether a template writes lines of its own into a container, which may be variables: `{{- range .Values.env }}`.
fn adds_lines(container: Node<'_>) -> bool {
    let place = container.place();
    let text = place.source.slice(place.span);
    text.contains("{{") && ["range ", "toYaml", "include ", "with ", "template "].iter().any(|word| text.contains(word))
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
    (path, apart): Way<'_>,
    container: Node<'_>,
    kustomizations: &Kustomizations,
) -> Option<Fact<Image>> {
    let node = container.get("image")?;
    let place = node.place();
    let written = place.source.slice(place.span).trim_matches(['"', '\'']).to_owned();
    if written.contains("{{") {
        return of_chart(reading, path, &written);
    }
    let by_kustomize = kustomizations.image(reading, (path, apart), &written, container);
    let (written, place) = reading.exported(&written).unwrap_or((written, place));
    by_kustomize.or_else(|| Some(Fact::Known(Image::parse(&written)?, place)))
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
fn volumes(reading: &Reading<'_>, way: Way<'_>, pod: Node<'_>, container: Node<'_>, maps: &Maps, start: &mut Start) {
    let mut named: HashMap<&str, Node<'_>> = HashMap::new();
    for volume in pod.select("volumes[]") {
        volume.get("name").and_then(Node::as_str).map(|name| named.entry(name).or_insert(volume));
    }
    let folder = LazyCell::new(|| globbed(reading, way.0, container));
    for mount in container.select("volumeMounts[]") {
        if start.mounts.are_too_many() {
            return;
        }
        let text = |key: &str| mount.get(key).and_then(Node::as_str);
        let (Some(name), Some(there)) = (text("name"), text("mountPath")) else { continue };
        let there = mounts::there(there);
        let place = mount.place();
        // The empty path is the whole volume.
        let sub = text("subPath").filter(|sub| !sub.is_empty());
        let (of_volume, is_whole) =
            named.get(name).map(|volume| files_of(*volume, sub, (maps, way))).unwrap_or_default();
        for (key, here) in &of_volume {
            if start.mounts.are_too_many() {
                return;
            }
            let there = if sub.is_some() { there.clone() } else { there.join(key) };
            start.mounts.push(Mount { there, here: here.clone(), place: place.clone() });
        }
        // A ConfigMap of the project holds what it holds; a path in it that is not one of its keys leads nowhere.
        let here = if is_whole { Here::Nothing } else { folder.clone().unwrap_or(Here::Unknown) };
        if sub.is_none() {
            start.mounts.push(Mount { there, here, place });
        }
    }
}

/// The files of a volume by their names in it, or that of one name, and whether these are all.
fn files_of(volume: Node<'_>, name: Option<&str>, (maps, way): (&Maps, Way<'_>)) -> (Vec<(String, Here)>, bool) {
    let projected = volume.select("projected.sources[]");
    let sources = if projected.is_empty() { vec![volume] } else { projected };
    let mut found = Vec::new();
    let mut is_whole = true;
    for source in sources {
        match files_of_source(source, name, (maps, way)) {
            Some(files) => found.extend(files),
            None => is_whole = false,
        }
    }
    (found, is_whole)
}

/// The files of one source of a volume; none when it is not in the project.
fn files_of_source(source: Node<'_>, name: Option<&str>, (maps, way): (&Maps, Way<'_>)) -> Option<Vec<(String, Here)>> {
    let (kind, part) = match (source.get("configMap"), source.get("secret")) {
        (Some(part), _) => (Kind::ConfigMap, part),
        (None, Some(part)) => (Kind::Secret, part),
        (None, None) => return None,
    };
    let of = part.get("name").or_else(|| part.get("secretName")).and_then(config_maps::name_of)?;
    let map = maps.get(kind, &of).filter(|map| !map.is_empty())?;
    let Some(items) = part.get("items") else { return Some(map.select(name, way).cloned().collect()) };
    let mut found = Vec::new();
    for item in items.items() {
        let text = |key: &str| item.get(key).and_then(Node::as_str);
        let Some((key, to)) = text("key").zip(text("path")) else { continue };
        if name.is_none_or(|name| name == to) {
            found.extend(map.select(Some(key), way).map(|(_, here)| (to.to_owned(), here.clone())));
        }
    }
    Some(found)
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
