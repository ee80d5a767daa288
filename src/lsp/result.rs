//! Completion of the keys that Kratos reads in what a document returns: those of mappers with the traits of the identity schema,
//! and the claims of session tokens.

use super::document::Document;
use super::offer::{Offer, PROPERTY};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::{bodies, fields};
use crate::init::body::{self, access, is_name};
use crate::init::recipe;
use crate::jsonnet::braces::KeySpot;
use crate::jsonnet::types::{Field, JsonType};
use crate::kratos::bodies::Reference;
use crate::kratos::ctx::environment;
use crate::kratos::ctx::inputs::inputs;
use crate::kratos::identity::{EXTENSION, IdentitySchema};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// Claims that mean what a trait of another name does.
const CLAIMS: [(&str, &[&str]); 3] = [
    ("given_name", &["first", "first_name", "firstName", "given_name"]),
    ("family_name", &["last", "last_name", "lastName", "family_name", "surname"]),
    ("picture", &["avatar", "avatar_url", "picture_url"]),
];

/// Where a document runs, and what it gets there.
struct Place {
    version: Version,
    provider: String,
    claims: JsonType,
}

/// The keys that may be written there, with values; the text is all of the document, with the byte at which the word ends.
pub(super) fn offers(
    document: Document<'_>,
    (text, end): (&str, usize),
    spot: &KeySpot,
    snapshot: &Snapshot,
) -> Vec<Offer> {
    let mut found = Vec::new();
    bodies::each(document, snapshot, |reference, root, schemas| {
        let point = &reference.point;
        let way: Vec<&str> = spot.way.iter().map(String::as_str).collect();
        found = match (point.id(), way.as_slice()) {
            ("session.tokenizer", []) => vec![entry("claims", "{}")],
            ("oidc.mapper", way) => {
                let given = environment(point, &inputs(point, root, Some(reference.settings), schemas));
                let claims = given.and_then(|given| {
                    let claims = given.variables.into_iter().find(|variable| variable.name == "claims")?;
                    Some(claims.kind)
                });
                let provider = reference.settings.get("provider").and_then(Node::as_str).unwrap_or_default();
                let claims = claims.unwrap_or(JsonType::Any);
                let place = Place { version: point.version(), provider: provider.to_owned(), claims };
                place.offers(way, schemas, text)
            }
            _ => of_body(reference, root, schemas),
        };
        false
    });
    found.retain(|offer| !spot.others.contains(&offer.label));
    match text.get(end..).and_then(|rest| rest.trim_start().chars().next()) {
        None | Some('}' | ',') => {}
        // It has its value already.
        Some(':') => found.iter_mut().for_each(|offer| offer.text = Snippet::of(key(&offer.label))),
        Some(_) => found.iter_mut().for_each(|offer| offer.text.text(",")),
    }
    found
}

/// What a body may send: what surely is there, with guards where it is not.
fn of_body(reference: &Reference<'_>, root: Node<'_>, schemas: &[IdentitySchema]) -> Vec<Offer> {
    let point = &reference.point;
    let given = environment(point, &inputs(point, root, Some(reference.settings), schemas));
    let Some(given) = given.filter(|given| given.ctx.is_some()) else { return Vec::new() };
    let kind = given.into_type();
    let ctx = body::ctx(&kind);
    let mut found: Vec<Offer> = body::common(point, ctx)
        .map(|(name, read)| {
            let (of, field) = read.rsplit_once('.').unwrap_or_default();
            Offer { about: fields::about(of, field).map(str::to_owned), ..entry(name, &read) }
        })
        .collect();
    let is_plain = |field: &Field| {
        field.missing_when.is_none()
            && matches!(field.kind, JsonType::Text(_) | JsonType::Bool(_) | JsonType::Number { .. })
    };
    let own = ctx.as_object().into_iter().flat_map(|object| &object.fields).filter(|(_, field)| is_plain(field));
    found.extend(own.map(|(name, _)| Offer {
        about: fields::about("ctx", name).map(str::to_owned),
        ..entry(name, &format!("ctx{}", access(name)))
    }));
    let said = |name: &str| {
        let field = schemas.first().and_then(|schema| bodies::trait_at(schema, std::iter::once(name)));
        let title = field.and_then(|field| field.get("title")?.as_str().map(str::to_owned));
        format!("{} (trait of the identity)", title.unwrap_or_else(|| format!("`{name}`")))
    };
    let traits = body::sent_traits(ctx).into_iter();
    found.extend(traits.map(|(name, text)| Offer { about: Some(said(&name)), ..written(&name, text) }));
    found
}

