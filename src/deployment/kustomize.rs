//! Kustomizations: which manifests they take in, through others too, and the images that they put into them.

mod patches;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

pub(super) use self::patches::Variables;
use self::patches::{Files, Patch};
use super::reading::Reading;
use super::{Fact, Image};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree};

/// Longest chain of kustomizations.
const MAX_DEPTH: usize = 5;

/// Highest rank of a kustomization: each in a chain may have a component between it and the next.
const MAX_RANK: usize = 2 * MAX_DEPTH;

/// Most components of a kustomization, with theirs.
const MAX_COMPONENTS: usize = 16;

/// Most ways in which one manifest is taken in that are told apart.
const MAX_WAYS: usize = 8;

/// Most components of a project that are told apart.
const MAX_KINDS: usize = 64;

/// One way of taking a manifest in.
#[derive(Default)]
pub(super) struct Apart {
    /// Folders of kustomizations that are not in it.
    folders: HashSet<PathBuf>,
    /// The files of the patches in it, first to last.
    patches: Vec<PathBuf>,
}

impl Apart {
    pub(super) fn new() -> Apart {
        Apart::default()
    }

    pub(super) fn contains(&self, folder: &Path) -> bool {
        self.folders.contains(folder)
    }

    /// The files of the patches in it, first to last.
    pub(super) fn patches(&self) -> &[PathBuf] {
        &self.patches
    }
}

/// The kustomizations of a project.
pub(super) struct Kustomizations {
    all: Vec<Kustomization>,
    /// Those that name a file or folder.
    named: HashMap<PathBuf, Vec<usize>>,
    /// The one of a folder.
    of_folder: HashMap<PathBuf, usize>,
    /// What the files of their patches write.
    patched: Files,
}

/// One of them.
struct Kustomization {
    folder: PathBuf,
    tree: Rc<Tree>,
    /// What it gives images, by their names.
    images: HashMap<String, Given>,
    /// What it takes in, components too.
    resources: HashSet<PathBuf>,
    /// The components that it takes in, each once.
    components: Vec<PathBuf>,
    patches: OnceLock<Vec<Patch>>,
    /// Whether it is a file of kustomize, and not a folder that Flux or Argo CD deploys with images of its own.
    is_file: bool,
}

/// What a kustomization gives an image.
struct Given {
    name: Option<String>,
    /// A digest is in the place of the tag.
    tag: Option<String>,
    place: Place,
}

/// Whether a file is a kustomization, by its name.
pub(super) fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("kustomization."))
}

/// Whether a text may deploy a folder with images of its own.
fn may_deploy(text: &str) -> bool {
    let is_flux = text.contains("kustomize.toolkit.fluxcd.io") && text.contains("images:");
    is_flux || (text.contains("argoproj.io/") && text.contains("kustomize:"))
}

