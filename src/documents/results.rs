//! What a document must yield.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::finding::{Finding, Kind};
use super::survey::Survey;
use super::trial::Tried;
use crate::diagnostic::{Effect, Level};
use crate::evaluation::FAILED;
use crate::kratos::bodies::Encoding;
use crate::kratos::ctx::json_type::{Field, JsonType, Object};
use crate::kratos::ctx::{Place, Purpose};
use crate::kratos::version::Version;
use crate::text::Span;

pub(super) mod size;
pub(super) mod texts;

/// A fault of a result: the keys down to it, and what happens.
struct ResultFault {
    path: String,
    kind: Kind,
    message: String,
    help: Option<&'static str>,
    /// Whether nothing fails, the value is only not taken.
    harmless: bool,
}

/// What a result is checked against.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Where the document runs.
    pub place: &'a Place,
    /// How the result is sent.
    pub encoding: Encoding,
    /// The traits of the identity schema.
    pub traits: &'a JsonType,
    /// What the types tell of the result.
    pub known: Option<&'a JsonType>,
}

impl Wanted<'_> {
    /// Whether a value stands for something that nothing is known of: a trial has a text there, a provider may send an object.
    fn is_open(&self, value: &Value, path: &[&str]) -> bool {
        let text = |kind: &JsonType| kind.alternatives().iter().all(|kind| matches!(kind, JsonType::Text(_)));
        value.is_string() && !self.known.and_then(|kind| kind_at(kind, path)).is_some_and(text)
    }
}

/// The type at some keys of a type.
fn kind_at<'k>(kind: &'k JsonType, path: &[&str]) -> Option<&'k JsonType> {
    let mut kind = kind;
    for key in path {
        kind = &kind.as_object()?.fields.get(*key)?.kind;
    }
    Some(kind)
}

/// The faults of all results; an error where each result has it.
#[must_use]
pub(crate) fn findings(tried: &Tried, survey: &Survey, wanted: Wanted<'_>) -> Vec<Finding> {
    let mut found: Vec<(Finding, usize)> = Vec::new();
    // A part that failed has its own finding.
    for result in tried.results.iter().filter(|result| *result != FAILED) {
        for fault in faults(result, survey, wanted) {
            let finding = Finding::error(fault.kind, place_of(&fault.path, survey), fault.message);
            let effect = if fault.harmless { Effect::NoEffect } else { Effect::RequestFails };
            let finding = Finding { help: fault.help.map(str::to_owned), effect, ..finding };
            // A misspelt key of the identity loses data; the rest is only idle.
            let idle = fault.harmless && !fault.path.starts_with("identity.");
            let finding = if idle { finding.level(Level::Info) } else { finding };
            match found.iter_mut().find(|(known, _)| *known == finding) {
                Some((_, times)) => *times += 1,
                None => found.push((finding, 1)),
            }
        }
    }
    let all = tried.results.len();
    let fails = |finding: &Finding, times| finding.effect == Effect::RequestFails && times == all && tried.full_passed;
    let level = |finding: &Finding, times| match finding.level {
        Level::Info => Level::Info,
        _ if fails(finding, times) => Level::Error,
        _ => Level::Warning,
    };
    found.into_iter().map(|(finding, times)| Finding { level: level(&finding, times), ..finding }).collect()
}

/// The bytes of the key of the result, or of the nearest key around it.
fn place_of(path: &str, survey: &Survey) -> Span {
    let mut path = path;
    loop {
        if let Some((_, span)) = survey.results.iter().find(|(known, _)| known == path) {
            return *span;
        }
        match path.rsplit_once('.') {
            Some((around, _)) => path = around,
            None => return survey.head,
        }
    }
}

fn faults(result: &Value, survey: &Survey, wanted: Wanted<'_>) -> Vec<ResultFault> {
    let place = wanted.place;
    let mut found = match (place.purpose(), wanted.encoding) {
        (Purpose::Mapper, _) => mapper(result, wanted, &survey.words),
        (Purpose::Tokenizer, _) => tokenizer(result, wanted),
        (_, Encoding::Form) => form(result),
        _ => Vec::new(),
    };
    found.extend(size::fault(result, place.version()));
    found
}

fn fault(path: &str, message: impl Into<String>, help: Option<&'static str>) -> ResultFault {
    ResultFault { path: path.to_owned(), kind: Kind::Result, message: message.into(), help, harmless: false }
}

