//! Applications of platforms that say in one file which container runs how: accessories of Kamal (`config/deploy.yml`), app specs of
//! `DigitalOcean` (`.do/app.yaml`), manifests of AWS Copilot (`copilot/*/manifest.yml`) and services of GitLab (`.gitlab-ci.yml`).
//!
//! Facts: the reference pages of kamal-deploy.org (accessories), docs.digitalocean.com (app spec), aws.github.io/copilot-cli
//! (manifest); not run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{self, Word};
use super::mounts::{self, there};
use super::reading::Reading;
use super::variables::{Variables, variable};
use super::{By, Fact, Here, Image, Mount, Role, Start, dockerfile, images};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::text::Source;
use crate::yaml::{Node, Tree};

/// Most variables and files of a container that are read; aliases bring the same list many times.
const MAX_ITEMS: usize = 1_000;

/// All starts in such files.
pub(super) fn read(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)], root: &Path) -> Vec<Start> {
    let mut starts = Vec::new();
    for (path, source) in files {
        let Some(of) = reader(path) else { continue };
        for tree in reading.documents(source).iter() {
            of(reading, tree, root, &mut starts);
        }
    }
    starts.retain(|start| start.role != Role::Other);
    starts
}

type Reader = fn(&Reading<'_>, &Tree, &Path, &mut Vec<Start>);

/// What reads a file of this name.
fn reader(path: &Path) -> Option<Reader> {
    let name = path.file_name()?.to_str()?;
    let mut folders = path.ancestors().skip(1).filter_map(Path::file_name);
    let folder = folders.next()?;
    match name {
        _ if folder == "config" && name.starts_with("deploy.") => Some(kamal),
        _ if folder == ".do" => Some(digitalocean),
        _ if name.starts_with(".gitlab-ci") => Some(gitlab),
        "manifest.yml" if folders.any(|around| around == "copilot") => Some(copilot),
        _ => None,
    }
}

/// What one container is made of.
struct Container<'t> {
    node: Node<'t>,
    image: Option<(String, Node<'t>)>,
    build: Option<(PathBuf, PathBuf)>,
    entrypoint: Option<Vec<Word>>,
    command: Option<Node<'t>>,
    variables: Vec<Variable>,
    more_variables: bool,
    mounts: Vec<Mount>,
}

impl Container<'_> {
    fn start(self, reading: &Reading<'_>) -> Option<Start> {
        let of_file = |(file, context): (PathBuf, PathBuf)| {
            let source = reading.read(&file).ok()?;
            dockerfile::read(reading, &source, &context, &Variables::default(), None)
        };
        let built = match &self.image {
            Some((reference, _)) => images::built(reading, reference),
            None => self.build.and_then(of_file),
        };
        let place = self.node.place();
        let mut start = match (&built, &self.image) {
            (Some(built), _) => Start { by: By::Platform, place: place.clone(), ..built.start.clone() },
            (None, Some((reference, node))) => {
                let mut start = Start::new(By::Platform, place.clone());
                start.image = Fact::Known(Image::parse(reference)?, node.place());
                start
            }
            (None, None) => return None,
        };
        if !reading.may_start(&place.source) {
            return None;
        }
        start.variables.extend(self.variables);
        start.more_variables |= self.more_variables;
        self.mounts.into_iter().for_each(|mount| start.mounts.push(mount));
        let at = self.command.map_or_else(|| place.clone(), Node::place);
        let words = (self.entrypoint, self.command.map(words));
        Some(Start { place, ..dockerfile::container(built, start, reading, words, &at) })
    }
}

/// A command as a text or a list.
fn words(node: Node<'_>) -> Vec<Word> {
    match node.as_str() {
        Some(text) if !text.contains("<%") => arguments::split(text),
        Some(_) => vec![None],
        None => node.items().map(|item| item.as_str().map(str::to_owned)).collect(),
    }
}

/// A value as it is written; none where a template fills it in.
fn value(node: Node<'_>) -> Option<String> {
    let is_single = !node.is_mapping() && !node.is_sequence() && !node.is_unknown();
    let place = node.place();
    let written = || place.source.slice(place.span).trim_matches(['"', '\'']);
    let text = is_single.then(|| node.as_str().unwrap_or_else(written))?;
    (!text.contains(['<', '$'])).then(|| text.to_owned())
}

/// The variables of a map.
fn of_map(map: Option<Node<'_>>, is_known: bool) -> Vec<Variable> {
    let fields = map.into_iter().flat_map(Node::fields).take(MAX_ITEMS);
    let one = |field: crate::yaml::Field<'_>| {
        variable(field.key, value(field.value).filter(|_| is_known), &field.value.key_place())
    };
    fields.map(one).collect()
}

