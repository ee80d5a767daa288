//! Commands that other files hold as texts: steps of pipelines, tasks, scripts of `package.json`, processes.

mod filled;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{self, Word};
use super::docker_run::Container;
use super::dockerfile::Built;
use super::images;
use super::installed::Given;
use super::mounts;
use super::reading::Reading;
use super::script::{self, Script};
use super::variables::{Variables, variable};
use super::{By, Fact, Mount, Role, Start, ecs};
use crate::disk::plain;
use crate::text::Source;
use crate::yaml::{self, Format, Node};
use filled::Filling;

/// Keys whose texts are commands.
const COMMANDS: [&str; 8] = ["run", "script", "before_script", "cmd", "cmds", "command", "commands", "shell"];

/// Keys of the variables of commands, beside them or around.
const VARIABLES: [&str; 3] = ["env", "environment", "variables"];

/// What a variable counts as, in bytes of text: each command gets all that are around it.
const BYTES_OF_VARIABLE: usize = 64;

/// The starts in the steps of a pipeline, or in a file of tasks. A pipeline starts a server of its own for tests, so it says nothing
/// where the server itself is known.
pub(super) fn of_yaml(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], root: &Path) -> Vec<Start> {
    let mut starts = Vec::new();
    for (path, source) in files.iter().filter(|(path, source)| is_one(path) && runs(source.text())) {
        let own = path.parent().unwrap_or(root);
        // Pipelines run at the root of the repository.
        let is_hidden = own.components().any(|name| name.as_os_str().to_string_lossy().starts_with('.'));
        let folder = if is_hidden { root } else { own };
        // Each text is filled in on its own, so all are read as they are written.
        let trees = yaml::documents(source).into_iter().map(|one| yaml::parse(&one, Format::Yaml));
        for tree in trees.collect::<Vec<_>>() {
            starts.extend(tree.root().into_iter().flat_map(|root| of_nodes(reading, root, folder)));
        }
    }
    starts
}

/// Whether a file is a pipeline or holds tasks, by its name.
fn is_one(path: &Path) -> bool {
    const NAMES: [&str; 6] =
        ["taskfile", "process-compose", "bitbucket-pipelines", "azure-pipelines", ".gitlab-ci", "mprocs"];
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let is_in = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
    NAMES.iter().any(|known| name.starts_with(known)) || is_in(".github") || is_in(".circleci") || is_in(".gitlab")
}

/// Whether a text may start Kratos.
fn runs(text: &str) -> bool {
    text.contains("kratos") && (text.contains("serve") || text.contains(" run "))
}

fn of_nodes(reading: &Reading<'_>, root: Node<'_>, folder: &Path) -> Vec<Start> {
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    let mut filling = Filling::default();
    let mut starts = Vec::new();
    for node in root.descendants().into_iter().filter(|node| node.key().is_some_and(|key| COMMANDS.contains(&key))) {
        for one in node.items().chain([node]) {
            let one = one.get("cmd").unwrap_or(one);
            let Some(text) = one.as_str().filter(|text| seen.insert(text.as_ptr())) else { continue };
            for text in filling.texts(one, text) {
                if runs(&text) {
                    starts.extend(of_command(reading, (one, &text), folder));
                }
            }
        }
    }
    starts
}

/// The folder in which a command runs, below that of its file.
fn moved(node: Node<'_>, folder: &Path) -> PathBuf {
    let moved = node.ancestors().find_map(|around| {
        let keys = ["working-directory", "working_dir", "dir"].into_iter();
        keys.filter_map(|key| around.get(key)).find_map(Node::as_str)
    });
    moved.map_or_else(|| folder.to_path_buf(), |moved| plain(&folder.join(moved)))
}

/// The commands of a file of tasks that speak of a word, each with its place and its folder, and with what the file fills in.
pub(super) fn tasks<'t>(root: Node<'t>, folder: &Path, word: &str) -> Vec<(Node<'t>, String, PathBuf)> {
    let mut seen = HashSet::new();
    let mut filling = Filling::default();
    let mut found = Vec::new();
    for node in root.descendants().into_iter().filter(|node| node.key().is_some_and(|key| COMMANDS.contains(&key))) {
        for one in node.items().chain([node]) {
            let one = one.get("cmd").unwrap_or(one);
            let text = one.as_str().filter(|text| text.contains(word) && seen.insert(text.as_ptr()));
            let Some(text) = text else { continue };
            found.extend(filling.texts(one, text).into_iter().map(|text| (one, text.into_owned(), moved(one, folder))));
        }
    }
    found
}

/// The starts of one text of commands.
fn of_command(reading: &Reading<'_>, (node, text): (Node<'_>, &str), folder: &Path) -> Vec<Start> {
    if reading.is_given_up() {
        return Vec::new();
    }
    let mut variables = Variables::default();
    // Files of variables of a file of tasks.
    for file in node.ancestors().flat_map(|around| around.select("dotenv[]")).filter_map(Node::as_str) {
        variables.lay_any(reading.env_file_at(&folder.join(file)));
    }
    variables.lay_all(&around(node));
    if !reading.may_read(text.len() + variables.count() * BYTES_OF_VARIABLE) {
        reading.give_up();
        return Vec::new();
    }
    let folder = moved(node, folder);
    let Some(source) = node.embedded() else { return Vec::new() };
    let script = Script {
        source: &source,
        text,
        at: Some(0).filter(|_| source.text() == text),
        folder: Some(folder.clone()),
        variables,
        env_file: &|file| reading.env_file_at(&folder.join(file)),
    };
    let (mut found, _) = effect_starts(&script, reading);
    for start in &mut found {
        start.is_variant = true;
        // Whoever runs the commands has variables of their own.
        start.more_variables = true;
    }
    found
}

