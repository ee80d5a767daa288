//! Values of Ory's Helm chart around a configuration: what the chart makes of them.
//!
//! Facts: the templates of ory/k8s `helm/charts/kratos` v0.2.0 to v0.62.1, rendered (kratos helm facts in `testdata/facts`).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::charts;
use super::folders::{self, Dependency};
use super::installed::{self, Given};
use super::lock;
use super::{By, Fact, Here, Image, Mount, Role, Start, release};
use crate::disk::{Disk, plain};
use crate::kratos::chart;
use crate::kratos::env::Variable;
use crate::kratos::version::Nearness;
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
use crate::yaml::overlay::Lists;
use crate::yaml::{self, Format, Node, Tree, Value, template};

/// Where the chart mounts its ConfigMap.
const CONFIG_FOLDER: &str = "/etc/config";

/// Keys that bring other files into the containers of the chart.
const MORE_FILES: [&str; 4] = [
    "deployment.extraVolumeMounts",
    "deployment.extraVolumes",
    "statefulSet.extraVolumeMounts",
    "deployment.extraInitContainers",
];

/// Secrets that the chart gives as variables (since 0.21.1, `optional: true`).
const SECRETS: [(&str, &str); 3] =
    [("default", "SECRETS_DEFAULT"), ("cookie", "SECRETS_COOKIE"), ("cipher", "SECRETS_CIPHER")];

/// What the chart takes out of the ConfigMap and gives as a variable, when it is neither empty nor false.
const CONNECTION_URI: &str = "courier.smtp.connection_uri";

/// Whether the chart keeps what is at a pointer of the configuration from Kratos: it takes `secrets` and the connection URI of mails
/// out of the ConfigMap, whatever they are, and gives only three lists of `secrets` as variables.
pub(crate) fn is_dropped(pointer: &str) -> bool {
    if pointer == "/courier/smtp/connection_uri" {
        return true;
    }
    let key = pointer.strip_prefix("/secrets/").and_then(|rest| rest.split('/').next());
    key.is_some_and(|key| !SECRETS.iter().any(|(known, _)| *known == key))
}

/// The trees of files of values: many configurations can stand in one file.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    by_path: Arc<Mutex<HashMap<String, Arc<Tree>>>>,
    /// The trees of the documents of whole files.
    documents: Mutex<HashMap<String, Documents>>,
    /// The tags that files of values in a folder name, by the pointer of the values.
    tags: Mutex<HashMap<(PathBuf, String), Tag>>,
}

/// A tag, and where it is named.
type Tag = Option<(String, Place)>;

/// Trees of documents.
type Documents = Arc<Vec<Tree>>;

impl Trees {
    /// The same trees for a project in which some texts differ.
    pub(crate) fn again(&self) -> Trees {
        Trees { by_path: Arc::clone(&self.by_path), ..Trees::default() }
    }

    fn documents(&self, whole: &Arc<Source>) -> Documents {
        let mut known = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(yaml::documents(whole).iter().map(parsed).collect());
        Arc::clone(known.entry(whole.path().to_owned()).or_insert_with(read))
    }

    fn of(&self, source: &Arc<Source>) -> Arc<Tree> {
        let mut trees = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(source.path()).filter(|tree| Arc::ptr_eq(tree.source(), source)) {
            return Arc::clone(tree);
        }
        let tree = Arc::new(parsed(source));
        trees.insert(source.path().to_owned(), Arc::clone(&tree));
        tree
    }
}

fn parsed(source: &Arc<Source>) -> Tree {
    yaml::parse_with(source, Format::Yaml, &template::placeholders(source.text(), true))
}

/// Values of the chart around a unit.
#[derive(Debug)]
pub(crate) struct Values {
    tree: Arc<Tree>,
    /// Pointer of the chart's values in the tree.
    at: String,
    /// The same in the file, where that holds the tree as a text.
    outer: String,
    trees: Arc<Trees>,
}

impl Values {
    /// The values around the configuration of a unit, if it is `kratos.config` of a chart.
    pub(crate) fn around(unit: &Unit, trees: &Arc<Trees>) -> Option<Values> {
        if unit.at.is_empty() {
            return None;
        }
        let tree = trees.of(unit.source());
        let inner =
            suffixes(&unit.at).find(|at| tree.root().and_then(|root| root.at(at)).is_some_and(Node::is_mapping))?;
        let at = inner.strip_suffix("/kratos/config")?.to_owned();
        let outer = unit.at.strip_suffix("/kratos/config")?.to_owned();
        Some(Values { tree, at, outer, trees: Arc::clone(trees) })
    }

