//! Task definitions of ECS, alone as JSON or as resources of a template of `CloudFormation`.

use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::Word;
use super::dockerfile::{self, Built};
use super::images;
use super::mounts::there;
use super::reading::Reading;
use super::variables::variable;
use super::{By, Fact, Here, Image, Mount, Start};
use crate::text::{Source, marks};
use crate::yaml::Node;

/// The type of such a resource.
const RESOURCE: &str = "AWS::ECS::TaskDefinition";

/// Longest image reference that parameters are put into.
const MAX_REFERENCE: usize = 1_000;

/// Most variables, secrets or mounts of a container that are read; aliases bring the same list many times.
const MAX_ITEMS: usize = 1_000;

/// The starts in templates of `CloudFormation`.
pub(super) fn of_yaml(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)]) -> Vec<Start> {
    let mut starts = Vec::new();
    for (_, source) in files.iter().filter(|(_, source)| source.text().contains(RESOURCE)) {
        for tree in reading.documents(source).iter() {
            starts.extend(tree.root().into_iter().flat_map(|root| of_document(reading, root)));
        }
    }
    starts
}

/// The starts of a task definition, or of those among the resources of a template.
pub(super) fn of_document(reading: &Reading<'_>, root: Node<'_>) -> Vec<Start> {
    let resources = root.get("Resources").into_iter().flat_map(Node::fields).map(|field| field.value);
    let tasks = resources.filter(|one| one.get("Type").and_then(Node::as_str) == Some(RESOURCE));
    let containers = tasks.flat_map(|task| task.select("Properties.ContainerDefinitions[]"));
    let containers = root.select("containerDefinitions[]").into_iter().chain(containers);
    containers.filter_map(|container| start(reading, root, container)).collect()
}

/// A container of a task definition.
fn start(reading: &Reading<'_>, root: Node<'_>, container: Node<'_>) -> Option<Start> {
    let node = field(container, "image")?;
    let reference = filled(root, node);
    let built = reference.as_deref().and_then(|reference| images::built(reading, reference));
    let image = match (&built, &reference) {
        (Some(built), _) => built.start.image.clone(),
        (None, Some(reference)) => Fact::Known(Image::parse(reference)?, node.place()),
        (None, None) => {
            Image::parse(written(node)?.split(":${").next()?)?;
            Fact::Unknown
        }
    };
    if !reading.may_start(container.source()) {
        return None;
    }
    let of_built = |built: &Built| Start { by: By::Platform, place: node.place(), ..built.start.clone() };
    let mut start = built.as_ref().map_or_else(|| Start::new(By::Platform, node.place()), of_built);
    start.image = image;
    let environment = field(container, "environment");
    // What computes a list may bring any.
    let is_open = |list: Node<'_>| !list.is_sequence() || list.tag().is_some() || list.items().len() > MAX_ITEMS;
    start.more_variables = field(container, "environmentFiles").is_some() || environment.is_some_and(is_open);
    for item in environment.into_iter().flat_map(Node::items).take(MAX_ITEMS) {
        match field(item, "name").and_then(plain) {
            Some(name) => {
                let value = field(item, "value").and_then(plain).map(str::to_owned);
                start.variables.push(variable(name, value, &item.place()));
            }
            None => start.more_variables = true,
        }
    }
    for secret in field(container, "secrets").into_iter().flat_map(Node::items).take(MAX_ITEMS) {
        match field(secret, "name").and_then(plain) {
            Some(name) => start.variables.push(variable(name, None, &secret.place())),
            None => start.more_variables = true,
        }
    }
    for mount in field(container, "mountPoints").into_iter().flat_map(Node::items).take(MAX_ITEMS) {
        let Some(path) = field(mount, "containerPath").and_then(plain) else { continue };
        start.mounts.push(Mount { there: there(path), here: Here::Unknown, place: mount.place() });
    }
    let words = |key: &str| -> Option<Vec<Word>> {
        let list = field(container, key)?;
        // What computes a list is one word that is not known.
        let is_list = list.is_sequence() && list.tag().is_none();
        let words = list.items().map(|item| plain(item).map(str::to_owned));
        Some(if is_list { words.collect() } else { vec![None] })
    };
    let place = field(container, "command").map_or_else(|| node.place(), Node::place);
    Some(dockerfile::container(built, start, reading, (words("entryPoint"), words("command")), &place))
}

/// A value by its key as ECS writes it, or as `CloudFormation` does.
fn field<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.get(key).or_else(|| {
        let (first, rest) = key.split_at_checked(1)?;
        node.get(&(first.to_ascii_uppercase() + rest))
    })
}

/// A text that no function of `CloudFormation` computes.
fn plain(node: Node<'_>) -> Option<&str> {
    node.as_str().filter(|_| node.tag().is_none_or(|tag| tag.starts_with("!!") || tag.starts_with("tag:")))
}

/// The text that a function of `CloudFormation` fills in: `!Sub text`, `{"Fn::Sub": text}`.
fn written(node: Node<'_>) -> Option<&str> {
    let is_tagged = || node.tag().is_some_and(|tag| tag.trim_start_matches('!') == "Sub");
    let tagged = node.as_str().filter(|_| is_tagged());
    tagged.or_else(|| node.get("Fn::Sub").and_then(Node::as_str))
}

/// A text with the defaults of the parameters that it names.
fn filled(root: Node<'_>, node: Node<'_>) -> Option<String> {
    if let Some(text) = plain(node) {
        return Some(text.to_owned());
    }
    let default = |name: &str| {
        let default = root.get("Parameters")?.get(name)?.get("Default")?.as_str()?;
        (default.len() <= MAX_REFERENCE).then_some(default)
    };
    let is_reference = node.tag().is_some_and(|tag| tag.trim_start_matches('!') == "Ref");
    let name = node.as_str().filter(|_| is_reference).or_else(|| node.get("Ref").and_then(Node::as_str));
    if let Some(name) = name {
        return default(name).map(str::to_owned);
    }
    marks::replaced(written(node)?, ("${", "}"), |text, name| {
        text.push_str(default(name)?);
        (text.len() <= MAX_REFERENCE).then_some(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{self, Format};

    fn image(text: &str) -> Option<String> {
        let tree = yaml::parse(&Source::new("stack.yml", text), Format::Yaml);
        let root = tree.root().expect("a document");
        filled(root, root.get("Image").expect("an image"))
    }

    #[test]
    fn parameters_are_filled_in_within_bounds() {
        let of = |image_of: &str| image(&format!("Parameters: {{T: {{Default: v1.2.0}}}}\nImage: {image_of}\n"));
        assert_eq!(of("!Sub 'oryd/kratos:${T}'").as_deref(), Some("oryd/kratos:v1.2.0"));
        assert_eq!(of("{Fn::Sub: 'oryd/kratos:${T}-distroless'}").as_deref(), Some("oryd/kratos:v1.2.0-distroless"));
        assert_eq!(of("!Ref T").as_deref(), Some("v1.2.0"));
        assert_eq!(of("!Sub 'oryd/kratos:${Other}'"), None);
        assert_eq!(of("!Join [':', [oryd/kratos, v1.2.0]]"), None);
        let long =
            format!("Parameters: {{T: {{Default: {}}}}}\nImage: !Sub '{}'\n", "a".repeat(900), "${T}".repeat(900));
        assert_eq!(image(&long), None);
    }
}
