//! The keys and hooks that a schema of Kratos' configuration knows.

use serde_json::Value;

use super::difference::{Key, Schema};

/// Deepest nesting of a schema with its references.
const DEEPEST: usize = 60;

/// Formats and patterns that the table of keys has a name for.
const NAMED: [(&str, &str); 11] = [
    ("uri", "Uri"),
    ("uri-reference", "UriReference"),
    ("email", "Email"),
    ("hostname", "Hostname"),
    ("^([0-9]+(ns|us|ms|s|m|h))+$", "Duration"),
    ("^[0-9]+(ns|us|ms|s|m|h)$", "DurationSingle"),
    ("^([1-9][0-9]*(ns|us|ms|s|m|h))+$", "DurationNonzero"),
    ("^[0-9]+(B|KB|MB|GB|TB|PB|EB)", "ByteSize"),
    ("^smtps?://", "SmtpUri"),
    ("^https?://", "HttpUrl"),
    ("^(http|https|file|base64)://", "TemplateUri"),
];

/// Bounds, and what the table calls them.
const BOUNDS: [(&str, &str); 5] = [
    ("minimum", "Min"),
    ("maximum", "Max"),
    ("minLength", "MinLength"),
    ("maxLength", "MaxLength"),
    ("minItems", "MinItems"),
];

/// Reads a schema.
pub(crate) fn read(text: &str) -> Result<Schema, String> {
    let document: Value = serde_json::from_str(text).map_err(|why| format!("the schema: {why}"))?;
    let mut reader = Reader { document: document.clone(), found: Schema::default() };
    reader.walk(&document, "", 0);
    Ok(reader.found)
}

struct Reader {
    document: Value,
    found: Schema,
}

impl Reader {
    /// What a reference leads to; other documents lead nowhere.
    fn resolved(&self, node: &Value) -> Value {
        let mut node = node.clone();
        for _ in 0..DEEPEST {
            let Some(pointer) = node.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) else {
                break;
            };
            node = self.document.pointer(pointer).cloned().unwrap_or_default();
        }
        node
    }

    fn walk(&mut self, node: &Value, path: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let node = self.resolved(node);
        for part in alternatives(&node, &["allOf", "anyOf", "oneOf"]) {
            self.walk(&part, path, depth + 1);
        }
        if !path.is_empty() && node.is_object() {
            note(self.found.keys.entry(path.to_owned()).or_default(), &node);
        }
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (name, inner) in node["properties"].as_object().into_iter().flatten() {
            self.walk(inner, &join(name), depth + 1);
            if node["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name)) {
                self.found.keys.entry(join(name)).or_default().is_required = true;
            }
        }
        let patterns = node["patternProperties"].as_object().into_iter().flatten().map(|(_, inner)| inner);
        for inner in patterns.chain(Some(&node["additionalProperties"]).filter(|inner| inner.is_object())) {
            self.walk(inner, &join("*"), depth + 1);
        }
        match &node["items"] {
            Value::Null => {}
            // A schema for each of the first items.
            Value::Array(items) => items.iter().for_each(|item| self.items(item, path, depth + 1)),
            items => self.items(items, path, depth + 1),
        }
    }

    /// The items of a list: of one with hooks each hook has a path of its own.
    fn items(&mut self, items: &Value, path: &str, depth: usize) {
        let mut kinds = Vec::new();
        self.kinds(items, &mut kinds, depth);
        let is_list_of_hooks = path.ends_with("hooks") && kinds.iter().any(|kind| !hook_names(self, kind).is_empty());
        if !is_list_of_hooks {
            return self.walk(items, &format!("{path}[]"), depth);
        }
        for kind in kinds {
            for name in hook_names(self, &kind) {
                let list = self.found.hooks.entry(path.to_owned()).or_default();
                if !list.contains(&name) {
                    list.push(name.clone());
                }
                for (key, inner) in
                    kind["properties"].as_object().into_iter().flatten().filter(|(key, _)| *key != "hook")
                {
                    self.walk(inner, &format!("#{name}.{key}"), depth + 1);
                }
            }
        }
    }

    /// The kinds of items, without the choices around them.
    fn kinds(&self, node: &Value, found: &mut Vec<Value>, depth: usize) {
        let node = self.resolved(node);
        let choices = alternatives(&node, &["anyOf", "oneOf"]);
        if choices.is_empty() || node.get("properties").is_some() || depth > DEEPEST {
            found.push(node);
        } else {
            for choice in &choices {
                self.kinds(choice, found, depth + 1);
            }
        }
    }
}

fn alternatives(node: &Value, words: &[&str]) -> Vec<Value> {
    words.iter().filter_map(|word| node[*word].as_array()).flatten().cloned().collect()
}

/// The names of the hooks that an item may be.
fn hook_names(reader: &Reader, item: &Value) -> Vec<String> {
    let hook = reader.resolved(&item["properties"]["hook"]);
    let one = hook["const"].as_str().map(str::to_owned);
    one.into_iter()
        .chain(hook["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned))
        .collect()
}

fn note(key: &mut Key, node: &Value) {
    let shape = match node["type"].as_str() {
        Some("object") => Some("Object"),
        Some("array") => Some("List"),
        Some("string") => Some("Text"),
        Some("boolean") => Some("Boolean"),
        Some("integer") => Some("Integer"),
        Some("number") => Some("Number"),
        _ => None,
    };
    key.shape = key.shape.or(shape);
    key.is_open |= node["type"] == "object" && node["additionalProperties"] != false;
    for word in node["enum"].as_array().into_iter().flatten().chain(node.get("const")).filter_map(Value::as_str) {
        if !key.words.iter().any(|known| known == word) {
            key.words.push(word.to_owned());
        }
    }
    for limit in limits(node) {
        if !key.limits.contains(&limit) {
            key.limits.push(limit);
        }
    }
    if let Some(default) = node.get("default") {
        key.default.get_or_insert_with(|| default.to_string());
    }
}

/// Bounds, formats and patterns as the table of keys writes them; those that it has no name for as the schema does.
fn limits(node: &Value) -> Vec<String> {
    let formats = ["format", "pattern"].into_iter().filter_map(|keyword| {
        let text = node[keyword].as_str()?;
        let plain = text.replace("\\/", "/");
        let named = NAMED.iter().find(|(written, _)| *written == plain.trim_end_matches(".*"));
        Some(named.map_or_else(|| format!("{keyword} {text:?}"), |(_, name)| (*name).to_owned()))
    });
    let bounds = BOUNDS.iter().filter_map(|(keyword, name)| Some(format!("{name}({})", node[*keyword].as_i64()?)));
    let unique = (node["uniqueItems"] == true).then(|| "Unique".to_owned());
    formats.chain(bounds).chain(unique).collect()
}
