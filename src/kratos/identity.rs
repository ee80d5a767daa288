//! Identity schemas: where a configuration refers to them, and what they say about traits.
//!
//! Kratos loads each `identity.schemas[].url` at boot and checks it against its meta-schema only (see [`meta`]); it compiles
//! the schema at the first use (driver/config/config.go:validateIdentitySchemas, schema/validator.go:Validate, all versions).

pub mod document;
pub mod meta;

use std::collections::HashSet;
use std::path::PathBuf;

use crate::files::{Files, FoundFile};
use crate::kratos::version::{Version, Versions};
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, Tree, Value, template};

/// The keyword of Kratos in identity schemas.
pub(crate) const EXTENSION: &str = "ory.sh/kratos";

/// Largest identity schema that is read at boot, in bytes, since v1.2.0 (driver/config/config.go; D098).
pub(crate) const MAX_SCHEMA_BYTES: usize = 1 << 20;

/// Bytes of the identity schemas of one configuration after which no more are read.
const MAX_ALL_SCHEMAS: usize = 4 << 20;

/// An entry of `identity.schemas`.
#[derive(Debug)]
pub struct IdentitySchema {
    /// Its `id`, if it is a text.
    pub id: Option<String>,
    /// JSON pointer of its `url` in the configuration.
    pub pointer: String,
    /// Where its `url` is.
    pub url_place: Place,
    /// What the `url` came to.
    pub content: Content,
}

/// What the `url` of an identity schema came to.
#[derive(Debug)]
pub enum Content {
    /// The schema.
    Schema(Tree),
    /// A `base64://` text that does not decode, with a clause that says why.
    Undecodable(String),
    /// A file of this project that is not there.
    Missing(PathBuf),
    /// It is not read, because those before it are so long.
    Beyond,
    /// In the network, in a container, or filled in by a template: nothing is known.
    Unknown,
}

impl IdentitySchema {
    /// The topmost node of the schema, when it could be read without a fault.
    #[must_use]
    pub(crate) fn root(&self) -> Option<Node<'_>> {
        match &self.content {
            Content::Schema(tree) if tree.faults().iter().all(|fault| !is_refused(fault)) => tree.root(),
            _ => None,
        }
    }
}

/// Whether Go's `encoding/json` refuses a text with this fault.
#[must_use]
pub(crate) fn is_refused(fault: &yaml::TextFault) -> bool {
    fault.kind != yaml::FaultKind::DuplicateKeyLastWins
}

/// Reads the identity schemas that a configuration refers to, in their order. Up to v0.8 the first one has a key of its own.
#[must_use]
pub fn load(root: Node<'_>, files: &Files) -> Vec<IdentitySchema> {
    let urls = root.find("identity.schemas").into_iter().flat_map(Node::items).filter_map(|entry| entry.get("url"));
    let urls = root.find("identity.default_schema_url").into_iter().chain(urls);
    let mut bytes = 0;
    let mut next = |url| {
        let schema = read(url, files, bytes > MAX_ALL_SCHEMAS);
        if let Content::Schema(tree) = &schema.content {
            bytes += tree.source().text().len();
        }
        schema
    };
    urls.map(&mut next).collect()
}

fn read(url: Node<'_>, files: &Files, is_beyond: bool) -> IdentitySchema {
    let content = match url.as_str() {
        Some(_) if is_beyond => Content::Beyond,
        Some(text) => content(text, url, files),
        None => Content::Unknown,
    };
    let id = url.parent().and_then(|entry| entry.get("id")).and_then(Node::as_str).map(str::to_owned);
    IdentitySchema { id, pointer: url.pointer(), url_place: url.place(), content }
}

fn content(url: &str, node: Node<'_>, files: &Files) -> Content {
    if let Some(encoded) = url.strip_prefix("base64://") {
        return match Source::from_base64(&node.place(), encoded) {
            Ok(source) => Content::Schema(yaml::parse(&source, Format::Json)),
            Err(why) => Content::Undecodable(why),
        };
    }
    if !url.starts_with("file://") || url.contains(['$', '{', '<']) {
        return Content::Unknown;
    }
    match files.find(url) {
        FoundFile::Text(source) => {
            let tree = yaml::parse(&source, Format::Json);
            // No JSON as it is: a template chooses between parts of it.
            let is_chosen = || template::is_partial(&source);
            if tree.faults().iter().any(is_refused) && is_chosen() { Content::Unknown } else { Content::Schema(tree) }
        }
        FoundFile::Missing(path) => Content::Missing(path),
        FoundFile::Elsewhere => Content::Unknown,
    }
}

