//! Images that the project builds under names of its own: `docker build -t`, pipelines, and compose files with `build` and `image`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dockerfile::{self, Built};
use super::image::Image;
use super::reading::{Build, Reading};
use super::shell::{self, Word};
use super::variables::Variables;
use crate::disk::plain;
use crate::text::Source;
use crate::yaml::Node;

/// The last part of the name of an image, without its tag; none for the images of Ory and for what is not known.
fn key(reference: &str) -> Option<&str> {
    let without_digest = reference.split('@').next()?;
    let (folder, last) = without_digest.rsplit_once('/').unwrap_or(("", without_digest));
    let name = last.split(':').next()?;
    let is_known = !name.is_empty() && !name.contains(['$', '{', '}', ' ']) && !name.contains(shell::UNKNOWN);
    let is_ory = folder.rsplit('/').next().is_some_and(|folder| folder == "oryd" || folder == "ory");
    (is_known && !is_ory).then_some(name)
}

/// The image that the project builds under this name, if it has Kratos in it.
pub(super) fn built(reading: &Reading<'_>, reference: &str) -> Option<Built> {
    let name = key(reference)?;
    // A tag that names a release says more than the name of a folder.
    let is_release = || Image::parse(reference).is_some_and(|image| image.asked.is_some());
    let by_folder = || if is_release() { None } else { reading.folder_build(name) };
    let build = reading.build(name).or_else(by_folder)?;
    let source = reading.read(&build.dockerfile).ok()?;
    dockerfile::read(reading, &source, &build.context, &Variables::default(), None)
}

/// Remembers what scripts, pipelines, compose files and Skaffold build.
pub(super) fn remember(
    reading: &Reading<'_>,
    root: &Path,
    yamls: &[(PathBuf, Arc<Source>)],
    scripts: &[(PathBuf, Arc<Source>)],
) {
    for (path, source) in scripts.iter().filter(|(_, source)| source.text().contains("build")) {
        for command in shell::likely_commands(source.text(), &|_| None) {
            // Scripts are called from their own folder or, as often, from the root.
            of_command(reading, &command.words, &[root, path.parent().unwrap_or(root)]);
        }
    }
    for (path, source) in yamls.iter().filter(|(_, source)| source.text().contains("build")) {
        let Some(tree) = reading.tree(path) else { continue };
        let is_pipeline = path.starts_with(root.join(".github")) || source.text().contains("docker build");
        if is_pipeline {
            of_pipeline(reading, tree.root(), root);
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
        take(reading, image, &Build { dockerfile, context });
    }
}

/// What the steps of a pipeline build; they run at the root of the repository.
fn of_pipeline(reading: &Reading<'_>, document: Option<Node<'_>>, root: &Path) {
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    for node in document.into_iter().flat_map(Node::descendants) {
        match node.key() {
            Some("with") => {
                let tags = node.get("tags").and_then(Node::as_str);
                if tags.is_some_and(|tags| seen.insert(tags.as_ptr())) {
                    of_action(reading, node, root);
                }
            }
            Some("run" | "script") => {
                let texts = node.items().chain([node]).filter_map(Node::as_str);
                for text in texts.filter(|text| seen.insert(text.as_ptr()) && text.contains("build")) {
                    for command in shell::commands(text, &|_| None) {
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

/// `docker/build-push-action` with `context`, `file` and `tags`.
fn of_action(reading: &Reading<'_>, with: Node<'_>, root: &Path) {
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
    for tag in tags.lines().flat_map(|line| line.split(',')) {
        take(reading, tag.trim(), &build);
    }
}

/// `docker build -t NAME -f FILE CONTEXT`.
fn of_command(reading: &Reading<'_>, words: &[Word], folders: &[&Path]) {
    let mut words = words
        .iter()
        .map(|word| word.as_deref().unwrap_or(shell::UNKNOWN))
        .skip_while(|word| !matches!(word.rsplit('/').next(), Some("docker" | "podman" | "nerdctl" | "buildah")));
    let (mut names, mut file, mut context, mut builds) = (Vec::new(), None, None, false);
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        match option {
            "build" => builds = true,
            "-t" | "--tag" => names.extend(value.or_else(|| words.next())),
            "-f" | "--file" => file = value.or_else(|| words.next()),
            "--build-arg" | "--target" | "--platform" | "--label" | "--cache-from" | "--cache-to" | "--progress"
                if value.is_none() =>
            {
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
            for name in names {
                take(reading, name, &build);
            }
            return;
        }
    }
}

fn take(reading: &Reading<'_>, name: &str, build: &Build) {
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
