//! Kustomizations: which manifests they take in, through others too, and the images that they put into them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reading::Reading;
use super::{Fact, Image};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree};

/// Longest chain of kustomizations.
const MAX_DEPTH: usize = 5;

/// Most ways in which one manifest is taken in that are told apart.
const MAX_WAYS: usize = 8;

/// Folders of kustomizations that are not in one way of taking a manifest in.
pub(super) type Apart = HashSet<PathBuf>;

/// The kustomizations of a project.
pub(super) struct Kustomizations {
    all: Vec<Kustomization>,
    /// Those that name a file or folder.
    named: HashMap<PathBuf, Vec<usize>>,
}

/// One of them.
struct Kustomization {
    folder: PathBuf,
    tree: Tree,
    /// What it gives images, by their names.
    images: HashMap<String, Given>,
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

impl Kustomizations {
    pub(super) fn read(files: &[(PathBuf, Arc<Source>)]) -> Kustomizations {
        let files = files.iter().filter(|(path, _)| is_one(path));
        let all: Vec<Kustomization> = files.map(|(path, source)| Kustomization::read(path, source)).collect();
        let mut named: HashMap<PathBuf, Vec<usize>> = HashMap::new();
        for (index, one) in all.iter().enumerate() {
            for path in one.resources() {
                named.entry(path).or_default().push(index);
            }
        }
        Kustomizations { all, named }
    }

    /// Each with its folder, after those that it takes in.
    pub(super) fn trees(&self) -> impl Iterator<Item = (&Path, &Tree)> {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        let ranks = self.ranks();
        order.sort_by_key(|index| ranks.get(*index).copied().unwrap_or_default());
        order.into_iter().filter_map(|index| self.all.get(index)).map(|one| (one.folder.as_path(), &one.tree))
    }

    /// How many others are below each, one in the other.
    fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![0; self.all.len()];
        for _ in 0..MAX_DEPTH {
            for (index, one) in self.all.iter().enumerate() {
                let rank = ranks.get(index).copied().unwrap_or_default();
                for over in self.named.get(&one.folder).into_iter().flatten() {
                    if let Some(over) = ranks.get_mut(*over) {
                        *over = (*over).max((rank + 1).min(MAX_DEPTH));
                    }
                }
            }
        }
        ranks
    }

    /// The image with the tags and the names that the kustomizations over a manifest give it, one after the other. `written` is a name
    /// without a tag, which may stand for the image: `newName: oryd/kratos`.
    pub(super) fn image(&self, manifest: &Path, written: &str, apart: &Apart) -> Option<Fact<Image>> {
        let mut name = without_tag(written).to_owned();
        let mut tag = written.get(name.len()..)?.trim_start_matches([':', '@']).to_owned();
        if let Some(image) = Image::parse(written) {
            (name, tag) = (image.name, image.tag);
        }
        let mut place = None;
        for one in self.over(manifest).into_iter().filter_map(|index| self.all.get(index)) {
            if apart.contains(&one.folder) {
                continue;
            }
            let Some(given) = one.images.get(&name) else { continue };
            name = given.name.clone().unwrap_or(name);
            tag = given.tag.clone().unwrap_or(tag);
            place = Some(given.place.clone());
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
        if tops.len() < 2 || tops.len() > MAX_WAYS {
            return vec![Apart::new()];
        }
        let way = |top: &Kustomization| {
            let mut inside = vec![top.folder.clone()];
            self.below(&mut inside);
            let inside: HashSet<PathBuf> = inside.into_iter().collect();
            over.iter().map(|one| &one.folder).filter(|folder| !inside.contains(*folder)).cloned().collect()
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
    pub(super) fn changes(&self, reading: &Reading<'_>, manifest: &Path, name: &str, words: &[&str]) -> bool {
        let over = self.over(manifest);
        let over = over.iter().filter_map(|index| self.all.get(*index));
        let mut folders: Vec<PathBuf> = over.clone().flat_map(Kustomization::components).collect();
        self.below(&mut folders);
        let of_components = self.all.iter().filter(|one| folders.contains(&one.folder));
        over.chain(of_components).any(|one| one.changes(reading, name, words))
    }

    /// Adds what the kustomizations in these folders take in, through others too.
    pub(super) fn below(&self, folders: &mut Vec<PathBuf>) {
        let mut seen: HashSet<PathBuf> = folders.iter().cloned().collect();
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            at += 1;
            let of_folder = self.all.iter().filter(|one| one.folder == folder);
            let new = of_folder.flat_map(Kustomization::resources).filter(|path| seen.insert(path.clone()));
            folders.extend(new);
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
        Kustomization { folder: path.parent().unwrap_or(Path::new("")).to_path_buf(), tree, images }
    }

    /// Whether a patch of it may change what these words name in a resource of this name.
    fn changes(&self, reading: &Reading<'_>, name: &str, words: &[&str]) -> bool {
        const LISTS: [&str; 4] = ["patches[]", "patchesStrategicMerge[]", "patchesJson6902[]", "replacements[]"];
        let nodes = self.tree.root().into_iter().flat_map(|root| LISTS.into_iter().flat_map(move |it| root.select(it)));
        nodes.into_iter().any(|node| {
            let own = node.place();
            let path = node.get("path").unwrap_or(node).as_str().filter(|path| !path.contains('\n'));
            let file = path.and_then(|path| reading.read(&plain(&self.folder.join(path))).ok());
            let text = file.as_ref().map_or_else(|| own.source.slice(own.span), |file| file.text());
            let target = node.find("target.name").and_then(Node::as_str);
            // A target may be a pattern.
            let is_meant = match target {
                Some(target) => target == name || target.contains(['*', '.', '|', '[']),
                None => node.get("target").is_some() || text.contains(name),
            };
            is_meant && words.iter().any(|word| text.contains(word))
        })
    }

    /// The components that it takes in.
    fn components(&self) -> Vec<PathBuf> {
        let nodes = self.tree.root().into_iter().flat_map(|root| root.select("components[]"));
        nodes.filter_map(Node::as_str).map(|one| plain(&self.folder.join(one))).collect()
    }

    /// What it takes in.
    fn resources(&self) -> HashSet<PathBuf> {
        let lists = ["resources[]", "bases[]", "components[]"];
        let nodes = self.tree.root().into_iter().flat_map(|root| lists.into_iter().flat_map(move |it| root.select(it)));
        nodes.filter_map(Node::as_str).map(|resource| plain(&self.folder.join(resource))).collect()
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
