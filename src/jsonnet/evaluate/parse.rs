//! `std.parseJson` and `std.parseYaml`.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use super::failure::other;
use super::object::of_values;
use super::operators::finite;
use super::value::{Result, Value};
use crate::jsonnet::standard::GoJsonnet;
use crate::text::{Place, Source};
use crate::yaml::{self, FaultKind, Format, Node, Style};

/// A JSON text; the last of equal keys counts, half a surrogate pair is a replacement character.
pub(super) fn json<'a>(text: &str) -> Result<Value<'a>> {
    let json: Json =
        serde_json::from_str(&without_halves(text)).map_err(|error| other(format!("it is no JSON: {error}")))?;
    of_json(&json)
}

/// A JSON value as a value of Jsonnet.
pub(super) fn of_json<'a>(json: &Json) -> Result<Value<'a>> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => return finite(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(of_json).collect::<Result<_>>()?),
        Json::Object(map) => {
            let fields = map.iter().map(|(name, value)| Ok((Rc::from(name.as_str()), of_json(value)?)));
            of_values(fields.collect::<Result<Vec<_>>>()?)
        }
    })
}

/// The text with `\ufffd` for each half of a surrogate pair without the other.
fn without_halves(text: &str) -> String {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                out.push_str("\\ufffd");
                at += 6;
                continue;
            }
            // An escape hides the letter after it.
            _ if rest.starts_with('\\') => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        out.push_str(text.get(at..at + length).unwrap_or_default());
        at += length;
    }
    out
}

/// A YAML text: one document, or the list of all where lines `---` part them.
pub(super) fn yaml<'a>(text: &str, go_jsonnet: GoJsonnet) -> Result<Value<'a>> {
    let (documents, is_parted) = documents(text);
    let mut values = documents.iter().map(|text| document(text)).collect::<Result<Vec<_>>>()?;
    let is_stream = if go_jsonnet < (0, 21) { text.contains("---") } else { is_parted };
    match values.is_empty() {
        _ if is_stream => Ok(Value::list(values)),
        true => Err(other("go-jsonnet breaks: std.parseYaml of an empty text")),
        false => Ok(values.swap_remove(0)),
    }
}

/// The documents, as go-jsonnet parts them before it reads YAML, and whether a line parts any.
fn documents(text: &str) -> (Vec<String>, bool) {
    let mut documents = Vec::new();
    let mut current = String::new();
    let mut is_parted = false;
    for line in text.lines() {
        let parts = line.strip_prefix("---").is_some_and(|rest| rest.trim_end().is_empty());
        is_parted |= parts;
        if parts && !current.is_empty() {
            documents.push(std::mem::take(&mut current));
            continue;
        }
        current.push_str(line);
        current.push('\n');
    }
    if !current.is_empty() {
        documents.push(current);
    }
    (documents, is_parted)
}

fn document<'a>(text: &str) -> Result<Value<'a>> {
    let source: Arc<Source> = Source::new("text.yaml", text.to_owned());
    let tree = yaml::parse(&source, Format::Yaml);
    // A text after the document, and a key twice, are no faults for this reader.
    let harmless =
        |kind| matches!(kind, FaultKind::DuplicateKey | FaultKind::DuplicateKeyLastWins | FaultKind::Dropped);
    if let Some(fault) = tree.faults().iter().find(|fault| !harmless(fault.kind)) {
        return Err(other(format!("it is no YAML: {}", fault.message)));
    }
    let Some(root) = tree.root() else { return Ok(Value::Null) };
    of_yaml(root)
}

/// The booleans of YAML 1.1 that Kratos' own reader takes for texts.
fn old_boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn of_yaml<'a>(node: Node<'_>) -> Result<Value<'a>> {
    let is_plain = node.style() == Style::Plain && node.tag().is_none();
    Ok(match node.value() {
        yaml::Value::Null | yaml::Value::Unknown => Value::Null,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Number(number) if number.value.is_finite() => Value::Number(number.value),
        yaml::Value::Number(_) => Value::text(written(&node.place())),
        yaml::Value::String(text) => match old_boolean(text).filter(|_| is_plain) {
            Some(value) => Value::Bool(value),
            // Kratos' own reader turns dates into times.
            None if is_plain && text.ends_with("00:00:00Z") => Value::text(written(&node.place())),
            None => Value::text(text),
        },
        yaml::Value::Sequence(_) => Value::list(node.items().map(of_yaml).collect::<Result<_>>()?),
        yaml::Value::Mapping(_) => {
            let mut fields: Vec<(Rc<str>, Value)> = Vec::new();
            for field in node.fields() {
                let as_written = written(&field.value.key_place()) == field.key;
                let key = old_boolean(field.key).filter(|_| as_written).map(|value| value.to_string());
                fields.push((Rc::from(key.as_deref().unwrap_or(field.key)), of_yaml(field.value)?));
            }
            of_values(fields)
        }
    })
}

/// The text at a place.
fn written(place: &Place) -> &str {
    place.source.text().get(place.span.start..place.span.end).unwrap_or_default()
}