/// A trait, or a part of one: a subschema with a name below `properties.traits`.
#[derive(Clone, Copy)]
pub(crate) struct Trait<'t> {
    /// Its key in `properties`.
    pub name: &'t str,
    /// Its schema.
    pub schema: Node<'t>,
    /// Whether it, and all objects around it, are `required`.
    pub required: bool,
}

/// The schema of the traits as a whole.
#[must_use]
pub(crate) fn traits_schema(root: Node<'_>) -> Option<Node<'_>> {
    root.find("properties.traits").filter(|node| node.is_mapping())
}

/// Whether a schema may require members by other keywords than `required`, which are not followed.
#[must_use]
pub(crate) fn may_require_otherwise(schema: Node<'_>) -> bool {
    ["anyOf", "oneOf", "allOf", "if", "$ref", "dependencies"].iter().any(|keyword| schema.get(keyword).is_some())
}

/// All named traits, nested ones after the objects around them.
#[must_use]
pub(crate) fn traits(root: Node<'_>) -> Vec<Trait<'_>> {
    let mut found = Vec::new();
    if let Some(schema) = traits_schema(root) {
        collect(schema, true, 0, &mut found);
    }
    found
}

/// Deeper objects than this hold no more traits for us.
const MAX_DEPTH: usize = 32;

fn collect<'t>(object: Node<'t>, required: bool, depth: usize, found: &mut Vec<Trait<'t>>) {
    if depth > MAX_DEPTH {
        return;
    }
    let names = required_names(object);
    for field in object.get("properties").into_iter().flat_map(Node::fields) {
        let required = required && names.contains(field.key);
        found.push(Trait { name: field.key, schema: field.value, required });
        collect(field.value, required, depth + 1, found);
    }
}

/// The keys that `object` lists under `required`.
#[must_use]
pub(crate) fn required_names(object: Node<'_>) -> HashSet<&str> {
    object.get("required").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
}

/// All uses of the keyword that take part in validation, wherever they stand. Siblings of `$ref` do not (draft 7).
#[must_use]
pub(crate) fn extensions(root: Node<'_>) -> Vec<Node<'_>> {
    let is_keyword = |node: &Node<'_>| node.key() == Some(EXTENSION) && !is_among_schemas(*node);
    let applies = |node: &Node<'_>| is_keyword(node) && !is_beside_reference(*node) && !is_literal(*node);
    root.descendants().into_iter().filter(applies).collect()
}

/// Whether a node is an entry of a map of schemas, where each key is a name and none a keyword.
#[must_use]
pub(crate) fn is_among_schemas(node: Node<'_>) -> bool {
    let is_map = |node: &Node<'_>| matches!(node.key(), Some("properties" | "patternProperties" | "definitions"));
    // A trait may have the name of such a map.
    node.parent().is_some_and(|around| is_map(&around) && !around.parent().is_some_and(|outer| is_map(&outer)))
}

/// Whether a `$ref` is beside this keyword and switches it off.
#[must_use]
pub(crate) fn is_beside_reference(keyword: Node<'_>) -> bool {
    keyword.parent().is_some_and(|schema| schema.get("$ref").is_some_and(|target| target.as_str().is_some()))
}

/// Whether the node is in an example, a default or the like, where nothing is a keyword.
fn is_literal(node: Node<'_>) -> bool {
    node.ancestors().any(|around| {
        let literal = matches!(around.key(), Some("default" | "const" | "enum" | "examples"));
        literal && around.parent().and_then(Node::key) != Some("properties")
    })
}

/// Whether any use of the keyword says `true` at a path of keys, such as `credentials.password.identifier`.
#[must_use]
pub(crate) fn marks(root: Node<'_>, path: &str) -> bool {
    extensions(root).into_iter().any(|extension| extension.find(path).is_some_and(Node::is_true))
}

/// All words that uses of the keyword say at a path of keys, such as `verification.via`.
#[must_use]
pub(crate) fn words<'t>(root: Node<'t>, path: &str) -> Vec<Node<'t>> {
    extensions(root)
        .into_iter()
        .filter_map(|extension| extension.find(path))
        .filter(|node| node.as_str().is_some())
        .collect()
}

