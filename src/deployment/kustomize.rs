//! Kustomizations: which manifests they take in, through others too, and the images that they put into them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reading::Reading;
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

    /// Each with its folder.
    pub(super) fn trees(&self) -> impl Iterator<Item = (&Path, &Tree)> {
        self.all.iter().map(|one| (one.folder.as_path(), &one.tree))
    }

    /// The image with the tag or the name that the first kustomization over a manifest gives it. `written` is a name without a tag,
    /// which may stand for the image: `newName: oryd/kratos`.
    pub(super) fn image(&self, manifest: &Path, written: &str) -> Option<Fact<Image>> {
        let parsed = Image::parse(written);
        let name = parsed.as_ref().map_or_else(|| without_tag(written), |image| &image.name);
        let mut over: Vec<usize> = self.over(manifest).into_iter().collect();
        over.sort_unstable();
        let given = over.into_iter().find_map(|index| self.all.get(index)?.images.get(name))?;
        let tag = || Some(written.get(name.len()..)?.trim_start_matches(':').to_owned());
        let tag = given.tag.clone().or_else(|| parsed.as_ref().map(|image| image.tag.clone())).or_else(tag)?;
        let image = match &given.name {
            Some(new) => Image::parse(&format!("{new}{}{tag}", if tag.contains(':') { '@' } else { ':' }))?,
            None => Image { name: parsed?.name, asked: release(&tag), tag },
        };
        Some(Fact::Known(image, given.place.clone()))
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
