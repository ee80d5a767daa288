//! Texts for traits that are no texts, as the types tell it. A trial shows a text also where nothing is known of a value.

use super::{Survey, place_of};
use crate::diagnostic::Level;
use crate::documents::finding::{Finding, Kind};
use crate::kratos::ctx::json_type::{JsonType, Object};

/// The traits that a mapper sets to a text and that the identity schema refuses as one.
#[must_use]
pub fn findings(result: &JsonType, survey: &Survey, traits: &JsonType) -> Vec<Finding> {
    let field = |kind: &JsonType, key: &str| {
        kind.as_object().and_then(|object| object.fields.get(key)).map(|field| field.kind.clone())
    };
    let mapped = field(result, "identity").and_then(|identity| field(&identity, "traits"));
    let mut found = Vec::new();
    if let (Some(JsonType::Object(mapped)), Some(known)) = (mapped, traits.as_object()) {
        refused("identity.traits", &mapped, known, survey, &mut found);
    }
    found
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
    }
}
