//! Message templates: the fields of the message.

use std::collections::BTreeMap;

use super::document::Document;
use super::offer::{Offer, SNIPPET, WORD};
use super::position::{is_name, word_at};
use super::samples;
use super::snippet::Snippet;
use super::state::Snapshot;
use super::units;
use crate::gotemplate::kinds::{Struct, ValueType};
use crate::jsonnet::types::JsonType;
use crate::kratos::identity;
use crate::templates::{self, given};
use crate::text::Span;

/// What may follow the dot at a byte of a template, and the bytes that it replaces.
pub(super) fn offers(
    document: Document<'_>,
    text: &str,
    byte: usize,
    snapshot: &Snapshot,
) -> (Vec<Offer>, Span, usize) {
    let (way, replaces, dot) = match (way(text, byte), bare(text, byte)) {
        (Some((way, replaces)), _) => (way, replaces, ""),
        (None, Some(replaces)) => (Vec::new(), replaces, "."),
        _ if text.trim().is_empty() => return (whole(document), Span::at(byte), 0),
        _ => return (Vec::new(), Span::at(byte), 0),
    };
    let offer = |(name, found): (String, FieldFacts)| Offer {
        detail: found.detail,
        about: found.missing_when.as_ref().map(|when| format!("may be missing: {when}")),
        is_first: found.missing_when.is_none(),
        ..Offer::word(&format!("{dot}{name}"), WORD)
    };
    (common(document, &way, snapshot).into_iter().map(offer).collect(), replaces, 0)
}

/// A message to begin with, by the folders and the name of its file: `recovery_code/valid/email.body.gotmpl`.
fn whole(document: Document<'_>) -> Vec<Offer> {
    let mut parts = document.file().iter().rev().map(|part| part.to_string_lossy());
    let (Some(name), Some(kind), Some(message)) = (parts.next(), parts.next(), parts.next()) else {
        return Vec::new();
    };
    let part = match &*name {
        "email.body.gotmpl" => "html",
        "email.body.plaintext.gotmpl" | "sms.body.gotmpl" => "plaintext",
        "email.subject.gotmpl" => "subject",
        _ => return Vec::new(),
    };
    let text = samples::message(&format!("courier.templates.{message}.{kind}.{part}"));
    text.map(|text| Offer { text: Snippet::of(text), ..Offer::word("a new message", SNIPPET) }).into_iter().collect()
}

/// The word at a byte inside of an action, where a field of the message may be written with its dot.
fn bare(text: &str, byte: usize) -> Option<Span> {
    let word = word_at(text, byte, is_name)?;
    let before = text.get(..word.start)?;
    let is_apart = before.ends_with([' ', '\t', '\n', '(', '{']);
    (is_apart && is_dot_of_message(before, false)?).then_some(word)
}

/// What the field at a byte is.
pub(super) fn about(document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let (way, span) = way(text, byte)?;
    let name = text.get(span.start..span.end)?;
    let found = common(document, &way, snapshot).remove(name)?;
    let kind = if found.detail.is_empty() { "unknown" } else { &found.detail };
    let mut said = format!("`.{}{name}`: {kind}", way.iter().map(|part| format!("{part}.")).collect::<String>());
    if let Some(when) = found.missing_when {
        said.push_str(&format!("\n\nMay be missing: {when}"));
    }
    Some((span, said))
}

/// The fields that a way leads to in each message whose template it is.
fn common(document: Document<'_>, way: &[&str], snapshot: &Snapshot) -> BTreeMap<String, FieldFacts> {
    let mut common: Option<BTreeMap<String, FieldFacts>> = None;
    for model in models(document, snapshot) {
        let fields = fields(ValueType::Struct(std::rc::Rc::new(model)), way).unwrap_or_default();
        common = Some(match common {
            None => fields,
            Some(common) => common.into_iter().filter(|(name, _)| fields.contains_key(name)).collect(),
        });
    }
    common.unwrap_or_default()
}

/// What is known of a field.
struct FieldFacts {
    detail: String,
    missing_when: Option<String>,
}

/// What the template at a path is given: that of each message whose template it is.
fn models(document: Document<'_>, snapshot: &Snapshot) -> Vec<Struct> {
    let mut found = Vec::new();
    for known in snapshot.belonging(document.file()) {
        let version = known.target.newest();
        for unit in units::of_known(known, snapshot) {
            let Some(root) = unit.root() else { continue };
            let files = units::files(unit.path(), snapshot, &known.deployment);
            let schemas = identity::load(root, &files);
            for template in given::given(&unit, version, &files).templates {
                // What others include is given what they choose.
                let main = template.sources.get(template.main);
                if main.is_some_and(|(_, source)| document.is(source, &template.pointer, known, snapshot)) {
                    found.push(templates::model(template.message, version, &schemas));
                }
            }
        }
    }
    found
}

