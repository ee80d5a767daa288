//! Which values of a configuration may be shown, and how: the one place that decides it, for messages, lines, patches and all
//! commands. It lists what may be shown; all else is `…`.

mod drawn;
mod kinds;
mod lines;
mod paths;
mod sentence;
mod url;
mod words;

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::kratos::env::Variable;
use crate::kratos::schema;
use crate::text::Place;
use crate::yaml::{self, Node, Tree};

pub(crate) use drawn::Drawn;
pub(crate) use kinds::{header, hook, image, is_variable as is_variable_name, tag, variable};
pub(crate) use lines::{Piece, Sheet, SheetKind, blocks};
pub(crate) use paths::{path, pointer};
pub(crate) use sentence::names_of;
use url::host_of_url;
pub(crate) use url::{origin, parts_of_url, path_of, url};
pub(crate) use words::is_harmless_key;

/// What is shown instead of a secret.
pub(crate) const MASK: &str = "…";

/// Keys whose value is secret wherever they stand; their objects and lists too.
const KEYS: &[&str] = &[
    "dsn",
    "secrets",
    "client_secret",
    "apple_private_key",
    "private_key",
    "connection_uri",
    "authorization_header",
    "password_hash",
    "jwks",
];

/// Ends of names of keys whose texts are secret.
const ENDS: &[&str] =
    &["secret", "password", "passwd", "passphrase", "token", "private_key", "api_key", "apikey", "credentials"];

/// Keys that are secret below a key: `auth.config.value`, `tls.key.base64`, …
const BELOW: &[(&str, &str)] = &[
    ("auth", "value"),
    ("auth", "password"),
    ("auth", "user"),
    ("key", "base64"),
    ("cert", "base64"),
    ("basic_auth", "password"),
];

/// Names of HTTP headers (lower case) or parts of them that carry credentials.
const HEADER_PARTS: &[&str] =
    &["authorization", "cookie", "token", "secret", "api-key", "apikey", "api_key", "password", "x-key"];

/// HTTP headers (lower case) whose values everybody may see.
const PUBLIC_HEADERS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "user-agent",
];

/// What must not be shown of one configuration.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Where secret values and keys stand.
    pub places: Vec<Place>,
    /// The words in them.
    words: HashSet<String>,
}

/// Shortest word of a secret that is looked for in messages, in bytes: shorter ones stand elsewhere too.
const SHORTEST_WORD: usize = 4;
/// Shortest number of a secret that is looked for: shorter ones are ports and limits.
const SHORTEST_NUMBER: usize = 6;

