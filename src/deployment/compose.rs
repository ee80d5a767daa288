//! Compose files: services with their overrides, `extends`, env files, interpolation, mounts and configs.
//!
//! Facts: the compose specification, and what compose-go v2.4.7 makes of such projects.

mod environment;
mod known;
mod laid;
mod merged;
mod tagged;
mod volumes;
mod words;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use merged::saying;

use super::composed::{self, Composed};
use super::mounts::{self, there};
use super::process;
use super::reading::{self, Known, Reading};
use super::variables::Variables;
use super::{By, Fact, Image, Mount, Start, dockerfile, images, interpolate};
use crate::disk::plain;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, NodeId, Tree};

/// Names of files that compose merges without being asked, in the order in which it looks for them.
const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// Whether a file is one that compose reads without being asked.
pub(super) fn is_default(path: &Path) -> bool {
    path.file_name().is_some_and(|own| BASES.iter().chain(&OVERRIDES).any(|name| own == *name))
}

/// Deepest chain of `extends`.
const MAX_EXTENDS: usize = 8;

/// Most mounts of a file that are looked for.
const MAX_SOURCES: usize = 100;

/// Most published ports of a service.
pub(super) const MAX_PORTS: usize = 100;

/// A compose file, read.
pub(super) struct File {
    path: PathBuf,
    folder: PathBuf,
    /// Where compose is called: the folder of the file that includes it.
    caller: PathBuf,
    tree: Tree,
    /// Its services, configs and secrets by their names.
    parts: HashMap<&'static str, HashMap<String, NodeId>>,
    /// The names of them in order, shared by all starts.
    names: Arc<[String]>,
    /// The variables of `.env` in the project folder.
    around: Known,
    /// Whether a platform sets variables that the project does not show.
    is_open: bool,
    /// Whether its folder is not in this project: what its paths lead to is not known.
    is_elsewhere: bool,
    /// Files of this project that are put on the machine, by their paths there.
    copies: Vec<Mount>,
    /// Files that are always laid over it: those after it in a list of `include`, or of `COMPOSE_FILE`.
    over: Vec<PathBuf>,
}

/// The compose files of a project, each found by what others call it.
struct Files {
    all: Vec<File>,
    by_path: HashMap<PathBuf, usize>,
    by_folder: HashMap<PathBuf, Vec<usize>>,
    /// Those that say what a service of a project folder runs: the first two, and the first that compose reads by itself.
    whole: HashMap<PathBuf, HashMap<String, Whole>>,
    /// The services that others extend, by their files.
    extended: HashSet<(PathBuf, String)>,
    /// Those that commands lay over others: what they add is used as much as what they add to.
    commanded: HashSet<PathBuf>,
}

/// The files of a project folder that say what a service runs.
#[derive(Default)]
struct Whole {
    first: Vec<usize>,
    base: Option<usize>,
    /// Whether they say more than an image; then those that do not are left out.
    has_more: bool,
}

/// What says something of a service: a part of a file, with what its paths and variables are relative to. Later ones win.
struct Layer<'f> {
    node: Node<'f>,
    file: &'f File,
    main: Main<'f>,
    /// The variables of the file that compose is called with: one that it extends has no `.env` of its own.
    around: &'f Known,
}

/// The file that compose is called with, and those that are laid over it.
#[derive(Clone, Copy)]
struct Main<'f> {
    file: &'f File,
    over: &'f [&'f File],
}

impl<'f> Main<'f> {
    /// What its files say of a config, secret or volume: the last of them that does.
    fn part(self, part: &str, name: &str) -> Option<Node<'f>> {
        let over = self.over.iter().rev().find_map(|file| file.part(part, name));
        over.or_else(|| self.file.part(part, name))
    }
}

/// Whether a file may be one of compose. That which compose reads without being asked may only include others.
pub(super) fn is_one(path: &Path, text: &str) -> bool {
    // Pipelines of Woodpecker have services too.
    if path.components().any(|part| part.as_os_str().to_string_lossy().starts_with(".woodpecker")) {
        return false;
    }
    is_compose(text) || (is_default(path) && text.lines().any(|line| line.starts_with("include:")))
}

