//! Images that the project builds under names of its own: `docker build -t`, pipelines, and compose files with `build` and `image`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dockerfile::{self, Built};
use super::image::{Image, key};
use super::reading::{Build, Reading, set_once};
use super::script;
use super::shell::{self, Word};
use crate::disk::plain;
use crate::text::Source;
use crate::yaml::Node;

/// The image that the project builds under this name, if it has Kratos in it.
pub(super) fn built(reading: &Reading<'_>, reference: &str) -> Option<Built> {
    let name = key(reference)?;
    // A tag that names a release says more than the name of a folder.
    let is_release = || Image::parse(reference).is_some_and(|image| image.asked.is_some());
    let by_folder = || if is_release() { None } else { reading.folder_build(name) };
    let build = reading.build(name).or_else(by_folder)?;
    let source = reading.read(&build.dockerfile).ok()?;
    let given = dockerfile::given(reading, &source, &build.context);
    dockerfile::read(reading, &source, &build.context, &given, None)
}

/// Remembers what scripts, Makefiles, pipelines, compose files and Skaffold build.
pub(super) fn remember(
    reading: &Reading<'_>,
    root: &Path,
    yamls: &[(PathBuf, Arc<Source>)],
    scripts: &[(PathBuf, Arc<Source>)],
    makefiles: &[(PathBuf, Arc<Source>)],
) {
    // They are called from their own folder or, as often, from the root.
    for (path, source) in scripts.iter().filter(|(_, source)| source.text().contains("build")) {
        for command in shell::likely_commands(source.text(), &|_| None) {
            of_command(reading, &command.words, &[root, path.parent().unwrap_or(root)]);
        }
    }
    for (path, source) in makefiles.iter().filter(|(_, source)| source.text().contains("build")) {
        let (text, variables) = script::recipes(source, &|file| reading.read(&path.parent()?.join(file)).ok());
        let lookup = |name: &str| variables.get(name).and_then(|variable| variable.value.as_deref());
        for command in shell::likely_commands(&text, &lookup) {
            of_command(reading, &command.words, &[root, path.parent().unwrap_or(root)]);
        }
    }
    for (path, source) in yamls.iter().filter(|(_, source)| source.text().contains("build")) {
        let Some(tree) = reading.tree(path) else { continue };
        let is_pipeline = path.starts_with(root.join(".github"))
            || source.text().contains("docker build")
            || gives_arguments(source.text());
        if is_pipeline {
            of_pipeline(reading, tree.root(), root);
        }
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("cloudbuild")) {
            of_cloud_build(reading, tree.root(), root);
        }
        if let Some(folder) = path.parent() {
            of_skaffold(reading, tree.root(), folder);
            of_compose(reading, tree.root(), folder);
        }
    }
}

/// Remembers the Dockerfiles of Kratos by their folders: `auth/Dockerfile` builds what a platform runs as `…/auth:latest`.
pub(super) fn remember_folders(reading: &Reading<'_>, root: &Path, files: &[(PathBuf, Arc<Source>)]) {
    for (path, source) in files {
        let Some(folder) = path.parent().filter(|folder| *folder != root) else { continue };
        let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { continue };
        let context = dockerfile::context(reading, source, folder, root);
        reading.set_folder(name, &Build { dockerfile: path.clone(), context });
    }
}

/// `build.artifacts` of Skaffold.
fn of_skaffold(reading: &Reading<'_>, root: Option<Node<'_>>, folder: &Path) {
    for artifact in root.into_iter().flat_map(|root| root.select("build.artifacts[]")) {
        let text = |key: &str| artifact.find(key).and_then(Node::as_str);
        let Some(image) = text("image") else { continue };
        let context = plain(&folder.join(text("context").unwrap_or(".")));
        let dockerfile = plain(&context.join(text("docker.dockerfile").unwrap_or("Dockerfile")));
        let build = Build { dockerfile, context };
        let arguments = artifact.find("docker.buildArgs").into_iter().flat_map(Node::fields);
        give(
            reading,
            &build,
            arguments.filter_map(|field| Some((field.key.to_owned(), field.value.as_str()?.to_owned()))),
        );
        take(reading, image, &build);
    }
}