impl Secrets {
    /// Those of trees, with the values of keys that the user names and those of all variables.
    #[must_use]
    pub(crate) fn of<'t>(
        trees: impl Iterator<Item = &'t Tree>,
        own_keys: &[String],
        variables: &[Variable],
    ) -> Secrets {
        let mut secrets = Secrets::default();
        let mut hosts = Hosts::default();
        for root in trees.filter_map(Tree::root) {
            secrets.add_tree(root, false, own_keys, &mut hosts);
        }
        for variable in variables {
            let place = Place::new(&variable.name_place.source, variable.value_span);
            let text = place.source.slice(place.span).to_owned();
            secrets.places.push(place);
            for text in [text.as_str(), variable.value.as_deref().unwrap_or_default()] {
                secrets.add_words_but_host(text, &mut hosts);
            }
        }
        // The mail server has the domain of the pages: its name is no secret then.
        secrets.words.extend(hosts.hidden.into_iter().filter(|word| !hosts.shown.contains(word.as_str())));
        // An item `NAME=value` of a list is written as a whole.
        for variable in variables {
            secrets.words.remove(&variable.name);
        }
        secrets
    }

    /// Adds those of a node and of all below it; `is_below` says whether a key around it is secret.
    fn add_tree(&mut self, node: Node<'_>, is_below: bool, own_keys: &[String], hosts: &mut Hosts) {
        if is_below && is_secret_key_name(node) {
            self.add(node.key_place(), node.key().unwrap_or_default());
        }
        let is_inside = is_below || node.key().is_some_and(is_secret_key);
        if let Some(text) = written(node) {
            let is_own = node.key().is_some_and(|key| own_keys.iter().any(|own| own == key));
            if is_own || is_inside || is_secret_of_its_own(node) {
                self.places.push(node.origin());
                self.add_words_but_host(text, hosts);
            } else if text.contains("://") {
                let host = host_of_url(text).and_then(|host| text.get(host)).unwrap_or_default();
                hosts.shown.extend(words_of(host).map(str::to_owned));
                for part in parts_of_url(text).into_iter().filter_map(|part| text.get(part)) {
                    self.add_words(part);
                }
            }
        }
        for child in node.fields().map(|field| field.value).chain(node.items()) {
            self.add_tree(child, is_inside, own_keys, hosts);
        }
    }

    /// Adds those of another configuration.
    pub(crate) fn extend(&mut self, other: &Secrets) {
        self.places.extend(other.places.iter().cloned());
        self.words.extend(other.words.iter().cloned());
    }

    /// Keeps the places for which there is one, in its form.
    pub(crate) fn keep_places(&mut self, kept: &dyn Fn(&Place) -> Option<Place>) {
        self.places = self.places.iter().filter_map(kept).collect();
    }

    /// Keeps the words that a text holds.
    pub(crate) fn keep_words_of(&mut self, text: &str) {
        self.words.retain(|word| text.contains(word.as_str()));
        self.words.shrink_to_fit();
    }

    fn add(&mut self, place: Place, text: &str) {
        self.places.push(place);
        self.add_words(text);
    }

    /// Adds the words of a text of which nothing is to be shown; those of its host, when it is a URL, are put aside.
    fn add_words_but_host(&mut self, text: &str, hosts: &mut Hosts) {
        let text = text.trim_matches(['"', '\'']);
        let host = host_of_url(text);
        let name = host.clone().and_then(|host| text.get(host)).unwrap_or_default();
        hosts.hidden.extend(words_of(name).map(str::to_owned));
        let mut rest = text.to_owned();
        if let Some(host) = host {
            rest.replace_range(host, "");
        }
        self.add_words(&rest);
    }

    /// Adds the words of a text of which nothing is to be shown.
    pub(crate) fn add_words(&mut self, text: &str) {
        // The names of parameters are no secret.
        if let Some((address, query)) = text.split_once('?').filter(|(address, _)| address.contains("://")) {
            self.add_words(address);
            return query
                .split('&')
                .for_each(|pair| self.add_words(pair.split_once('=').map_or(pair, |(_, value)| value)));
        }
        self.words.extend(words_of(text).map(str::to_owned));
    }
}

/// Words of hosts.
#[derive(Default)]
struct Hosts {
    /// Of URLs that may be shown.
    shown: HashSet<String>,
    /// Of secret URLs such as the address of the mail server.
    hidden: HashSet<String>,
}

/// The words of a text that are long enough to be looked for.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let is_long = |word: &&str| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        word.len() >= if is_number { SHORTEST_NUMBER } else { SHORTEST_WORD }
    };
    sentence::names(text).filter(is_long)
}

/// The text of a scalar that says something: no name of a variable, no boolean.
fn written(node: Node<'_>) -> Option<&str> {
    let text = match node.value() {
        yaml::Value::Number(number) => &number.text,
        _ => node.as_str()?,
    };
    (!text.is_empty() && !is_variable(text)).then_some(text)
}

/// `${NAME}`: the name of a variable is no secret.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Whether the key of a node below a secret one may itself be a secret that was written as a key.
fn is_secret_key_name(node: Node<'_>) -> bool {
    // Most keys there are known at their place: the words are gathered for the rest alone.
    let is_in_place = || schema::path_of(node).is_some_and(|path| !path.ends_with('*'));
    node.key().is_some_and(|key| !is_in_place() && !words::is_known(key))
}

/// Whether the value of this node must not be shown.
#[must_use]
pub(crate) fn is_secret(node: Node<'_>) -> bool {
    let mut chain = std::iter::once(node).chain(node.ancestors());
    chain.any(|node| node.key().is_some_and(is_secret_key)) || is_secret_of_its_own(node)
}