/// Whether a YAML text may be a compose file.
pub(super) fn is_compose(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    // In JSON and flow style the key may be anywhere.
    let is_flow = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(['#', '-']));
    let is_flow = is_flow.is_some_and(|line| line.trim_start().starts_with('{'));
    let has = |key: &str| text.contains(key);
    let spellings = ["services:", "\"services\":", "'services':"];
    let has_services = spellings.iter().any(|key| text.starts_with(key) || has(&format!("\n{key}")));
    (has_services && !has("\nkind:"))
        || (is_flow && (has("services:") || has("\"services\":")) && !has("kind:") && !has("\"kind\":"))
}

/// The starts in the definition of a compose file inside another file. Files that are put on the machine are at their paths there.
pub(super) fn inside(reading: &Reading<'_>, definition: Node<'_>, copies: &[Mount], by: By) -> Vec<Start> {
    let tree = definition.tree().subtree(definition.id());
    let path = PathBuf::from(definition.source().path());
    let Some(file) = File::of(reading, tree, &path, PathBuf::new(), Variables::default()) else { return Vec::new() };
    let files = Files::of(vec![File { is_elsewhere: true, is_open: true, copies: copies.to_vec(), ..file }]);
    let found = files.all.first().map(|file| services(reading, file, &[], &files)).unwrap_or_default();
    let at = definition.pointer();
    let moved = |start: Start| Start { by, is_filled_in: true, at: format!("{at}{}", start.at), ..start };
    found.into_iter().map(moved).collect()
}

/// All starts of Kratos in the compose files of a project.
pub(super) fn read(reading: &Reading<'_>, paths: &[PathBuf], commands: &[Composed]) -> Vec<Start> {
    let moved = composed::moved(commands);
    let file = |path: &PathBuf| match moved.get(path) {
        None => File::read(reading, path, None),
        Some(Some(folder)) => File::read(reading, path, Some(folder)),
        Some(None) => File::read(reading, path, None).map(|file| File { is_elsewhere: true, ..file }),
    };
    let mut files: Vec<File> = paths.iter().filter_map(file).collect();
    laid::include(reading, &mut files);
    laid::by_variable(reading, &mut files);
    let mut commanded = laid::by_devcontainer(reading, &mut files);
    commanded.extend(composed::laid_over(commands));
    move_home(reading, &mut files);
    let files = Files { commanded, ..adopt(reading, Files::of(files)) };
    let laid_over: HashSet<&PathBuf> = files.all.iter().flat_map(|file| &file.over).collect();
    let mut starts = Vec::new();
    for (index, file) in files.all.iter().enumerate() {
        let is = |names: &[&str]| file.path.file_name().is_some_and(|own| names.iter().any(|name| own == *name));
        // The override is read with its base.
        if laid_over.contains(&file.path)
            || (is(&OVERRIDES) && files.beside(file, index, &BASES).is_some_and(|base| base.services().is_some()))
        {
            continue;
        }
        let mut over: Vec<&File> = file.over.iter().filter_map(|path| files.at(path)).collect();
        if over.is_empty() && is(&BASES) {
            over.extend(files.beside(file, index, &OVERRIDES));
        }
        starts.extend(services(reading, file, &over, &files));
    }
    starts
}

impl File {
    fn read(reading: &Reading<'_>, path: &Path, base: Option<&Path>) -> Option<File> {
        let source = reading.read(path).ok()?;
        let folder = base.or(path.parent())?.to_path_buf();
        let mut around = Variables::default();
        around.lay_any(reading.env_file_at(&folder.join(".env")));
        File::of(reading, parsed(&source), path, folder, around)
    }

