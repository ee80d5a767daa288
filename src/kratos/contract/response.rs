//! JSON Schema of the answers that Kratos takes.

use serde_json::{Map, Value, json};

use super::decode::{Applied, IDENTITY, Shape};
use super::{Mode, Point};
use crate::kratos::ctx::json_schema::DIALECT;
use crate::kratos::version::Version;

/// Where the schemas of all versions lie.
pub(crate) const PUBLISHED: &str = "https://raw.githubusercontent.com/kratos-lint/kratos-lint/main/testdata/contract";

/// What a schema of answers depends on.
#[derive(Clone, Copy, Debug)]
pub struct Contract<'a> {
    /// Which hook is answered.
    pub point: Point,
    /// What it does with answers.
    pub mode: Mode,
    /// The release.
    pub version: Version,
    /// The JSON Schema of the traits, when it is known.
    pub traits: Option<&'a Value>,
    /// The ids of `identity.schemas`, when they are known.
    pub schema_ids: &'a [String],
    /// Says what the server takes, not what an endpoint should write: unknown keys, other case, nulls.
    pub lenient: bool,
}

/// The schema of the body of a 200 answer; none when that body is never read.
#[must_use]
pub fn change(contract: &Contract<'_>) -> Option<Value> {
    if contract.mode != Mode::Parse {
        return None;
    }
    Some(if contract.lenient { lenient_change(contract) } else { strict_change(contract) })
}

/// The schema of the body of a refusal (400 to 499 without 429, and 501); none when no message of it reaches users.
#[must_use]
pub fn refusal(contract: &Contract<'_>) -> Option<Value> {
    if !contract.mode.reads_refusals() || contract.point.is_before {
        return None;
    }
    Some(if contract.lenient { lenient_refusal() } else { strict_refusal() })
}

/// One document with both, under `$defs/change` and `$defs/refusal`.
#[must_use]
pub fn document(contract: &Contract<'_>, id: &str) -> Value {
    let (change, refusal) = (change(contract), refusal(contract));
    let mut definitions = Map::new();
    let mut either = Vec::new();
    for (name, schema) in [("change", change), ("refusal", refusal)] {
        if let Some(schema) = schema {
            either.push(json!({"$ref": format!("#/$defs/{name}")}));
            definitions.insert(name.to_owned(), schema);
        }
    }
    let Point { flow, is_before } = contract.point;
    let list = if is_before { "before" } else { "after" };
    let mut document = json!({
        "$schema": DIALECT,
        "$id": id,
        "title": format!("Answer to a web_hook at {flow}.{list} of Ory Kratos {}", contract.version),
        "description": summary(contract),
        "$defs": definitions,
    });
    if let Some(document) = document.as_object_mut() {
        if either.is_empty() {
            document.remove("$defs");
            document.insert("$comment".to_owned(), json!("No body is read: the status alone counts."));
        } else {
            document.insert("anyOf".to_owned(), json!(either));
        }
    }
    document
}

/// What an endpoint can do there, in sentences.
#[must_use]
pub(crate) fn summary(contract: &Contract<'_>) -> String {
    let Point { flow, is_before } = contract.point;
    let change = match contract.mode {
        Mode::Ignore => "Kratos calls the endpoint in the background and looks at no answer.",
        Mode::Wait | Mode::CanInterrupt => "The body of a 200 answer is not read.",
        Mode::Parse if is_before => {
            "There is no identity yet: answer 204, or 200 with {}. An answer with a field of an identity crashes the request."
        }
        Mode::Parse if contract.point.saves() => {
            "Answer 200 with the changes of the identity, or 204 for none. `traits` replace all traits. The body of any other \
             status below 400 is ignored."
        }
        Mode::Parse if flow == "login" => {
            "Answer 204. A changed identity in a 200 answer is shown to the client of this login, and never stored."
        }
        Mode::Parse => "Answer 204. A changed identity in a 200 answer is lost.",
    };
    let refusal = match contract.mode {
        Mode::Ignore => "",
        _ if is_before => " Any status of 400 or more stops the flow with a general error; users see no message.",
        Mode::Wait => " Any status from 400 on stops the flow with a general error; the body is not read.",
        Mode::Parse | Mode::CanInterrupt => {
            " Answer 400 to 499 (not 429) with `messages` to stop the flow; users see them at the \
                fields of the form."
        }
    };
    format!("{change}{refusal}")
}

fn strict_change(contract: &Contract<'_>) -> Value {
    let Contract { point, version, .. } = contract;
    if !point.saves() {
        return json!({
            "title": "Nothing to change",
            "description": summary(contract),
            "type": "object",
            "additionalProperties": false,
            "examples": [{}],
        });
    }
    let mut fields = Map::new();
    for key in IDENTITY.iter().filter(|key| key.since <= *version) {
        if let Some(schema) = strict_field(key.name, contract) {
            fields.insert(key.name.to_owned(), schema);
        }
    }
    json!({
        "title": "Changes of the identity",
        "description": "What is not there stays as it is.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "identity": {
                "description": "Fields of the identity that replace those that Kratos is about to store.",
                "type": "object",
                "additionalProperties": false,
                "properties": fields,
            },
        },
        "examples": [{}, {"identity": {"metadata_public": {"plan": "free"}}}],
    })
}

