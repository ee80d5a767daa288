//! Compose files: services with their overrides, `extends`, env files, interpolation, mounts and configs.
//!
//! Facts: the compose specification, and what compose-go v2.4.7 makes of such projects.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::process::{self, Word, there};
use super::{By, Fact, Here, Image, Mount, Start, dockerfile, interpolate};
use crate::disk::{Disk, plain};
use crate::kratos::env::{Variable, of_env_file};
use crate::kratos::secrets::is_variable_name;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree, Value};

/// Names of files that compose merges without being asked, in the order in which it looks for them.
const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// Deepest chain of `extends`.
const MAX_EXTENDS: usize = 8;

/// A compose file, read.
pub(super) struct File {
    path: PathBuf,
    folder: PathBuf,
    tree: Tree,
    /// The variables of `.env` in the project folder.
    around: Arc<Vec<Variable>>,
}

/// What says something of a service: a part of a file, with what its paths and variables are relative to. Later ones win.
struct Layer<'f> {
    node: Node<'f>,
    file: &'f File,
}

/// Whether a YAML text may be a compose file.
pub(super) fn is_compose(text: &str) -> bool {
    // In JSON and flow style the key may be anywhere.
    let is_flow = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(['#', '-']));
    let is_flow = is_flow.is_some_and(|line| line.trim_start().starts_with('{'));
    let has = |key: &str| text.contains(key);
    let has_services = text.starts_with("services:") || has("\nservices:") || has("\n\"services\":");
    (has_services && !has("\nkind:"))
        || (is_flow && (has("services:") || has("\"services\":")) && !has("kind:") && !has("\"kind\":"))
}

/// All starts of Kratos in the compose files of a project.
pub(super) fn read(disk: &Disk, paths: &[PathBuf]) -> Vec<Start> {
    let mut files: Vec<File> = paths.iter().filter_map(|path| File::read(disk, path, None)).collect();
    include(disk, &mut files);
    adopt(disk, &mut files);
    let mut starts = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = |names: &[&str]| {
            let is_beside =
                |other: &&File| other.folder == file.folder && names.iter().any(|name| other.path.ends_with(name));
            files.iter().enumerate().find(|(at, other)| *at != index && is_beside(other)).map(|(_, other)| other)
        };
        // The override is read with its base.
        if OVERRIDES.contains(&name.as_str()) && beside(&BASES).is_some() {
            continue;
        }
        let over = if BASES.contains(&name.as_str()) { beside(&OVERRIDES) } else { None };
        starts.extend(services(disk, file, over, &files));
    }
    starts
}

impl File {
    fn read(disk: &Disk, path: &Path, base: Option<&Path>) -> Option<File> {
        let source = disk.read(path).ok()?;
        let folder = base.or(path.parent())?.to_path_buf();
        let around = disk.read(&folder.join(".env")).map(|source| of_env_file(&source)).unwrap_or_default();
        let tree = yaml::parse(&source, Format::Yaml);
        tree.root()?.get("services")?;
        Some(File { path: path.to_path_buf(), folder, tree, around: Arc::new(around) })
    }

    fn services(&self) -> Option<Node<'_>> {
        self.tree.root()?.get("services")
    }

    fn service(&self, name: &str) -> Option<Node<'_>> {
        self.services()?.get(name)
    }

    fn is_base(&self) -> bool {
        BASES.iter().any(|name| self.path.ends_with(name))
    }
}

/// Whether a service says what it runs; else it is a part of the same service in another file.
fn is_whole(service: Node<'_>) -> bool {
    ["image", "build", "extends"].iter().any(|key| service.get(key).is_some())
}

/// The file of the same project folder that says what a service runs of which another file has only a part.
fn base_of<'f>(files: &'f [File], part: &File, name: &str) -> Option<&'f File> {
    let says =
        |file: &&File| file.folder == part.folder && file.path != part.path && file.service(name).is_some_and(is_whole);
    let mut found = files.iter().filter(says);
    let first = found.next()?;
    match found.next() {
        None => Some(first),
        Some(_) => files.iter().filter(says).find(|file| file.is_base()),
    }
}

