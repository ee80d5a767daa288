//! Files that compose reads together: the lists of `include`, and `COMPOSE_FILE` in `.env`.
//!
//! Facts: the compose specification (`include`, `COMPOSE_FILE`); not run with compose.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::File;
use crate::deployment::interpolate;
use crate::deployment::reading::Reading;
use crate::deployment::variables::Variables;
use crate::disk::plain;
use crate::yaml::Node;

/// Most files of one list.
const MAX_FILES: usize = 20;

/// How a file is read that another one includes.
#[derive(Clone)]
struct Included {
    /// The project folder.
    folder: PathBuf,
    /// Files of variables, in the place of `.env` in the project folder.
    variables: Option<Vec<PathBuf>>,
    /// Files that are laid over it.
    over: Vec<PathBuf>,
}

/// Files that another one includes are read as that says: with another project folder, with other variables, over each other.
pub(super) fn include(reading: &Reading<'_>, files: &mut [File]) {
    let mut found: HashMap<PathBuf, Included> = HashMap::new();
    for file in files.iter() {
        for item in file.tree.root().and_then(|root| root.get("include")).into_iter().flat_map(Node::items) {
            let Some((first, included)) = included(file, item) else { continue };
            for path in &included.over {
                found.entry(path.clone()).or_insert(Included { over: Vec::new(), ..included.clone() });
            }
            found.insert(first, included);
        }
    }
    for file in files {
        let Some(included) = found.get(&file.path) else { continue };
        if let Some(read) = File::read(reading, &file.path, Some(&included.folder)) {
            *file = File { over: included.over.clone(), ..read };
        }
        if let Some(paths) = &included.variables {
            let mut around = Variables::default();
            for path in paths {
                around.lay_any(reading.env_file_at(path));
            }
            file.around = reading.known(around);
        }
    }
}

/// What an item of `include` says: the first of its files, and how it is read.
fn included(file: &File, item: Node<'_>) -> Option<(PathBuf, Included)> {
    let texts = |node: Option<Node<'_>>| -> Vec<PathBuf> {
        let nodes = node.into_iter().flat_map(|node| node.items().chain([node]));
        let texts = nodes.filter_map(Node::as_str).take(MAX_FILES);
        let filled = texts.filter_map(|text| interpolate::compose(text, &file.around));
        filled.map(|path| plain(&file.folder.join(path))).collect()
    };
    // A text alone is a file with a project folder of its own, as all files are read.
    let mut paths = texts(item.get("path")).into_iter();
    let first = paths.next()?;
    let own = item.get("project_directory").and_then(Node::as_str);
    let folder = match own {
        Some(own) => plain(&file.folder.join(own)),
        None => first.parent()?.to_path_buf(),
    };
    let variables = item.get("env_file").map(|node| texts(Some(node)));
    // Named twice, a file is not laid over itself.
    let over = paths.filter(|path| *path != first).collect();
    Some((first, Included { folder, variables, over }))
}

/// `COMPOSE_FILE=compose.yml:compose.dev.yml` in `.env`: what compose reads in that folder without being asked.
pub(super) fn by_variable(reading: &Reading<'_>, files: &mut [File]) {
    const SEPARATOR: &str = "COMPOSE_PATH_SEPARATOR";
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files.iter() {
        let root = reading.root_of(&file.folder);
        folders.extend(file.folder.ancestors().take_while(|folder| folder.starts_with(&root)).map(Path::to_path_buf));
    }
    let list = |folder: PathBuf| -> Option<Vec<PathBuf>> {
        let layer = reading.env_file_at(&folder.join(".env"))?;
        let value = |name: &str| {
            let set = layer.all().iter().rev().find(|variable| variable.name == name)?;
            set.value.clone().filter(|text| !text.is_empty())
        };
        let (list, separator) = (value("COMPOSE_FILE")?, value(SEPARATOR).unwrap_or_else(|| ":".to_owned()));
        Some(list.split(&separator).take(MAX_FILES).map(|path| plain(&folder.join(path.trim()))).collect())
    };
    let lists: Vec<Vec<PathBuf>> = folders.into_iter().filter_map(list).collect();
    for list in lists {
        let Some((first, over)) = list.split_first() else { continue };
        let over: Vec<PathBuf> = over.iter().filter(|path| *path != first).cloned().collect();
        let folder = first.parent().unwrap_or(Path::new("")).to_path_buf();
        let is_there = |path: &PathBuf| files.iter().any(|file| file.path == *path);
        if !is_there(first) || !over.iter().all(is_there) {
            continue;
        }
        for file in files.iter_mut().filter(|file| list.contains(&file.path)) {
            if file.folder != folder
                && let Some(read) = File::read(reading, &file.path, Some(&folder))
            {
                *file = read;
            }
            file.over = if file.path == *first { over.clone() } else { Vec::new() };
        }
    }
}