/// Steps of Cloud Build: the arguments of `docker` or kaniko, with the substitutions of the file.
fn of_cloud_build(reading: &Reading<'_>, document: Option<Node<'_>>, root: &Path) {
    let Some(document) = document else { return };
    let known = variables(document);
    for step in document.select("steps[]") {
        let Some(name) = step.get("name").and_then(Node::as_str) else { continue };
        let program = if name.contains("kaniko") { KANIKO } else { "docker" };
        let words = step.get("args").into_iter().flat_map(Node::items).map(|item| filled(item.as_str()?, &known));
        let words: Vec<Word> = std::iter::once(Some(program.to_owned())).chain(words).collect();
        let folder = step.get("dir").and_then(Node::as_str).map_or_else(|| root.to_path_buf(), |dir| root.join(dir));
        of_command(reading, &words, &[&folder]);
    }
}

/// The program of kaniko.
const KANIKO: &str = "executor";

/// Keys of the variables of a pipeline.
const VARIABLES: [&str; 3] = ["env", "variables", "substitutions"];

/// Variables of a pipeline; none for those with two values.
pub(super) type Known<'t> = HashMap<&'t str, Option<&'t str>>;

/// The variables of a whole pipeline.
pub(super) fn variables(document: Node<'_>) -> Known<'_> {
    let mut known = HashMap::new();
    let maps = document.descendants().into_iter().filter(|node| node.key().is_some_and(|key| VARIABLES.contains(&key)));
    for field in maps.flat_map(Node::fields) {
        let Some(value) = field.value.as_str().filter(|value| !value.contains('$')) else { continue };
        set_once(&mut known, field.key, value, PartialEq::eq);
    }
    known
}

/// A text with `${NAME}`, `$NAME` and `${{ env.NAME }}` put in; none when one is not known.
pub(super) fn filled(text: &str, known: &Known<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, after) = match (after.strip_prefix("{{"), after.strip_prefix('{')) {
            (Some(inner), _) => inner.split_once("}}")?,
            (None, Some(inner)) => inner.split_once('}')?,
            _ => after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len())),
        };
        let name = name.trim();
        let value = *known.get(name.strip_prefix("env.").unwrap_or(name)).filter(|_| out.len() <= MAX_TEXT)?;
        out.push_str(value?);
        rest = after;
    }
    out.push_str(rest);
    (out.len() <= MAX_TEXT).then_some(out)
}

/// Longest text that is filled in, in bytes.
const MAX_TEXT: usize = 4_096;