/// `accessories` of Kamal. It copies `files` to the machine; folders and volumes are those of the machine.
fn kamal(reading: &Reading<'_>, tree: &Tree, root: &Path, starts: &mut Vec<Start>) {
    // The folder of the application is the one around `config`.
    let path = reading.absolute(Path::new(tree.source().path()));
    let home = path.parent().and_then(Path::parent).unwrap_or(root).to_path_buf();
    let accessories = tree.root().and_then(|root| root.get("accessories"));
    for field in accessories.into_iter().flat_map(Node::fields) {
        let node = field.value;
        let Some(image) = node.get("image").and_then(|node| Some((node.as_str()?.to_owned(), node))) else { continue };
        let env = node.get("env");
        let is_plain = env.is_some_and(|env| env.get("clear").is_none() && env.get("secret").is_none());
        let mut variables = of_map(if is_plain { env } else { env.and_then(|env| env.get("clear")) }, true);
        for secret in env.into_iter().flat_map(|env| env.select("secret[]")).take(MAX_ITEMS) {
            let name = secret.as_str().map(|name| name.split(':').next().unwrap_or(name));
            variables.extend(name.map(|name| variable(name, None, &secret.place())));
        }
        let mut mounts = Vec::new();
        for (key, is_here) in [("files", true), ("directories", false), ("volumes", false)] {
            for item in node.select(&format!("{key}[]")).into_iter().take(MAX_ITEMS) {
                let pair = item.as_str().and_then(mounts::volume);
                let Some((from, to)) = pair.or_else(|| Some((text(item, "local")?, text(item, "remote")?))) else {
                    continue;
                };
                let here = if is_here { Here::Path(plain(&home.join(from))) } else { Here::Unknown };
                mounts.push(Mount { there: there(to), here, place: item.place() });
            }
        }
        let container = Container {
            node,
            image: Some(image),
            build: None,
            entrypoint: None,
            command: node.get("cmd"),
            variables,
            more_variables: false,
            mounts,
        };
        starts.extend(container.start(reading));
    }
}

fn text<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.find(key).and_then(Node::as_str)
}

/// `services` of the jobs of GitLab: what they start is for tests, and gets the variables of the job.
fn gitlab(reading: &Reading<'_>, tree: &Tree, _root: &Path, starts: &mut Vec<Start>) {
    let Some(document) = tree.root() else { return };
    let known = images::variables(document);
    let lists = document.descendants().into_iter().filter(|node| node.key() == Some("services"));
    for node in lists.flat_map(Node::items).take(MAX_ITEMS) {
        let named = node.get("name").unwrap_or(node);
        let Some(reference) = named.as_str().filter(|text| text.contains("kratos")) else { continue };
        let container = Container {
            node,
            image: images::filled(reference, &known).map(|reference| (reference, named)),
            build: None,
            entrypoint: node.get("entrypoint").map(words),
            command: node.get("command"),
            variables: of_map(node.get("variables"), true),
            more_variables: true,
            mounts: Vec::new(),
        };
        starts.extend(container.start(reading).map(|start| Start { is_variant: true, ..start }));
    }
}

/// The components of an app spec of `DigitalOcean`: paths begin at the root of the repository.
fn digitalocean(reading: &Reading<'_>, tree: &Tree, root: &Path, starts: &mut Vec<Start>) {
    let Some(document) = tree.root() else { return };
    // A template for a button has the spec below a key.
    let spec = document.get("spec").unwrap_or(document);
    let all = spec.select("envs[]");
    for node in ["services[]", "workers[]", "jobs[]"].into_iter().flat_map(|list| spec.select(list)) {
        let image = node.get("image").and_then(|image| {
            let repository = text(image, "repository")?;
            let owner = text(image, "registry").map(|owner| format!("{owner}/")).unwrap_or_default();
            let tag = text(image, "tag").or_else(|| text(image, "digest")).unwrap_or("latest");
            Some((format!("{owner}{repository}:{tag}"), image))
        });
        let context = plain(&root.join(text(node, "source_dir").unwrap_or(".").trim_start_matches('/')));
        let dockerfile = text(node, "dockerfile_path").map(|file| plain(&root.join(file.trim_start_matches('/'))));
        let envs = all.iter().copied().chain(node.select("envs[]")).take(MAX_ITEMS);
        let one = |item: Node<'_>| Some(variable(text(item, "key")?, item.get("value").and_then(value), &item.place()));
        let container = Container {
            node,
            image,
            build: dockerfile.map(|file| (file, context)),
            entrypoint: None,
            command: node.get("run_command"),
            variables: envs.filter_map(one).collect(),
            // Its pages keep variables too.
            more_variables: true,
            mounts: Vec::new(),
        };
        starts.extend(container.start(reading));
    }
}

/// A manifest of Copilot: paths begin at the root of the repository.
fn copilot(reading: &Reading<'_>, tree: &Tree, root: &Path, starts: &mut Vec<Start>) {
    let Some(node) = tree.root() else { return };
    let image = node.find("image.location").and_then(|node| Some((node.as_str()?.to_owned(), node)));
    let build = node.find("image.build");
    let file = build.and_then(|build| build.as_str().or_else(|| text(build, "dockerfile")));
    let file = file.map(|file| plain(&root.join(file)));
    let context = build.and_then(|build| text(build, "context")).map(|context| plain(&root.join(context)));
    let build = file.map(|file| {
        let own = file.parent().unwrap_or(root).to_path_buf();
        (file, context.unwrap_or(own))
    });
    let mut variables = of_map(node.get("variables"), true);
    variables.extend(of_map(node.get("secrets"), false));
    let container = Container {
        node,
        image,
        build,
        entrypoint: node.get("entrypoint").map(words),
        command: node.get("command"),
        variables,
        more_variables: node.get("env_file").is_some() || node.get("environments").is_some(),
        mounts: Vec::new(),
    };
    starts.extend(container.start(reading));
}