/// A key of the extension keyword and the versions that know it.
#[derive(Debug)]
pub(crate) struct ExtensionKey {
    /// Path below the keyword.
    pub path: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Which versions know it.
    pub versions: Versions,
}

/// What a key of the extension keyword holds.
#[derive(Debug)]
pub(crate) enum Holds {
    /// More keys, no others than listed.
    Object,
    /// A boolean.
    Boolean,
    /// One of these words, each known to some versions.
    Words(&'static [(&'static str, Versions)]),
}

const MAIL: (&str, Versions) = ("email", Versions::ALL);

/// The extension keyword (schema files `extension/identity.schema.json` at each tag).
pub(crate) const EXTENSION_KEYS: &[ExtensionKey] = &[
    key("credentials", Holds::Object, Versions::ALL),
    key("credentials.password", Holds::Object, Versions::ALL),
    key("credentials.password.identifier", Holds::Boolean, Versions::ALL),
    key("credentials.webauthn", Holds::Object, Versions::ALL),
    key("credentials.webauthn.identifier", Holds::Boolean, Versions::ALL),
    key("credentials.totp", Holds::Object, Versions::ALL),
    key("credentials.totp.account_name", Holds::Boolean, Versions::ALL),
    key("credentials.code", Holds::Object, Versions::since(Version::V1_1)),
    key("credentials.code.identifier", Holds::Boolean, Versions::since(Version::V1_1)),
    key(
        "credentials.code.via",
        Holds::Words(&[MAIL, ("sms", Versions::since(Version::V1_1))]),
        Versions::since(Version::V1_1),
    ),
    key("credentials.passkey", Holds::Object, Versions::since(Version::V1_2)),
    key("credentials.passkey.display_name", Holds::Boolean, Versions::since(Version::V1_2)),
    key("verification", Holds::Object, Versions::ALL),
    key(
        "verification.via",
        Holds::Words(&[MAIL, ("phone", Versions::until(Version::V1_0)), ("sms", Versions::since(Version::V1_1))]),
        Versions::ALL,
    ),
    key("recovery", Holds::Object, Versions::ALL),
    key("recovery.via", Holds::Words(&[MAIL, ("sms", Versions::since(Version::V25_4))]), Versions::ALL),
    key("organizations", Holds::Object, Versions::since(Version::V25_4)),
    key(
        "organizations.matcher",
        Holds::Words(&[("email_domain", Versions::since(Version::V25_4))]),
        Versions::since(Version::V25_4),
    ),
];

const fn key(path: &'static str, holds: Holds, versions: Versions) -> ExtensionKey {
    ExtensionKey { path, holds, versions }
}

/// A first factor and the mark that a trait needs to be its identifier.
#[derive(Debug)]
pub(crate) struct Identifier {
    /// Name of the method in the configuration.
    pub method: &'static str,
    /// Path of the mark below the keyword.
    pub mark: &'static str,
    /// Path below `selfservice.methods` of the switch that makes it a first factor.
    pub switch: &'static str,
    /// What the switch is when not given.
    pub default: bool,
    /// Which versions have it.
    pub versions: Versions,
}

/// The first factors that need an identifier among the traits. Passkeys do not: their identifier is random.
pub(crate) const IDENTIFIERS: &[Identifier] = &[
    Identifier {
        method: "password",
        mark: "credentials.password.identifier",
        switch: "password.enabled",
        default: true,
        versions: Versions::ALL,
    },
    Identifier {
        method: "code",
        mark: "credentials.code.identifier",
        switch: "code.passwordless_enabled",
        default: false,
        versions: Versions::since(Version::V1_1),
    },
    Identifier {
        method: "webauthn",
        mark: "credentials.webauthn.identifier",
        switch: "webauthn.config.passwordless",
        default: false,
        versions: Versions::ALL,
    },
];

/// A switch of the configuration: what it says, or `default` where it says nothing; none when a template fills it in.
#[must_use]
pub(crate) fn switch(root: Node<'_>, path: &str, default: bool) -> Option<bool> {
    match root.find(path).map(Node::value) {
        None => Some(default),
        Some(Value::Bool(value)) => Some(*value),
        Some(_) => None,
    }
}