    fn of(reading: &Reading<'_>, tree: Tree, path: &Path, folder: PathBuf, around: Variables) -> Option<File> {
        let root = tree.root()?;
        // A file may only include others.
        root.get("services").or_else(|| root.get("include"))?;
        let fields = |part: &str| root.get(part).into_iter().flat_map(Node::fields);
        let names = fields("services").map(|field| field.key.to_owned()).collect();
        let by_name = |part: &str| fields(part).map(|field| (field.key.to_owned(), field.value.id())).collect();
        let parts = ["services", "configs", "secrets", "volumes"].map(|part| (part, by_name(part))).into();
        let around = reading.known(around);
        let is_open = interpolate::is_of_coolify(tree.source().text());
        let (path, caller) = (path.to_path_buf(), folder.clone());
        let (copies, over) = (Vec::new(), Vec::new());
        Some(File { path, folder, caller, tree, parts, names, around, is_open, is_elsewhere: false, copies, over })
    }

    fn services(&self) -> Option<Node<'_>> {
        self.tree.root()?.get("services")
    }

    fn service(&self, name: &str) -> Option<Node<'_>> {
        self.part("services", name)
    }

    /// A service, config or secret of it.
    fn part(&self, part: &str, name: &str) -> Option<Node<'_>> {
        self.parts.get(part)?.get(name).map(|id| self.tree.node(*id))
    }

    /// The services that its services extend, by their files.
    fn extended(&self) -> Vec<(PathBuf, String)> {
        let of_service = |field: yaml::Field<'_>| {
            let extends = field.value.get("extends")?;
            let name = extends.as_str().or_else(|| extends.get("service")?.as_str())?.to_owned();
            let file = extends.get("file").and_then(Node::as_str);
            Some((file.map_or_else(|| self.path.clone(), |file| plain(&self.folder.join(file))), name))
        };
        self.services().into_iter().flat_map(Node::fields).filter_map(of_service).collect()
    }

    fn is_base(&self) -> bool {
        BASES.iter().any(|name| self.path.ends_with(name))
    }
}

/// The tree of a compose file, or of a template of one.
fn parsed(source: &Arc<Source>) -> Tree {
    let marks = ["{{", "{%", "<%"];
    if !marks.iter().any(|mark| source.text().contains(mark)) {
        return yaml::parse(source, Format::Yaml);
    }
    reading::parse(source)
}

/// Whether a service says what it runs; else it is a part of the same service in another file.
fn is_whole(service: Node<'_>) -> bool {
    ["image", "build", "extends"].iter().any(|key| service.get(key).is_some())
}

/// Whether a service has an image and nothing else: beside one that has more it changes the image of that.
fn has_image_alone(service: Node<'_>) -> bool {
    service.get("image").is_some() && service.fields().nth(1).is_none()
}

impl Files {
    fn of(all: Vec<File>) -> Files {
        let extended = all.iter().flat_map(File::extended).collect();
        let (by_path, by_folder, whole) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut files = Files { all, by_path, by_folder, whole, extended, commanded: HashSet::new() };
        for (index, file) in files.all.iter().enumerate() {
            files.by_path.entry(file.path.clone()).or_insert(index);
            files.by_folder.entry(file.folder.clone()).or_default().push(index);
            for field in file.services().into_iter().flat_map(Node::fields).filter(|field| is_whole(field.value)) {
                let whole = files.whole.entry(file.folder.clone()).or_default();
                let whole = whole.entry(field.key.to_owned()).or_default();
                let has_more = !has_image_alone(field.value);
                if has_more && !whole.has_more {
                    whole.first.clear();
                }
                if whole.first.len() < 2 && (has_more || !whole.has_more) {
                    whole.first.push(index);
                }
                whole.has_more |= has_more;
                whole.base = whole.base.or(file.is_base().then_some(index));
            }
        }
        files
    }

    /// Whether a file only adds to a service of another one.
    fn is_part(&self, file: &File, name: &str, service: Node<'_>) -> bool {
        let has_more =
            || self.whole.get(&file.folder).and_then(|all| all.get(name)).is_some_and(|whole| whole.has_more);
        !is_whole(service) || (has_image_alone(service) && has_more())
    }