fn mapper(result: &Value, wanted: Wanted<'_>, words: &BTreeSet<String>) -> Vec<ResultFault> {
    let (mut found, version) = (Vec::new(), wanted.place.version());
    let is_open = |value: &Value, path: &[&str]| value == FAILED || wanted.is_open(value, path);
    if result.get("identity").is_some_and(|identity| is_open(identity, &["identity"])) {
        return found;
    }
    let Some(identity) = result.get("identity").filter(|identity| identity.is_object()) else {
        let message = "each sign-in with the provider fails: the mapper returns no object `identity`";
        return vec![fault("identity", message, Some("return { identity: { traits: { … } } }"))];
    };
    match identity.get("traits") {
        Some(Value::Object(map)) => refused_traits("identity.traits", map, wanted.traits, &mut found),
        Some(other) if is_open(other, &["identity", "traits"]) => {}
        _ => found.push(fault(
            "identity.traits",
            "the sign-in fails: the mapper returns no object `identity.traits`",
            None,
        )),
    }
    for key in ["metadata_public", "metadata_admin"] {
        if identity.get(key).is_some_and(|value| !value.is_object() && !is_open(value, &["identity", key])) {
            let message = format!("the sign-in fails when `identity.{key}` is not an object: null is refused");
            found.push(fault(
                &format!("identity.{key}"),
                message,
                Some("leave the key out: [if … then 'metadata_public']: …"),
            ));
        }
    }
    found.extend(ignored(result, &[("identity", Version::V0_11_0)], "", version));
    found.extend(ignored(identity, MAPPED, "identity.", version));
    let addresses = identity.get("verified_addresses").filter(|_| version >= Version::V1_1);
    let addresses = addresses.filter(|addresses| !is_open(addresses, &["identity", "verified_addresses"]));
    found.extend(addresses.and_then(|addresses| verified_addresses(addresses, version, words)));
    found
}

/// The list of verified addresses, as Kratos decodes it (`strategy_registration.go:extractVerifiedAddresses`): a key may be
/// missing or null, and then the item is compared with the addresses of the identity in vain. `words` are the texts of the mapper.
fn verified_addresses(addresses: &Value, version: Version, words: &BTreeSet<String>) -> Option<ResultFault> {
    let path = "identity.verified_addresses";
    let is_text =
        |address: &Value, key: &str| address.get(key).is_none_or(|value| value.is_string() || value.is_null());
    let is_decoded = |address: &Value| match address {
        Value::Null => true,
        Value::Object(_) => is_text(address, "value") && is_text(address, "via"),
        address => address == FAILED,
    };
    let Some(list) = addresses.as_array().filter(|list| list.iter().all(is_decoded)) else {
        let message = "the sign-in fails unless `identity.verified_addresses` is a list of { via, value }";
        return Some(fault(path, message, Some("return a list: [{ via: 'email', value: … }]")));
    };
    let is_filled = |address: &Value, key: &str| address.get(key).is_some_and(Value::is_string);
    let is_known = |address: &Value| match address.get("via").and_then(Value::as_str) {
        // What an input brings may be anything.
        Some("email" | "sms") => true,
        Some("phone") if version < Version::V1_3_0 => true,
        Some(via) => !words.contains(via),
        None => false,
    };
    let is_idle =
        |address: &&Value| address.as_object().is_some_and(|_| !is_known(address) || !is_filled(address, "value"));
    list.iter().find(is_idle)?;
    let message = "an item of `identity.verified_addresses` has no effect: `via` must be email or sms";
    Some(ResultFault { harmless: true, ..fault(path, message, Some("return [{ via: 'email', value: … }]")) })
}

/// What Kratos takes over from the `identity` of a mapper, and since when (`strategy_registration.go:406@v1.3.1`).
const MAPPED: &[(&str, Version)] = &[
    ("traits", Version::V0_11_0),
    ("metadata_public", Version::V0_11_0),
    ("metadata_admin", Version::V0_11_0),
    ("verified_addresses", Version::V1_1),
    ("region", Version::AFTER_V26_2),
];

/// Keys that nothing reads.
fn ignored(object: &Value, read: &[(&str, Version)], around: &str, version: Version) -> Vec<ResultFault> {
    let keys = object.as_object().into_iter().flatten().map(|(key, _)| key);
    let unread = keys.filter(|key| !read.iter().any(|(known, from)| known == key && *from <= version));
    unread
        .map(|key| {
            let since = read.iter().find(|(known, _)| known == key);
            let why = since.map_or_else(String::new, |(_, from)| format!(" before {from}"));
            let message = format!("`{around}{key}` has no effect: Kratos does not read it{why}");
            ResultFault { harmless: true, ..fault(&format!("{around}{key}"), message, None) }
        })
        .collect()
}

