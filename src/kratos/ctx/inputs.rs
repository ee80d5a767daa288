//! What a configuration says about the types of a place.

use std::collections::BTreeSet;

use serde_json::Value;

use super::combinations::Combinations;
use super::headers::Filter;
use super::json_type::JsonType;
use super::providers::is_scope;
use super::{Place, traits};
use crate::kratos::identity::{self, Content, EXTENSION, IdentitySchema};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// What the types depend on besides the place.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The traits of the identities there.
    pub traits: JsonType,
    /// Which request headers are let through.
    pub headers: Filter,
    /// The provider of a mapper, if known.
    pub provider: Option<Provider>,
    /// The id of the identity schema, when the traits are those of one alone.
    pub schema_id: Option<String>,
    /// Lists of addresses that each identity has: those for which a required trait is marked.
    pub addresses: Vec<&'static str>,
    /// Whether all addresses are for mail.
    pub only_mail: bool,
    /// The lists of addresses that have one item at most.
    pub single: Vec<&'static str>,
    /// The lists of addresses that each identity lacks.
    pub never: Vec<&'static str>,
    /// Which traits can be there together.
    pub combinations: Combinations,
    /// What is known of `metadata_public` after a registration by a provider.
    pub metadata: Metadata,
}

/// What is known of `metadata_public` after a registration by a provider: its mapper alone sets it then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metadata {
    /// Nothing: it may be null.
    #[default]
    Unknown,
    /// It is not null as far as one can tell: each mapper sets it, or they are not here to be read.
    Set,
    /// Some way through a mapper of the configuration ends without it.
    LeftOut,
}

/// A provider of social sign-in, as the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// `provider`: `google`, `generic`, …
    pub kind: String,
    /// Those of `scope` that bring a claim.
    pub scopes: Vec<String>,
}

/// The inputs for `place` in the configuration below `root`, for identities of any schema. `settings` is the mapping around the
/// document (a provider for a mapper).
#[must_use]
pub(crate) fn inputs(place: &Place, root: Node<'_>, settings: Option<Node<'_>>, schemas: &[IdentitySchema]) -> Inputs {
    let kinds = inputs_by_schema(place, root, settings, schemas);
    let traits = traits::of_any(kinds.iter().map(|(_, inputs)| inputs.traits.clone()));
    let first = kinds.into_iter().next().map(|(_, inputs)| inputs);
    first.map_or_else(
        || unconfigured(place.version()),
        |inputs| Inputs {
            traits,
            schema_id: None,
            addresses: Vec::new(),
            never: Vec::new(),
            only_mail: false,
            single: Vec::new(),
            combinations: Combinations::default(),
            metadata: Metadata::default(),
            ..inputs
        },
    )
}

/// The same for identities of each schema alone, with the id of the schema; those with the same traits once. At least one.
#[must_use]
pub(crate) fn inputs_by_schema(
    place: &Place,
    root: Node<'_>,
    settings: Option<Node<'_>>,
    schemas: &[IdentitySchema],
) -> Vec<(Option<String>, Inputs)> {
    let mut kinds: Vec<(Option<String>, Inputs)> = Vec::new();
    let with = |traits, schema_id: Option<String>, addresses, never| Inputs {
        traits,
        schema_id,
        addresses,
        only_mail: false,
        single: Vec::new(),
        never,
        combinations: Combinations::default(),
        metadata: Metadata::default(),
        headers: Filter::new(place.version(), allowlist(root).as_deref()),
        provider: provider_at(place, settings),
    };
    for schema in schemas.iter().filter(|schema| is_met(schema, place, root)) {
        let inputs = Inputs {
            combinations: combinations(schema),
            only_mail: only_mail(schema),
            single: single(schema),
            ..with(of_one(schema), schema.id.clone(), addresses(schema), no_addresses(schema))
        };
        let lists = |of: &Inputs| (of.addresses.clone(), of.never.clone(), of.only_mail, of.single.clone());
        let same = |known: &Inputs| known.traits == inputs.traits && lists(known) == lists(&inputs);
        if !kinds.iter().any(|(_, known)| same(known)) {
            kinds.push((schema.id.clone(), inputs));
        }
    }
    if kinds.is_empty() { vec![(None, with(traits::unknown(), None, Vec::new(), Vec::new()))] } else { kinds }
}

/// The inputs without a configuration: any traits, the default headers.
#[must_use]
pub fn unconfigured(version: Version) -> Inputs {
    Inputs {
        traits: traits::unknown(),
        headers: Filter::new(version, None),
        provider: None,
        schema_id: None,
        addresses: Vec::new(),
        only_mail: false,
        single: Vec::new(),
        never: Vec::new(),
        combinations: Combinations::default(),
        metadata: Metadata::default(),
    }
}

/// `clients.web_hook.header_allowlist`, when it is a list of texts.
fn allowlist(root: Node<'_>) -> Option<Vec<String>> {
    let list = root.find("clients.web_hook.header_allowlist").filter(|node| node.is_sequence())?;
    Some(list.items().filter_map(Node::as_str).map(str::to_owned).collect())
}

/// The provider around a mapper: what the mapper sees depends on it.
#[must_use]
pub(crate) fn provider_at(place: &Place, settings: Option<Node<'_>>) -> Option<Provider> {
    settings.filter(|_| place.id() == "oidc.mapper").and_then(provider)
}