    /// The file at a path.
    fn at(&self, path: &Path) -> Option<&File> {
        self.by_path.get(path).and_then(|index| self.all.get(*index))
    }

    /// The file of the same project folder with one of these names.
    fn beside(&self, file: &File, index: usize, names: &[&str]) -> Option<&File> {
        let others = self.by_folder.get(&file.folder)?.iter().filter(|other| **other != index);
        let mut others = others.filter_map(|other| self.all.get(*other));
        others.find(|other| names.iter().any(|name| other.path.ends_with(name)))
    }

    /// The file of the same project folder that says what a service runs of which another file has only a part.
    fn base_of(&self, part: &File, name: &str) -> Option<&File> {
        let whole = self.whole.get(&part.folder)?.get(name)?;
        let index = match whole.first.as_slice() {
            [first] => Some(*first),
            _ => whole.base,
        };
        self.all.get(index?)
    }
}

/// `-f compose.yml -f ci/compose.yml`: the paths of a file that only adds to another one are relative to the folder of that.
fn adopt(reading: &Reading<'_>, files: Files) -> Files {
    let mut moved: Vec<(usize, PathBuf)> = Vec::new();
    for (index, file) in files.all.iter().enumerate() {
        let fields = file.services().into_iter().flat_map(Node::fields);
        let parts: Vec<&str> = fields.filter(|field| !is_whole(field.value)).map(|field| field.key).collect();
        if parts.is_empty() || parts.iter().any(|name| files.base_of(file, name).is_some()) {
            continue;
        }
        let is_base = |whole: &HashMap<String, Whole>| {
            parts.iter().any(|name| whole.get(*name).is_some_and(|whole| whole.base.is_some()))
        };
        // The innermost one around it.
        let base = file.folder.ancestors().find(|folder| files.whole.get(*folder).is_some_and(is_base));
        moved.extend(base.map(|folder| (index, folder.to_path_buf())));
    }
    let mut all = files.all;
    for (index, folder) in moved {
        let Some(file) = all.get_mut(index) else { continue };
        if let Some(read) = File::read(reading, &file.path, Some(&folder)) {
            *file = read;
        }
    }
    Files::of(all)
}

/// `docker compose -f deploy/compose.yml --project-directory .`: a file none of whose folders is there is read from the nearest
/// folder around it in which they are.
fn move_home(reading: &Reading<'_>, files: &mut [File]) {
    for file in files.iter_mut() {
        let sources = sources(file);
        let is_home = |folder: &Path| sources.iter().any(|path| reading.exists(&plain(&folder.join(path))));
        if sources.is_empty() || is_home(&file.folder) {
            continue;
        }
        let root = reading.root_of(&file.folder);
        let mut around = file.folder.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
        if let Some(home) = around.find(|folder| is_home(folder)).map(Path::to_path_buf)
            && let Some(read) = File::read(reading, &file.path, Some(&home))
        {
            *file = File { over: std::mem::take(&mut file.over), ..read };
        }
    }
}

/// What the services of a file mount from below its project folder.
fn sources(file: &File) -> Vec<String> {
    let services = file.services().into_iter().flat_map(Node::fields);
    let volumes = services.flat_map(|service| service.value.select("volumes[]")).take(MAX_SOURCES);
    let source = |volume: Node<'_>| match volume.as_str() {
        Some(text) => mounts::volume(text).map(|(from, _)| from.to_owned()),
        None => volume.get("source").and_then(Node::as_str).map(str::to_owned),
    };
    let is_below = |path: &String| path.starts_with("./") && path.len() > 2 && !path.contains('$');
    volumes.filter_map(source).filter(is_below).collect()
}

