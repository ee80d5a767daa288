//! The templates that a configuration gives: in a folder, in `courier.templates`, in the values of Ory's chart.

use std::sync::Arc;

use crate::files::{Files, FoundFile};
use crate::kratos::messages::folder::{Below, Folder};
use crate::kratos::messages::{Channel, MESSAGES, Message, Part};
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::{self, Node};

/// The template of one part of a message, with what is parsed together with it.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// The message.
    pub message: &'static Message,
    /// The part.
    pub part: Part,
    /// How it is given.
    pub origin: Origin,
    /// Names and texts, in the order in which they are parsed.
    pub sources: Vec<(String, Arc<Source>)>,
    /// The index of the text that is executed.
    pub main: usize,
    /// Whether all texts could be read.
    pub is_complete: bool,
    /// What refers to it in the configuration.
    pub pointer: String,
    /// Where that is.
    pub reference: Place,
}

/// How a template is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file below `courier.template_override_path`.
    Folder,
    /// A value below `courier.templates`.
    Key,
    /// A value below `emailTemplates` beside the configuration, in the values of Ory's chart.
    Chart,
}

/// All templates of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Those that could be read.
    pub templates: Vec<Template>,
    /// The folder of templates, where it is in this project.
    pub folder: Option<Folder>,
    /// `emailTemplates` of the values around the configuration.
    pub chart: Vec<ChartEntry>,
}

/// An entry of `emailTemplates`: `<message>.<variant>.<field>`.
#[derive(Clone, Debug)]
pub(crate) struct ChartEntry {
    /// The key of the message.
    pub name: String,
    /// The key of the variant.
    pub variant: String,
    /// The field.
    pub field: String,
    /// Where `emailTemplates` is.
    pub top: Place,
    /// Where the key of the message, of the variant and of the field stand.
    pub keys: [Place; 3],
    /// Its text.
    pub text: Option<Arc<Source>>,
}

/// Where Ory's chart mounts `emailTemplates` (templates/deployment-kratos.yaml).
pub(crate) const CHART_FOLDER: &str = "/conf/courier-templates";

/// Fields of `emailTemplates` and the parts that they become (templates/configmap-templates.yaml).
pub(crate) const CHART_FIELDS: [(&str, Part); 3] =
    [("subject", Part::Subject), ("body", Part::Html), ("plainBody", Part::Plaintext)];

/// The key with the folder of templates.
pub(crate) const FOLDER_KEY: &str = "courier.template_override_path";

/// Reads the templates of a unit. All access to files is here and in [`Folder::find`].
#[must_use]
pub(crate) fn given(unit: &Unit, version: Version, files: &Files) -> Given {
    let Some(root) = unit.root() else { return Given::default() };
    let mut given = Given { chart: chart(unit), ..Given::default() };
    let folder = root.find(FOLDER_KEY);
    let path = folder.and_then(view::text).unwrap_or_default();
    if path.trim_end_matches('/') == CHART_FOLDER && !given.chart.is_empty() {
        given.templates.extend(folder.into_iter().flat_map(|node| of_chart(&given.chart, node, version)));
    } else if let Some(node) = folder.filter(|_| !path.is_empty() && !path.contains("://")) {
        given.folder = Folder::find(path, files);
        let folder = given.folder.as_ref();
        given.templates.extend(folder.into_iter().flat_map(|folder| of_folder(folder, node, version, files)));
    }
    let keys = of_keys(root, version, files);
    // A value of the configuration replaces the file.
    given
        .templates
        .retain(|template| !keys.iter().any(|key| key.message == template.message && key.part == template.part));
    given.templates.extend(keys);
    given
}

/// The messages of a release.
pub(crate) fn messages(version: Version) -> impl Iterator<Item = &'static Message> {
    MESSAGES.iter().filter(move |message| message.versions.contains(version))
}

fn of_folder(folder: &Folder, node: Node<'_>, version: Version, files: &Files) -> Vec<Template> {
    let mut found = Vec::new();
    for message in messages(version) {
        for part in message.parts() {
            let parsed = folder.parsed(message, part, version);
            let read = |(name, below): &(&str, &Below)| Some(((*name).to_owned(), files.read(&below.path)?));
            let sources: Vec<(String, Arc<Source>)> = parsed.iter().filter_map(read).collect();
            let Some(main) = sources.iter().position(|(name, _)| name == part.file()) else { continue };
            found.push(Template {
                message,
                part,
                origin: Origin::Folder,
                is_complete: sources.len() == parsed.len(),
                sources,
                main,
                pointer: node.pointer(),
                reference: node.place(),
            });
        }
    }
    found
}