/// `-f compose.yml -f ci/compose.yml`: the paths of a file that only adds to another one are relative to the folder of that.
fn adopt(disk: &Disk, files: &mut [File]) {
    let mut moved: Vec<(usize, PathBuf)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let parts: Vec<&str> = file
            .services()
            .into_iter()
            .flat_map(Node::fields)
            .filter(|field| !is_whole(field.value))
            .map(|field| field.key)
            .collect();
        if parts.is_empty() || parts.iter().any(|name| base_of(files, file, name).is_some()) {
            continue;
        }
        let has_one = |base: &&File| parts.iter().any(|name| base.service(name).is_some_and(is_whole));
        let around = files.iter().filter(|base| base.is_base() && file.folder.starts_with(&base.folder));
        if let Some(base) = around.filter(has_one).max_by_key(|base| base.folder.components().count()) {
            moved.push((index, base.folder.clone()));
        }
    }
    for (index, folder) in moved {
        let Some(file) = files.get_mut(index) else { continue };
        if let Some(read) = File::read(disk, &file.path, Some(&folder)) {
            *file = read;
        }
    }
}

/// Files that another one includes with another project folder are read with that.
fn include(disk: &Disk, files: &mut [File]) {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for file in files.iter() {
        for item in file.tree.root().and_then(|root| root.get("include")).into_iter().flat_map(Node::items) {
            let base = item.get("project_directory").and_then(Node::as_str);
            let path = item.get("path").and_then(Node::as_str);
            if let (Some(path), Some(base)) = (path, base) {
                moved.push((plain(&file.folder.join(path)), plain(&file.folder.join(base))));
            }
        }
    }
    for (path, base) in moved {
        if let Some(file) = files.iter_mut().find(|file| file.path == path)
            && let Some(read) = File::read(disk, &path, Some(&base))
        {
            *file = read;
        }
    }
}

/// The starts of one file. `over` is merged with it always.
fn services(disk: &Disk, file: &File, over: Option<&File>, files: &[File]) -> Vec<Start> {
    let mut starts = Vec::new();
    let Some(services) = file.services() else { return starts };
    let names: Vec<String> = services.fields().map(|field| field.key.to_owned()).collect();
    for field in services.fields() {
        let mut layers = layers(file, field.value, files, 0);
        let base = if is_whole(field.value) { None } else { base_of(files, file, field.key) };
        if let Some(base) = base {
            let mut all = base.service(field.key).map(|node| self::layers(base, node, files, 0)).unwrap_or_default();
            all.append(&mut layers);
            layers = all;
        }
        if let Some(node) = over.and_then(|over| over.service(field.key)).zip(over) {
            layers.extend(self::layers(node.1, node.0, files, 0));
        }
        if let Some(mut start) = start(disk, field.key, &layers) {
            start.is_variant = base.is_some();
            start.neighbours = names.iter().filter(|name| *name != field.key).cloned().collect();
            starts.push(start);
        }
    }
    starts
}

/// A service and what it extends, base first.
fn layers<'f>(file: &'f File, node: Node<'f>, files: &'f [File], depth: usize) -> Vec<Layer<'f>> {
    let mut found = Vec::new();
    if let Some(extends) = node.get("extends").filter(|_| depth < MAX_EXTENDS) {
        let name = extends.as_str().or_else(|| extends.get("service").and_then(Node::as_str));
        let other = match extends.get("file").and_then(Node::as_str) {
            Some(path) => {
                let path = plain(&file.folder.join(path));
                files.iter().find(|file| file.path == path)
            }
            None => Some(file),
        };
        let base = other.and_then(|other| Some((other, other.services()?.get(name?)?)));
        if let Some((other, base)) = base.filter(|(_, base)| base.place().span != node.place().span) {
            found.extend(layers(other, base, files, depth + 1));
        }
    }
    found.push(Layer { node, file });
    found
}