/// Whether the value of this node must not be shown, whatever the keys around it say.
fn is_secret_of_its_own(node: Node<'_>) -> bool {
    let key = node.key().unwrap_or_default();
    let below = |(around, name): &(&str, &str)| {
        key == *name && node.ancestors().take(2).filter_map(Node::key).any(|name| name == *around)
    };
    if BELOW.iter().any(below) {
        return true;
    }
    let is_text = node.as_str().is_some();
    if is_text && ENDS.iter().any(|end| key.ends_with(end)) {
        return true;
    }
    // Keys to sign tokens with, written into the configuration.
    if key == "jwks_url" && node.as_str().is_some_and(|text| text.starts_with("base64://")) {
        return true;
    }
    let in_headers = node.parent().and_then(Node::key) == Some("headers");
    in_headers && is_text && !is_public_header(key)
}

/// Whether a key of this name holds a secret wherever it is.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether texts at a key of this name are not shown, wherever it is.
#[must_use]
pub(crate) fn is_secret_name(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    is_secret_key(&key) || ENDS.iter().any(|end| key.ends_with(end)) || is_secret_header(&key)
}

/// Whether an HTTP header of this name carries credentials.
#[must_use]
pub(crate) fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADER_PARTS.iter().any(|part| name.contains(part))
}

/// Whether everybody may see the value of an HTTP header of this name.
#[must_use]
pub(crate) fn is_public_header(name: &str) -> bool {
    PUBLIC_HEADERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Hides in a document what a body writes into its request to the letter. `is_known` says of a text that it comes from the input.
pub(crate) fn hide_literals(value: &mut Value, is_known: &dyn Fn(&str) -> bool) {
    match value {
        Value::String(text) if !is_known(text) => *text = name(text),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_literals(item, is_known)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if is_secret_name(key) && !is_known(text) => MASK.clone_into(text),
                    other => hide_literals(other, is_known),
                }
            }
        }
        _ => {}
    }
}

/// The same in a JSON Schema (or a document with schemas): in its constants, examples, formats, titles and patterns. A schema
/// whose constants are not all shown says only that there is a text: it still takes all that the whole one takes.
pub(crate) fn hide_constants(schema: &mut Value, is_known: &dyn Fn(&str) -> bool) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| hide_constants(item, is_known)),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match key.as_str() {
                    "const" | "enum" | "default" | "examples" | "value" if !value.is_object() || key == "value" => {
                        hide_literals(value, is_known);
                    }
                    "title" | "description" | "$comment" if value.is_string() => hide_literals(value, is_known),
                    _ => hide_constants(value, is_known),
                }
            }
            let is_text = |value: &Value| match value {
                Value::Array(items) => items.iter().all(Value::is_string),
                other => other.is_string(),
            };
            let is_hidden = |value: &Value| match value {
                Value::Array(items) => items.iter().any(has_mask),
                other => has_mask(other),
            };
            for key in ["const", "enum"] {
                let Some(value) = fields.get(key).filter(|value| is_hidden(value)) else { continue };
                if is_text(value) {
                    fields.entry("type").or_insert_with(|| json!("string"));
                }
                fields.remove(key);
            }
            fields.retain(|key, value| match (key.as_str(), value.as_str()) {
                ("format", Some(format)) => hook(format) != MASK,
                ("pattern", Some(pattern)) => is_ordinary(pattern),
                _ => true,
            });
        }
        _ => {}
    }
}

/// Whether a regular expression holds nothing longer than a short word but words.
fn is_ordinary(pattern: &str) -> bool {
    let runs = pattern.split(|c: char| !c.is_alphanumeric());
    runs.filter(|run| run.len() > LONGEST_RUN).all(words::is_label)
}

/// Longest run of letters and digits in a regular expression that is no token.
const LONGEST_RUN: usize = 6;

fn has_mask(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains(MASK))
}

/// A name of the configuration (of a hook, a header, a file) as it may be shown.
#[must_use]
pub(crate) fn name(text: &str) -> String {
    Secrets::default().sentence(text, &|_| false)
}
