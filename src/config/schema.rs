//! The JSON Schema of `kratos-lint.toml`.

use serde_json::{Map, Value, json};

use super::FILE_NAME;
use crate::rules;

/// The JSON Schema of the file, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    let texts = |about: &str| json!({"description": about, "type": "array", "items": {"type": "string"}});
    let kratos = json!({"description": "Release of Kratos, or a range such as 1.1..26.2.", "type": "string"});
    let names = rules::ALL.iter().map(|rule| {
        let about = json!({"description": rule.summary, "enum": ["error", "warning", "info", "off"]});
        (rule.name.to_owned(), about)
    });
    let levels: Value = json!({
        "description": "Levels of rules.",
        "type": "object",
        "additionalProperties": false,
        "properties": names.collect::<Map<_, _>>(),
    });
    json!({
        "$schema": crate::kratos::ctx::json_schema::DIALECT,
        "$id": "urn:kratos-lint:kratos-lint.toml",
        "title": FILE_NAME,
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "kratos": kratos,
            "exclude": texts("Files and folders that are skipped, as in .gitignore."),
            "ignore": {
                "description": "Tables: findings that are known. A list of patterns is the same as `exclude`.",
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, known_findings()]},
            },
            "baseline": {"description": "File with known findings, as of --baseline.", "type": "string"},
            "root": {"description": "Files outside of this folder are never read.", "type": "string"},
            "critical-hooks": texts("`id` or URL of web hooks that must stop the flow when they fail."),
            "allowed-endpoints": texts("Hosts that web hooks may call; `*.example.org` for all below a domain."),
            "secret-keys": texts("Keys whose values no report shows, in addition to the known ones."),
            "given": texts("Variables that the server gets from elsewhere, for example DSN."),
            "path-maps": {
                "description": "Folders in the container, and the folders of this project that they contain.",
                "type": "object",
                "additionalProperties": {"type": "string"},
            },
            "layers": {
                "description": "Lists of files that Kratos gets together with -c, each laid over those before it; later entries may be patterns.",
                "type": "array",
                "items": {"type": "array", "minItems": 2, "items": {"type": "string"}},
            },
            "rules": levels,
            "overrides": {
                "description": "What differs for some paths; later ones win.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {"paths": texts("As in .gitignore."), "kratos": kratos, "rules": levels},
                },
            },
        },
    })
}

/// A row of `[[ignore]]`.
fn known_findings() -> Value {
    let text = |about: &str| json!({"description": about, "type": "string"});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["rule", "reason"],
        "properties": {
            "file": text("Pattern of files, as in .gitignore; all without it."),
            "rule": text("Name of the rule."),
            "key": text("Key at or below which they are, as a path or a JSON pointer. An item of a list by its index, or in brackets by what it is: hooks[web_hook https://crm.example.org/x], providers[google]."),
            "reason": text("Why they are no fault."),
        },
    })
}