    /// The tree of another file, read once.
    pub(super) fn of(&self, source: &Arc<Source>) -> Arc<Tree> {
        self.trees.of(source)
    }

    /// The value at a path of keys joined by dots.
    pub(crate) fn find(&self, path: &str) -> Option<Node<'_>> {
        self.root()?.find(path)
    }

    /// The name by which `Chart.yaml` beside the values takes Ory's chart as a dependency, when the values stand at the top of their
    /// file: there they are not those of the dependency.
    pub(crate) fn dependency(&self, disk: &Disk) -> Option<String> {
        if !self.at.is_empty() {
            return None;
        }
        let path = disk.absolute(Path::new(self.tree.source().path()));
        let chart = yaml::parse(&disk.read(&path.with_file_name("Chart.yaml")).ok()?, Format::Yaml);
        let kratos = dependencies(chart.root()?);
        let of_ory =
            |dependency: &Dependency<'_>| [".ory.sh", "/ory"].iter().any(|of| dependency.repository.contains(of));
        kratos.into_iter().find(of_ory).map(|dependency| dependency.name.to_owned())
    }

    /// The release of the chart that the manifest around the values names, and where. The values may stand in it as a text.
    fn release(&self) -> Option<(String, Place)> {
        let whole = Place::new(self.tree.source(), Span::at(0)).in_file().source;
        let of = |document: &Tree| {
            let of_tool = || charts::around(document.root()?.at(&self.outer)?);
            installed::around(document, &self.outer).or_else(of_tool)
        };
        self.trees.documents(&whole).iter().find_map(of)
    }

    /// A name with dots without the alias under which the chart is a dependency.
    fn below_alias<'n>(&self, name: &'n str) -> Option<&'n str> {
        let alias = self.at.trim_start_matches('/').replace('/', ".");
        name.strip_prefix(&alias).filter(|_| !alias.is_empty())?.strip_prefix('.')
    }

    /// The topmost value of the chart.
    pub(crate) fn root(&self) -> Option<Node<'_>> {
        self.tree.root()?.at(&self.at)
    }
}

/// A pointer and its ends, longest first.
fn suffixes(at: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(at), |at| at.get(1..)?.find('/').and_then(|next| at.get(next + 1..)))
}

/// Files of values that are laid under and over that of a unit; later ones win.
#[derive(Debug, Default)]
pub(crate) struct Around {
    under: Vec<Values>,
    over: Vec<Values>,
    /// Names with dots that the command which installs the chart sets.
    set: Vec<String>,
    /// Whether more is laid over the files, and what is not known.
    is_open: bool,
}

impl Around {
    /// The values at a path in these files and that of a unit, the one that wins first.
    pub(crate) fn all<'v>(&'v self, own: &'v Values, path: &str) -> impl Iterator<Item = Node<'v>> {
        let layers = self.over.iter().rev().chain([own]).chain(self.under.iter().rev());
        layers.filter_map(move |values| values.find(path))
    }

    /// Whether the chart may get something else at a path, below or around it, than these files say.
    pub(crate) fn may_change(&self, path: &str) -> bool {
        let is_below = |one: &str, other: &str| {
            one.strip_prefix(other).is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
        };
        self.is_open || self.set.iter().any(|name| is_below(name, path) || is_below(path, name))
    }

    /// The configuration under that of the unit.
    pub(crate) fn base(&self) -> Option<Tree> {
        let configuration = |values: &Values| {
            let node = values.find("kratos.config").filter(|node| node.is_mapping())?;
            Some(node.tree().subtree(node.id()))
        };
        self.under.iter().filter_map(configuration).reduce(|under, over| under.overlaid(&over, Lists::Replace))
    }
}

/// What the chart gets: the values of a unit, those around them, and what the command that installs it sets.
struct Layers<'v> {
    own: &'v Values,
    around: Around,
    given: &'v Given,
}