/// The starts of one file. Those of `over` are merged with it always, and what only they have is started too.
fn services<'f>(reading: &Reading<'_>, file: &'f File, over: &[&'f File], files: &'f Files) -> Vec<Start> {
    let all = [&[file], over].concat();
    let of_first = |first: usize| {
        let (earlier, rest) = all.split_at(first);
        let is_new = |name: &str| earlier.iter().all(|file| file.service(name).is_none());
        let (file, over) = rest.split_first()?;
        Some(of_file(reading, Main { file, over }, files, &is_new))
    };
    (0..all.len()).filter_map(of_first).flatten().collect()
}

/// The starts of the services of a file whose names are wanted.
fn of_file<'f>(
    reading: &Reading<'_>,
    main: Main<'f>,
    files: &'f Files,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Vec<Start> {
    let mut starts = Vec::new();
    let Main { file, over } = main;
    let Some(services) = file.services() else { return starts };
    let as_part = [file];
    for field in services.fields().filter(|field| is_wanted(field.key)) {
        let mut layers = layers(main, file, field.value, files, 0);
        let is_part = files.is_part(file, field.key, field.value);
        let base = if is_part { files.base_of(file, field.key) } else { None };
        if let Some(base) = base {
            let mut all = base
                .service(field.key)
                .map(|node| self::layers(Main { file: base, over: &as_part }, base, node, files, 0))
                .unwrap_or_default();
            merged::lay(&mut all, layers);
            layers = all;
        }
        let mut others = over.iter().filter_map(|over| Some((*over, over.service(field.key)?)));
        if !others.all(|(over, node)| merged::lay_service(&mut layers, node, self::layers(main, over, node, files, 0)))
        {
            continue;
        }
        if let Some(mut start) = start(reading, field.key, &layers) {
            let is_base = files.extended.contains(&(file.path.clone(), field.key.to_owned())) && !has_command(&layers);
            start.is_variant = is_base || (base.is_some() && !files.commanded.contains(&file.path));
            // Where no file at hand has the command, the one that both are laid over is not here.
            if base.is_some() && !has_command(&layers) {
                start.arguments = Fact::Unknown;
                start.more_variables = true;
            }
            start.services = Arc::clone(&file.names);
            start.laid_over = laid::names(files, file, field.key, over);
            start.complete.files = known::files(field.key, &layers, files, over.len());
            start.complete.services = known::services(file, files);
            starts.push(start);
        }
    }
    starts
}

/// Whether layers of a service say what it runs in its container, or build that.
fn has_command(layers: &[Layer<'_>]) -> bool {
    ["command", "entrypoint", "build"].iter().any(|key| saying(layers, key).next().is_some())
}

/// A service and what it extends, base first, with the variables around the first file.
fn layers<'f>(main: Main<'f>, file: &'f File, node: Node<'f>, files: &'f Files, depth: usize) -> Vec<Layer<'f>> {
    let around = &main.file.around;
    let mut found = Vec::new();
    if let Some(extends) = node.get("extends").filter(|_| depth < MAX_EXTENDS) {
        let filled = |node: Node<'_>| interpolate::compose(node.as_str()?, around);
        let name = if extends.as_str().is_some() { Some(extends) } else { extends.get("service") };
        let name = name.and_then(filled);
        let other = match extends.get("file") {
            Some(path) => filled(path).and_then(|path| files.at(&plain(&file.folder.join(path)))),
            None => Some(file),
        };
        let base = other.and_then(|other| Some((other, other.service(&name?)?)));
        if let Some((other, base)) = base.filter(|(_, base)| base.place().span != node.place().span) {
            found.extend(layers(main, other, base, files, depth + 1));
        }
    }
    found.push(Layer { node, file, main, around });
    found
}

fn start(reading: &Reading<'_>, name: &str, layers: &[Layer<'_>]) -> Option<Start> {
    let last = |key: &str| saying(layers, key).next_back();
    let image = last("image").map(|(layer, node)| (tagged::image(reading, layer, node), node));
    let words = |key: &str| last(key).map(|(layer, node)| words::of(node, layer.around));
    let (entrypoint, command) = (words("entrypoint"), words("command"));
    let place = layers.last()?.node.key_place();
    let built = last("build").and_then(|(layer, node)| build(reading, layer, node));
    let named = || images::built(reading, &written(last("image")?.1));
    let built = if last("build").is_some() { built } else { named() };
    let mut start = match (&image, &built) {
        // An image of its own goes over nothing that is built.
        (_, Some(built)) => Start { by: By::Compose, place: place.clone(), ..built.start.clone() },
        (Some((image, node)), None) => of_image(image, *node, &place)?,
        (None, None) => return None,
    };
    if !reading.may_start(&place.source) {
        return None;
    }
    name.clone_into(&mut start.name);
    start.at = format!("/services{}", yaml::pointer_token(name));
    around(reading, layers, &mut start);
    start.more_variables |= layers.iter().any(|layer| layer.file.is_open);
    let place = last("command").or_else(|| last("entrypoint")).map_or(place, |(_, node)| node.place());
    match built {
        Some(mut built) => {
            let given = std::mem::take(&mut start.variables);
            built.start = Start { variables: given, place, ..start.clone() };
            let command_place = built.start.place.clone();
            let mut done = built.started(reading, entrypoint, command);
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
            process::set_command(&mut start, reading, entrypoint, command.unwrap_or_default(), &place);
            Some(start)
        }
    }
}

