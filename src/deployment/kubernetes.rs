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

/// The ConfigMaps and Secrets by their kinds and names.
#[derive(Default)]
pub(super) struct Maps(HashMap<(Kind, String), Map>);

impl Maps {
    /// The ConfigMaps of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Map> {
        self.of_kind(Kind::ConfigMap, name)
    }

    fn of_kind(&self, kind: Kind, name: &str) -> Option<&Map> {
        self.0.get(&(kind, name.to_owned()))
    }

    fn at(&mut self, kind: Kind, name: &str) -> &mut Map {
        self.0.entry((kind, name.to_owned())).or_default()
    }
}

/// A kind of manifests that hold files or variables.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    ConfigMap,
    Secret,
}

impl Kind {
    /// The kind of a manifest.
    fn of(manifest: Node<'_>) -> Option<Kind> {
        match manifest.get("kind")?.as_str()? {
            "ConfigMap" => Some(Kind::ConfigMap),
            "Secret" => Some(Kind::Secret),
            _ => None,
        }
    }
}

/// What the ConfigMaps or Secrets of a name hold.
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
    let manifests = || documents.iter().flat_map(|(path, tree)| manifests(tree).map(move |root| (*path, root)));
    let (mut maps, mut given) = (Maps::default(), Given::new());
    let mut texts = Texts::new();
    for (_, root) in manifests() {
        of_map(root, &mut maps, &mut texts);
        of_variables(root, &mut given);
    }
    for (folder, tree) in kustomizations.trees() {
        for (key, kind) in GENERATORS {
            for generator in tree.root().into_iter().flat_map(|root| root.select(key)) {
                generated(reading, folder, (kind, generator), &mut maps, &mut given);
            }
        }
    }
    let patches = Patches::of(manifests().map(|(_, root)| root));
    let mut starts = Vec::new();
    for (path, root) in manifests() {
        for pod in POD_PATHS.iter().filter_map(|place| root.find(place)) {
            for container in pod.get("containers").into_iter().flat_map(Node::items) {
                let one = start(reading, path, pod, container, &maps, &kustomizations);
                let Some(one) = one.map(|start| with_given(start, container, &given)) else { continue };
                starts.push(patches.laid_over(one, root, container, kustomizations.patches(path)));
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

/// The variables of the ConfigMaps and Secrets that `envFrom` may name.
type Given = HashMap<(Kind, String), Vec<Vec<Variable>>>;

/// What `envFrom` names, and the kinds of manifests for it.
const GIVEN: [(&str, Kind); 2] = [("configMapRef", Kind::ConfigMap), ("secretRef", Kind::Secret)];

/// Lists of kustomize that make manifests, and their kinds.
const GENERATORS: [(&str, Kind); 2] = [("configMapGenerator[]", Kind::ConfigMap), ("secretGenerator[]", Kind::Secret)];

/// Longest value of a variable that is kept.
const MAX_VALUE: usize = 4 << 10;

fn of_variables(root: Node<'_>, given: &mut Given) {
    let Some(kind) = Kind::of(root) else { return };
    let Some(name) = root.find("metadata.name").and_then(Node::as_str) else { return };
    let fields = ["data", "stringData"].into_iter().filter_map(|key| root.get(key)).flat_map(Node::fields);
    let variable = |field: yaml::Field<'_>| Variable {
        name: field.key.to_owned(),
        name_place: field.value.key_place(),
        // Files are no values of variables.
        value: field.value.as_str().filter(|text| text.len() <= MAX_VALUE).map(str::to_owned),
        value_span: field.value.origin().span,
    };
    given.entry((kind, name.to_owned())).or_default().push(fields.map(variable).collect());
}

/// The start with the variables of the manifests that `envFrom` names. `env` comes before them. A Secret in a project may be a
/// sample, and several of a name are those of several clusters: then only the names are known.
fn with_given(mut start: Start, container: Node<'_>, given: &Given) -> Start {
    for item in container.select("envFrom[]") {
        let prefix = item.get("prefix").and_then(Node::as_str).unwrap_or_default();
        let named = GIVEN.into_iter().filter_map(|(key, kind)| {
            let name = item.get(key)?.get("name")?.as_str()?;
            Some((kind, given.get(&(kind, name.to_owned()))?))
        });
        for (kind, manifests) in named {
            let is_sure = kind == Kind::ConfigMap && manifests.len() == 1;
            for variable in manifests.iter().flatten() {
                let name = format!("{prefix}{}", variable.name);
                if start.variables.get(&name).is_none() {
                    let value = variable.value.clone().filter(|_| is_sure);
                    start.variables.push(Variable { name, value, ..variable.clone() });
                }
            }
        }
    }
    start
}

/// Texts inside manifests, by the addresses of their values and whether these are base64: aliases bring the same text many times.
type Texts = HashMap<(Option<*const u8>, bool), Option<Arc<Source>>>;

/// What the files of a ConfigMap or Secret hold.
fn of_map(root: Node<'_>, maps: &mut Maps, texts: &mut Texts) {
    let Some((kind, name)) = Kind::of(root).zip(root.find("metadata.name").and_then(Node::as_str)) else { return };
    for key in ["data", "stringData"] {
        let is_encoded = kind == Kind::Secret && key == "data";
        let entry = |field: yaml::Field<'_>| {
            let address = field.value.as_str().map(str::as_ptr);
            let text = || if is_encoded { decoded(field.value) } else { field.value.embedded() };
            // Empty texts have no address of their own.
            let is_empty = field.value.as_str().is_some_and(str::is_empty);
            let text = if is_empty { text() } else { texts.entry((address, is_encoded)).or_insert_with(text).clone() };
            (field.key.to_owned(), text.map_or(Here::Unknown, Here::Text))
        };
        let map = maps.at(kind, name);
        let fields = root.get(key).into_iter().flat_map(Node::fields);
        fields.map(entry).for_each(|(key, here)| map.push(key, here));
    }
}

/// The text that a value of a Secret is the base64 of.
fn decoded(node: Node<'_>) -> Option<Arc<Source>> {
    let compact: String = node.embedded()?.text().split_whitespace().collect();
    Source::from_base64(&node.origin(), &compact).ok()
}

/// `configMapGenerator` and `secretGenerator` of kustomize: `files: [path, key=path]`, `literals: [NAME=value]`, `envs: [path]`.
fn generated(
    reading: &Reading<'_>,
    folder: &Path,
    (kind, generator): (Kind, Node<'_>),
    maps: &mut Maps,
    given: &mut Given,
) {
    let Some(name) = generator.get("name").and_then(Node::as_str) else { return };
    for file in generator.select("files[]").into_iter().filter_map(Node::as_str) {
        let (key, file) = match file.split_once('=') {
            Some((key, file)) => (key.to_owned(), file),
            None => (file.rsplit('/').next().unwrap_or(file).to_owned(), file),
        };
        maps.at(kind, name).push(key, Here::Path(plain(&folder.join(file))));
    }
    let literal = |node: Node<'_>| {
        let (name, value) = node.as_str()?.split_once('=')?;
        let value = value.trim_matches(['"', '\'']).to_owned();
        Some(super::script::variable(name, Some(value), &node.place()))
    };
    let mut variables: Vec<Variable> = generator.select("literals[]").into_iter().filter_map(literal).collect();
    let files = generator.select("envs[]").into_iter().chain(generator.get("env"));
    for file in files.filter_map(Node::as_str) {
        let layer = reading.env_file_at(&plain(&folder.join(file)));
        variables.extend(layer.iter().flat_map(|layer| layer.all().iter().cloned()));
    }
    if !variables.is_empty() {
        given.entry((kind, name.to_owned())).or_default().push(variables);
    }
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
            for variable in patch.select("env[]").into_iter().filter_map(variable) {
                start.variables.push(Variable { value: None, ..variable });
            }
        }
        start
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
    start.more_variables = container.get("envFrom").is_some() || adds_lines(container);
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
        let there = process::there(there);
        let place = mount.place();
        // The empty path is the whole volume.
        let sub = text("subPath").filter(|sub| !sub.is_empty());
        let of_volume = named.get(name).and_then(|volume| files_of(*volume, sub, maps));
        for (key, here) in of_volume.iter().flatten() {
            if start.mounts.are_too_many() {
                return;
            }
            let there = if sub.is_some() { there.clone() } else { there.join(key) };
            start.mounts.push(Mount { there, here: here.clone(), place: place.clone() });
        }
        // A ConfigMap of the project holds what it holds; a path in it that is not one of its keys leads nowhere.
        let here = if of_volume.is_none() { folder.clone().unwrap_or(Here::Unknown) } else { Here::Nothing };
        if sub.is_none() {
            start.mounts.push(Mount { there, here, place });
        }
    }
}

/// The files of a volume by their names in it, or that of one name; none when something of it is not in the project.
fn files_of(volume: Node<'_>, name: Option<&str>, maps: &Maps) -> Option<Vec<(String, Here)>> {
    let projected = volume.select("projected.sources[]");
    let sources = if projected.is_empty() { vec![volume] } else { projected };
    let mut found = Vec::new();
    for source in sources {
        let (kind, part) = match (source.get("configMap"), source.get("secret")) {
            (Some(part), _) => (Kind::ConfigMap, part),
            (None, Some(part)) => (Kind::Secret, part),
            (None, None) => return None,
        };
        let of = part.get("name").or_else(|| part.get("secretName")).and_then(Node::as_str)?;
        let map = maps.of_kind(kind, of).filter(|map| !map.entries.is_empty())?;
        match part.get("items") {
            None => found.extend(map.select(name).cloned()),
            Some(items) => {
                for item in items.items() {
                    let text = |key: &str| item.get(key).and_then(Node::as_str);
                    let Some((key, path)) = text("key").zip(text("path")) else { continue };
                    if name.is_some_and(|name| name != path) {
                        continue;
                    }
                    found.extend(map.select(Some(key)).map(|(_, here)| (path.to_owned(), here.clone())));
                }
            }
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
