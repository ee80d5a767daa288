//! The table as one JSON Schema of the configuration, for editors.
//!
//! It says what the walk checks key by key; conditions between keys ([`super::conditions`]) are left to the program.

use serde_json::{Map, Value, json};

use super::conditions;
use super::{HOOK_PLACES, HookPlace, Key, Limit, Shape, below, children, join, lookup, texts};
use crate::kratos::version::Version;

/// The JSON Schema 2020-12 of the configuration of a release.
#[must_use]
pub fn document(version: Version) -> Value {
    let mut definitions = Map::new();
    for hook in ["web_hook", "notify_previous_addresses"] {
        if has_keys(hook, version) {
            definitions.insert(hook.to_owned(), hook_schema(hook, version));
        }
    }
    let mut document = json!({
        "$schema": crate::kratos::ctx::json_schema::DIALECT,
        "$id": format!("urn:kratos-lint:config:{version}"),
        "title": format!("Configuration of Ory Kratos {version}"),
        "type": "object",
    });
    if let Some(fields) = document.as_object_mut() {
        let root = object("", Shape::Object, version);
        fields.extend(root);
        fields.insert("$defs".to_owned(), Value::Object(definitions));
    }
    document
}

/// The names of the keys below a path, each once.
fn names(path: &str, version: Version) -> Vec<&'static str> {
    let mut names: Vec<&str> = children(path, version).collect();
    names.dedup();
    names
}

/// The keywords of an object.
fn object(path: &str, shape: Shape, version: Version) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for name in names(path, version) {
        let child = join(path, name);
        let Some(key) = lookup(&child, version) else { continue };
        if key.is_required() {
            required.push(name);
        }
        properties.insert(name.to_owned(), schema(&child, key, version));
    }
    let mut keywords = Map::new();
    if !properties.is_empty() {
        keywords.insert("properties".to_owned(), Value::Object(properties));
    }
    if !required.is_empty() {
        keywords.insert("required".to_owned(), json!(required));
    }
    let any = join(path, "*");
    match lookup(&any, version) {
        Some(key) if shape == Shape::Open && !conditions::map_key_is_checked(path, "other") => {
            let known = ["userinfo", "id_token"].into_iter().filter(|name| conditions::map_key_is_checked(path, name));
            let known = known.map(|name| (name.to_owned(), schema(&any, key, version)));
            keywords.insert("properties".to_owned(), Value::Object(known.collect()));
        }
        Some(key) => _ = keywords.insert("additionalProperties".to_owned(), schema(&any, key, version)),
        None if shape != Shape::Open => _ = keywords.insert("additionalProperties".to_owned(), json!(false)),
        None => {}
    }
    keywords
}

fn schema(path: &str, key: &Key, version: Version) -> Value {
    let mut keywords = match key.shape {
        Shape::Object | Shape::Open => {
            let mut keywords = object(path, key.shape, version);
            keywords.insert("type".to_owned(), json!("object"));
            keywords
        }
        // Without a type: only an object is checked.
        Shape::Flags => object(path, key.shape, version),
        Shape::List => {
            let mut keywords = Map::new();
            keywords.insert("type".to_owned(), json!("array"));
            if let Some(items) = items(path, version) {
                keywords.insert("items".to_owned(), items);
            }
            keywords
        }
        Shape::Text => typed("string"),
        Shape::Boolean => typed("boolean"),
        Shape::Integer => typed("integer"),
        Shape::Number => typed("number"),
        Shape::Any => Map::new(),
    };
    for limit in key.limits {
        add(&mut keywords, limit);
    }
    describe(&mut keywords, path);
    Value::Object(keywords)
}

/// Adds what a key does: editors show it.
fn describe(keywords: &mut Map<String, Value>, path: &str) {
    if let Some(text) = texts::text(path) {
        keywords.insert("description".to_owned(), json!(text));
    }
}

fn typed(name: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), json!(name))])
}

fn items(path: &str, version: Version) -> Option<Value> {
    if let Ok(index) = HOOK_PLACES.binary_search_by(|place| place.path.cmp(path)) {
        return HOOK_PLACES.get(index).map(|place| hooks(place, version));
    }
    let item = format!("{path}[]");
    lookup(&item, version).map(|key| schema(&item, key, version)).or_else(|| {
        let keywords = object(&item, Shape::Object, version);
        (!keywords.is_empty() && keywords.contains_key("properties")).then(|| {
            let mut keywords = keywords;
            keywords.insert("type".to_owned(), json!("object"));
            Value::Object(keywords)
        })
    })
}

/// Whether a hook takes keys beside its name.
fn has_keys(hook: &str, version: Version) -> bool {
    below(&format!("#{hook}")).any(|key| key.versions.contains(version))
}

