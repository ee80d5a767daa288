//! What Kratos demands of an identity schema as a JSON Schema of its own, for editors: they complete the keyword
//! `ory.sh/kratos` and show faults while one writes. It says what [`super::meta`] checks, references and patterns apart.

use serde_json::{Map, Value, json};

use super::meta::DIALECTS;
pub(crate) use super::meta::VERIFIABLE_FORMATS;
use super::{EXTENSION, EXTENSION_KEYS, ExtensionKey, Holds};
use crate::kratos::version::Version;

const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";

/// The JSON Schema (draft 7, as the documents it is for) of identity schemas of a release.
#[must_use]
pub fn document(version: Version) -> Value {
    json!({
        "$schema": DRAFT_7,
        "$id": format!("urn:kratos-lint:identity:{version}"),
        "title": format!("Identity schema of Ory Kratos {version}"),
        "allOf": [{"$ref": DRAFT_7}, {"$ref": "#/definitions/whole"}, {"$ref": "#/definitions/nested"}],
        "type": "object",
        "required": ["properties"],
        "properties": {
            "$schema": {"enum": DIALECTS},
            "type": {"const": "object"},
            "properties": {
                "required": ["traits"],
                "properties": {"traits": traits()},
            },
        },
        "definitions": {
            "whole": whole(),
            "trait": direct_trait(version),
            "nested": nested(),
            "extension": extension("", version),
        },
    })
}

/// What holds for the root and the parts of its `allOf`: they describe an object with `traits` and nothing else.
fn whole() -> Value {
    let names = json!({
        "description": "Kratos checks an object with `traits` alone; what is required of traits is listed inside `traits`.",
        "items": {"const": "traits"},
    });
    let is_closed =
        json!({"required": ["additionalProperties"], "properties": {"additionalProperties": {"const": false}}});
    let describes = json!({"required": ["properties"], "properties": {"properties": {"required": ["traits"]}}});
    json!({
        "if": {"not": {"required": ["$ref"]}},
        "then": {
            "properties": {
                "required": names,
                "dependencies": {"properties": {"traits": {"if": {"type": "array"}, "then": names}}},
                "minProperties": {"maximum": 1},
                "maxProperties": {"minimum": 1},
                "allOf": {"items": {"$ref": "#/definitions/whole"}},
            },
            "if": is_closed,
            "then": {"anyOf": [{"required": ["patternProperties"]}, describes]},
        },
    })
}

fn traits() -> Value {
    json!({
        "description": "The traits of an identity.",
        "type": "object",
        "required": ["properties"],
        "properties": {
            "type": {"const": "object"},
            "properties": {
                "description": "At least one trait.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"$ref": "#/definitions/trait"},
            },
        },
    })
}

/// A trait: since v1.1.0 an address that is verified has one of a few formats.
fn direct_trait(version: Version) -> Value {
    if version < Version::V1_1 {
        return json!({"type": "object"});
    }
    json!({
        "type": "object",
        "if": {"properties": {EXTENSION: {"required": ["verification"]}}, "required": [EXTENSION]},
        "then": {"properties": {"format": {"enum": VERIFIABLE_FORMATS}}},
    })
}

/// The keyword here and below through objects; Kratos looks into no lists.
fn nested() -> Value {
    json!({
        "properties": {EXTENSION: {"$ref": "#/definitions/extension"}},
        "additionalProperties": {"if": {"type": "object"}, "then": {"$ref": "#/definitions/nested"}},
    })
}

/// The keyword, or an object in it.
fn extension(path: &str, version: Version) -> Value {
    let mut properties = Map::new();
    for row in EXTENSION_KEYS.iter().filter(|row| row.versions.contains(version)) {
        let (around, name) = row.path.rsplit_once('.').unwrap_or(("", row.path));
        if around == path {
            properties.insert(name.to_owned(), value(row, version));
        }
    }
    json!({
        "description": description(path),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn value(row: &ExtensionKey, version: Version) -> Value {
    match row.holds {
        Holds::Object => extension(row.path, version),
        Holds::Boolean => json!({"description": description(row.path), "type": "boolean"}),
        Holds::Words(words) => {
            let known = words.iter().filter(|(_, versions)| versions.contains(version)).map(|(word, _)| *word);
            json!({"description": description(row.path), "enum": known.collect::<Vec<_>>()})
        }
    }
}

/// What a key of the keyword does, for users.
pub(crate) fn description(path: &str) -> &'static str {
    match path {
        "" => "What Kratos does with the value of this trait.",
        "credentials" => "The methods that use this trait.",
        "credentials.password" => "Sign-in by password.",
        "credentials.password.identifier" | "credentials.webauthn.identifier" => {
            "Users sign in with this value. Kratos stores it in lower case."
        }
        "credentials.webauthn" => "Passwordless sign-in by WebAuthn.",
        "credentials.totp" => "One-time passwords of an authenticator app.",
        "credentials.totp.account_name" => {
            "The authenticator app shows this value; else it shows the id of the identity."
        }
        "credentials.code" => "Sign-in by a code that is sent to this address.",
        "credentials.code.identifier" => "Users sign in with this value. `via` must be set too.",
        "credentials.code.via" => "How the code is sent.",
        "credentials.passkey" => "Sign-in by passkey.",
        "credentials.passkey.display_name" => "The browser shows this value beside the passkey.",
        "verification" | "verification.via" => {
            "The value is an address that the user verifies, and how the code is sent."
        }
        "recovery" | "recovery.via" => "The value is an address that recovers the account, and how the code is sent.",
        "organizations" | "organizations.matcher" => "How the value selects an organization (commercial builds).",
        _ => "",
    }
}
