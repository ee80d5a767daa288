//! Values of the chart `app-template` of bjw-s: controllers with containers, config maps and what is mounted of them.
//!
//! Source: charts/library/common of bjw-s-labs/helm-charts, v2 to v4: `controllers.*.containers.*`, `configMaps`, `persistence`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Word;
use super::config_maps::{Kind, Maps};
use super::helm::variable;
use super::kustomize::Apart;
use super::mounts;
use super::process;
use super::reading::Reading;
use super::{By, Fact, Here, Image, Loopback, Mount, Start, release};
use crate::kratos::env::Variable;
use crate::text::Source;
use crate::yaml::{Node, Tree};

/// All starts of Kratos in these files.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], maps: &Maps) -> Vec<Start> {
    let is_wanted = |source: &Source| source.text().contains("controllers:") && source.text().contains("containers:");
    let mut starts = Vec::new();
    for (path, source) in files.iter().filter(|(_, source)| is_wanted(source)) {
        for tree in reading.documents(source).iter() {
            of_tree(reading, tree, (maps, path), &mut starts);
        }
    }
    starts
}

fn of_tree(reading: &Reading<'_>, tree: &Tree, (maps, path): (&Maps, &Path), starts: &mut Vec<Start>) {
    let nodes = tree.root().map(Node::descendants).unwrap_or_default();
    let is_controllers = |node: &&Node<'_>| node.key() == Some("controllers") && node.is_mapping();
    for controllers in nodes.iter().filter(is_controllers) {
        let Some(values) = controllers.ancestors().next() else { continue };
        for controller in controllers.fields() {
            let containers: Vec<_> = controller.value.get("containers").into_iter().flat_map(Node::fields).collect();
            for container in &containers {
                let mut names = Names { controller: controller.key, container: container.key, values, maps, path };
                let Some(mut start) = start(reading, container.value, &mut names) else { continue };
                if containers.len() > 1 {
                    start.loopback = Loopback::Shared;
                }
                starts.push(start);
            }
        }
    }
}

/// Where a container is, and what is around it.
struct Names<'n> {
    controller: &'n str,
    container: &'n str,
    values: Node<'n>,
    maps: &'n Maps,
    /// The file of the values.
    path: &'n Path,
}

fn start(reading: &Reading<'_>, container: Node<'_>, names: &mut Names<'_>) -> Option<Start> {
    let repository = container.find("image.repository")?;
    let tag = container.find("image.tag");
    let image = Image::parse(repository.as_str()?)?;
    if !reading.may_start(container.source()) {
        return None;
    }
    let mut start = Start::new(By::Helm, repository.place());
    start.image = match tag.and_then(|tag| Some((tag.as_str()?, tag.place()))) {
        Some((tag, place)) => {
            let tag = tag.split('@').next().unwrap_or(tag).to_owned();
            Fact::Known(Image { asked: release(&tag), tag, ..image }, place)
        }
        None => Fact::Unknown,
    };
    names.container.clone_into(&mut start.name);
    environment(container, &mut start);
    mounts(names, &mut start);
    let words = |key: &str| -> Option<Vec<Word>> {
        let node = container.get(key)?;
        Some(match node.as_str() {
            Some(text) => vec![Some(text.to_owned())],
            None => node.items().map(|item| item.as_str().map(str::to_owned)).collect(),
        })
    };
    let place = container.get("args").or_else(|| container.get("command")).map_or(start.place.clone(), Node::place);
    process::set_command(&mut start, reading, words("command"), words("args").unwrap_or_default(), &place);
    Some(start)
}

/// `env` as a map or a list; other files of values may add to it.
fn environment(container: Node<'_>, start: &mut Start) {
    start.more_variables = true;
    let Some(env) = container.get("env") else { return };
    start.variables.extend(env.items().filter_map(variable));
    for field in env.fields() {
        let value = field.value.get("value").unwrap_or(field.value);
        let text = value.as_str().filter(|text| !text.contains("{{") && !text.contains("$(")).map(str::to_owned);
        let place = field.value.key_place();
        let name = field.key.to_owned();
        start.variables.push(Variable { name, value_span: place.span, name_place: place, value: text });
    }
}

/// What `persistence` brings into a container.
fn mounts(names: &Names<'_>, start: &mut Start) {
    for entry in names.values.get("persistence").into_iter().flat_map(Node::fields) {
        let advanced = format!("advancedMounts.{}.{}[]", names.controller, names.container);
        let mut places = entry.value.select("globalMounts[]");
        places.extend(entry.value.select(&advanced));
        let is_everywhere = entry.value.get("globalMounts").is_none() && entry.value.get("advancedMounts").is_none();
        let place = entry.value.key_place();
        let found = texts(names, entry.value);
        for mount in places.iter().map(|node| (node.get("path"), node.get("subPath"))) {
            let Some(there) = mount.0.and_then(Node::as_str).map(mounts::there) else { continue };
            push(start, &found, there, mount.1.and_then(Node::as_str), &place);
        }
        if is_everywhere {
            push(start, &found, Path::new("/").join(entry.key), None, &place);
        }
    }
}

/// The files of a config map that an entry of `persistence` names: one of these values, or one of the project.
fn texts(names: &Names<'_>, entry: Node<'_>) -> Vec<(String, Here)> {
    if entry.get("type").and_then(Node::as_str) != Some("configMap") {
        return Vec::new();
    }
    let text = |key: &str| entry.get(key).and_then(Node::as_str);
    if let Some(identifier) = text("identifier") {
        let data = names.values.find(&format!("configMaps.{identifier}.data"));
        let here = |node: Node<'_>| node.embedded().map_or(Here::Unknown, Here::Text);
        return data
            .into_iter()
            .flat_map(Node::fields)
            .map(|field| (field.key.to_owned(), here(field.value)))
            .collect();
    }
    let map = text("name").and_then(|name| names.maps.get(Kind::ConfigMap, name));
    let apart = Apart::new();
    map.into_iter().flat_map(|map| map.select(None, (names.path, &apart))).cloned().collect()
}

fn push(start: &mut Start, found: &[(String, Here)], there: PathBuf, sub: Option<&str>, place: &crate::text::Place) {
    if start.mounts.are_too_many() {
        return;
    }
    let mount = |there: PathBuf, here: &Here| Mount { there, here: here.clone(), place: place.clone() };
    if let Some(sub) = sub {
        let here = found.iter().find(|(key, _)| key == sub).map_or(&Here::Unknown, |(_, here)| here);
        start.mounts.push(mount(there, here));
        return;
    }
    for (key, here) in found {
        start.mounts.push(mount(there.join(key), here));
    }
    start.mounts.push(mount(there, if found.is_empty() { &Here::Unknown } else { &Here::Nothing }));
}
