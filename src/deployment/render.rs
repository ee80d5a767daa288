//! Blueprints of Render: `render.yaml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments;
use super::mounts::there;
use super::process;
use super::reading::Reading;
use super::script::Script;
use super::variables::{Variables, variable};
use super::{By, Fact, Here, Image, Mount, Role, Start, dockerfile, steps};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::text::Source;
use crate::yaml::Node;

/// Most variables of a service that are read, and most groups that it names.
const MAX_VARIABLES: usize = 1_000;
const MAX_GROUPS: usize = 32;

/// The starts of the services in blueprints.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], root: &Path) -> Vec<Start> {
    let is_one = |path: &Path| ["render.yaml", "render.yml"].iter().any(|name| path.ends_with(name));
    let mut starts = Vec::new();
    for (path, source) in files.iter().filter(|(path, _)| is_one(path)) {
        let folder = path.parent().unwrap_or(root);
        for tree in reading.documents(source).iter() {
            let Some(blueprint) = tree.root() else { continue };
            let environments = blueprint.select("projects[].environments[]");
            for around in environments.into_iter().chain([blueprint]) {
                let groups = [around, blueprint];
                let services = around.select("services[]").into_iter();
                starts.extend(services.flat_map(|service| of_service(reading, service, groups, folder)));
            }
        }
    }
    starts
}

/// The starts of a service. Paths begin at its `rootDir`.
fn of_service(reading: &Reading<'_>, service: Node<'_>, groups: [Node<'_>; 2], folder: &Path) -> Vec<Start> {
    let text = |path: &str| service.find(path).and_then(Node::as_str);
    let folder = text("rootDir").map_or_else(|| folder.to_path_buf(), |own| plain(&folder.join(own)));
    let mut starts: Vec<Start> = match text("startCommand").filter(|command| command.contains("kratos")) {
        Some(command) => {
            let source = service.source();
            let (at, folder) = (None, Some(folder));
            let variables = Variables::default();
            let script = Script { source, text: command, at, folder, variables, env_file: &|_| None };
            steps::effect_starts(&script, reading).0
        }
        None => of_container(reading, service, &folder).into_iter().collect(),
    };
    starts.retain(|start| start.role != Role::Other);
    for start in &mut starts {
        start.by = By::Platform;
        start.place = service.place();
        text("name").unwrap_or_default().clone_into(&mut start.name);
        // The dashboard keeps variables too.
        start.more_variables = true;
        start.variables.extend(variables(service, groups));
        if let Some(path) = text("disk.mountPath") {
            start.mounts.push(Mount { there: there(path), here: Here::Unknown, place: service.place() });
        }
    }
    starts
}

/// What an image runs, or a Dockerfile of the project.
fn of_container(reading: &Reading<'_>, service: Node<'_>, folder: &Path) -> Option<Start> {
    let text = |path: &str| service.find(path).and_then(Node::as_str);
    let mut start = match service.find("image.url") {
        Some(node) => {
            let image = Image::parse(node.as_str()?).filter(|_| reading.may_start(service.source()))?;
            let mut start = Start::new(By::Platform, node.place());
            start.image = Fact::Known(image, node.place());
            arguments::set_arguments(&mut start, Vec::new(), &node.place());
            start
        }
        None => {
            let file = folder.join(text("dockerfilePath").unwrap_or("Dockerfile"));
            let context = text("dockerContext").map_or_else(|| folder.to_path_buf(), |own| plain(&folder.join(own)));
            let source = reading.read(&plain(&file)).ok()?;
            let built = dockerfile::read(reading, &source, &context, &Variables::default(), None);
            built.filter(|_| reading.may_start(service.source()))?.started(reading, None, None)
        }
    };
    if let Some(node) = service.get("dockerCommand") {
        let words = arguments::split(node.as_str().unwrap_or_default());
        process::set_command(&mut start, reading, None, words, &node.place());
    }
    Some(start)
}

/// The variables of a service, with those of the groups that it names.
fn variables(service: Node<'_>, groups: [Node<'_>; 2]) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut groups_left = MAX_GROUPS;
    for item in service.select("envVars[]") {
        if found.len() > MAX_VARIABLES || groups_left == 0 {
            break;
        }
        if let Some(name) = item.get("fromGroup").and_then(Node::as_str) {
            groups_left -= 1;
            let all = groups.iter().flat_map(|around| around.select("envVarGroups[]"));
            let mut named = all.filter(|group| group.get("name").and_then(Node::as_str) == Some(name));
            let items = named.next().map(|group| group.select("envVars[]")).unwrap_or_default();
            found.extend(items.into_iter().filter_map(of_item).take(MAX_VARIABLES));
        } else {
            found.extend(of_item(item));
        }
    }
    found
}

fn of_item(item: Node<'_>) -> Option<Variable> {
    let is_single = |node: &Node<'_>| !node.is_mapping() && !node.is_sequence() && !node.is_unknown();
    let value = item.get("value").filter(is_single);
    let written = |node: Node<'_>| {
        let place = node.place();
        node.as_str().unwrap_or_else(|| place.source.slice(place.span)).to_owned()
    };
    Some(variable(item.get("key")?.as_str()?, value.map(written), &item.place()))
}