impl Layers<'_> {
    /// The value that the chart gets.
    fn find(&self, path: &str) -> Option<Node<'_>> {
        self.around.all(self.own, path).next()
    }

    fn set(&self, path: &str) -> Option<(Option<&str>, &Place)> {
        let is_meant = |name: &str| name == path || self.own.below_alias(name) == Some(path);
        let (_, value, place) = self.given.set.iter().rev().find(|(name, ..)| is_meant(name))?;
        Some((value.as_deref(), place))
    }

    /// A switch of the chart. A text is truthy for Go's templates, also "false".
    fn switch(&self, path: &str, default: bool, place: &Place) -> Fact<()> {
        match self.set(path) {
            Some((Some("false"), _)) => return Fact::Absent,
            Some((Some(_), place)) => return Fact::Known((), place.clone()),
            Some((None, _)) => return Fact::Unknown,
            None => {}
        }
        match self.find(path) {
            Some(node) if node.is_unknown() => Fact::Unknown,
            Some(node) if node.is_true() || node.as_str().is_some_and(|text| !text.is_empty()) => {
                Fact::Known((), node.place())
            }
            _ if self.given.is_open => Fact::Unknown,
            None if default => Fact::Known((), place.clone()),
            Some(_) | None => Fact::Absent,
        }
    }
}

/// How the chart starts the Kratos of a unit that is in these values.
pub(super) fn start(
    own: &Values,
    unit: &Unit,
    disk: &Disk,
    given: &Given,
    charts: &[PathBuf],
) -> Option<(Start, Fact<()>, Around)> {
    let path = disk.absolute(Path::new(unit.path()));
    let layers = layers(own, &path, disk, given);
    let root = own.root()?;
    let place = Place::new(root.source(), Span::at(root.place().span.start));
    let mut start = Start::new(By::Helm, place.clone());
    start.image = image(&layers, &path, charts, disk);
    let mut arguments = vec![Some("serve".to_owned()), Some("all".to_owned())];
    let development = layers.switch("kratos.development", false, &place);
    match development {
        Fact::Known(..) => arguments.push(Some("--dev".to_owned())),
        Fact::Unknown => arguments.push(None),
        Fact::Absent => {}
    }
    arguments.extend([Some("--config".to_owned()), Some(format!("{CONFIG_FOLDER}/kratos.yaml"))]);
    let extra = layers.find("deployment.extraArgs");
    arguments.extend(extra.into_iter().flat_map(Node::items).map(|item| item.as_str().map(str::to_owned)));
    let place = match &development {
        Fact::Known((), at) => at.clone(),
        _ => place,
    };
    start.role = Role::Serve;
    start.arguments = Fact::Known(arguments, place.clone());
    environment(&layers, unit, &mut start);
    mounts(&layers, &mut start);
    start.is_filled_in = true;
    let courier = layers.switch("courier.enabled", true, &place);
    Some((start, courier, layers.around))
}

/// The files of values in the order in which they are laid over each other.
fn layers<'v>(own: &'v Values, path: &Path, disk: &Disk, given: &'v Given) -> Layers<'v> {
    let base = folders::base_under(path, given.folder.as_deref(), disk);
    let own_file = disk.real(path);
    let at = given.files.iter().position(|file| disk.real(file) == own_file);
    let (before, after) = given.files.split_at(at.unwrap_or_default());
    let read = |files: &[PathBuf]| files.iter().filter_map(|file| disk.read(file).ok()).collect::<Vec<_>>();
    let of = |sources: Vec<Arc<Source>>| sources.iter().filter_map(|source| beneath(source, own)).collect::<Vec<_>>();
    let mut under: Vec<Values> = of_dependency(own, path, disk).into_iter().collect();
    under.extend(of(base));
    under.extend(of(read(before)));
    let is_partial = given.is_partial || given.files.iter().any(|file| disk.read(file).is_err());
    let over = of(read(after.get(usize::from(at.is_some())..).unwrap_or_default()));
    let set = given.set.iter().map(|(name, ..)| own.below_alias(name).unwrap_or(name).to_owned()).collect();
    Layers { own, around: Around { under, over, set, is_open: given.is_open || is_partial }, given }
}

/// The values of a chart of the project that the chart around a file takes as a dependency (`repository: file://../auth`): they lie
/// under all that the file gives it.
fn of_dependency(own: &Values, path: &Path, disk: &Disk) -> Option<Values> {
    let mut folders = path.ancestors().skip(1).take(3);
    let folder = folders.find(|folder| disk.is_file(&folder.join("Chart.yaml")))?;
    let (inner, at) = folders::innermost(folder, &own.at, disk);
    let at = at.to_owned();
    // Its own values, or those of the chart of the project around it.
    let (chart, at) = match of_folder_in(&inner, &at, disk) {
        Some(chart) => (chart, String::new()),
        None if inner != folder => (inner, at),
        None => return None,
    };
    let tree = own.trees.of(&disk.read(&chart.join("values.yaml")).ok()?);
    tree.root()?.at(&at)?;
    Some(Values { tree, outer: at.clone(), at, trees: Arc::clone(&own.trees) })
}

