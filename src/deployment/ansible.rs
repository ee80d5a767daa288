//! Playbooks and roles of Ansible: containers of Kratos, and the files that tasks put where it mounts them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{self, Word};
use super::installed::{self, Given};
use super::layer::Layer;
use super::mounts;
use super::process;
use super::reading::Reading;
use super::variables::variable;
use super::{By, Fact, Here, Image, Mount, Start, compose};
use crate::disk::plain;
use crate::text::{Source, marks};
use crate::yaml::{self, Format, Node, Tree};

/// Files that tasks put on the machine, by the folders around them.
type Below<'c> = HashMap<&'c Path, Vec<&'c Mount>>;

/// Modules that run a container.
const CONTAINERS: [&str; 3] = ["docker_container", "podman_container", "docker_swarm_service"];

/// Modules that run the services of a compose file, which may stand in the task.
const COMPOSES: [&str; 2] = ["docker_compose", "docker_compose_v2"];

/// Modules that put a file somewhere.
const COPIES: [&str; 2] = ["template", "copy"];

/// All starts of Kratos in these files.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)]) -> Vec<Start> {
    let is_playbook = |source: &Source| may_start(source.text());
    // Values are for placeholders; files without any name none.
    let has_placeholders = files.iter().any(|(_, source)| source.text().contains("{{"));
    // One tree at a time: there can be thousands of files.
    let mut trees: Vec<(&Path, Tree)> = Vec::new();
    for (path, source) in files.iter().filter(|(_, source)| has_placeholders || is_playbook(source)) {
        let tree = yaml::parse(source, Format::Yaml);
        if is_of_defaults(path) {
            each_variable(&tree, &mut |name, text| reading.set_default(name, text));
        } else if !is_of_tests(path) {
            variables(reading, &tree);
        }
        if is_playbook(source) {
            trees.push((path.as_path(), tree));
        }
    }
    let mut starts = Vec::new();
    for (path, tree) in &trees {
        let Some(root) = tree.root() else { continue };
        let nodes = root.descendants();
        let copies: Vec<Mount> = nodes.iter().flat_map(|node| copies(reading, path, *node)).collect();
        let mut below: Below<'_> = HashMap::new();
        for copy in &copies {
            copy.there.ancestors().for_each(|folder| below.entry(folder).or_default().push(copy));
        }
        for module in nodes.iter().filter(|node| is_one_of(**node, &CONTAINERS)) {
            starts.extend(container(reading, *module, &below));
        }
        let composes = nodes.iter().filter(|node| is_one_of(**node, &COMPOSES));
        for definition in composes.filter_map(|module| module.get("definition")) {
            starts.extend(compose::inside(reading, definition, &copies, By::Ansible));
        }
    }
    starts
}

/// Whether a text may be a playbook that runs containers.
pub(super) fn may_start(text: &str) -> bool {
    CONTAINERS.iter().chain(&COMPOSES).any(|module| text.contains(module))
}

/// Whether a file is in a folder that playbooks and roles take variables from.
pub(super) fn is_of_variables(path: &Path) -> bool {
    const FOLDERS: [&str; 4] = ["defaults", "vars", "group_vars", "host_vars"];
    path.parent()
        .is_some_and(|folder| folder.components().any(|part| FOLDERS.iter().any(|name| part.as_os_str() == *name)))
}

/// Remembers the variables of the project, by their names.
pub(super) fn variables(reading: &Reading<'_>, tree: &Tree) {
    each_variable(tree, &mut |name, text| reading.set_value(name, text));
}

fn each_variable(tree: &Tree, seen: &mut dyn FnMut(&str, &str)) {
    for node in tree.root().into_iter().flat_map(Node::descendants) {
        let Some(name) = node.key() else { continue };
        match node.as_str() {
            Some(text) => {
                seen(name, text);
                seen(&dotted(node), text);
            }
            None if node.is_unknown() => seen(name, &compose::written(node)),
            None => {}
        }
    }
}

