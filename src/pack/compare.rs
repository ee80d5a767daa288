//! Whether a packed document that is kept is what packing gives now. Ory Network answers with addresses that hold the SHA-512
//! of the content, and with the SHA-512 as id of a schema: both count as the content.

use serde_json::Value as Json;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::digest;
use crate::kratos::network::{IN_PROJECT, stored_digest};

/// How a kept value relates to the packed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// JSON pointer.
    pub pointer: String,
    /// What differs, as a clause.
    pub what: &'static str,
}

/// All differences, in the order of the packed document.
#[must_use]
pub(crate) fn differences(packed: &Json, kept: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(packed, kept, &mut String::new(), &mut found);
    let renamed = renamed(packed);
    found.retain(|difference| {
        let of = |document: &Json| document.pointer(&difference.pointer).and_then(Json::as_str).map(str::to_owned);
        let is_renamed = || match (of(packed), of(kept)) {
            (Some(one), Some(other)) => renamed.iter().any(|(id, digest)| *id == one && *digest == other),
            _ => false,
        };
        !(difference.pointer.ends_with("/identity/default_schema_id") && is_renamed())
    });
    found
}

/// The ids of embedded schemas, and those that Ory Network gives them.
fn renamed(packed: &Json) -> Vec<(String, String)> {
    let whole = ["/identity/schemas".to_owned(), format!("{IN_PROJECT}/identity/schemas")];
    let schemas = whole.iter().filter_map(|pointer| packed.pointer(pointer)?.as_array()).flatten();
    let of_schema = |schema: &Json| {
        let bytes = content(schema.get("url")?.as_str()?)?;
        Some((schema.get("id")?.as_str()?.to_owned(), digest(&bytes)))
    };
    schemas.filter_map(of_schema).collect()
}

fn compare(packed: &Json, kept: &Json, pointer: &mut String, found: &mut Vec<Difference>) {
    let mut differs = |pointer: &str, what| found.push(Difference { pointer: pointer.to_owned(), what });
    match (packed, kept) {
        (Json::Object(one), Json::Object(other)) => {
            let length = pointer.len();
            for (key, value) in one {
                pointer.push_str(&crate::yaml::pointer_token(key));
                match other.get(key) {
                    Some(kept) if key == "id" && is_schema_id(one, kept) => {}
                    Some(kept) => compare(value, kept, pointer, found),
                    None => found.push(Difference { pointer: pointer.clone(), what: "is new" }),
                }
                pointer.truncate(length);
            }
            for key in other.keys().filter(|key| !one.contains_key(*key)) {
                let gone = format!("{pointer}{}", crate::yaml::pointer_token(key));
                found.push(Difference { pointer: gone, what: "is gone" });
            }
        }
        (Json::Array(one), Json::Array(other)) => {
            if one.len() != other.len() {
                differs(pointer, "has another length");
                return;
            }
            let length = pointer.len();
            for (index, (value, kept)) in one.iter().zip(other).enumerate() {
                pointer.push_str(&format!("/{index}"));
                compare(value, kept, pointer, found);
                pointer.truncate(length);
            }
        }
        (Json::String(one), Json::String(other)) if one != other => match stored_digest(other) {
            Some(stored) if content(one).is_some_and(|bytes| digest(&bytes) == stored) => {}
            _ if content(one).is_some() => differs(pointer, "has changed"),
            Some(_) => differs(pointer, "is an address of unknown content"),
            None => differs(pointer, "differs"),
        },
        (one, other) if one != other => differs(pointer, "differs"),
        _ => {}
    }
}

/// The bytes of an embedded value.
fn content(address: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(address.strip_prefix("base64://")?).ok()
}

/// The id that Ory Network gives a schema: the SHA-512 of its bytes.
fn is_schema_id(entry: &serde_json::Map<String, Json>, kept: &Json) -> bool {
    let url = entry.get("url").and_then(Json::as_str).and_then(content);
    kept.as_str().is_some_and(|id| id.len() == 128)
        && url.is_some_and(|bytes| kept.as_str() == Some(digest(&bytes).as_str()))
}