/// A key with a value.
fn entry(name: &str, value: &str) -> Offer {
    written(name, format!("{}: {value}", key(name)))
}

/// A key that is there only under a condition.
fn entry_if(condition: &str, name: &str, value: &str) -> Offer {
    written(name, format!("[if {condition} then {}]: {value}", quoted(name)))
}

fn written(name: &str, text: String) -> Offer {
    Offer { text: Snippet::of(text), is_first: true, ..Offer::word(name, PROPERTY) }
}

fn key(name: &str) -> String {
    if is_name(name) { name.to_owned() } else { quoted(name) }
}

/// A name as a text of Jsonnet.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|chr| !chr.is_control() && !"'\\".contains(chr));
    if is_plain { format!("'{name}'") } else { serde_json::Value::from(name).to_string() }
}

impl Place {
    fn offers(&self, way: &[&str], schemas: &[IdentitySchema], text: &str) -> Vec<Offer> {
        match way {
            [] => vec![entry("identity", "{ traits: {} }")],
            ["identity"] => {
                let verified = self.verified().filter(|_| self.version >= Version::V1_1);
                let list = "[{ via: 'email', value: claims.email }]";
                let listed = verified.map(|condition| entry_if(condition, "verified_addresses", list));
                let plain = ["traits", "metadata_public", "metadata_admin"].map(|name| entry(name, "{}"));
                plain.into_iter().chain(listed.filter(|_| has_claims(text))).collect()
            }
            ["identity", "traits", names @ ..] => {
                let traits = schemas.first().and_then(|schema| bodies::trait_at(schema, names.iter().copied()));
                let fields = traits.and_then(|node| node.get("properties")).into_iter().flat_map(Node::fields);
                fields.filter_map(|field| self.of_trait(field.key, field.value, has_claims(text))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A trait with the claim that brings it; an address is taken only when the provider says that it is verified.
    fn of_trait(&self, name: &str, schema: Node<'_>, has_claims: bool) -> Option<Offer> {
        let title = schema.get("title").and_then(Node::as_str).map(str::to_owned);
        let kind = schema.get("type").and_then(Node::as_str).unwrap_or_default();
        let done = |offer: Offer| Some(Offer { about: title, detail: kind.to_owned(), ..offer });
        if kind == "object" {
            return done(entry(name, "{}"));
        }
        let (claim, field) = self.claim(name).filter(|(_, field)| has_claims && is_of(&field.kind, kind))?;
        let condition = match (schema.get(EXTENSION), &field.missing_when) {
            (Some(_), _) => Some(self.verified().filter(|_| claim == "email")?.to_owned()),
            (None, Some(_)) => Some(format!("{} in claims", quoted(claim))),
            (None, None) => None,
        };
        let value = format!("claims{}", access(claim));
        done(match condition {
            Some(condition) => entry_if(&condition, name, &value),
            None => entry(name, &value),
        })
    }

    fn claim(&self, name: &str) -> Option<(&str, &Field)> {
        let fields = &self.claims.as_object()?.fields;
        let meant = CLAIMS.iter().find(|(_, names)| names.contains(&name)).map(|(claim, _)| *claim);
        let names = [Some(name), meant];
        names
            .into_iter()
            .flatten()
            .find_map(|name| fields.get_key_value(name))
            .map(|(claim, field)| (claim.as_str(), field))
    }

    /// The condition under which the address is verified, where the provider says so.
    fn verified(&self) -> Option<&'static str> {
        recipe::is_said(&self.provider)
            .then_some("'email' in claims && 'email_verified' in claims && claims.email_verified")
    }
}

/// Whether the text reads the claims by their usual name.
fn has_claims(text: &str) -> bool {
    text.contains("local claims = std.extVar(")
}

/// Whether a claim of one type can be a trait of that type in the identity schema.
fn is_of(claim: &JsonType, kind: &str) -> bool {
    claim.alternatives().iter().all(|claim| match claim {
        JsonType::Text(_) => kind == "string",
        JsonType::Bool(_) => kind == "boolean",
        JsonType::Number { integer } => kind == "number" || (*integer && kind == "integer"),
        _ => false,
    })
}
