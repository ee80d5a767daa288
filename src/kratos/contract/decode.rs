//! Answers decoded as Kratos does with Go's `encoding/json`: keys without regard to case, null as good as a missing key,
//! anything of another type fails the whole.

use serde_json::{Map, Value};

use crate::kratos::url;
use crate::kratos::version::Version;
use crate::yaml;

/// From this version on nothing may come after the document of a 200 answer (records trailing-text and two-documents).
const ONE_DOCUMENT: Version = Version::V25_4;

/// How much of an answer is read, in bytes, since v1.1.0 (`selfservice/hook/web_hook.go:execute`).
const MAX_BYTES: usize = 5 << 20;

/// Why a body does not decode, as a clause.
pub(crate) type Undecodable = String;

/// A message that a refusal shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The field of the form (`traits.email`), or empty for the form itself.
    pub node: String,
    /// What users read.
    pub text: String,
    /// `error` or `info`.
    pub kind: &'static str,
}

/// What a 200 answer asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    /// The fields of the identity that Kratos takes over, with their values, under their proper names.
    pub applied: Vec<(&'static str, Value)>,
    /// JSON pointers of what it drops.
    pub ignored: Vec<String>,
}

/// The type that a key of an answer must have to decode.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Any,
    Text,
    Bool,
    Integer,
    Uuid,
    Time,
    Object(&'static [(&'static str, Shape)]),
    /// A list of objects.
    List(&'static [(&'static str, Shape)]),
    Texts,
    /// An object of objects.
    Map(&'static [(&'static str, Shape)]),
}

const VERIFIABLE_ADDRESS: &[(&str, Shape)] = &[
    ("id", Shape::Uuid),
    ("value", Shape::Text),
    ("via", Shape::Text),
    ("verified", Shape::Bool),
    ("status", Shape::Text),
    ("verified_at", Shape::Time),
    ("created_at", Shape::Time),
    ("updated_at", Shape::Time),
];

const RECOVERY_ADDRESS: &[(&str, Shape)] = &[
    ("id", Shape::Uuid),
    ("value", Shape::Text),
    ("via", Shape::Text),
    ("created_at", Shape::Time),
    ("updated_at", Shape::Time),
];

const CREDENTIAL: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("identifiers", Shape::Texts),
    ("config", Shape::Any),
    ("version", Shape::Integer),
    ("created_at", Shape::Time),
    ("updated_at", Shape::Time),
];

/// A key of `identity`: its type, since when Kratos knows it, and when it is taken over.
pub(super) struct IdentityKey {
    pub name: &'static str,
    pub shape: Shape,
    pub since: Version,
    pub applied: Applied,
}

/// When a key of `identity` is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// When it is there, also as null.
    Present,
    /// When it is there under exactly this spelling, also as null.
    Exact,
    /// When it is not empty.
    Filled,
    Never,
}

const fn key(name: &'static str, shape: Shape, since: Version, applied: Applied) -> IdentityKey {
    IdentityKey { name, shape, since, applied }
}

/// identity/identity.go:Identity and `selfservice/hook/web_hook.go:parseWebhookResponse` at v1.0.0 to master; `metadata_admin`
/// was lost up to v1.0.0 (#3569).
pub(super) const IDENTITY: &[IdentityKey] = &[
    key("traits", Shape::Any, Version::V0_13, Applied::Present),
    key("metadata_public", Shape::Any, Version::V0_13, Applied::Present),
    key("metadata_admin", Shape::Any, Version::V1_1, Applied::Present),
    key("external_id", Shape::Text, Version::V25_4, Applied::Exact),
    key("schema_id", Shape::Text, Version::V0_13, Applied::Filled),
    key("state", Shape::Text, Version::V0_13, Applied::Filled),
    key("verifiable_addresses", Shape::List(VERIFIABLE_ADDRESS), Version::V0_13, Applied::Filled),
    key("recovery_addresses", Shape::List(RECOVERY_ADDRESS), Version::V0_13, Applied::Filled),
    key("id", Shape::Uuid, Version::V0_13, Applied::Never),
    key("schema_url", Shape::Text, Version::V0_13, Applied::Never),
    key("created_at", Shape::Time, Version::V0_13, Applied::Never),
    key("updated_at", Shape::Time, Version::V0_13, Applied::Never),
    key("state_changed_at", Shape::Time, Version::V0_13, Applied::Never),
    key("organization_id", Shape::Uuid, Version::V1_1, Applied::Never),
    key("credentials", Shape::Map(CREDENTIAL), Version::V0_13, Applied::Never),
];