/// What an endpoint should write for a field of the identity; none for what has no effect.
fn strict_field(name: &str, contract: &Contract<'_>) -> Option<Value> {
    let described = |mut schema: Value, description: &str| {
        if let Some(keywords) = schema.as_object_mut() {
            keywords.insert("description".to_owned(), json!(description));
        }
        Some(schema)
    };
    match name {
        "traits" => {
            let traits = contract.traits.cloned().unwrap_or_else(|| json!({"type": "object"}));
            described(
                traits,
                "Replaces ALL traits, nothing is merged: send every trait. The identity schema validates them; what it refuses \
                 is shown in the form.",
            )
        }
        "metadata_public" => described(
            json!({}),
            "Any JSON. Replaces the whole value; the owner of the identity can read it. null clears it.",
        ),
        "metadata_admin" => {
            described(json!({}), "Any JSON. Replaces the whole value; only the admin API shows it. null clears it.")
        }
        "external_id" => described(
            json!({"type": ["string", "null"]}),
            "The id of this identity in your system, unique. null and an empty text clear it.",
        ),
        "schema_id" => {
            let known = contract.schema_ids;
            let schema =
                if known.is_empty() { json!({"type": "string", "minLength": 1}) } else { json!({"enum": known}) };
            described(schema, "The id of an entry of `identity.schemas`; an unknown one shows the form again.")
        }
        "state" if contract.point.flow == "registration" => described(
            json!({"const": "active"}),
            "Anything but `active` stores the identity and then fails the registration.",
        ),
        "state" => {
            described(json!({"enum": ["active", "inactive"]}), "`inactive` ends the session of the person at once.")
        }
        "verifiable_addresses" => described(
            addresses(contract.version),
            "Marks addresses as verified. An address that the traits do not hold is dropped (settings of v1.1.0 to v1.3.1: the \
             save fails).",
        ),
        _ => None,
    }
}

/// A list of addresses with their state.
fn addresses(version: Version) -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["value", "via", "verified", "status"],
            "properties": {
                "value": {"type": "string", "description": "An address that the traits hold."},
                "via": {"enum": channels(version)},
                "verified": {"type": "boolean"},
                "status": {"enum": ["pending", "sent", "completed"]},
            },
        },
    })
}

/// Ways to an address (`identity/identity_verification.go`; `phone` up to v1.0.0).
fn channels(version: Version) -> [&'static str; 2] {
    ["email", if version <= Version::V1_0 { "phone" } else { "sms" }]
}

fn strict_refusal() -> Value {
    json!({
        "title": "A refusal with messages",
        "description": "The flow stops; the form shows each message at its field.",
        "type": "object",
        "additionalProperties": false,
        "required": ["messages"],
        "properties": {
            "messages": {
                "description": "One group for each field.",
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["messages"],
                    "properties": {
                        "instance_ptr": {
                            "description": "JSON pointer of the field after `#`, for example #/traits/email; \
                                without it the messages belong to the form. A field that the form \
                                does not have becomes a stray text field.",
                            "type": "string",
                            "pattern": "^#/",
                        },
                        "messages": {
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "type": "object",
                                "additionalProperties": false,
                                "required": ["id", "text", "type"],
                                "properties": {
                                    "id": {
                                        "description": "A number of your own, for the translations of your pages: a whole number.",
                                        "type": "integer",
                                    },
                                    "text": {"description": "What users read.", "type": "string", "minLength": 1},
                                    "type": {
                                        "description": "Anything but `error` is shown as information.",
                                        "enum": ["error", "info"],
                                    },
                                    "context": {"description": "Values for translations.", "type": "object"},
                                },
                            },
                        },
                    },
                },
            },
        },
        "examples": [{
            "messages": [{
                "instance_ptr": "#/traits/email",
                "messages": [{"id": 4_000_001, "text": "Please use your work address.", "type": "error"}],
            }],
        }],
    })
}

fn lenient_change(contract: &Contract<'_>) -> Value {
    let mut patterns = Map::new();
    let known = IDENTITY.iter().filter(|key| key.since <= contract.version);
    for key in known {
        let schema = match key.applied {
            Applied::Never => of_shape(key.shape),
            _ if contract.point.is_before => unapplied(key.shape, key.applied),
            _ => taken(key.name, key.shape, contract),
        };
        let pattern = |name: &str| format!("^{name}$");
        if key.applied == Applied::Exact {
            // It decodes in any case, and is taken over in one.
            patterns.insert(pattern(&any_case(key.name)), of_shape(key.shape));
            patterns.insert(pattern(key.name), schema);
        } else {
            patterns.insert(pattern(&any_case(key.name)), schema);
        }
    }
    let description = if Version::V25_4 <= contract.version {
        "One JSON document; other keys are ignored."
    } else {
        "The first JSON value of the body; other keys are ignored."
    };
    json!({
        "title": "A 200 answer that the server takes",
        "description": description,
        "type": ["object", "null"],
        "patternProperties": {
            format!("^{}$", any_case("identity")): {"type": ["object", "null"], "patternProperties": patterns},
        },
    })
}