/// Traits, or parts of them, that the identity schema is known to refuse.
fn refused_traits(path: &str, map: &Map<String, Value>, kind: &JsonType, found: &mut Vec<ResultFault>) {
    let objects = kind.alternatives().iter().filter_map(|kind| match kind {
        JsonType::Object(object) => Some(object),
        _ => None,
    });
    let objects: Vec<&Object> = objects.collect();
    let closed = !objects.is_empty() && objects.iter().all(|object| object.rest.is_none());
    for (key, value) in map {
        let path = format!("{path}.{key}");
        let fields: Vec<&Field> = objects.iter().filter_map(|object| object.fields.get(key)).collect();
        if closed && fields.is_empty() {
            let message =
                format!("the registration fails: the identity schema has no trait `{key}` and allows no others");
            let help = Some("define the trait in the identity schema, or use metadata_public or verified_addresses");
            found.push(ResultFault { kind: Kind::UnknownTrait, ..fault(&path, message, help) });
        }
        let everywhere = !fields.is_empty() && fields.len() == objects.len();
        if value.is_null() && everywhere && fields.iter().all(|field| !field.kind.is_nullable()) {
            let message =
                format!("the registration fails when the trait `{key}` is null: the identity schema refuses it");
            found.push(fault(&path, message, Some("leave the key out: [if … then 'key']: …")));
        }
        if everywhere && fields.iter().all(|field| is_other_type(value, &field.kind)) {
            let message =
                format!("the registration fails: the identity schema needs another type for the trait `{key}`");
            found.push(ResultFault {
                kind: Kind::UnknownTrait,
                ..fault(&path, message, Some("return what the schema describes"))
            });
        }
        if let (Value::Object(inner), [field]) = (value, fields.as_slice()) {
            refused_traits(&path, inner, &field.kind, found);
        }
    }
}

/// Whether a value, or an item of a list, is surely of another type. Texts may stand for claims of an unknown type, null is checked
/// elsewhere.
fn is_other_type(value: &Value, kind: &JsonType) -> bool {
    let fits = |kind: &JsonType| match (value, kind) {
        (Value::Null | Value::String(_), _)
        | (_, JsonType::Any)
        | (Value::Bool(_), JsonType::Bool(_))
        | (Value::Number(_), JsonType::Number { .. })
        | (Value::Object(_), JsonType::Object(_)) => true,
        (Value::Array(items), JsonType::List(kind)) => !items.iter().any(|item| is_other_type(item, kind)),
        _ => false,
    };
    !kind.alternatives().iter().any(fits)
}

fn tokenizer(result: &Value, wanted: Wanted<'_>) -> Vec<ResultFault> {
    let version = wanted.place.version();
    if result.get("claims").is_some_and(|claims| claims == FAILED || wanted.is_open(claims, &["claims"])) {
        return Vec::new();
    }
    let Some(claims) = result.get("claims").and_then(Value::as_object) else {
        // The event that Kratos writes about it reads an error that is not there (x/events; seen on v26.2.0).
        let message = if version >= Version::V25_4 {
            "each request for a token drops the connection: the mapper returns no object `claims`"
        } else {
            "each request for a token is answered with status 400: the mapper returns no object `claims`"
        };
        return vec![fault("claims", message, Some("return { claims: { … } }"))];
    };
    let mut found = ignored(result, &[("claims", Version::V1_0)], "", version);
    if !claims.contains_key("sub") {
        return found;
    }
    let message = "`claims.sub` has no effect: Kratos replaces it";
    found.push(ResultFault {
        harmless: true,
        ..fault("claims.sub", message, Some("set subject_source of the template (since v25.4.0)"))
    });
    found
}

/// A form holds texts; null becomes an empty one (`request/builder.go:addURLEncodedBody`).
fn form(result: &Value) -> Vec<ResultFault> {
    match result {
        Value::Null => Vec::new(),
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_string() && !value.is_null())
            .map(|(key, _)| {
                let message = format!("the call fails: `{key}` is not a text, and a form contains only texts");
                fault(key, message, Some("wrap it in std.toString"))
            })
            .collect(),
        _ => vec![fault("", "each call fails: the body of a form must be an object of texts", None)],
    }
}
