//! The Jsonnet of a new hook: what surely is there at its place, and what may be there with a guard.

use std::fmt::Write as _;

use super::{Response, Wanted};
use crate::kratos::ctx::Place;
use crate::kratos::ctx::json_type::{Field, JsonType, Object};
use crate::kratos::version::Version;

/// Fields of the flow and the identity that most endpoints want, with the name under which they are sent.
const COMMON: [(&str, &[&str]); 4] = [
    ("flow_id", &["flow", "id"]),
    ("flow_type", &["flow", "type"]),
    ("identity_id", &["identity", "id"]),
    ("schema_id", &["identity", "schema_id"]),
];

/// The traits that may be there.
#[must_use]
pub(crate) fn traits(ctx: &JsonType) -> Vec<&str> {
    let traits = find(ctx, &["identity", "traits"]).and_then(closed);
    traits.into_iter().flat_map(|traits| traits.fields.keys()).map(String::as_str).collect()
}

/// Where the body of a hook is evaluated.
#[must_use]
pub(crate) fn place(wanted: &Wanted, version: Version) -> Place {
    let phase = match (wanted.flow, wanted.trigger, wanted.response) {
        (_, "before", _) => "before",
        ("registration" | "settings", _, Response::Parse) => "after.pre_persist",
        ("registration" | "settings", ..) => "after.post_persist",
        _ => "after",
    };
    let place = Place::new(format!("{}.{phase}", wanted.flow), version);
    match &wanted.method {
        Some(method) if place.possible_methods().contains(&method.as_str()) => place.by(vec![method.clone()]),
        _ => place,
    }
}

/// The type of `ctx` in that of all that a body sees.
#[must_use]
pub(crate) fn ctx(environment: &JsonType) -> &JsonType {
    let fields = environment.as_object().map(|object| &object.fields);
    fields.and_then(|fields| fields.get("ctx")).map_or(environment, |field| &field.kind)
}

/// The body for a place whose `ctx` has this type; with these traits only, when they are named.
#[must_use]
pub(crate) fn jsonnet(place: &Place, ctx: &JsonType, only: Option<&[String]>) -> String {
    let mut fields = String::new();
    for (name, read) in common(place, ctx) {
        _ = writeln!(fields, "  {name}: {read},");
    }
    let traits = sent_traits(ctx);
    if !traits.is_empty() && only.is_none_or(|only| !only.is_empty()) {
        _ = writeln!(fields, "  traits: {{");
        let is_sent = |name: &String| only.is_none_or(|only| only.contains(name));
        for (_, written) in traits.iter().filter(|(name, _)| is_sent(name)) {
            _ = writeln!(fields, "    {written},");
        }
        _ = writeln!(fields, "  }},");
    }
    format!("{}\nfunction(ctx) {{\n{fields}}}\n", head(place))
}

