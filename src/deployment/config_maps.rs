//! `ConfigMap` and `Secret`: the files and the variables that manifests of Kubernetes and generators of kustomize give to containers.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::kustomize::Apart;
use super::reading::Reading;
use super::{Here, Start, compose, variables};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::text::Source;
use crate::yaml::{self, Node, Tree};

/// What `envFrom` names, and the kinds of manifests for it.
const GIVEN: [(&str, Kind); 2] = [("configMapRef", Kind::ConfigMap), ("secretRef", Kind::Secret)];

/// Lists of kustomize that make manifests, and their kinds.
const GENERATORS: [(&str, Kind); 2] = [("configMapGenerator[]", Kind::ConfigMap), ("secretGenerator[]", Kind::Secret)];

/// Longest value of a variable that is kept.
const MAX_VALUE: usize = 4 << 10;

/// The `ConfigMap` and `Secret` manifests by their kinds and names.
#[derive(Default)]
pub(super) struct Maps {
    files: HashMap<(Kind, String), Map>,
    /// The variables of those that `envFrom` may name, of each manifest by itself, with its file.
    variables: HashMap<(Kind, String), Vec<OfFile>>,
    texts: Texts,
}

/// The variables of a manifest, with its file.
type OfFile = (PathBuf, Vec<Variable>);

/// Texts inside manifests, by the addresses of their values and whether these are base64: aliases bring the same text many times.
type Texts = HashMap<(Option<*const u8>, bool), Option<Arc<Source>>>;

impl Maps {
    /// Adds what a manifest of a file holds.
    pub(super) fn add(&mut self, path: &Path, manifest: Node<'_>) {
        self.add_files(path, manifest);
        self.add_variables(path, manifest);
    }

    /// Adds what the generators of a file of kustomize make.
    pub(super) fn generate(&mut self, reading: &Reading<'_>, folder: &Path, tree: &Tree) {
        for (key, kind) in GENERATORS {
            for generator in tree.root().into_iter().flat_map(|root| root.select(key)) {
                self.generated(reading, folder, kind, generator);
            }
        }
    }

    /// Those of a kind and name.
    pub(super) fn get(&self, kind: Kind, name: &str) -> Option<&Map> {
        self.files.get(&(kind, name.to_owned()))
    }

    fn at(&mut self, kind: Kind, name: &str) -> &mut Map {
        self.files.entry((kind, name.to_owned())).or_default()
    }