/// Reads the body of a 200 answer to a hook with `response.parse`.
///
/// # Errors
/// Says why it does not decode.
pub(crate) fn change(body: &str, version: Version) -> Result<Change, Undecodable> {
    let whole = document(body, version, ONE_DOCUMENT <= version)?;
    let mut change = Change::default();
    let fields = object(&whole, "")?;
    for (written, value) in fields {
        if !written.eq_ignore_ascii_case("identity") {
            change.ignored.push(pointer(&[written]));
            continue;
        }
        for (name, value) in object(value, &pointer(&[written]))? {
            let at = pointer(&[written, name]);
            let known = IDENTITY.iter().find(|key| key.name.eq_ignore_ascii_case(name) && key.since <= version);
            let Some(known) = known else {
                change.ignored.push(at);
                continue;
            };
            check(value, known.shape, &at)?;
            let is_applied = match known.applied {
                Applied::Present => true,
                Applied::Exact => name == known.name,
                Applied::Filled => !is_empty(value),
                Applied::Never => false,
            };
            if is_applied {
                change.applied.push((known.name, value.clone()));
            } else {
                change.ignored.push(at);
            }
        }
    }
    Ok(change)
}

/// Reads the body of a refusal: its messages; none when the form is shown again without one. Keys beside `messages` are
/// pointed to in `ignored`.
///
/// # Errors
/// Says why it does not decode, or that it has no groups of messages.
pub(crate) fn messages(body: &str, version: Version) -> Result<(Vec<Message>, Vec<String>), Undecodable> {
    let whole = document(body, version, false)?;
    let (mut shown, mut ignored, mut groups) = (Vec::new(), Vec::new(), 0);
    for (written, value) in object(&whole, "")? {
        if !written.eq_ignore_ascii_case("messages") {
            ignored.push(pointer(&[written]));
            continue;
        }
        for (index, group) in list(value, &pointer(&[written]))?.iter().enumerate() {
            groups += 1;
            shown.extend(group_of(group, &format!("{}/{index}", pointer(&[written])))?);
        }
    }
    if groups == 0 {
        return Err("`messages` is missing or empty".to_owned());
    }
    Ok((shown, ignored))
}

/// The messages of one field.
fn group_of(group: &Value, at: &str) -> Result<Vec<Message>, Undecodable> {
    const MESSAGE: &[(&str, Shape)] = &[("id", Shape::Integer), ("text", Shape::Text), ("type", Shape::Text)];
    const GROUP: &[(&str, Shape)] = &[("instance_ptr", Shape::Text), ("messages", Shape::List(MESSAGE))];
    check(group, Shape::Object(GROUP), at)?;
    let node = node_of(field(group, "instance_ptr").and_then(Value::as_str).unwrap_or_default());
    let written = field(group, "messages").and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
    let of_text = |message: &Value, key| field(message, key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let message = |message: &Value| Message {
        node: node.clone(),
        text: of_text(message, "text"),
        kind: if of_text(message, "type") == "error" { "error" } else { "info" },
    };
    Ok(written.iter().map(message).collect())
}

/// The field of the form that an `instance_ptr` names: with `#/` in front its parts joined with dots, else the text as it is
/// (oryx/jsonschemax/pointer.go:JSONPointerToDotNotation).
fn node_of(instance_ptr: &str) -> String {
    let Some(path) = instance_ptr.strip_prefix("#/") else { return instance_ptr.to_owned() };
    let part = |part: &str| yaml::pointer_key(&String::from_utf8_lossy(&url::unescaped(part).0));
    path.split('/').map(part).collect::<Vec<_>>().join(".")
}

/// The first JSON value of a body; with `alone` nothing but white space may follow.
fn document(body: &str, version: Version, alone: bool) -> Result<Value, Undecodable> {
    let body = if Version::V1_1 <= version && body.len() > MAX_BYTES {
        String::from_utf8_lossy(body.as_bytes().get(..MAX_BYTES).unwrap_or_default()).into_owned()
    } else {
        body.to_owned()
    };
    if body.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Err("the body is empty".to_owned());
    }
    let mut values = serde_json::Deserializer::from_str(&body).into_iter::<Value>();
    let first = match values.next() {
        Some(Ok(value)) => value,
        Some(Err(error)) => return Err(format!("the body is not JSON: {error}")),
        None => return Err("the body is empty".to_owned()),
    };
    let rest = body.get(values.byte_offset()..).unwrap_or_default();
    if alone && !rest.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Err("there is text after the JSON document".to_owned());
    }
    Ok(first)
}