fn start(disk: &Disk, name: &str, layers: &[Layer<'_>]) -> Option<Start> {
    let last = |key: &str| layers.iter().rev().find_map(|layer| Some((layer, layer.node.get(key)?)));
    let image = last("image").and_then(|(layer, node)| {
        let reference = interpolate::compose(node.as_str()?, &layer.file.around);
        Some((reference, node))
    });
    let words = |key: &str| last(key).map(|(layer, node)| words(node, &layer.file.around));
    let (entrypoint, command) = (words("entrypoint"), words("command"));
    let place = layers.last()?.node.key_place();
    let built = last("build").and_then(|(layer, node)| build(disk, layer, node));
    let mut start = match (&image, &built) {
        // An image of its own goes over nothing that is built.
        (_, Some(built)) => Start { by: By::Compose, place: place.clone(), ..built.start.clone() },
        (Some((reference, node)), None) => of_image(reference.as_deref(), *node, &place)?,
        (None, None) => return None,
    };
    name.clone_into(&mut start.name);
    for layer in layers {
        environment(disk, layer, &mut start);
    }
    // Compose lays `environment` over all `env_file`s.
    for layer in layers {
        pairs(layer.node.get("environment"), &layer.file.around, &mut start.variables);
        volumes(layer, &mut start.mounts);
        configs(layer, &mut start);
        start.ports.extend(layer.node.select("ports[]").into_iter().map(Node::place));
        if let Some(folder) = layer.node.get("working_dir").and_then(Node::as_str) {
            start.working_folder = there(folder);
        }
    }
    let place = last("command").or_else(|| last("entrypoint")).map_or(place, |(_, node)| node.place());
    match built {
        Some(mut built) => {
            let given = std::mem::take(&mut start.variables);
            built.start = Start { variables: given, place, ..start.clone() };
            let command_place = built.start.place.clone();
            let mut done = built.started(disk, entrypoint, command);
            done.by = By::Compose;
            done.place = start.place;
            if let Fact::Known(_, at) = &mut done.arguments
                && at.source.path() != command_place.source.path()
                && last("command").is_some()
            {
                *at = command_place;
            }
            Some(done)
        }
        None => {
            process::set_command(&mut start, disk, entrypoint, command.unwrap_or_default(), &place);
            Some(start)
        }
    }
}

fn of_image(reference: Option<&str>, node: Node<'_>, place: &Place) -> Option<Start> {
    let mut start = Start::new(By::Compose, place.clone());
    match reference {
        Some(reference) => start.image = Fact::Known(Image::parse(reference)?, node.place()),
        None => {
            // The tag is not known, the name may be.
            let written = node.as_str()?;
            let name = written.split(":$").next().unwrap_or(written);
            Image::parse(name)?;
        }
    }
    Some(start)
}

/// `build: folder` or `build: {context, dockerfile, dockerfile_inline, args, target}`.
fn build(disk: &Disk, layer: &Layer<'_>, node: Node<'_>) -> Option<dockerfile::Built> {
    let filled = |node: Node<'_>| interpolate::compose(node.as_str()?, &layer.file.around);
    let context = match node.as_str() {
        Some(_) => filled(node)?,
        None => node.get("context").map_or(Some(".".to_owned()), filled)?,
    };
    let context = plain(&layer.file.folder.join(context));
    let mut arguments = Vec::new();
    pairs(node.get("args"), &layer.file.around, &mut arguments);
    let target = node.get("target").and_then(Node::as_str);
    if let Some(inline) = node.get("dockerfile_inline").and_then(Node::embedded) {
        return dockerfile::read(&inline, &context, &arguments, target);
    }
    let name = node.get("dockerfile").map_or(Some("Dockerfile".to_owned()), filled)?;
    let source = disk.read(&context.join(name)).ok()?;
    dockerfile::read(&source, &context, &arguments, target)
}

/// The words of `command` or `entrypoint`.
fn words(node: Node<'_>, around: &[Variable]) -> Vec<Word> {
    match node.as_str() {
        Some(text) => match interpolate::compose(text, around) {
            Some(text) => process::split(&text),
            // Each word by itself: most of them are known.
            None => text.split_whitespace().map(|word| interpolate::compose(word, around)).collect(),
        },
        None => {
            let word = |item: Node<'_>| match item.value() {
                Value::String(text) => interpolate::compose(text, around),
                Value::Bool(value) => Some(value.to_string()),
                Value::Number(number) => Some(number.text.to_string()),
                _ => None,
            };
            node.items().map(word).collect()
        }
    }
}

/// `env_file`: a text, a list, or entries with `path`.
fn environment(disk: &Disk, layer: &Layer<'_>, start: &mut Start) {
    let Some(files) = layer.node.get("env_file") else { return };
    let one = files.as_str().is_some().then_some(files);
    for entry in one.into_iter().chain(files.items()) {
        let written = entry.as_str().or_else(|| entry.get("path").and_then(Node::as_str));
        let path = written.and_then(|text| interpolate::compose(text, &layer.file.around));
        let source: Option<Arc<Source>> = path.and_then(|path| disk.read(&layer.file.folder.join(path)).ok());
        match source {
            Some(source) => start.variables.extend(of_env_file(&source)),
            None => start.more_variables = true,
        }
    }
}