fn provider(settings: Node<'_>) -> Option<Provider> {
    let kind = settings.get("provider").and_then(Node::as_str)?.to_owned();
    // Others change nothing: providers that differ by them only see the same.
    let scopes = settings.select("scope[]").into_iter().filter_map(Node::as_str).filter(|scope| is_scope(scope));
    let scopes: BTreeSet<String> = scopes.map(str::to_owned).collect();
    Some(Provider { kind, scopes: scopes.into_iter().collect() })
}

/// Whether identities of a schema are met at a place: a registration knows the default schema, and since v25.4.0 those that the
/// user may choose (`selfservice_selectable`); every other place can meet an identity of any schema.
fn is_met(schema: &IdentitySchema, place: &Place, root: Node<'_>) -> bool {
    let default = root.find("identity.default_schema_id").and_then(Node::as_str).unwrap_or("default");
    let registers = place.id().starts_with("registration.") || place.id() == "oidc.mapper";
    let entry = schema.pointer.trim_end_matches("/url");
    let marked = root.at(&format!("{entry}/selfservice_selectable"));
    let selectable = place.version() >= Version::V25_4 && marked.is_some_and(|node| node.as_bool().is_none_or(|on| on));
    !registers || schema.id.as_deref().is_none_or(|id| id == default) || selectable
}

/// The traits of identities of a schema; [`traits::unknown`] where it cannot be read.
#[must_use]
pub(crate) fn of_one(schema: &IdentitySchema) -> JsonType {
    match &schema.content {
        Content::Schema(tree) => serde_json::from_str::<Value>(tree.source().text())
            .map_or_else(|_| traits::unknown(), |schema| traits::of_schema(&schema)),
        _ => traits::unknown(),
    }
}

/// Which traits identities of a schema can have together.
fn combinations(schema: &IdentitySchema) -> Combinations {
    let Content::Schema(tree) = &schema.content else { return Combinations::default() };
    serde_json::from_str::<Value>(tree.source().text()).map(|schema| Combinations::of(&schema)).unwrap_or_default()
}

/// The keywords of the identity schema, and the list of addresses that each makes.
const LISTS: [(&str, &str); 2] = [("verification", "verifiable_addresses"), ("recovery", "recovery_addresses")];

/// The lists of addresses that identities of a schema never have: the keyword is nowhere in it.
fn no_addresses(schema: &IdentitySchema) -> Vec<&'static str> {
    let Some(root) = schema.root().filter(|root| !refers(*root)) else { return Vec::new() };
    let words: Vec<&str> = root.descendants().into_iter().filter_map(Node::key).collect();
    LISTS.iter().filter(|(keyword, _)| !words.contains(keyword)).map(|(_, list)| *list).collect()
}

/// Whether a part of the schema is elsewhere.
fn refers(root: Node<'_>) -> bool {
    root.descendants().into_iter().any(|node| node.key() == Some("$ref"))
}

/// Whether all addresses of identities of a schema are for mail.
fn only_mail(schema: &IdentitySchema) -> bool {
    let Some(root) = schema.root().filter(|root| !refers(*root)) else { return false };
    let traits = identity::traits(root);
    let vias = || traits.iter().filter_map(|of| of.schema.get(EXTENSION)).flat_map(vias);
    vias().next().is_some() && vias().all(|via| via == "email")
}

/// The lists of addresses that identities of a schema have one item of at most: one trait alone is marked for it, and it is no list.
fn single(schema: &IdentitySchema) -> Vec<&'static str> {
    let Some(root) = schema.root().filter(|root| !refers(*root)) else { return Vec::new() };
    let of_traits = identity::traits(root);
    let is_trait = |marks: Node<'_>| {
        let of = marks.parent().map(Node::pointer).unwrap_or_default();
        // Below `items`, and in parts that hold only sometimes, it is no trait of this list.
        of_traits.iter().any(|known| known.schema.pointer() == of)
    };
    let extensions = identity::extensions(root);
    let is_single = |keyword: &str| {
        let marked: Vec<Node<'_>> = extensions.iter().copied().filter(|marks| marks.find(keyword).is_some()).collect();
        matches!(marked.as_slice(), [only] if only.find(&format!("{keyword}.via")).is_some() && is_trait(*only))
    };
    LISTS.iter().filter(|(keyword, _)| is_single(keyword)).map(|(_, list)| *list).collect()
}

/// What addresses of a trait are for.
fn vias(marks: Node<'_>) -> impl Iterator<Item = &str> {
    LISTS.iter().filter_map(move |(keyword, _)| marks.find(&format!("{keyword}.via")).and_then(Node::as_str))
}

/// The lists of addresses that identities of a schema surely have: Kratos makes an address of each filled trait that is marked
/// (`identity/extension_verification.go`, `extension_recovery.go`; records of running servers).
#[must_use]
pub(crate) fn addresses(schema: &IdentitySchema) -> Vec<&'static str> {
    let Some(root) = schema.root() else { return Vec::new() };
    let required: Vec<_> = identity::traits(root).into_iter().filter(|of| of.required).collect();
    let marked = |keyword: &str| {
        required.iter().filter_map(|of| of.schema.get(EXTENSION)).any(|marks| marks.find(keyword).is_some())
    };
    LISTS.iter().filter(|(keyword, _)| marked(&format!("{keyword}.via"))).map(|(_, list)| *list).collect()
}