fn check(value: &Value, shape: Shape, at: &str) -> Result<(), Undecodable> {
    if value.is_null() {
        return Ok(());
    }
    let wants = |what: &str| format!("{at} must be {what}");
    let plain = |fits: bool, what: &str| if fits { Ok(()) } else { Err(wants(what)) };
    match shape {
        Shape::Any => Ok(()),
        Shape::Text => plain(value.is_string(), "a string"),
        Shape::Bool => plain(value.is_boolean(), "true or false"),
        Shape::Integer => plain(value.is_i64(), "a whole number"),
        Shape::Uuid => plain(value.as_str().is_some_and(is_uuid), "a UUID"),
        Shape::Time => plain(value.as_str().is_some_and(is_time), "a time as 2026-01-02T03:04:05Z"),
        Shape::Object(fields) => {
            for (name, value) in object(value, at)? {
                if let Some((_, shape)) = fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                    check(value, *shape, &format!("{at}{}", pointer(&[name])))?;
                }
            }
            Ok(())
        }
        Shape::List(fields) => {
            let mut items = list(value, at)?.iter().enumerate();
            items.try_for_each(|(index, item)| check(item, Shape::Object(fields), &format!("{at}/{index}")))
        }
        Shape::Texts => {
            let mut items = list(value, at)?.iter().enumerate();
            items.try_for_each(|(index, item)| check(item, Shape::Text, &format!("{at}/{index}")))
        }
        Shape::Map(fields) => {
            let mut entries = object(value, at)?.iter();
            entries
                .try_for_each(|(name, value)| check(value, Shape::Object(fields), &format!("{at}{}", pointer(&[name]))))
        }
    }
}

/// The fields of an object; none of null.
fn object<'v>(value: &'v Value, at: &str) -> Result<&'v Map<String, Value>, Undecodable> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null => Ok(&NONE),
        _ if at.is_empty() => Err("the body is not a JSON object".to_owned()),
        _ => Err(format!("{at} must be an object")),
    }
}

/// The items of a list; none of null.
fn list<'v>(value: &'v Value, at: &str) -> Result<&'v [Value], Undecodable> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(&[]),
        _ => Err(format!("{at} must be a list")),
    }
}

/// A field by its name without regard to case.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` or its 32 digits, in braces or after `urn:uuid:` too (gofrs/uuid:UnmarshalText).
fn is_uuid(text: &str) -> bool {
    let inner =
        text.strip_prefix('{').map_or(text.strip_prefix("urn:uuid:").or(Some(text)), |rest| rest.strip_suffix('}'));
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    inner.is_some_and(|inner| {
        let mut parts = inner.split('-');
        let grouped = [8, 4, 4, 4, 12].into_iter().all(|count| parts.next().is_some_and(|part| digits(part, count)));
        (grouped && parts.next().is_none()) || digits(inner, 32)
    })
}

/// RFC 3339 as Go's `time.Time` reads it from JSON.
fn is_time(text: &str) -> bool {
    crate::kratos::formats::is_date_time(text)
}

fn pointer(keys: &[&str]) -> String {
    keys.iter().fold(String::new(), |path, key| path + &crate::yaml::pointer_token(key))
}