impl Kustomizations {
    pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], root: &Path) -> Kustomizations {
        let own = files.iter().filter(|(path, _)| is_one(path));
        let mut all: Vec<Kustomization> = own.map(|(path, source)| Kustomization::read(path, source)).collect();
        for (path, source) in files.iter().filter(|(_, source)| may_deploy(source.text())) {
            let trees = reading.documents(source);
            all.extend(trees.iter().filter_map(|tree| Kustomization::deployed(path, tree, root)));
        }
        let mut named: HashMap<PathBuf, Vec<usize>> = HashMap::new();
        for (index, one) in all.iter().enumerate() {
            for path in &one.resources {
                named.entry(path.clone()).or_default().push(index);
            }
        }
        let of_folder = all.iter().enumerate().map(|(index, one)| (one.folder.clone(), index)).collect();
        Kustomizations { all, named, of_folder, patched: Files::default() }
    }

    /// Each with its folder, after those that it takes in.
    pub(super) fn trees(&self) -> impl Iterator<Item = (&Path, &Tree)> {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        let ranks = self.ranks();
        order.sort_by_key(|index| ranks.get(*index).copied().unwrap_or_default());
        order
            .into_iter()
            .filter_map(|index| self.all.get(index))
            .filter(|one| one.is_file)
            .map(|one| (one.folder.as_path(), one.tree.as_ref()))
    }

    /// Whether no file of kustomize is there.
    pub(super) fn is_empty(&self) -> bool {
        self.all.iter().all(|one| !one.is_file)
    }

    /// Those of the components that one takes in.
    fn components(&self, one: &Kustomization) -> impl Iterator<Item = usize> {
        one.components.iter().filter_map(|path| self.of_folder.get(path).copied())
    }

    /// How many others are below each, one in the other.
    fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![0; self.all.len()];
        for _ in 0..MAX_RANK {
            for (index, one) in self.all.iter().enumerate() {
                let rank = ranks.get(index).copied().unwrap_or_default();
                // A component comes after what the one that takes it in makes, and before those over that.
                let over = self.named.get(&one.folder).into_iter().flatten().copied().filter(|_| !one.is_component());
                let last = rank + usize::from(self.components(one).next().is_some());
                let after = self.components(one).map(|component| (component, rank + 1));
                for (after, least) in after.chain(over.map(|over| (over, last + 1))) {
                    if let Some(after) = ranks.get_mut(after) {
                        *after = (*after).max(least.min(MAX_RANK));
                    }
                }
            }
        }
        ranks
    }

    /// The image with the tags and the names that the kustomizations over a manifest give it, one after the other. `written` is a name
    /// without a tag, which may stand for the image: `newName: oryd/kratos`.
    pub(super) fn image(
        &self,
        reading: &Reading<'_>,
        (manifest, apart): (&Path, &Apart),
        written: &str,
        container: Node<'_>,
    ) -> Option<Fact<Image>> {
        let resource = container.ancestors().last().and_then(|root| root.find("metadata.name")).and_then(Node::as_str);
        let mut name = without_tag(written).to_owned();
        let mut tag = written.get(name.len()..)?.trim_start_matches([':', '@']).to_owned();
        if let Some(image) = Image::parse(written) {
            (name, tag) = (image.name, image.tag);
        }
        let (mut place, mut is_known) = (None, true);
        for one in self.changing(manifest, apart) {
            // Patches come before what is given to images.
            match one.patched_image(reading, &self.patched, resource.unwrap_or_default(), container) {
                Some(Fact::Known(image, at)) => (name, tag, place, is_known) = (image.name, image.tag, Some(at), true),
                Some(_) => is_known = false,
                None => {}
            }
            let Some(given) = one.images.get(&name) else { continue };
            name = given.name.clone().unwrap_or(name);
            tag = given.tag.clone().unwrap_or(tag);
            place = Some(given.place.clone());
        }
        if !is_known {
            return Some(Fact::Unknown);
        }
        let sign = if tag.contains(':') { "@" } else { ":" };
        Some(Fact::Known(Image::parse(&format!("{name}{sign}{tag}"))?, place?))
    }

    /// The ways in which a manifest is taken in: for each kustomization that no other takes in, the folders of those that are not in
    /// it. One that is taken in in one way has nothing apart.
    pub(super) fn ways(&self, manifest: &Path) -> Vec<Apart> {
        let over: Vec<&Kustomization> =
            self.over(manifest).into_iter().filter_map(|index| self.all.get(index)).collect();
        let is_top = |one: &&&Kustomization| !self.named.contains_key(&one.folder);
        let tops: Vec<&Kustomization> = over.iter().filter(is_top).copied().take(MAX_WAYS + 1).collect();
        if tops.is_empty() || tops.len() > MAX_WAYS {
            return vec![Apart::new()];
        }
        let components = self.all.iter().filter(|one| one.is_component()).take(MAX_KINDS);
        let others: Vec<&PathBuf> = over.iter().copied().chain(components).map(|one| &one.folder).collect();
        let way = |top: &Kustomization| {
            let mut inside = vec![top.folder.clone()];
            self.below(&mut inside);
            let inside: HashSet<PathBuf> = inside.into_iter().collect();
            let folders = others.iter().copied().filter(|folder| !inside.contains(*folder)).cloned().collect();
            let apart = Apart { folders, patches: Vec::new() };
            let patches = self.changing(manifest, &apart).into_iter().flat_map(Kustomization::patch_files).collect();
            Apart { patches, ..apart }
        };
        tops.into_iter().map(way).collect()
    }

    /// Whether a kustomization over a manifest changes more of it than its image, in a way that is not read here.
    pub(super) fn patches(&self, manifest: &Path) -> bool {
        const LISTS: [&str; 5] = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "components"];
        let over = self.over(manifest);
        let mut roots = over.iter().filter_map(|index| self.all.get(*index)?.tree.root());
        roots.any(|root| LISTS.iter().any(|list| root.get(list).is_some()))
    }

    /// Whether a kustomization over a manifest, or a component of one, may change what these words name in a resource of it.
    pub(super) fn changes(
        &self,
        reading: &Reading<'_>,
        (manifest, apart): (&Path, &Apart),
        name: &str,
        words: &[&str],
    ) -> bool {
        self.changing(manifest, apart).into_iter().any(|one| one.changes(reading, name, words))
    }

    /// The variables that the patches over a manifest give a container of a resource, first to last; none where one of those that say
    /// these words is not read here.
    pub(super) fn variables(
        &self,
        reading: &Reading<'_>,
        (manifest, apart): (&Path, &Apart),
        (name, container): (&str, Node<'_>),
        words: &[&str],
    ) -> Option<Vec<Variables>> {
        let over = self.changing(manifest, apart).into_iter();
        let found: Option<Vec<_>> =
            over.map(|one| patches::variables(one.patches(reading), reading, name, container, words)).collect();
        Some(found?.into_iter().flatten().collect())
    }

    /// Adds what the kustomizations in these folders take in, through others too.
    pub(super) fn below(&self, folders: &mut Vec<PathBuf>) {
        let mut seen: HashSet<PathBuf> = folders.iter().cloned().collect();
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            at += 1;
            let of_folder = self.of_folder.get(&folder).and_then(|index| self.all.get(*index));
            let new = of_folder.into_iter().flat_map(|one| &one.resources).filter(|path| seen.insert((*path).clone()));
            folders.extend(new.cloned().collect::<Vec<_>>());
        }
    }

    /// Those that take a manifest in: from the manifest up, each once, however many ways lead to it.
    fn over(&self, manifest: &Path) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let (mut known, mut seen) = (HashSet::new(), HashSet::new());
        let mut open = vec![manifest];
        for _ in 0..MAX_DEPTH {
            let named = open.iter().filter_map(|path| self.named.get(*path)).flatten().copied();
            let mut new: Vec<usize> = named.filter(|index| known.insert(*index)).collect();
            new.sort_unstable();
            found.extend(&new);
            let folders = new.into_iter().filter_map(|index| self.all.get(index)).map(|one| one.folder.as_path());
            open = folders.filter(|folder| seen.insert(*folder)).collect();
        }
        found
    }

    /// Those over a manifest in one way of taking it in, each after its components: what they change comes before its own changes.
    fn changing(&self, manifest: &Path, apart: &Apart) -> Vec<&Kustomization> {
        let mut found = Vec::new();
        let of_way = |index: &usize| self.all.get(*index).is_some_and(|one| !apart.contains(&one.folder));
        for index in self.over(manifest).into_iter().filter(of_way) {
            let mut inside = vec![index];
            let mut known = HashSet::from([index]);
            let mut at = 0;
            while let Some(one) = inside.get(at).and_then(|index| self.all.get(*index)) {
                let new = self.components(one).filter(|component| known.insert(*component));
                inside.extend(new.take((1 + MAX_COMPONENTS).saturating_sub(inside.len())));
                at += 1;
            }
            found.extend(inside.into_iter().rev().filter_map(|index| self.all.get(index)));
        }
        found
    }
}

