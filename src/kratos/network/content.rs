//! The values of a configuration whose content may be embedded as `base64://` (format `uri` in the schema of every release).

use crate::kratos::bodies;
use crate::kratos::version::Version;
use crate::yaml::Node;

/// What the content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentKind {
    /// An identity schema.
    Schema,
    /// Jsonnet.
    Jsonnet,
    /// A message template that is plain text.
    Text,
    /// A message template in HTML.
    Html,
    /// Keys that sign tokens: a secret.
    Keys,
    /// A part of a patch: nothing says what it is.
    Unknown,
}

impl ContentKind {
    /// The ending of a file with it.
    #[must_use]
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            ContentKind::Schema => "schema.json",
            ContentKind::Jsonnet => "jsonnet",
            ContentKind::Text => "txt",
            ContentKind::Html => "html",
            ContentKind::Keys => "json",
            ContentKind::Unknown => "bin",
        }
    }
}

/// A value whose content may be embedded.
#[derive(Clone)]
pub(crate) struct Content<'t> {
    /// The value: an address.
    pub node: Node<'t>,
    /// What it leads to.
    pub kind: ContentKind,
}

/// The addresses of message templates.
#[must_use]
pub(crate) fn templates(root: Node<'_>) -> Vec<Content<'_>> {
    let parts = [
        ("email.subject", ContentKind::Text),
        ("email.body.html", ContentKind::Html),
        ("email.body.plaintext", ContentKind::Text),
        ("sms.body.plaintext", ContentKind::Text),
    ];
    let of_part = |(part, kind): (&str, ContentKind)| {
        let nodes = root.select(&format!("courier.templates.*.*.{part}")).into_iter();
        nodes.map(move |node| Content { node, kind }).collect::<Vec<_>>()
    };
    parts.into_iter().flat_map(of_part).collect()
}

fn of(nodes: Vec<Node<'_>>, kind: ContentKind) -> Vec<Content<'_>> {
    nodes.into_iter().map(|node| Content { node, kind }).collect()
}

/// All of them, in the order of the configuration's parts.
#[must_use]
pub(crate) fn all(root: Node<'_>) -> Vec<Content<'_>> {
    let mut found = of(root.select("identity.schemas[].url"), ContentKind::Schema);
    found.extend(
        bodies::references(root, Version::MASTER)
            .iter()
            .map(|reference| Content { node: reference.node, kind: ContentKind::Jsonnet }),
    );
    found.extend(of(root.select("selfservice.methods.saml.config.providers[].mapper_url"), ContentKind::Jsonnet));
    found.extend(templates(root));
    found.extend(of(root.select("session.whoami.tokenizer.templates.*.jwks_url"), ContentKind::Keys));
    found.retain(|content| content.node.as_str().is_some());
    found
}

/// All texts of a JSON Patch document: the Ory CLI embeds each `file://` in it, `$id` and `$schema` apart.
#[must_use]
pub(crate) fn of_patch(root: Node<'_>) -> Vec<Content<'_>> {
    let values = root.items().filter_map(|operation| operation.get("value")).flat_map(Node::descendants);
    let is_name = |node: &Node<'_>| !matches!(node.key(), Some("$id" | "$schema"));
    let texts = values.filter(|node| node.as_str().is_some() && is_name(node));
    texts.map(|node| Content { node, kind: kind_in_patch(node) }).collect()
}

/// Whether a document is a JSON Patch: a list of operations with paths.
#[must_use]
pub(crate) fn is_patch(root: Node<'_>) -> bool {
    let is_operation = |node: Node<'_>| node.get("op").is_some() && node.get("path").is_some();
    root.items().len() > 0 && root.items().all(is_operation)
}

fn kind_in_patch(node: Node<'_>) -> ContentKind {
    // The value of an operation itself has its key at the end of the path.
    let operation = node.parent().filter(|around| around.parent().is_some_and(|list| list.parent().is_none()));
    let path = operation.filter(|_| node.key() == Some("value")).and_then(|operation| operation.get("path")?.as_str());
    let key = path.map_or_else(|| node.key(), |path| path.rsplit('/').next());
    match key {
        Some("url") if path.is_some_and(|path| path.contains("/identity/schemas/")) => ContentKind::Schema,
        Some("body" | "mapper_url" | "claims_mapper_url") => ContentKind::Jsonnet,
        Some("url") if node.parent().is_some_and(|around| around.get("id").is_some()) => ContentKind::Schema,
        Some("html") => ContentKind::Html,
        Some("plaintext" | "subject") => ContentKind::Text,
        Some("jwks_url") => ContentKind::Keys,
        _ => ContentKind::Unknown,
    }
}
