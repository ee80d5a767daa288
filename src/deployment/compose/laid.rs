//! Files that compose reads together: the lists of `include`, `COMPOSE_FILE` in `.env`, and those of a development container.
//!
//! Facts: the compose specification (`include`, `COMPOSE_FILE`); not run with compose.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{File, Files};
use crate::deployment::reading::Reading;
use crate::deployment::variables::{Layer, Variables};
use crate::deployment::{Image, interpolate};
use crate::disk::plain;
use crate::text::Source;
use crate::yaml::{self, Format, Node};

/// Most files of one list.
const MAX_FILES: usize = 20;

/// Most compose files of a folder that are compared with each other.
const MAX_BESIDE: usize = 32;

/// How a file is read that another one includes.
#[derive(Clone)]
struct Included {
    /// The project folder.
    folder: PathBuf,
    /// Files of variables, in the place of `.env` in the project folder.
    variables: Option<Vec<PathBuf>>,
    /// The variables of the file that includes it, which go over its own, and the folder of that.
    around: Variables,
    caller: PathBuf,
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
        let mut around = match &included.variables {
            None => file.around.variables.clone(),
            Some(paths) => {
                let mut around = Variables::default();
                for path in paths {
                    around.lay_any(reading.env_file_at(path));
                }
                around
            }
        };
        around.lay_all(&included.around);
        file.caller.clone_from(&included.caller);
        file.around = reading.known(around);
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
    let path = if item.as_str().is_some() { Some(item) } else { item.get("path") };
    let mut paths = texts(path).into_iter();
    let first = paths.next()?;
    let own = item.get("project_directory").and_then(Node::as_str);
    let own = own.and_then(|own| interpolate::compose(own, &file.around));
    let folder = match own {
        Some(own) => plain(&file.folder.join(own)),
        None => first.parent()?.to_path_buf(),
    };
    let variables = item.get("env_file").map(|node| texts(Some(node)));
    // Named twice, a file is not laid over itself.
    let over = paths.filter(|path| *path != first).collect();
    let (around, caller) = (file.around.variables.clone(), file.caller.clone());
    Some((first, Included { folder, variables, around, caller, over }))
}

/// `COMPOSE_FILE=compose.yml:compose.dev.yml` in `.env`: what compose reads in that folder without being asked.
pub(super) fn by_variable(reading: &Reading<'_>, files: &mut [File]) {
    const SEPARATOR: &str = "COMPOSE_PATH_SEPARATOR";
    let folders = around(reading, files);
    let list = |folder: PathBuf| -> Option<(Vec<PathBuf>, Arc<Layer>)> {
        let layer = reading.env_file_at(&folder.join(".env"))?;
        let value = |name: &str| {
            let set = layer.all().iter().rev().find(|variable| variable.name == name)?;
            set.value.clone().filter(|text| !text.is_empty())
        };
        let (list, separator) = (value("COMPOSE_FILE")?, value(SEPARATOR).unwrap_or_else(|| ":".to_owned()));
        let list = list.split(&separator).take(MAX_FILES).map(|path| plain(&folder.join(path.trim()))).collect();
        Some((list, layer))
    };
    let lists: Vec<(Vec<PathBuf>, Arc<Layer>)> = folders.into_iter().filter_map(list).collect();
    for (list, layer) in lists {
        lay(reading, files, &list);
        // The variables beside the list go over those in the project folder.
        for file in files.iter_mut().filter(|file| list.contains(&file.path)) {
            let mut around = Variables::default();
            around.lay_any(reading.env_file_at(&file.folder.join(".env")));
            around.lay(&layer);
            file.around = reading.known(around);
        }
    }
}

/// The folders around compose files, up to the root of the project.
fn around(reading: &Reading<'_>, files: &[File]) -> BTreeSet<PathBuf> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files {
        let root = reading.root_of(&file.folder);
        folders.extend(file.folder.ancestors().take_while(|folder| folder.starts_with(&root)).map(Path::to_path_buf));
    }
    folders
}