/// The folder from which a chart takes Ory's chart as a dependency, by the name that begins the pointer of its values.
fn of_folder_in(chart: &Path, at: &str, disk: &Disk) -> Option<PathBuf> {
    let key = at.strip_prefix('/').filter(|key| !key.contains('/'))?;
    let tree = yaml::parse(&disk.read(&chart.join("Chart.yaml")).ok()?, Format::Yaml);
    let dependency = dependencies(tree.root()?).into_iter().find(|known| known.name == key)?;
    Some(plain(&chart.join(dependency.repository.strip_prefix("file://")?)))
}

/// The values at the same place in another file.
fn beneath(source: &Arc<Source>, own: &Values) -> Option<Values> {
    let tree = own.trees.of(source);
    tree.root()?.at(&own.at)?;
    Some(Values { tree, at: own.at.clone(), outer: own.outer.clone(), trees: Arc::clone(&own.trees) })
}

fn image(layers: &Layers<'_>, path: &Path, charts: &[PathBuf], disk: &Disk) -> Fact<Image> {
    let of = |name: &str, tag: &str, place: Place| {
        let image = Image { name: name.to_owned(), tag: tag.to_owned(), asked: release(tag) };
        Fact::Known(image, place)
    };
    if let Some((tag, place)) = layers.set("image.tag") {
        return tag.map_or(Fact::Unknown, |tag| of("oryd/kratos", tag, place.clone()));
    }
    if let Some((reference, node)) = layers.find("image").and_then(|node| Some((node.as_str()?, node))) {
        return Image::parse(reference).map_or(Fact::Unknown, |image| Fact::Known(image, node.place()));
    }
    let name = layers.find("image.repository").and_then(Node::as_str).unwrap_or("oryd/kratos");
    match layers.find("image.tag") {
        Some(node) if node.is_unknown() => return Fact::Unknown,
        Some(node) => {
            if let Some(tag) = node.as_str().filter(|tag| !tag.is_empty()) {
                return of(name, tag, node.place());
            }
        }
        None => {}
    }
    let installed = layers.given.version.clone().or_else(|| layers.own.release());
    if let Some((version, place)) = installed {
        // Who installs it says more than what is around, also when that is a range with several releases.
        return chart::default_tag(&version).map_or(Fact::Unknown, |tag| of(name, tag, place));
    }
    let of_others = || if is_in_chart(path, disk) { None } else { of_charts(layers.own, charts, disk) };
    let chart = beside(path, layers, disk).or_else(|| chart_file(layers, path, disk)).or_else(of_others);
    chart.map_or(Fact::Unknown, |(tag, place)| of(name, &tag, place))
}

/// The tag that the other files of values in the folder name for the same chart: they are used together (`values-common.yaml` with
/// `values-dev.yaml`). None where they differ.
fn beside(path: &Path, layers: &Layers<'_>, disk: &Disk) -> Option<(String, Place)> {
    let folder = path.parent()?;
    let key = (folder.to_path_buf(), layers.own.at.clone());
    let known = || layers.own.trees.tags.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get(&key) {
        return found.clone();
    }
    let found = tag_in(folder, layers.own, disk);
    known().insert(key, found.clone());
    found
}

/// The tag that the files of values in a folder agree on.
fn tag_in(folder: &Path, own: &Values, disk: &Disk) -> Option<(String, Place)> {
    let is_values = |name: &str| {
        name.contains("values") && Path::new(name).extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    };
    let mut found: Option<(String, Place)> = None;
    for entry in disk.list(folder).iter().filter(|entry| is_values(&entry.name)) {
        let Some(values) = disk.read(&folder.join(&entry.name)).ok().and_then(|source| beneath(&source, own)) else {
            continue;
        };
        let repository = values.find("image.repository").and_then(Node::as_str);
        if values.find("kratos").is_none() && repository.and_then(Image::parse).is_none() {
            continue;
        }
        let Some((tag, node)) =
            values.find("image.tag").and_then(|node| Some((node.as_str()?, node))).filter(|(tag, _)| !tag.is_empty())
        else {
            continue;
        };
        if release(tag).is_none() || found.as_ref().is_some_and(|(known, _)| known != tag) {
            return None;
        }
        found = Some((tag.to_owned(), node.place()));
    }
    found
}