impl Kustomization {
    fn read(path: &Path, source: &Arc<Source>) -> Kustomization {
        let tree = yaml::parse(source, Format::Yaml);
        let mut images: HashMap<String, Given> = HashMap::new();
        for entry in tree.root().into_iter().flat_map(|root| root.select("images[]")) {
            let text = |key: &str| entry.get(key).and_then(Node::as_str).map(str::to_owned);
            let (new, tag) = (text("newName"), text("newTag").or_else(|| text("digest")));
            let place = ["newTag", "digest", "newName"].iter().find_map(|key| entry.get(key)).map(Node::place);
            if let (Some(name), Some(place)) = (text("name"), place) {
                images.entry(name).or_insert(Given { name: new, tag, place });
            }
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let named = |lists: &[&str]| -> Vec<PathBuf> {
            let nodes = tree.root().into_iter().flat_map(|root| lists.iter().flat_map(move |list| root.select(list)));
            nodes.filter_map(Node::as_str).map(|path| plain(&folder.join(path))).collect()
        };
        let resources = named(&["resources[]", "bases[]", "components[]"]).into_iter().collect();
        let mut seen = HashSet::new();
        let components =
            named(&["components[]"]).into_iter().filter(|component| seen.insert(component.clone())).collect();
        Kustomization {
            folder,
            tree: Rc::new(tree),
            images,
            resources,
            components,
            patches: OnceLock::new(),
            is_file: true,
        }
    }

    /// What Flux (`spec.images` beside `spec.path`) and Argo CD (`kustomize.images` of a source) give the images of a folder.
    fn deployed(path: &Path, tree: &Rc<Tree>, root: &Path) -> Option<Kustomization> {
        let document = tree.root()?;
        let text = |node: Node<'_>, key: &str| node.find(key).and_then(Node::as_str).map(str::to_owned);
        let spec = document.find("spec.template.spec").or_else(|| document.get("spec"))?;
        let mut images: HashMap<String, Given> = HashMap::new();
        let of = match document.get("kind").and_then(Node::as_str)? {
            "Kustomization" => {
                for entry in spec.select("images[]") {
                    let given =
                        Given { name: text(entry, "newName"), tag: text(entry, "newTag"), place: entry.place() };
                    images.extend(text(entry, "name").map(|name| (name, given)));
                }
                text(spec, "path")?
            }
            "Application" | "ApplicationSet" => {
                let source = spec.get("source")?;
                for image in source.select("kustomize.images[]") {
                    // `oryd/kratos=mirror/kratos:v1.3.1`
                    let (name, new) = image.as_str().map(|text| text.split_once('=').unwrap_or((text, text)))?;
                    let new_name = without_tag(new);
                    let tag = new.get(new_name.len() + 1..).map(str::to_owned);
                    let given = Given { name: Some(new_name.to_owned()), tag, place: image.place() };
                    images.insert(without_tag(name).to_owned(), given);
                }
                text(source, "path")?
            }
            _ => return None,
        };
        let of = plain(&root.join(of.trim_start_matches('/')));
        (!images.is_empty()).then(|| Kustomization {
            folder: path.to_path_buf(),
            tree: Rc::clone(tree),
            images,
            resources: HashSet::from([of]),
            components: Vec::new(),
            patches: OnceLock::new(),
            is_file: false,
        })
    }

    /// Whether a patch of it may change what these words name in a resource of this name.
    fn changes(&self, reading: &Reading<'_>, name: &str, words: &[&str]) -> bool {
        self.patches(reading).iter().any(|patch| patch.is_for(name) && patch.says(words))
    }

    fn patches(&self, reading: &Reading<'_>) -> &[Patch] {
        self.patches.get_or_init(|| patches::of(&self.tree, &self.folder, reading))
    }

    /// The image that its patches give a container, if one may.
    fn patched_image(
        &self,
        reading: &Reading<'_>,
        files: &Files,
        resource: &str,
        container: Node<'_>,
    ) -> Option<Fact<Image>> {
        let image = patches::image(self.patches(reading), files, resource, container)?;
        // What a replacement puts there is not read.
        let is_replaced = self.tree.root().is_some_and(|root| root.get("replacements").is_some());
        Some(if is_replaced { Fact::Unknown } else { image })
    }

    /// Whether it is a part of others.
    fn is_component(&self) -> bool {
        self.tree.root().and_then(|root| root.get("kind")).and_then(Node::as_str) == Some("Component")
    }

    /// The files of its patches.
    fn patch_files(&self) -> Vec<PathBuf> {
        let lists = ["patchesStrategicMerge[]", "patches[].path"];
        let nodes = self.tree.root().into_iter().flat_map(|root| lists.into_iter().flat_map(move |it| root.select(it)));
        let paths = nodes.filter_map(Node::as_str).filter(|path| !path.contains('\n'));
        paths.map(|path| plain(&self.folder.join(path))).collect()
    }
}

/// The name of an image without its tag and digest.
fn without_tag(written: &str) -> &str {
    let name = written.split('@').next().unwrap_or(written);
    let last = name.rfind('/').map_or(0, |at| at + 1);
    match name.get(last..).and_then(|base| base.find(':')) {
        Some(at) => name.get(..last + at).unwrap_or(name),
        None => name,
    }
}