/// What a service gets: variables, mounts, ports and its working folder.
fn around(reading: &Reading<'_>, layers: &[Layer<'_>], start: &mut Start) {
    environment::read(reading, layers, start);
    for (layer, list) in saying(layers, "volumes") {
        volumes::volumes(reading, layer, list, start);
    }
    volumes::configs(layers, start);
    for (_, list) in saying(layers, "ports") {
        start.ports.extend(list.items().take(MAX_PORTS + 1).map(Node::place));
    }
    if let Some((layer, folder)) = saying(layers, "working_dir").next_back()
        && let Some(folder) = folder.as_str().and_then(|folder| interpolate::compose(folder, layer.around))
    {
        start.working_folder = there(&folder);
    }
}

/// A text as it is written, also where a template fills it in.
pub(super) fn written(node: Node<'_>) -> String {
    let place = node.place();
    node.as_str().map_or_else(|| place.source.slice(place.span).trim_matches(['"', '\'']).to_owned(), str::to_owned)
}

fn of_image((reference, tag): &(Option<String>, Place), node: Node<'_>, place: &Place) -> Option<Start> {
    let mut start = Start::new(By::Compose, place.clone());
    match reference {
        Some(reference) => start.image = Fact::Known(Image::parse(reference)?, tag.clone()),
        None => {
            // The tag is not known, the name may be.
            let written = written(node);
            let name = [":$", ":{"].iter().fold(written.as_str(), |name, mark| name.split(mark).next().unwrap_or(name));
            Image::parse(name)?;
        }
    }
    Some(start)
}

/// `build: folder` or `build: {context, dockerfile, dockerfile_inline, args, target}`.
fn build(reading: &Reading<'_>, layer: &Layer<'_>, node: Node<'_>) -> Option<dockerfile::Built> {
    let filled = |node: Node<'_>| interpolate::compose(node.as_str()?, layer.around);
    let context = match node.as_str() {
        Some(_) => filled(node)?,
        None => node.get("context").map_or(Some(".".to_owned()), filled)?,
    };
    let context = plain(&layer.file.folder.join(context));
    let mut arguments = Variables::default();
    environment::pairs(node.get("args"), layer.around, &mut arguments);
    let target = node.get("target").and_then(Node::as_str);
    if let Some(inline) = node.get("dockerfile_inline").and_then(Node::embedded) {
        return dockerfile::read(reading, &inline, &context, &arguments, target);
    }
    let name = node.get("dockerfile").map_or(Some("Dockerfile".to_owned()), filled)?;
    let source = reading.read(&context.join(name)).ok()?;
    dockerfile::read(reading, &source, &context, &arguments, target)
}