/// What `Chart.yaml` of the folder, or of one around it, says: the release of Ory's chart as a dependency, or `appVersion`.
fn chart_file(layers: &Layers<'_>, path: &Path, disk: &Disk) -> Option<(String, Place)> {
    let given = layers.given.folder.as_deref();
    let folders = given.into_iter().chain(path.ancestors().skip(1).take(3));
    let (folder, source) =
        folders.into_iter().find_map(|folder| Some((folder, disk.read(&folder.join("Chart.yaml")).ok()?)))?;
    let (inner, _) = folders::innermost(folder, &layers.own.at, disk);
    let (folder, source) =
        if inner == folder { (folder, source) } else { (inner.as_path(), disk.read(&inner.join("Chart.yaml")).ok()?) };
    let tree = yaml::parse(&source, Format::Yaml);
    let root = tree.root()?;
    let key = layers.own.at.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(dependency) = dependencies(root).into_iter().find(|known| key.is_empty() || known.name == key) {
        // A chart of the project has numbers of its own.
        if let Some(chart) = dependency.repository.strip_prefix("file://") {
            return of_folder(&plain(&folder.join(chart)), layers.own, disk);
        }
        let version = dependency.version?;
        let of_version = chart::default_tag(version.as_str().unwrap_or_default());
        let named = of_version.map(|tag| (tag.to_owned(), version.place()));
        return named.or_else(|| lock::tag(folder, disk));
    }
    if key.is_empty() {
        version_of_application(root)
    } else {
        of_folder(&folder.join("charts").join(key), layers.own, disk)
    }
}

/// The tag that a chart of the project runs by itself: `image.tag` of its values, else `appVersion`.
fn of_folder(chart: &Path, own: &Values, disk: &Disk) -> Option<(String, Place)> {
    let values = disk.read(&chart.join("values.yaml")).ok().map(|source| own.trees.of(&source));
    let tag = values.as_ref().and_then(|tree| tree.root()?.find("image.tag"));
    // Without a text the chart takes `appVersion`.
    let is_release = |tag: &&str| !tag.is_empty() && release(tag).is_some();
    if let Some((tag, node)) = tag.and_then(|node| Some((node.as_str().filter(is_release)?, node))) {
        return Some((tag.to_owned(), node.place()));
    }
    version_of_application(yaml::parse(&disk.read(&chart.join("Chart.yaml")).ok()?, Format::Yaml).root()?)
}

/// What the charts of the project agree on that take Ory's chart under the name of these values: files of values in other folders are
/// for one of them.
fn of_charts(own: &Values, charts: &[PathBuf], disk: &Disk) -> Option<(String, Place)> {
    let key = own.at.rsplit('/').next().filter(|key| !key.is_empty())?;
    let mut found: Option<(String, Place)> = None;
    for chart in charts {
        let Some(tree) = disk.read(chart).ok().map(|source| own.trees.of(&source)) else { continue };
        let all = tree.root().map(dependencies).unwrap_or_default();
        let Some(dependency) = all.into_iter().find(|known| known.name == key) else { continue };
        let version = dependency.version?;
        let tag = chart::default_tag(version.as_str()?)?;
        if found.as_ref().is_some_and(|(known, _)| known != tag) {
            return None;
        }
        found.get_or_insert_with(|| (tag.to_owned(), version.place()));
    }
    found
}

/// Whether a file is in the folder of a chart, or one around it.
fn is_in_chart(path: &Path, disk: &Disk) -> bool {
    path.ancestors().skip(1).take(3).any(|folder| disk.is_file(&folder.join("Chart.yaml")))
}

/// The image that Ory's chart runs as the dependency of the chart which has this template.
pub(super) fn of_template(path: &Path, disk: &Disk) -> Fact<Image> {
    let dependency = || {
        let templates = path.ancestors().find(|folder| folder.ends_with("templates"))?;
        let chart = templates.parent()?;
        let tree = yaml::parse(&disk.read(&chart.join("Chart.yaml")).ok()?, Format::Yaml);
        let dependency = dependencies(tree.root()?).into_iter().next()?;
        if dependency.repository.starts_with("file://") {
            return None;
        }
        let values = disk.read(&chart.join("values.yaml")).ok().map(|source| parsed(&source));
        let own = values.as_ref().and_then(|tree| tree.root()?.find(&format!("{}.image.tag", dependency.name)));
        if let Some((tag, node)) = own.and_then(|node| Some((node.as_str().filter(|tag| !tag.is_empty())?, node))) {
            return Some((tag.to_owned(), node.place()));
        }
        let version = dependency.version?;
        let named = chart::default_tag(version.as_str()?).map(|tag| (tag.to_owned(), version.place()));
        named.or_else(|| lock::tag(chart, disk))
    };
    dependency().map_or(Fact::Unknown, |(tag, place)| {
        Fact::Known(Image { name: "oryd/kratos".to_owned(), asked: release(&tag), tag }, place)
    })
}