/// What the server goes on with where the field is taken over.
fn taken(name: &str, shape: Shape, contract: &Contract<'_>) -> Value {
    let saves = contract.point.saves();
    match name {
        "traits" if saves => contract.traits.cloned().unwrap_or_else(|| json!({"type": "object"})),
        "schema_id" if !contract.schema_ids.is_empty() && refuses_unknown_schema(contract) => {
            let ids = contract.schema_ids.iter().map(|id| json!(id)).chain([json!(""), Value::Null]);
            json!({"enum": ids.collect::<Vec<_>>()})
        }
        "state" if contract.point.flow == "registration" => json!({"enum": ["active", "", null]}),
        _ => of_shape(shape),
    }
}

fn refuses_unknown_schema(contract: &Contract<'_>) -> bool {
    contract.point.saves() || (contract.point.flow == "recovery" && Version::V1_1 <= contract.version)
}

/// What the server goes on with where taking the field over crashes it.
fn unapplied(shape: Shape, applied: Applied) -> Value {
    match (applied, shape) {
        (Applied::Filled, Shape::Text) => json!({"enum": ["", null]}),
        (Applied::Filled, Shape::List(_)) => json!({"type": ["array", "null"], "maxItems": 0}),
        _ => json!(false),
    }
}

fn lenient_refusal() -> Value {
    let text = of_shape(Shape::Text);
    let message = json!({
        "type": ["object", "null"],
        "patternProperties": {
            format!("^{}$", any_case("id")): of_shape(Shape::Integer),
            format!("^{}$", any_case("text")): text,
            format!("^{}$", any_case("type")): text,
        },
    });
    let messages = format!("^{}$", any_case("messages"));
    let shown = json!({"type": "array", "minItems": 1});
    json!({
        "title": "A refusal with a message for users",
        "type": "object",
        "patternProperties": {
            &messages: {
                "type": "array",
                "items": {
                    "type": ["object", "null"],
                    "patternProperties": {
                        format!("^{}$", any_case("instance_ptr")): text,
                        &messages: {"type": ["array", "null"], "items": message},
                    },
                },
                "contains": {
                    "type": "object",
                    "patternProperties": {&messages: shown},
                    "not": {"propertyNames": {"not": {"pattern": messages}}},
                },
            },
        },
        "not": {"propertyNames": {"not": {"pattern": messages}}},
    })
}

/// What decodes as a shape.
fn of_shape(shape: Shape) -> Value {
    let keys = |fields: &[(&str, Shape)]| -> Value {
        fields
            .iter()
            .map(|(name, shape)| (format!("^{}$", any_case(name)), of_shape(*shape)))
            .collect::<Map<_, _>>()
            .into()
    };
    let object = |fields| json!({"type": ["object", "null"], "patternProperties": keys(fields)});
    match shape {
        Shape::Any => json!({}),
        Shape::Text => json!({"type": ["string", "null"]}),
        Shape::Bool => json!({"type": ["boolean", "null"]}),
        // 1.0 is a whole number to JSON Schema and none to Go.
        Shape::Integer => json!({"type": ["integer", "null"]}),
        Shape::Uuid => json!({"type": ["string", "null"], "pattern": UUID}),
        Shape::Time => json!({"type": ["string", "null"], "pattern": TIME}),
        Shape::Object(fields) => object(fields),
        Shape::List(fields) => json!({"type": ["array", "null"], "items": object(fields)}),
        Shape::Texts => json!({"type": ["array", "null"], "items": {"type": ["string", "null"]}}),
        Shape::Map(fields) => json!({"type": ["object", "null"], "additionalProperties": object(fields)}),
    }
}

const UUID: &str = "^(\\{([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})\\}|(urn:uuid:)?([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}))$";
const TIME: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$";

/// The name in any case, as a pattern.
fn any_case(name: &str) -> String {
    name.chars().fold(String::new(), |pattern, letter| match letter {
        'a'..='z' => pattern + &format!("[{letter}{}]", letter.to_ascii_uppercase()),
        _ => pattern + &letter.to_string(),
    })
}

/// Where the schema is published: stable, so that others may refer to it.
#[must_use]
pub fn id(contract: &Contract<'_>) -> String {
    let Point { flow, is_before } = contract.point;
    let list = if is_before { "before" } else { "after" };
    let folder = if contract.lenient { "response-lenient" } else { "response" };
    format!("{PUBLISHED}/{}/{folder}/{flow}.{list}.json", contract.version)
}