/// The names before the one at a byte, from the message: `.Identity.traits.` is two.
fn way(text: &str, byte: usize) -> Option<(Vec<&str>, Span)> {
    let word = word_at(text, byte, is_name)?;
    let chain = text.get(..word.start)?.strip_suffix('.')?;
    let first = chain.trim_end_matches(|chr| is_name(chr) || chr == '.').len();
    let names = chain.get(first..)?;
    let around = chain.get(..first)?;
    let is_root = around.ends_with('$');
    if !(names.is_empty() || names.starts_with('.')) || (!is_root && around.ends_with([')', ']'])) {
        return None;
    }
    if !is_dot_of_message(around, is_root)? {
        return None;
    }
    Some((names.split('.').skip(1).collect(), word))
}

/// Whether the dot (or the dollar) is the message at the end of a text; nothing outside of an action.
fn is_dot_of_message(before: &str, is_root: bool) -> Option<bool> {
    let mut blocks: Vec<&str> = Vec::new();
    let mut rest = before;
    while let Some(at) = rest.find("{{") {
        rest = rest.get(at + 2..)?;
        let end = rest.find("}}");
        let action = rest.get(..end.unwrap_or(rest.len()))?.trim_start_matches('-').trim_start();
        let word = action.split(|chr: char| !chr.is_ascii_alphabetic()).next().unwrap_or_default();
        let Some(end) = end else {
            let is_rebound = |block: &&str| matches!(*block, "define" | "block") || (!is_root && *block != "if");
            return Some(!action.starts_with("/*") && !blocks.iter().any(is_rebound));
        };
        match word {
            "if" | "with" | "range" | "define" | "block" => blocks.push(word),
            "end" => _ = blocks.pop(),
            _ => {}
        }
        rest = rest.get(end + 2..)?;
    }
    None
}

/// The fields at the end of a way.
fn fields(kind: ValueType, way: &[&str]) -> Option<BTreeMap<String, FieldFacts>> {
    let mut kind = kind;
    for name in way {
        kind = match kind {
            ValueType::Struct(of) | ValueType::Pointer(of) => of.field(name)?.clone(),
            ValueType::Json(of) => ValueType::Json(std::rc::Rc::new(of.as_object()?.fields.get(*name)?.kind.clone())),
            _ => return None,
        };
    }
    let found: BTreeMap<String, FieldFacts> = match kind {
        ValueType::Struct(of) | ValueType::Pointer(of) => {
            of.fields.iter().map(|(name, kind)| ((*name).to_owned(), of_field(kind))).collect()
        }
        ValueType::Json(of) => {
            let fields = of.as_object()?.fields.iter();
            let is_name = |name: &str| name.chars().all(|chr| chr.is_ascii_alphanumeric() || chr == '_');
            let named = fields.filter(|(name, _)| is_name(name));
            let found = named.map(|(name, field)| {
                (name.clone(), FieldFacts { detail: field.kind.in_words(), missing_when: field.missing_when.clone() })
            });
            found.collect()
        }
        _ => return None,
    };
    Some(found)
}

fn of_field(kind: &ValueType) -> FieldFacts {
    let detail = match kind {
        ValueType::Text => "text".to_owned(),
        ValueType::Int => "whole number".to_owned(),
        ValueType::Bool => "boolean".to_owned(),
        ValueType::Json(of) => of.in_words(),
        ValueType::Struct(of) | ValueType::Pointer(of) => of.name.clone(),
        ValueType::Payload => JsonType::Any.in_words(),
        ValueType::Headers => "HTTP headers".to_owned(),
        ValueType::Unknown | ValueType::Nothing => String::new(),
    };
    FieldFacts { detail, missing_when: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Vec<String>> {
        let byte = text.find('|').expect("a cursor");
        let plain = text.replace('|', "");
        Some(way(&plain, byte)?.0.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn only_what_begins_at_the_message_is_followed() {
        let found = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(at("Hi {{ .|"), found(&[]));
        assert_eq!(at("Hi {{ .Id|entity }}"), found(&[]));
        assert_eq!(at("Hi {{- if .Identity.traits.| }}"), found(&["Identity", "traits"]));
        assert_eq!(at("{{ with .Identity }}{{ .|"), None);
        assert_eq!(at("{{ with .Identity }}{{ $.|"), found(&[]));
        assert_eq!(at("{{ with .Identity }}{{ end }}{{ .|"), found(&[]));
        assert_eq!(at("{{ define \"x\" }}{{ $.|"), None);
        assert_eq!(at("{{ (index .A 0).|"), None);
        assert_eq!(at("{{ $x.|"), None);
        assert_eq!(at("an end.|"), None);
        assert_eq!(at("{{ .A }} an end.|"), None);
        assert_eq!(at("{{/* .|"), None);
        for (text, is_there) in
            [("Hi {{ |", true), ("{{|", true), ("{{ if Iden| }}", true), ("Hi |", false), ("{{ $x|", false)]
        {
            let byte = text.find('|').expect("a cursor");
            assert_eq!(bare(&text.replace('|', ""), byte).is_some(), is_there, "{text}");
        }
    }
}