/// Names and values as a map or a list; a name without a value gets it from outside.
fn pairs(node: Option<Node<'_>>, around: &[Variable], variables: &mut Vec<Variable>) {
    let Some(node) = node else { return };
    for field in node.fields().filter(|field| is_variable_name(field.key)) {
        let text = match field.value.value() {
            Value::String(text) => interpolate::compose(text, around),
            Value::Bool(value) => Some(value.to_string()),
            Value::Number(number) => Some(number.text.to_string()),
            _ => None,
        };
        variables.push(Variable {
            name: field.key.to_owned(),
            name_place: field.value.key_place(),
            value: text,
            value_span: field.value.origin().span,
        });
    }
    for item in node.items() {
        let Some(written) = item.as_str() else { continue };
        let (name, text) = written.split_once('=').map_or((written, None), |(name, text)| (name, Some(text)));
        if !is_variable_name(name) {
            continue;
        }
        let place = item.origin();
        let value = text.and_then(|text| interpolate::compose(text, around));
        variables.push(Variable { name: name.to_owned(), value_span: place.span, name_place: place, value });
    }
}

/// `volumes`, short and long.
fn volumes(layer: &Layer<'_>, mounts: &mut Vec<Mount>) {
    for item in layer.node.select("volumes[]") {
        let place = item.place();
        let mount = match item.as_str() {
            Some(text) => short_volume(text, layer),
            None => {
                let text = |key: &str| interpolate::compose(item.get(key)?.as_str()?, &layer.file.around);
                let is_bind = item.get("type").and_then(Node::as_str) == Some("bind");
                text("target").map(|target| {
                    let here = text("source").filter(|_| is_bind).map_or(Here::Unknown, |from| layer.here(&from));
                    (there(&target), here)
                })
            }
        };
        mounts.extend(mount.map(|(there, here)| Mount { there, here, place }));
    }
}

fn short_volume(text: &str, layer: &Layer<'_>) -> Option<(PathBuf, Here)> {
    let Some(text) = interpolate::compose(text, &layer.file.around) else {
        // `${CONFIG}:/etc/config/kratos`: only the target is known.
        let mut parts = text.rsplit(':').filter(|part| part.starts_with('/'));
        return parts.next().map(|target| (there(target), Here::Unknown));
    };
    let Some((from, target)) = process::volume(&text) else { return Some((there(&text), Here::Unknown)) };
    let is_path = from.starts_with(['.', '/', '~']);
    Some((there(target), if is_path { layer.here(from) } else { Here::Unknown }))
}

impl Layer<'_> {
    /// A path of the machine that runs compose.
    fn here(&self, path: &str) -> Here {
        if path.starts_with(['/', '~']) { Here::Unknown } else { Here::Path(plain(&self.file.folder.join(path))) }
    }
}

/// `configs` and `secrets` of a service, with what the file says of them.
fn configs(layer: &Layer<'_>, start: &mut Start) {
    for (key, folder) in [("configs", "/"), ("secrets", "/run/secrets/")] {
        for item in layer.node.get(key).into_iter().flat_map(Node::items) {
            let Some(name) = item.as_str().or_else(|| item.get("source").and_then(Node::as_str)) else { continue };
            let target = item.get("target").and_then(Node::as_str).unwrap_or(name);
            let target = Path::new(folder).join(target);
            let top = layer.file.tree.root().and_then(|root| root.get(key)?.get(name));
            let file = top.and_then(|top| top.get("file")).and_then(Node::as_str);
            let content = top.and_then(|top| top.get("content"));
            let here = match (file, content) {
                (Some(file), _) => layer.here(file),
                (None, Some(content)) => text_of(content),
                _ => Here::Unknown,
            };
            // Docker Swarm fills in `{{ env "X" }}` before the container gets the file.
            start.is_filled_in |= top.is_some_and(|top| top.get("template_driver").is_some());
            start.mounts.push(Mount { there: plain(&target), here, place: item.place() });
        }
    }
}

/// The text of `content`, which compose interpolates: one with variables is not known.
fn text_of(content: Node<'_>) -> Here {
    match content.embedded() {
        Some(source) if !source.text().contains('$') => Here::Text(source),
        _ => Here::Unknown,
    }
}