/// What a script starts on the machine itself, and the charts that it installs.
pub(super) fn effect_starts(script: &Script<'_>, reading: &Reading<'_>) -> (Vec<Start>, Vec<Given>) {
    let effect = script::read(script);
    if effect.is_cut {
        reading.give_up();
    }
    let containers = effect.containers.into_iter().filter_map(|container| contained(reading, container));
    let mut starts: Vec<Start> = containers.collect();
    starts.retain(|start| start.role != Role::Other && reading.may_start(script.source));
    for start in &mut starts {
        start.mounts.forget_missing(&|path| reading.exists(path));
    }
    for run in effect.runs.into_iter().filter(|run| arguments::role(&run.arguments) != Role::Other) {
        if !reading.may_start(script.source) {
            break;
        }
        let mut start = Start::new(By::Script, run.place.clone());
        start.image = Fact::Absent;
        start.variables = script.variables.clone();
        start.variables.lay_all(&effect.variables);
        // What runs on the machine gets the environment of whoever calls it.
        start.more_variables = true;
        start.at_home = run.folder;
        start.is_filled_in = effect.fills || effect.written.iter().any(|one| one.is_filled);
        for one in effect.written.iter().filter(|one| !one.keeps_its_place() && one.path.starts_with('/')) {
            let here = one.here(&start);
            start.mounts.push(Mount { there: mounts::there(&one.path), here, place: start.place.clone() });
        }
        arguments::set_arguments(&mut start, run.arguments, &run.place);
        starts.push(start);
    }
    (starts, effect.installed)
}

/// The start of a container: of an image of Kratos, or of one that the project builds with Kratos in it.
pub(super) fn contained(reading: &Reading<'_>, container: Container) -> Option<Start> {
    let given = container.start;
    let (built, arguments) = match container.own {
        Some((reference, arguments)) => (images::built(reading, &reference)?, arguments),
        None => match built_as_named(reading, &given) {
            Some(found) => found,
            None => return Some(given),
        },
    };
    let mut built = built;
    built.start.variables.lay_all(&given.variables);
    built.start.more_variables |= given.more_variables;
    built.start.mounts.extend(given.mounts.iter().cloned());
    let started = built.started(reading, None, Some(arguments).filter(|words| !words.is_empty()));
    Some(Start { by: given.by, name: given.name, place: given.place, ..started })
}

/// What the project builds under the name of an image that seems to be a copy of Kratos: `docker run acme/kratos`.
fn built_as_named(reading: &Reading<'_>, start: &Start) -> Option<(Built, Vec<Word>)> {
    let image = start.image.known().filter(|image| !image.is_of_ory() && image.asked.is_none())?;
    let words = start.arguments.known().cloned().unwrap_or_default();
    Some((images::built(reading, &image.name)?, words))
}

/// The variables that the maps and lists around a command give it, outermost first.
fn around(node: Node<'_>) -> Variables {
    let mut variables = Variables::default();
    let mut maps: Vec<Node<'_>> = node.ancestors().collect();
    maps.reverse();
    for map in maps.into_iter().flat_map(|around| VARIABLES.into_iter().filter_map(move |key| around.get(key))) {
        for field in map.fields() {
            let value = field.value.as_str().filter(|text| !text.contains(['$', '{'])).map(str::to_owned);
            variables.push(variable(field.key, value, &field.value.place()));
        }
        for (item, text) in map.items().filter_map(|item| Some((item, item.as_str()?))) {
            let Some((name, value)) = text.split_once('=') else { continue };
            let value = Some(value).filter(|value| !value.contains(['$', '{'])).map(str::to_owned);
            variables.push(variable(name, value, &item.place()));
        }
    }
    variables
}

/// Starts in the tasks of mise.
pub(super) fn of_mise(reading: &Reading<'_>, path: &Path, source: &Arc<Source>) -> Vec<Start> {
    let tree = yaml::parse(source, Format::Toml);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut starts: Vec<Start> = Vec::new();
    for task in tree.root().and_then(|root| root.get("tasks")).into_iter().flat_map(Node::fields) {
        let run = task.value.get("run").unwrap_or(task.value);
        for one in run.items().chain([run]) {
            if let Some(text) = one.as_str().filter(|text| runs(text)) {
                starts.extend(of_command(reading, (one, text), folder));
            }
        }
    }
    starts
}

/// Starts in JSON: `scripts` of `package.json`, and task definitions of ECS.
pub(super) fn of_json(reading: &Reading<'_>, path: &Path, source: &Arc<Source>) -> Vec<Start> {
    let tree = yaml::parse(source, Format::Json);
    let Some(root) = tree.root() else { return Vec::new() };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut starts: Vec<Start> = Vec::new();
    let maps = ["scripts", "tasks"].into_iter().filter_map(|key| root.get(key));
    for script in maps.flat_map(Node::fields) {
        if let Some(text) = script.value.as_str().filter(|text| runs(text)) {
            starts.extend(of_command(reading, (script.value, text), folder));
        }
    }
    starts.extend(ecs::of_document(reading, root));
    starts
}