/// The charts called `kratos` that another one depends on.
fn dependencies(chart: Node<'_>) -> Vec<Dependency<'_>> {
    Dependency::all(chart).filter(|known| known.chart == chart::NAME).collect()
}

/// The name by which a chart knows the dependency that it takes from a repository.
pub(super) fn dependency_at(chart: Node<'_>, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let all = dependencies(chart).into_iter();
    all.filter(|known| is_wanted(known.repository)).map(|known| known.name.to_owned()).next()
}

/// `appVersion` of a chart, if it is a release of Kratos.
fn version_of_application(chart: Node<'_>) -> Option<(String, Place)> {
    let node = chart.get("appVersion")?;
    let tag = node.as_str().filter(|tag| !tag.is_empty())?;
    release(tag).filter(|asked| asked.nearness != Nearness::NoRelease)?;
    Some((tag.to_owned(), node.place()))
}

fn unknown(name: &str, place: &Place) -> Variable {
    Variable { name: name.to_owned(), name_place: place.clone(), value: None, value_span: place.span }
}

fn environment(layers: &Layers<'_>, unit: &Unit, start: &mut Start) {
    // `--set` and files of values that the project does not hold may always come.
    start.more_variables = true;
    let place = start.place.clone();
    let root = unit.root();
    let has = |path: &str| root.and_then(|root| root.find(path)).is_some_and(|node| !node.is_null());
    let own_secret = layers.find("secret.enabled").is_some_and(|node| !node.is_true());
    if !own_secret || layers.find("secret.nameOverride").is_some() {
        for (key, name) in SECRETS {
            // The cipher is made up only when it is named: without a key there is no item of its own.
            if !has(&format!("secrets.{key}")) {
                start.variables.push(unknown(name, &place));
            }
        }
    }
    if own_secret && !has("dsn") {
        start.variables.push(unknown("DSN", &place));
    }
    // The text in the values only opens the condition: the variable is filled from the Secret that is there already.
    if own_secret && has(CONNECTION_URI) {
        start.variables.push(unknown("COURIER_SMTP_CONNECTION_URI", &place));
    }
    for item in layers.find("deployment.extraEnv").into_iter().flat_map(Node::items) {
        start.variables.extend(variable(item));
    }
}

/// An entry of `env` in a container of Kubernetes: a value, or a name whose value comes from elsewhere.
pub(super) fn variable(item: Node<'_>) -> Option<Variable> {
    let name = item.get("name")?;
    let value = item.get("value");
    let text = value.and_then(|node| match node.value() {
        Value::String(text) if !text.contains("$(") && !text.contains("{{") => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.text.to_string()),
        _ => None,
    });
    let place = name.origin();
    let same_file = |span: Span| if value.is_some() { span } else { place.span };
    Some(Variable {
        name: name.as_str()?.to_owned(),
        value_span: same_file(value.map_or(place.span, |node| node.origin().span)),
        name_place: place,
        value: text,
    })
}

fn mounts(layers: &Layers<'_>, start: &mut Start) {
    for field in layers.find("kratos.identitySchemas").into_iter().flat_map(Node::fields) {
        let here = match field.value.embedded() {
            Some(source) if !source.text().contains("{{") => Here::Text(source),
            _ => Here::Unknown,
        };
        let there = PathBuf::from(CONFIG_FOLDER).join(field.key);
        start.mounts.push(Mount { there, here, place: field.value.key_place() });
    }
    let has = |path: &str| layers.find(path).is_some_and(|node| !node.is_null() && node.items().len() != 0);
    let more = MORE_FILES.iter().any(|path| has(path) || layers.find(path).is_some_and(Node::is_unknown));
    let is_set = layers.given.set.iter().any(|(name, ..)| name.contains("identitySchemas") || name.contains("extra"));
    start.complete.files = !start.mounts.is_empty() && !more && !is_set;
}
