//! Texts for traits that are no texts, or other texts, as the types tell it. A trial shows a text also where nothing is known of
//! a value.

use super::{Survey, place_of};
use crate::diagnostic::Level;
use crate::documents::finding::{Finding, Kind};
use crate::kratos::ctx::json_type::{JsonType, Object, Text};

/// The traits that a mapper sets to a text and that the identity schema refuses as one, or does not list.
#[must_use]
pub(crate) fn findings(result: &JsonType, survey: &Survey, traits: &JsonType) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(known) = traits.as_object() else { return found };
    for mapped in inside(&inside(&[result], "identity"), "traits").into_iter().flat_map(JsonType::alternatives) {
        if let JsonType::Object(mapped) = mapped {
            refused("identity.traits", mapped, known, survey, &mut found);
        }
    }
    // Two ways through the mapper may set the same.
    let mut told: Vec<Finding> = Vec::new();
    for finding in found {
        if !told.contains(&finding) {
            told.push(finding);
        }
    }
    told
}

/// The types of a key in all objects that these types can be.
fn inside<'k>(kinds: &[&'k JsonType], key: &str) -> Vec<&'k JsonType> {
    let objects = kinds.iter().flat_map(|kind| kind.alternatives()).filter_map(|kind| match kind {
        JsonType::Object(object) => object.fields.get(key),
        _ => None,
    });
    objects.map(|field| &field.kind).collect()
}

fn refused(path: &str, mapped: &Object, known: &Object, survey: &Survey, found: &mut Vec<Finding>) {
    for (key, field) in &mapped.fields {
        let Some(wanted) = known.fields.get(key) else { continue };
        let path = format!("{path}.{key}");
        if let (JsonType::Object(mapped), Some(known)) = (&field.kind, wanted.kind.as_object()) {
            refused(&path, mapped, known, survey, found);
        }
        let parts = field.kind.alternatives();
        let is_text = !parts.is_empty() && parts.iter().all(|part| matches!(part, JsonType::Text(_)));
        let takes_text =
            wanted.kind.alternatives().iter().any(|kind| matches!(kind, JsonType::Text(_) | JsonType::Any));
        if is_text && !takes_text {
            let message = format!(
                "the registration fails: the identity schema needs another type than text for the trait `{key}`"
            );
            let finding = Finding::error(Kind::UnknownTrait, place_of(&path, survey), message).level(Level::Warning);
            found.push(finding.help("return what the schema describes"));
        }
        if let (Some(text), Some(listed)) = (not_listed(parts, &wanted.kind), listed(&wanted.kind)) {
            let is = if text.is_empty() { "empty".to_owned() } else { format!("`{text}`") };
            let message = format!("the registration fails when the trait `{key}` is {is}: the schema lists others");
            let finding = Finding::error(Kind::UnknownTrait, place_of(&path, survey), message).level(Level::Warning);
            found.push(finding.help(format!("return one of {}", listed.join(", "))));
        }
    }
}

/// The texts that a trait can be, if the schema lists them.
fn listed(wanted: &JsonType) -> Option<Vec<&str>> {
    wanted.alternatives().iter().filter(|kind| **kind != JsonType::Null).map(text_of).collect()
}

/// A text that the mapper itself names and that the schema does not list.
fn not_listed<'r>(parts: &'r [JsonType], wanted: &JsonType) -> Option<&'r str> {
    let listed = listed(wanted).filter(|listed| !listed.is_empty())?;
    parts.iter().filter_map(text_of).find(|text| !listed.contains(text))
}

fn text_of(kind: &JsonType) -> Option<&str> {
    match kind {
        JsonType::Text(Text::Is(text)) => Some(text),
        _ => None,
    }
}