    /// What the files of a ConfigMap or Secret hold.
    fn add_files(&mut self, path: &Path, root: Node<'_>) {
        let Some((kind, name)) = Kind::of(root).zip(root.find("metadata.name").and_then(name_of)) else { return };
        for key in ["data", "stringData"] {
            let is_encoded = kind == Kind::Secret && key == "data";
            let entry = |field: yaml::Field<'_>| {
                let address = field.value.as_str().map(str::as_ptr);
                let text = || if is_encoded { decoded(field.value) } else { field.value.embedded() };
                // Empty texts have no address of their own.
                let is_empty = field.value.as_str().is_some_and(str::is_empty);
                let text = if is_empty {
                    // A template may write it: `{{ .Files.Get "files/kratos.yml" | indent 4 }}`.
                    text().filter(|_| !field.value.place().source.text().contains("{{"))
                } else {
                    self.texts.entry((address, is_encoded)).or_insert_with(text).clone()
                };
                (field.key.to_owned(), text.map_or(Here::Unknown, Here::Text))
            };
            let map = self.files.entry((kind, name.clone())).or_default();
            let fields = root.get(key).into_iter().flat_map(Node::fields);
            map.files.entry(path.to_path_buf()).or_default();
            map.folders.extend(path.parent().map(Path::to_path_buf));
            fields.map(entry).for_each(|(key, here)| map.push(key, here, From::File(path.to_path_buf())));
        }
    }

    fn add_variables(&mut self, path: &Path, root: Node<'_>) {
        if let Some((name, made)) = made_by(root) {
            self.variables.entry((Kind::Secret, name)).or_default().push((path.to_path_buf(), made));
        }
        let Some(kind) = Kind::of(root) else { return };
        let Some(name) = root.find("metadata.name").and_then(name_of) else { return };
        let fields = ["data", "stringData"].into_iter().filter_map(|key| root.get(key)).flat_map(Node::fields);
        let variable = |field: yaml::Field<'_>| Variable {
            name: field.key.to_owned(),
            name_place: field.value.key_place(),
            // Files are no values of variables.
            value: field.value.as_str().filter(|text| text.len() <= MAX_VALUE).map(str::to_owned),
            value_span: field.value.origin().span,
        };
        let all = (path.to_path_buf(), fields.map(variable).collect());
        self.variables.entry((kind, name)).or_default().push(all);
    }

    /// `configMapGenerator` and `secretGenerator` of kustomize: `files: [path, key=path]`, `literals: [NAME=value]`, `envs: [path]`.
    fn generated(&mut self, reading: &Reading<'_>, folder: &Path, kind: Kind, generator: Node<'_>) {
        let Some(name) = generator.get("name").and_then(Node::as_str) else { return };
        for file in generator.select("files[]").into_iter().filter_map(Node::as_str) {
            let (key, file) = match file.split_once('=') {
                Some((key, file)) => (key.to_owned(), file),
                None => (file.rsplit('/').next().unwrap_or(file).to_owned(), file),
            };
            self.at(kind, name).push(key, Here::Path(plain(&folder.join(file))), From::Generator(folder.to_path_buf()));
        }
        let literal = |node: Node<'_>| {
            let (name, value) = node.as_str()?.split_once('=')?;
            let value = value.trim_matches(['"', '\'']).to_owned();
            Some(variables::variable(name, Some(value), &node.place()))
        };
        let mut variables: Vec<Variable> = generator.select("literals[]").into_iter().filter_map(literal).collect();
        let files = generator.select("envs[]").into_iter().chain(generator.get("env"));
        for file in files.filter_map(Node::as_str) {
            let layer = reading.env_file_at(&plain(&folder.join(file)));
            variables.extend(layer.iter().flat_map(|layer| layer.all().iter().cloned()));
        }
        if !variables.is_empty() {
            self.variables.entry((kind, name.to_owned())).or_default().push((folder.to_path_buf(), variables));
        }
    }

    /// The start with the variables of the manifests that `envFrom` names. `env` comes before them. A Secret in a project may be a
    /// sample, and several of a name are those of several clusters: then only the names are known.
    pub(super) fn with_variables(&self, mut start: Start, way: Way<'_>, container: Node<'_>) -> Start {
        for item in container.select("env[]") {
            start.variables.extend(self.referred(way, item));
        }
        for item in container.select("envFrom[]") {
            let prefix = item.get("prefix").and_then(Node::as_str).unwrap_or_default();
            let named = GIVEN.into_iter().filter_map(|(key, kind)| {
                let name = item.get(key)?.get("name").and_then(name_of)?;
                Some((kind, nearest(self.variables.get(&(kind, name))?, way)))
            });
            for (kind, manifests) in named {
                let is_sure = kind == Kind::ConfigMap && manifests.len() == 1;
                for variable in manifests.into_iter().flatten() {
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
}

impl Maps {
    /// The variable whose value is a key of a ConfigMap: `valueFrom.configMapKeyRef`. Several of a name are those of several clusters.
    fn referred(&self, way: Way<'_>, item: Node<'_>) -> Option<Variable> {
        let name = item.get("name")?.as_str()?;
        let of = item.find("valueFrom.configMapKeyRef")?;
        let map = self.variables.get(&(Kind::ConfigMap, of.get("name").and_then(name_of)?))?;
        let [only] = nearest(map, way)[..] else { return None };
        let key = of.get("key")?.as_str()?;
        let known = only.iter().find(|variable| variable.name == key && variable.value.is_some())?;
        Some(Variable { name: name.to_owned(), ..known.clone() })
    }
}

/// The variables of the manifests of a name in the same file, else in the same folder, else of all: those of several clusters often
/// have one name.
fn nearest<'v>(all: &'v [OfFile], (path, apart): Way<'_>) -> Vec<&'v [Variable]> {
    let those = |is_near: &dyn Fn(&Path) -> bool| -> Vec<&'v [Variable]> {
        all.iter()
            .filter(|(of, _)| is_near(of) && !apart.contains(of))
            .map(|(_, variables)| variables.as_slice())
            .collect()
    };
    let same = those(&|of| of == path);
    let beside = || those(&|of| of.parent() == path.parent());
    let found = if same.is_empty() { beside() } else { same };
    if found.is_empty() { those(&|_| true) } else { found }
}

/// A name as it is written: a template says the same in each manifest that means the same.
pub(super) fn name_of(node: Node<'_>) -> Option<String> {
    match node.as_str() {
        Some(name) => Some(name.to_owned()),
        None => node.is_unknown().then(|| compose::written(node)),
    }
}

/// The Secret that an operator makes of a manifest, by its name, and the names of its variables: `ExternalSecret`, `SealedSecret`.
fn made_by(root: Node<'_>) -> Option<(String, Vec<Variable>)> {
    let own = root.find("metadata.name").and_then(name_of);
    let (name, places) = match root.get("kind")?.as_str()? {
        "ExternalSecret" => {
            let keys = root.select("spec.data[].secretKey").into_iter();
            let of_template = root.find("spec.target.template.data").into_iter().flat_map(Node::fields);
            let names = keys.filter_map(|key| Some((key.as_str()?.to_owned(), key.place())));
            let names = names.chain(of_template.map(|field| (field.key.to_owned(), field.value.key_place())));
            (root.find("spec.target.name").and_then(name_of), names.collect::<Vec<_>>())
        }
        "SealedSecret" => {
            let fields = root.find("spec.encryptedData").into_iter().flat_map(Node::fields);
            let names = fields.map(|field| (field.key.to_owned(), field.value.key_place()));
            (root.find("spec.template.metadata.name").and_then(name_of), names.collect())
        }
        _ => return None,
    };
    let variables = places.into_iter().map(|(name, place)| variables::variable(&name, None, &place));
    Some((name.or(own)?, variables.collect()))
}

/// A kind of manifests that hold files or variables.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
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

/// A file that starts something, and the folders of generators that are not for this start of it.
pub(super) type Way<'w> = (&'w Path, &'w Apart);

/// Where an entry is from.
enum From {
    File(PathBuf),
    /// The folder of the kustomization.
    Generator(PathBuf),
}

/// What the ConfigMaps or Secrets of a name hold.
#[derive(Default)]
pub(super) struct Map {
    /// Keys, and what they hold, in order.
    entries: Vec<(String, Here)>,
    /// Where each is from.
    from: Vec<From>,
    by_key: HashMap<String, Vec<usize>>,
    /// The files that hold one of the name, with their entries, and their folders.
    files: HashMap<PathBuf, Vec<usize>>,
    folders: HashSet<PathBuf>,
}

impl Map {
    fn push(&mut self, key: String, here: Here, from: From) {
        self.by_key.entry(key.clone()).or_default().push(self.entries.len());
        if let From::File(path) = &from {
            self.files.entry(path.clone()).or_default().push(self.entries.len());
        }
        self.entries.push((key, here));
        self.from.push(from);
    }

    /// Whether an entry is one for what a file starts: manifests of one name for several clusters are in files or folders of their
    /// own.
    fn is_for(&self, index: usize, (path, apart): Way<'_>) -> bool {
        let from = match self.from.get(index) {
            Some(From::File(from)) => from,
            Some(From::Generator(folder)) => return !apart.contains(folder),
            None => return true,
        };
        if self.files.contains_key(path) {
            return from == path;
        }
        let is_beside = path.parent().is_some_and(|folder| self.folders.contains(folder));
        !is_beside || from.parent() == path.parent()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, or those of a key, for what a file starts.
    pub(super) fn select(&self, key: Option<&str>, way: Way<'_>) -> impl Iterator<Item = &(String, Here)> {
        let all = key.is_none().then_some(0..self.entries.len()).into_iter().flatten();
        let named = key.and_then(|key| self.by_key.get(key)).into_iter().flatten().copied();
        let own = all.chain(named).filter(move |index| self.is_for(*index, way));
        // What patches lay over it wins.
        own.chain(self.patched(key, way)).filter_map(|index| self.entries.get(index))
    }

    /// The entries of the files of patches, or those of a key.
    fn patched(&self, key: Option<&str>, (_, apart): Way<'_>) -> Vec<usize> {
        let is_meant = |index: &usize| {
            let own = self.entries.get(*index).map(|(own, _)| own.as_str());
            key.is_none() || key == own
        };
        let of_files = apart.patches().iter().filter_map(|path| self.files.get(path)).flatten();
        of_files.copied().filter(is_meant).collect()
    }
}

/// The text that a value of a Secret is the base64 of.
fn decoded(node: Node<'_>) -> Option<Arc<Source>> {
    let compact: String = node.embedded()?.text().split_whitespace().collect();
    Source::from_base64(&node.origin(), &compact).ok()
}
