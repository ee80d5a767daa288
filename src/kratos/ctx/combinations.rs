//! Which traits an identity can have together, as its schema says with `anyOf`, `oneOf`, `if` and the like. Types know each
//! trait alone: an input that is to prove something must be an identity that Kratos would store.

use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

/// Decides which traits can be there together. The default takes all.
#[derive(Clone, Debug, Default)]
pub struct Combinations(Option<Arc<Validator>>);

/// Keywords that say which keys go together; without them the types say all.
const COMBINING: [&str; 7] = ["anyOf", "oneOf", "if", "not", "dependencies", "minProperties", "maxProperties"];

/// Keywords about single values: samples need not fit them. `$schema` and `$id` are no business of ours.
const ABOUT_VALUES: [&str; 14] = [
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "$schema",
    "$id",
];

/// An error, as far as it can be compared: where in the schema, and of what kind.
type Complaint = (String, Discriminant<ValidationErrorKind>);

impl Combinations {
    /// What an identity schema says.
    #[must_use]
    pub(crate) fn of(schema: &Value) -> Combinations {
        let text = schema.to_string();
        if !COMBINING.iter().any(|keyword| text.contains(&format!("\"{keyword}\":"))) {
            return Combinations::default();
        }
        let validator = jsonschema::draft7::options().should_validate_formats(false).build(&without_values(schema));
        Combinations(validator.ok().map(Arc::new))
    }

    /// Whether all identities in `input` can be, as far as those of `full` can: samples do not fit every schema.
    #[must_use]
    pub(crate) fn admits(&self, input: &Value, full: &Value) -> bool {
        let Some(validator) = &self.0 else { return true };
        let about = |value| {
            let mut found = Vec::new();
            traits(value, &mut found);
            found.into_iter().flat_map(|traits| complaints(validator, traits)).collect::<HashSet<Complaint>>()
        };
        let complaints = about(input);
        // Most inputs have none: the fullest one is asked for the others.
        complaints.is_empty() || complaints.is_subset(&about(full))
    }

    /// Whether an identity can have just these traits.
    #[must_use]
    pub(crate) fn admits_traits(&self, traits: &Value) -> bool {
        self.0.as_ref().is_none_or(|validator| validator.is_valid(&json!({ "traits": traits })))
    }
}

fn complaints(validator: &Validator, traits: &Value) -> Vec<Complaint> {
    let identity = json!({ "traits": traits });
    validator
        .iter_errors(&identity)
        .map(|error| (error.schema_path().to_string(), discriminant(error.kind())))
        .collect()
}

/// The traits of all identities in a value.
fn traits<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    let Value::Object(map) = value else { return };
    for (key, inner) in map {
        if key == "identity"
            && let Some(traits) = inner.get("traits")
        {
            found.push(traits);
        } else {
            traits(inner, found);
        }
    }
}

/// A schema without what it says of single values. What is in `if` and `not` stays: it decides.
fn without_values(schema: &Value) -> Value {
    let each = |value: &Value| match value {
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, part)| (key.clone(), without_values(part))).collect())
        }
        other => other.clone(),
    };
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut kept = Map::new();
    for (keyword, value) in keywords {
        let value = match (keyword.as_str(), value) {
            (name, _) if ABOUT_VALUES.contains(&name) => continue,
            ("properties" | "patternProperties" | "definitions" | "dependencies", _) => each(value),
            ("allOf" | "anyOf" | "oneOf" | "items", Value::Array(parts)) => parts.iter().map(without_values).collect(),
            ("then" | "else" | "items" | "additionalProperties" | "contains", _) => without_values(value),
            _ => value.clone(),
        };
        kept.insert(keyword.clone(), value);
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Combinations;

    fn combinations(traits: &Value) -> Combinations {
        Combinations::of(&json!({"properties": {"traits": traits}}))
    }

    fn input(traits: &Value) -> Value {
        json!({"flow": {"type": "api"}, "session": {"identity": {"traits": traits}}})
    }

    #[test]
    fn traits_that_go_together() {
        let text = json!({"type": "string", "pattern": "^nothing that a sample has$"});
        let either = json!({"type": "object", "properties": {"a": text, "b": text},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}]});
        let full = input(&json!({"a": "x", "b": "x"}));
        let admits = |schema: &Value, traits: Value| combinations(schema).admits(&input(&traits), &full);
        assert!(admits(&either, json!({"a": "x"})));
        assert!(admits(&either, json!({"b": "x"})));
        assert!(!admits(&either, json!({})));
        let one = json!({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
        // The fullest sample is no identity here, and what is missing is another fault.
        assert!(admits(&one, json!({"a": "x"})));
        assert!(!admits(&one, json!({})));
        let kind = json!({"type": "object", "if": {"properties": {"a": {"const": "y"}}}, "else": {"required": ["b"]}});
        assert!(!admits(&kind, json!({"a": "x"})));
        assert!(admits(&kind, json!({"a": "y"})));
        assert!(admits(&json!({"type": "object"}), json!({})));
        assert!(!combinations(&either).admits_traits(&json!({})));
    }
}