/// Lays the files of a list over its first one, in the folder of that.
fn lay(reading: &Reading<'_>, files: &mut [File], list: &[PathBuf]) {
    let Some((first, over)) = list.split_first() else { return };
    let over: Vec<PathBuf> = over.iter().filter(|path| *path != first).cloned().collect();
    let folder = first.parent().unwrap_or(Path::new("")).to_path_buf();
    let is_there = |path: &PathBuf| files.iter().any(|file| file.path == *path);
    if !is_there(first) || !over.iter().all(is_there) {
        return;
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

/// `dockerComposeFile` of a development container is a list whose first file needs the others: without them a service has no command.
/// A first file that is whole is started without them too: then those are returned.
pub(super) fn by_devcontainer(reading: &Reading<'_>, files: &mut [File]) -> HashSet<PathBuf> {
    const NAMES: [&str; 2] = [".devcontainer/devcontainer.json", ".devcontainer.json"];
    let named = |folder: PathBuf| NAMES.map(|name| folder.join(name));
    let mut beside = HashSet::new();
    for path in around(reading, files).into_iter().flat_map(named).collect::<Vec<_>>() {
        let (Ok(source), Some(folder)) = (reading.read(&path), path.parent()) else { continue };
        let plain_text = Source::new(source.path(), without_comments(source.text()));
        let tree = yaml::parse(&plain_text, Format::Yaml);
        let listed = tree.root().map(|root| root.select("dockerComposeFile[]")).unwrap_or_default();
        let texts = listed.into_iter().filter_map(Node::as_str).take(MAX_FILES);
        let list: Vec<PathBuf> = texts.map(|text| plain(&folder.join(text))).collect();
        if is_completed(files, &list) {
            lay(reading, files, &list);
        } else if let Some((first, over)) = list.split_first() {
            let home = first.parent().unwrap_or(folder);
            for file in files.iter_mut().filter(|file| over.contains(&file.path)) {
                beside.insert(file.path.clone());
                if let Some(read) = File::read(reading, &file.path, Some(home)) {
                    *file = read;
                }
            }
        }
    }
    beside
}

/// Whether a later file of a list gives a command to a service of Kratos to which the first one gives none. Where the first one
/// gives another service of Kratos its command, it is whole.
fn is_completed(files: &[File], list: &[PathBuf]) -> bool {
    let Some((first, over)) = list.split_first() else { return false };
    let of = |path: &PathBuf| files.iter().find(|file| file.path == *path);
    let services = of(first).and_then(File::services).into_iter().flat_map(Node::fields);
    let commands = |service: Node<'_>| service.get("command").or_else(|| service.get("entrypoint")).is_some();
    let is_kratos = |service: Node<'_>| service.get("image").and_then(Node::as_str).and_then(Image::parse).is_some();
    let (whole, open): (Vec<_>, Vec<_>) =
        services.filter(|service| is_kratos(service.value)).partition(|service| commands(service.value));
    let is_given = |name: &str| over.iter().filter_map(of).filter_map(|file| file.service(name)).any(commands);
    whole.is_empty() && open.iter().any(|service| is_given(service.key))
}

/// A JSON text without its comments, which development containers may have.
fn without_comments(text: &str) -> String {
    let (mut out, mut rest, mut is_text) = (String::new(), text, false);
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' if is_text => rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at),
            '/' if !is_text && rest.starts_with("//") => {
                rest = rest.find('\n').and_then(|at| rest.get(at..)).unwrap_or_default();
                continue;
            }
            '/' if !is_text && rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            _ => c.len_utf8(),
        };
        is_text ^= c == '"';
        // In a flow of YAML a tab may not begin a line.
        out.push_str(rest.get(..length).filter(|_| c != '\t').unwrap_or(" "));
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Names of the services of files that are laid over another one, or may be: those of its folder that do not say themselves what
/// the service runs. Where they are too many, any of its own may be changed.
pub(super) fn names(files: &Files, file: &File, service: &str, over: &[&File]) -> Vec<Arc<[String]>> {
    let beside = files.by_folder.get(&file.folder).map(Vec::as_slice).unwrap_or_default();
    if beside.len() > MAX_BESIDE {
        return vec![Arc::clone(&file.names)];
    }
    let beside = beside.iter().filter_map(|index| files.all.get(*index)).filter(|other| other.path != file.path);
    let adds = |other: &&File| other.service(service).is_none_or(|node| files.is_part(other, service, node));
    beside.filter(adds).chain(over.iter().copied()).map(|other| Arc::clone(&other.names)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_a_development_container() {
        let plain = without_comments("{ // a\n\t\"a\": \"b//c\\\"//\", /* b\n */ \"d\": [1,],\n}");
        assert_eq!(plain, "{ \n \"a\": \"b//c\\\"//\",  \"d\": [1,],\n}");
        assert_eq!(without_comments("\"a"), "\"a");
        assert_eq!(without_comments("\"\\"), "\"\\");
    }
}