/// The hooks that may stand in a list.
fn hooks(place: &HookPlace, version: Version) -> Value {
    let allowed = place.hooks.iter().filter(|(_, versions)| versions.contains(version));
    let kinds = allowed.map(|(hook, _)| {
        if has_keys(hook, version) { json!({"$ref": format!("#/$defs/{hook}")}) } else { plain_hook(hook, version) }
    });
    json!({"anyOf": kinds.collect::<Vec<_>>()})
}

fn plain_hook(hook: &str, version: Version) -> Value {
    let mut schema = json!({"type": "object", "properties": {"hook": {"const": hook}}, "required": ["hook"]});
    if let Some(fields) = schema.as_object_mut() {
        if !conditions::is_commercial_hook(hook) {
            fields.insert("additionalProperties".to_owned(), json!(false));
        } else if !conditions::commercial_hook_is_open(version) {
            fields.insert("required".to_owned(), json!(["hook", "config"]));
        }
    }
    schema
}

fn hook_schema(hook: &str, version: Version) -> Value {
    let path = format!("#{hook}");
    let mut keywords = object(&path, Shape::Object, version);
    keywords.insert("type".to_owned(), json!("object"));
    let properties = keywords.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert("hook".to_owned(), json!({"const": hook}));
        // An object that the table knows by its keys alone.
        let config = join(&path, "config");
        if let Some(shape) = conditions::hook_object(&config, version) {
            let mut keywords = object(&config, shape, version);
            describe(&mut keywords, &config);
            properties.insert("config".to_owned(), Value::Object(keywords));
        }
    }
    let mut required = vec![json!("hook")];
    if let Some(Value::Array(known)) = keywords.get("required") {
        required.extend(known.iter().cloned());
    }
    keywords.insert("required".to_owned(), Value::Array(required));
    Value::Object(keywords)
}

/// Adds what a limit says; formats of Kratos' own engine are told by name.
fn add(keywords: &mut Map<String, Value>, limit: &Limit) {
    let mut put = |key: &str, value: Value| _ = keywords.insert(key.to_owned(), value);
    match limit {
        Limit::Words(words) => put("enum", json!(words)),
        Limit::Min(least) => put("minimum", json!(least)),
        Limit::Max(most) => put("maximum", json!(most)),
        Limit::MinLength(least) => put("minLength", json!(least)),
        Limit::MaxLength(most) => put("maxLength", json!(most)),
        Limit::MinItems(least) => put("minItems", json!(least)),
        Limit::Unique => put("uniqueItems", json!(true)),
        Limit::Nullable => {
            if let Some(kind) = keywords.get("type").cloned() {
                keywords.insert("type".to_owned(), json!([kind, "null"]));
            }
        }
        Limit::DefaultsTo(text) => {
            if let Ok(value) = serde_json::from_str(text) {
                put("default", value);
            }
        }
        Limit::Uri => put("format", json!("uri")),
        Limit::UriReference => put("format", json!("uri-reference")),
        Limit::Email => put("format", json!("email")),
        Limit::Hostname => put("format", json!("hostname")),
        Limit::Duration => put("pattern", json!("^([0-9]+(ns|us|ms|s|m|h))+$")),
        Limit::DurationSingle => put("pattern", json!("^[0-9]+(ns|us|ms|s|m|h)$")),
        Limit::DurationNonzero => put("pattern", json!("^([1-9][0-9]*(ns|us|ms|s|m|h))+$")),
        Limit::ByteSize => put("pattern", json!("^[0-9]+(B|KB|MB|GB|TB|PB|EB)")),
        Limit::SmtpUri => put("pattern", json!("^smtps?://")),
        Limit::HttpUrl => put("pattern", json!("^https?://")),
        Limit::TemplateUri => put("pattern", json!("^(http|https|file|base64)://")),
        // Said by the object around it, or checked by the program alone.
        Limit::Required | Limit::Origin | Limit::HostPort | Limit::Body => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Schemas of values that say nothing to a reader.
    fn silent(schema: &Value, at: &str, found: &mut Vec<String>) {
        for (name, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}/{name}");
            // The mapping around the settings of a built-in hook is no row of the table.
            if name != "hook"
                && at != "hook/config"
                && value.get("$ref").is_none()
                && value.get("description").is_none()
            {
                found.push(at.clone());
            }
            silent(value, &at, found);
        }
        for below in ["items", "additionalProperties"].iter().filter_map(|key| schema.get(key)) {
            silent(below, at, found);
        }
    }

    #[test]
    fn each_property_is_described() {
        for version in [Version::V1_0, Version::NEWEST, Version::MASTER] {
            let all = document(version);
            let mut found = Vec::new();
            silent(&all, "", &mut found);
            for hook in all["$defs"].as_object().expect("hooks").values() {
                silent(hook, "hook", &mut found);
            }
            assert!(found.is_empty(), "{version}, each has a text in texts.rs: {found:#?}");
            assert_eq!(all["properties"]["dsn"]["description"].as_str(), texts::text("dsn"));
        }
    }
}