/// Whether a file holds the defaults of a role, over which all other variables go.
fn is_of_defaults(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("defaults"))
}

/// Whether a file is of the tests of a role: what those give it is not what it runs with.
fn is_of_tests(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "molecule")
}

/// Releases of Ory's chart that `kubernetes.core.helm` installs.
pub(super) fn releases(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)]) -> Vec<Given> {
    let mut found = Vec::new();
    for (path, _) in files.iter().filter(|(_, source)| source.text().contains("chart_ref:")) {
        let Some(tree) = reading.tree(path) else { continue };
        let tasks = tree.root().map(Node::descendants).unwrap_or_default();
        let tasks = tasks.into_iter().filter(|node| is_one_of(*node, &["helm"]));
        found.extend(tasks.filter_map(|task| release(reading, path, task)));
    }
    found
}

/// What a task installs: files of values and maps of them, which go over the files.
fn release(reading: &Reading<'_>, path: &Path, task: Node<'_>) -> Option<Given> {
    let text = |node: Node<'_>| {
        let written = compose::written(node);
        if written.contains("{{") { reading.filled(&written) } else { Some(written) }
    };
    if !installed::is_chart(&text(task.get("chart_ref")?)?) {
        return None;
    }
    let folder = path.parent()?;
    let file = |node: Node<'_>| {
        let written = compose::written(node).replace("{{ playbook_dir }}/", "").replace("{{ role_path }}/", "../");
        let written = if written.contains("{{") { reading.filled(&written)? } else { written };
        Some(plain(&folder.join(written)))
    };
    let named = task.select("values_files[]");
    let mut given = Given { is_partial: named.iter().any(|node| file(*node).is_none()), ..Given::default() };
    given.files = named.into_iter().filter_map(file).map(Layer::from).collect();
    for map in ["values", "release_values"].iter().filter_map(|key| task.get(key)) {
        if map.find("kratos.config").is_some() {
            given.files.extend(Layer::inside(path, map));
        } else {
            given.set.extend(installed::leaves(map));
            given.is_open |= !map.is_mapping();
        }
    }
    given.is_open |= task.get("set_values").is_some();
    given.version = task.get("chart_version").and_then(|node| Some((text(node)?, node.place())));
    Some(given)
}

/// Most levels of maps that a name with dots goes through.
const MAX_LEVELS: usize = 4;

/// The name of a variable inside of maps, `ory.kratos.tag`; its own where it is in none.
fn dotted(node: Node<'_>) -> String {
    let mut keys: Vec<&str> = node.key().into_iter().collect();
    keys.extend(node.ancestors().take(MAX_LEVELS).map_while(Node::key));
    keys.reverse();
    keys.join(".")
}

/// Whether the key of a node is one of these modules, with or without its collection.
fn is_one_of(node: Node<'_>, modules: &[&str]) -> bool {
    node.key().is_some_and(|key| modules.contains(&key.rsplit('.').next().unwrap_or(key)))
}

/// Keys of the items for each of which a task runs.
const LOOPS: [&str; 3] = ["loop", "with_items", "with_list"];

/// Most items of a task.
const MAX_ITEMS: usize = 50;

/// The files of the project that a task puts on the machine.
fn copies(reading: &Reading<'_>, playbook: &Path, node: Node<'_>) -> Vec<Mount> {
    if !is_one_of(node, &COPIES) {
        return Vec::new();
    }
    let task = node.ancestors().next();
    let items = LOOPS.iter().find_map(|key| task?.get(key)).into_iter().flat_map(Node::items).take(MAX_ITEMS);
    let items: Vec<Option<Node<'_>>> = items.map(Some).collect();
    let items = if items.is_empty() { vec![None] } else { items };
    items.into_iter().filter_map(|item| copy(reading, playbook, node, item)).collect()
}

/// Longest path that an item is put into, in bytes.
const MAX_PATH: usize = 4_096;

