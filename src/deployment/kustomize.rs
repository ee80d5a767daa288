//! Kustomizations: which manifests they take in, through others too, and the images that they put into them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Fact, Image, release};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree};

/// Longest chain of kustomizations.
const MAX_DEPTH: usize = 5;

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
    /// The tags that it gives images, by their names.
    tags: HashMap<String, (String, Place)>,
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

    /// Each with its folder.
    pub(super) fn trees(&self) -> impl Iterator<Item = (&Path, &Tree)> {
        self.all.iter().map(|one| (one.folder.as_path(), &one.tree))
    }

    /// The image with the tag that the first kustomization over a manifest gives it.
    pub(super) fn image(&self, manifest: &Path, image: &Image) -> Option<Fact<Image>> {
        let mut over: Vec<usize> = self.over(manifest).into_iter().collect();
        over.sort_unstable();
        let given = over.into_iter().find_map(|index| self.all.get(index)?.tags.get(&image.name));
        given.map(|(tag, place)| {
            let image = Image { name: image.name.clone(), tag: tag.clone(), asked: release(tag) };
            Fact::Known(image, place.clone())
        })
    }

    /// Whether a kustomization over a manifest changes more of it than its image, in a way that is not read here.
    pub(super) fn patches(&self, manifest: &Path) -> bool {
        const LISTS: [&str; 5] = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "components"];
        let over = self.over(manifest);
        let mut roots = over.iter().filter_map(|index| self.all.get(*index)?.tree.root());
        roots.any(|root| LISTS.iter().any(|list| root.get(list).is_some()))
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
    fn over(&self, manifest: &Path) -> HashSet<usize> {
        let mut found = HashSet::new();
        let mut seen: HashSet<&Path> = HashSet::new();
        let mut open = vec![manifest];
        for _ in 0..MAX_DEPTH {
            let named = open.iter().filter_map(|path| self.named.get(*path)).flatten().copied();
            let new: Vec<usize> = named.filter(|index| found.insert(*index)).collect();
            let folders = new.into_iter().filter_map(|index| self.all.get(index)).map(|one| one.folder.as_path());
            open = folders.filter(|folder| seen.insert(folder)).collect();
        }
        found
    }
}

impl Kustomization {
    fn read(path: &Path, source: &Arc<Source>) -> Kustomization {
        let tree = yaml::parse(source, Format::Yaml);
        let mut tags: HashMap<String, (String, Place)> = HashMap::new();
        for entry in tree.root().into_iter().flat_map(|root| root.select("images[]")) {
            let text = |key: &str| Some((entry.get(key)?.as_str()?, entry.get(key)?.place()));
            // A digest is in the place of the tag.
            let given = text("newTag").or_else(|| text("digest"));
            if let (Some((name, _)), Some((tag, place))) = (text("name"), given) {
                tags.entry(name.to_owned()).or_insert_with(|| (tag.to_owned(), place));
            }
        }
        Kustomization { folder: path.parent().unwrap_or(Path::new("")).to_path_buf(), tree, tags }
    }

    /// What it takes in.
    fn resources(&self) -> HashSet<PathBuf> {
        let lists = ["resources[]", "bases[]", "components[]"];
        let nodes = self.tree.root().into_iter().flat_map(|root| lists.into_iter().flat_map(move |it| root.select(it)));
        nodes.filter_map(Node::as_str).map(|resource| plain(&self.folder.join(resource))).collect()
    }
}