/// What the steps of a pipeline build; they run at the root of the repository.
fn of_pipeline(reading: &Reading<'_>, document: Option<Node<'_>>, root: &Path) {
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    let Some(document) = document else { return };
    let known = variables(document);
    let lookup = |name: &str| known.get(name).copied().flatten();
    for node in document.descendants() {
        match node.key() {
            Some("with") => {
                let tags = node.get("tags").and_then(Node::as_str);
                if tags.is_some_and(|tags| seen.insert(tags.as_ptr())) {
                    of_action(reading, node, root, &known);
                }
            }
            Some("run" | "script") => {
                let texts = node.items().chain([node]).filter_map(Node::as_str);
                for text in texts.filter(|text| seen.insert(text.as_ptr()) && text.contains("build")) {
                    for command in shell::commands(text, &lookup) {
                        of_command(reading, &command.words, &[root]);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A service with `build` and `image`.
fn of_compose(reading: &Reading<'_>, root: Option<Node<'_>>, folder: &Path) {
    for service in root.and_then(|root| root.get("services")).into_iter().flat_map(Node::fields) {
        let (Some(build), Some(image)) = (service.value.get("build"), service.value.get("image")) else { continue };
        let Some(image) = image.as_str() else { continue };
        let text = |key: &str| build.get(key).and_then(Node::as_str);
        let context = plain(&folder.join(build.as_str().or_else(|| text("context")).unwrap_or(".")));
        let dockerfile = plain(&context.join(text("dockerfile").unwrap_or("Dockerfile")));
        take(reading, image, &Build { dockerfile, context });
    }
}

/// `docker/build-push-action` with `context`, `file`, `tags` and `build-args`.
fn of_action(reading: &Reading<'_>, with: Node<'_>, root: &Path, known: &Known<'_>) {
    let text = |key: &str| with.get(key).and_then(Node::as_str);
    let Some(tags) = text("tags") else { return };
    let is_written = |text: &str| !text.contains("${{");
    let context = text("context").filter(|text| is_written(text)).unwrap_or(".");
    let context = plain(&root.join(context));
    let Some(file) =
        text("file").map_or(Some(context.join("Dockerfile")), |file| is_written(file).then(|| plain(&root.join(file))))
    else {
        return;
    };
    let build = Build { dockerfile: file, context };
    let arguments = text("build-args").unwrap_or_default().lines().filter_map(|line| line.trim().split_once('='));
    give(reading, &build, arguments.filter_map(|(name, value)| Some((name.to_owned(), filled(value, known)?))));
    for tag in tags.lines().flat_map(|line| line.split(',')) {
        take(reading, tag.trim(), &build);
    }
}

/// `docker build -t NAME -f FILE --build-arg NAME=VALUE CONTEXT`, and the same of kaniko.
fn of_command(reading: &Reading<'_>, words: &[Word], folders: &[&Path]) {
    let mut words = words.iter().map(|word| word.as_deref().unwrap_or(shell::UNKNOWN)).skip_while(|word| {
        !word.rsplit('/').next().is_some_and(|name| BUILDERS.contains(&name.trim_start_matches('@')))
    });
    let is_kaniko = words.next().is_some_and(|word| word.rsplit('/').next() == Some(KANIKO));
    let (mut names, mut arguments, mut file, mut context) = (Vec::new(), Vec::new(), None, is_kaniko.then_some("."));
    let mut builds = is_kaniko;
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        match option {
            "build" => builds = true,
            "-t" | "--tag" | "-d" | "--destination" => names.extend(value.or_else(|| words.next())),
            "-f" | "--file" | "--dockerfile" => file = value.or_else(|| words.next()),
            "-c" | "--context" if is_kaniko => context = value.or_else(|| words.next()),
            "--build-arg" => arguments.extend(value.or_else(|| words.next()).and_then(|pair| pair.split_once('='))),
            "--target" | "--platform" | "--label" | "--cache-from" | "--cache-to" | "--progress" if value.is_none() => {
                _ = words.next();
            }
            _ if option.starts_with('-') => {}
            _ => context = Some(word).filter(|_| builds),
        }
    }
    let Some(context) = context.filter(|context| builds && !context.contains(shell::UNKNOWN)) else { return };
    for folder in folders {
        let context = plain(&folder.join(context));
        let dockerfile = file.map_or_else(|| context.join("Dockerfile"), |file| plain(&folder.join(file)));
        if reading.is_file(&dockerfile) {
            let build = Build { dockerfile, context };
            let arguments = arguments.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            give(reading, &build, arguments);
            for name in names {
                take(reading, name, &build);
            }
            return;
        }
    }
}

/// Whether a text may give an image arguments: those need not have the name of Kratos in them.
pub(super) fn gives_arguments(text: &str) -> bool {
    ["--build-arg", "build-args:", "buildArgs:"].iter().any(|word| text.contains(word))
}

/// Programs that build images.
const BUILDERS: [&str; 5] = ["docker", "podman", "nerdctl", "buildah", KANIKO];

/// Remembers the values that a builder gives to arguments, as far as they are known.
pub(super) fn give(reading: &Reading<'_>, build: &Build, arguments: impl Iterator<Item = (String, String)>) {
    let dot_env = reading.env_file_at(&build.context.join(".env"));
    // `${KRATOS_VERSION:-latest}` is what `.env` says, where that does.
    let is_said = |name: &str| dot_env.as_ref().is_some_and(|layer| layer.get(name).is_some());
    let arguments = arguments.map(|(name, value)| (name, value.trim_matches(['"', '\'']).to_owned()));
    let arguments = arguments.filter(|(name, value)| value != "latest" || !is_said(name));
    for (name, value) in arguments.filter(|(_, value)| !value.contains(['$', '{']) && !value.contains(shell::UNKNOWN)) {
        reading.set_argument(&build.dockerfile, &name, &value);
    }
}

/// Remembers what an image is built from.
pub(super) fn take(reading: &Reading<'_>, name: &str, build: &Build) {
    if let Some(key) = key(name).filter(|_| reading.is_file(&build.dockerfile)) {
        reading.set_build(key, build);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_registry_and_tag() {
        assert_eq!(key("ghcr.io/org/auth:v1"), Some("auth"));
        assert_eq!(key("$REGISTRY/auth:$TAG"), Some("auth"));
        assert_eq!(key("registry:5000/auth@sha256:00"), Some("auth"));
        assert!(
            key("oryd/kratos:v1.3.1").is_none() && key("docker.io/oryd/kratos").is_none() && key("$IMAGE").is_none()
        );
    }
}