/// The value of `courier.templates` for a part of a message, unless it is empty.
#[must_use]
pub(crate) fn key<'t>(root: Node<'t>, message: &Message, part: Part) -> Option<Node<'t>> {
    let templates = root.find("courier.templates")?.get(message.name)?;
    let variant = message.variant.map_or(Some(templates), |variant| templates.get(variant))?;
    variant.get(message.channel.key())?.find(part.key()).filter(|node| node.as_str() != Some(""))
}

fn of_keys(root: Node<'_>, version: Version, files: &Files) -> Vec<Template> {
    let mut found = Vec::new();
    for message in messages(version) {
        for part in message.parts() {
            let Some(node) = key(root, message, part) else { continue };
            let source = view::text(node).and_then(|text| read(text, node, files));
            found.push(Template {
                message,
                part,
                origin: Origin::Key,
                is_complete: source.is_some(),
                sources: source.into_iter().map(|source| (String::new(), source)).collect(),
                main: 0,
                pointer: node.pointer(),
                reference: node.place(),
            });
        }
    }
    found
}

/// The text that an address of a template gives, when it is in the configuration or in this project.
fn read(address: &str, node: Node<'_>, files: &Files) -> Option<Arc<Source>> {
    if let Some(encoded) = address.strip_prefix("base64://") {
        return Source::from_base64(&node.place(), encoded).ok();
    }
    match files.find(address) {
        FoundFile::Text(source) if address.starts_with("file://") => Some(source),
        _ => None,
    }
}

fn of_chart(entries: &[ChartEntry], node: Node<'_>, version: Version) -> Vec<Template> {
    let mut found = Vec::new();
    for entry in entries {
        let Some((_, part)) = CHART_FIELDS.iter().find(|(field, _)| *field == entry.field) else { continue };
        let name = snake_case(&entry.name);
        let variant = Some(entry.variant.as_str());
        let same = |message: &&Message| {
            message.name == name && message.variant == variant && message.channel == Channel::Email
        };
        let (Some(message), Some(text)) = (messages(version).find(same), &entry.text) else { continue };
        found.push(Template {
            message,
            part: *part,
            origin: Origin::Chart,
            is_complete: true,
            sources: vec![(part.file().to_owned(), Arc::clone(text))],
            main: 0,
            pointer: node.pointer(),
            reference: node.place(),
        });
    }
    // The HTML part is parsed together with the text.
    let texts: Vec<Template> = found.iter().filter(|template| template.part == Part::Plaintext).cloned().collect();
    for template in found.iter_mut().filter(|template| template.part == Part::Html) {
        let same = texts.iter().find(|text| text.message == template.message);
        template.sources.extend(same.into_iter().flat_map(|text| text.sources.clone()));
    }
    found
}

/// `emailTemplates` beside the configuration in the file around it.
fn chart(unit: &Unit) -> Vec<ChartEntry> {
    let Some((around, _)) = unit.at.rsplit_once('/') else { return Vec::new() };
    let source = unit.file_source();
    if unit.source().is_embedded() || !source.holds("emailTemplates") {
        return Vec::new();
    }
    let tree = yaml::whole(&source);
    let templates = tree.root().and_then(|root| root.at(around)).and_then(|node| node.get("emailTemplates"));
    let mut found = Vec::new();
    for message in templates.into_iter().flat_map(Node::fields) {
        for variant in message.value.fields() {
            for field in variant.value.fields() {
                let keys = [message.value, variant.value, field.value].map(Node::key_place);
                found.push(ChartEntry {
                    name: message.key.to_owned(),
                    variant: variant.key.to_owned(),
                    field: field.key.to_owned(),
                    top: templates.map_or_else(|| message.value.key_place(), Node::key_place),
                    keys,
                    text: field.value.embedded(),
                });
            }
        }
    }
    found
}

/// A name as Helm's `snakecase` writes it.
#[must_use]
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (index, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && index > 0 && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() });
    }
    snake
}