/// What most endpoints want and what surely is there: the name under which it is sent, and how it is read.
pub(crate) fn common<'c>(place: &Place, ctx: &'c JsonType) -> impl Iterator<Item = (&'static str, String)> + 'c {
    let has_nil_id = place.id() == "registration.after.pre_persist";
    let is_sent = move |(name, path): &(&str, &[&str])| (*name != "identity_id" || !has_nil_id) && is_always(ctx, path);
    COMMON.into_iter().filter(is_sent).map(|(name, path)| (name, format!("ctx.{}", path.join("."))))
}

/// The traits, each with the entry that sends it, where there are traits for sure.
pub(crate) fn sent_traits(ctx: &JsonType) -> Vec<(String, String)> {
    let traits = find(ctx, &["identity", "traits"]).filter(|_| is_always(ctx, &["identity", "traits"]));
    let fields = traits.and_then(closed).into_iter().flat_map(|traits| &traits.fields);
    let entry = |(name, field): (&String, &Field)| {
        let read = format!("ctx.identity.traits{}", access(name));
        if field.missing_when.is_none() {
            return (name.clone(), format!("{}: {read}", key(name)));
        }
        let text = serde_json::Value::String(name.clone());
        (name.clone(), format!("[if {text} in ctx.identity.traits then {text}]: {read}"))
    };
    fields.map(entry).collect()
}

/// The comment that begins the body for a place.
#[must_use]
pub(crate) fn head(place: &Place) -> String {
    let fires = place.fires();
    let fires = if fires.is_empty() { String::new() } else { format!(", {fires}") };
    format!("{HEAD} {}{fires}.", place.id())
}

/// What each comment of [`head`] begins with.
pub(crate) const HEAD: &str = "// Sent by Kratos at";

/// A body for a release whose context is not recorded: each field has a guard.
#[must_use]
pub(crate) fn guarded(place: &Place, only: Option<&[String]>) -> String {
    let head = format!("{HEAD} {}. Every field has a guard: it is sent when it is there.\n", place.id());
    let flow = "  local flow = if 'flow' in ctx then ctx.flow else {};\n";
    let mut fields = String::from(
        "    [if 'id' in flow then 'flow_id']: flow.id,\n    [if 'type' in flow then 'flow_type']: flow.type,\n",
    );
    if place.id().ends_with(".before") {
        return format!("{head}function(ctx)\n{flow}  {{\n{fields}  }}\n");
    }
    let identity = "  local identity = if 'identity' in ctx && ctx.identity != null then ctx.identity else {};\n";
    if place.id() != "registration.after.pre_persist" {
        fields.push_str("    [if 'id' in identity then 'identity_id']: identity.id,\n");
    }
    fields.push_str("    [if 'schema_id' in identity then 'schema_id']: identity.schema_id,\n");
    match only {
        None => fields.push_str("    [if 'traits' in identity then 'traits']: identity.traits,\n"),
        Some([]) => {}
        Some(names) => {
            fields.push_str("    traits: {\n");
            for name in names {
                let text = serde_json::Value::String(name.clone());
                let read = format!("identity.traits{}", access(name));
                _ = writeln!(
                    fields,
                    "      [if 'traits' in identity && {text} in identity.traits then {text}]: {read},"
                );
            }
            fields.push_str("    },\n");
        }
    }
    format!("{head}function(ctx)\n{flow}{identity}  {{\n{fields}  }}\n")
}

fn find<'t>(kind: &'t JsonType, path: &[&str]) -> Option<&'t JsonType> {
    path.iter().try_fold(kind, |kind, name| Some(&kind.as_object()?.fields.get(*name)?.kind))
}

/// Whether a path can be read whatever comes.
fn is_always(kind: &JsonType, path: &[&str]) -> bool {
    let mut at = kind;
    for name in path {
        let Some(field) = at.as_object().and_then(|object| object.fields.get(*name)) else { return false };
        if field.missing_when.is_some() || at.is_nullable() {
            return false;
        }
        at = &field.kind;
    }
    !at.is_nullable()
}

/// The traits, when the identity schema names them.
fn closed(kind: &JsonType) -> Option<&Object> {
    kind.as_object().filter(|object| !object.fields.is_empty())
}

/// Whether a key needs no quotes.
pub(crate) fn is_name(text: &str) -> bool {
    let words = [
        "assert",
        "else",
        "error",
        "false",
        "for",
        "function",
        "if",
        "import",
        "importstr",
        "in",
        "local",
        "null",
        "tailstrict",
        "then",
        "self",
        "super",
        "true",
    ];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !words.contains(&text)
}

fn key(name: &str) -> String {
    if is_name(name) { name.to_owned() } else { serde_json::Value::String(name.to_owned()).to_string() }
}

/// What reads a field of an object: `.name`, or `["name"]` where the name is no identifier.
#[must_use]
pub(crate) fn access(name: &str) -> String {
    if is_name(name) { format!(".{name}") } else { format!("[{}]", serde_json::Value::String(name.to_owned())) }
}