/// A path with `{{ item }}` and `{{ item.key }}` put in.
fn of_item(node: Node<'_>, item: Option<Node<'_>>) -> Option<String> {
    let written = compose::written(node);
    let Some(item) = item else { return Some(written) };
    marks::replaced(&written, ("{{", "}}"), |out, name| {
        match name.trim().strip_prefix("item") {
            Some("") => out.push_str(item.as_str()?),
            Some(key) if key.starts_with('.') => out.push_str(item.find(key.trim_start_matches('.'))?.as_str()?),
            _ => out.extend(["{{", name, "}}"]),
        }
        (out.len() <= MAX_PATH).then_some(())
    })
}

/// A file of the project that a task puts on the machine, for one of its items.
fn copy(reading: &Reading<'_>, playbook: &Path, node: Node<'_>, item: Option<Node<'_>>) -> Option<Mount> {
    let to = of_item(node.get("dest")?, item)?;
    let to = reading.filled(&to).unwrap_or(to);
    let to = to.as_str();
    if let Some(content) = node.get("content") {
        let here = content.embedded().map_or(Here::Unknown, Here::Text);
        return Some(Mount { there: mounts::there(to), here, place: node.place() });
    }
    let from = of_item(node.get("src")?, item)?;
    let from = from.as_str();
    let folder = playbook.parent()?;
    let role = folder.parent()?;
    let places = [
        folder.to_path_buf(),
        folder.join("templates"),
        folder.join("files"),
        role.join("templates"),
        role.join("files"),
    ];
    let here = places.iter().map(|place| place.join(from)).find(|path| reading.exists(path));
    let there = if to.ends_with('/') { format!("{to}{}", from.rsplit('/').next()?) } else { to.to_owned() };
    Some(Mount { there: mounts::there(&there), here: here.map_or(Here::Unknown, Here::Path), place: node.place() })
}

fn container(reading: &Reading<'_>, module: Node<'_>, copies: &Below<'_>) -> Option<Start> {
    let node = module.get("image")?;
    let place = node.place();
    let written = compose::written(node);
    let reference = if written.contains("{{") { reading.filled(&written) } else { Some(written.clone()) };
    let image = match reference {
        Some(reference) => Fact::Known(Image::parse(&reference)?, node.place()),
        None => {
            Image::parse(written.split(":{{").next()?)?;
            Fact::Unknown
        }
    };
    if !reading.may_start(&place.source) {
        return None;
    }
    let mut start = Start::new(By::Ansible, node.place());
    start.image = image;
    start.is_filled_in = true;
    for field in module.get("env").into_iter().flat_map(Node::fields) {
        let value = field.value.as_str().filter(|text| !text.contains("{{")).map(str::to_owned);
        start.variables.push(variable(field.key, value, &field.value.key_place()));
    }
    start.more_variables = module.get("env_file").is_some() || module.get("env").is_some_and(Node::is_unknown);
    // podman_container has both names.
    for volume in ["volumes[]", "volume[]"].into_iter().flat_map(|key| module.select(key)) {
        let volume = compose::written(volume);
        let volume = reading.filled(&volume).unwrap_or(volume);
        let Some((from, there)) = mounts::volume(&volume) else { continue };
        let place = node.place();
        if start.mounts.are_too_many() {
            break;
        }
        let there = mounts::there(there);
        start.mounts.push(Mount { there: there.clone(), here: Here::Unknown, place: place.clone() });
        let below = copies.get(Path::new(from)).into_iter().flatten();
        start.mounts.extend(below.filter_map(|copy| mounts::copied(copy, from, &there, &place)));
    }
    let words = |key: &str| -> Option<Vec<Word>> {
        let node = module.get(key)?;
        Some(match node.as_str() {
            Some(text) => arguments::split(text),
            None => node.items().map(|item| item.as_str().map(str::to_owned)).collect(),
        })
    };
    let place = module.get("command").map_or_else(|| node.place(), Node::place);
    process::set_command(&mut start, reading, words("entrypoint"), words("command").unwrap_or_default(), &place);
    Some(start)
}
