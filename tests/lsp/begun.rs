//! What is begun half: a key with nothing after it, a hook whose list switches others off, a hook or a body without anything yet.

use std::collections::BTreeSet;

use kratos_lint::kratos::version::Version;
use serde_json::{Value, json};

use crate::client::Editor;
use crate::completion::{errors_in, labels, offered, taken};

pub(crate) const BASE: &str = "version: v1.3.1\ndsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\n\
                    selfservice:\n  default_browser_return_url: https://example.org/\n";
pub(crate) const HOOKS: &str = "  flows:\n    registration:\n      after:\n        hooks:\n          - hook: web_hook\n            config:\n              \
                     url: https://crm.example.org/\n              method: POST\n              body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==\n              \
                     response:\n                ignore: true\n";

pub(crate) fn plain_editor(files: &[(&str, &str)]) -> Editor {
    Editor::with(files, json!({"general": {"positionEncodings": ["utf-8"]}}), Value::Null)
}

fn errors(name: &str, text: &str) -> BTreeSet<(String, String, String)> {
    errors_in(name, text, Version::parse("1.3.1").expect("a release").version)
}

/// Takes each offer; fails when one brings an error. The labels.
pub(crate) fn all_taken(editor: &mut Editor, name: &str, text: &str) -> Vec<String> {
    let items = offered(editor, name, text);
    let before = errors(name, &text.replacen('|', "", 1));
    for item in &items {
        let after = taken(text, item);
        let new: Vec<_> = errors(name, &after).difference(&before).cloned().collect();
        assert!(new.is_empty(), "{}: {new:?} in\n{after}", item["label"]);
    }
    labels(&items).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_first_hook_of_a_method_repeats_those_that_its_list_switches_off() {
    let mut editor = plain_editor(&[]);
    let text = format!("{BASE}{HOOKS}        password:\n          hooks:\n            - hook: |\n");
    let names = all_taken(&mut editor, "kratos.yml", &text);
    assert!(names.iter().any(|name| name == "session") && names.iter().any(|name| name == "web_hook"), "{names:?}");
    let items = offered(&mut editor, "kratos.yml", &text);
    let session = items.iter().find(|item| item["label"] == "session").expect("offered");
    let after = taken(&text, session);
    // The session is last: it ends the flow.
    assert!(after.trim_end().ends_with("ignore: true\n            - hook: session"), "{after}");
    assert_eq!(after.matches("url: https://crm.example.org/").count(), 2, "{after}");
    let said = session["documentation"]["value"].as_str().unwrap_or_default();
    assert!(said.contains("are repeated: `web_hook`"), "{said}");
}

#[test]
fn a_key_with_nothing_after_it_is_offered_what_it_holds() {
    let mut editor = plain_editor(&[]);
    let list = format!("{BASE}  flows:\n    registration:\n      after:\n        password:\n          hooks: |\n");
    let config = list.replace("hooks: |", "hooks:\n            - hook: web_hook\n              config: |");
    for (text, wanted) in [
        (format!("{BASE}  methods: |\n"), "password"),
        (format!("{BASE}  methods:\n    code: |\n"), "enabled"),
        (format!("{BASE}  methods:\n    oidc:\n      config: |\n"), "providers"),
        (format!("{BASE}secrets: |\n"), "cookie"),
        (list, "hook: web_hook"),
        (config, "url, method, body, response"),
    ] {
        let names = all_taken(&mut editor, "kratos.yml", &text);
        assert!(names.iter().any(|name| name == wanted), "{wanted} is not offered at {text}: {names:?}");
    }
    // What follows in deeper lines is there already.
    let items = offered(&mut editor, "kratos.yml", &format!("{BASE}  methods: |\n    code:\n      enabled: true\n"));
    assert!(items.is_empty(), "{:?}", labels(&items));
    let json = "{\"version\": \"v1.3.1\", \"dsn\": \"memory\", \"log\": |}";
    assert!(labels(&offered(&mut editor, "kratos.json", json)).contains(&"level"));
}

/// Without a value JSON cannot be read: what is missing elsewhere is no fault of an offer.
#[test]
fn values_are_offered_in_json_that_is_not_complete() {
    let mut editor = plain_editor(&[]);
    for text in [
        "{\"version\": \"v1.3.1\", \"dsn\": \"memory\", \"log\": {\"level\": |}}",
        "{\"version\": \"v1.3.1\", \"dsn\": \"memory\", \"log\": {\"level\": |, \"format\": \"json\"}}",
        "{\"version\": \"v1.3.1\",\n\"log\": {\n  \"level\": \"|\"\n}}",
    ] {
        let items = offered(&mut editor, "kratos.json", text);
        assert!(labels(&items).contains(&"debug"), "{text}: {:?}", labels(&items));
    }
}

/// A list in JSON that is whole is compared as it is: of two secrets for cookies the second must have a length that Kratos takes.
#[test]
fn an_item_that_moves_another_one_where_it_is_refused_is_not_offered() {
    let mut editor = plain_editor(&[]);
    let text = |secret: &str| {
        format!(
            "{{\"version\": \"v1.3.1\", \"dsn\": \"memory\", \"secrets\": {{\"cookie\": [\n|\n\"{secret}\"]}},\n\
        \"selfservice\": {{\"methods\": {{\"oidc\": {{\"enabled\": true}}}}}}}}"
        )
    };
    assert!(offered(&mut editor, "kratos.json", &text(&"x".repeat(35))).is_empty());
    assert_eq!(offered(&mut editor, "kratos.json", &text(&"x".repeat(32))).len(), 1);
}

/// Another provider sends other claims: one with which the mapper fails is not offered.
#[test]
fn a_provider_with_which_the_mapper_fails_is_not_offered() {
    let mut editor = plain_editor(&[]);
    let with = |mapper: &str| {
        format!(
            "{BASE}  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: mine\n            provider: |\n            \
             client_id: a\n            client_secret: b\n            mapper_url: base64://{mapper}\n"
        )
    };
    // What GitHub sends and Discord does not: `claims.profile`.
    let reads = with(
        "bG9jYWwgY2xhaW1zID0gc3RkLmV4dFZhcignY2xhaW1zJyk7CnsgaWRlbnRpdHk6IHsgdHJhaXRzOiB7IHg6IGNsYWltcy5wcm9maWxlIH0gfSB9Cg==",
    );
    let none = with("eyBpZGVudGl0eTogeyB0cmFpdHM6IHt9IH0gfQ==");
    for (text, has_discord) in [(reads, false), (none, true)] {
        let items = offered(&mut editor, "kratos.yml", &text);
        let names = labels(&items);
        assert!(names.contains(&"github") && names.contains(&"discord") == has_discord, "{names:?}");
    }
    let unlisted =
        BASE.replace("  schemas:\n    - id: default\n", "  default_schema_id: person\n  schemas:\n    - id: |\n");
    let items = offered(&mut editor, "kratos.yml", &unlisted);
    assert_eq!(labels(&items), ["person"]);
}

#[test]
fn a_web_hook_with_nothing_in_it_is_offered_its_address_and_method() {
    let mut editor = plain_editor(&[]);
    let hook = "  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              config";
    for text in [format!("{BASE}{hook}:\n                |\n"), format!("{BASE}{hook}: {{|}}\n")] {
        let names = all_taken(&mut editor, "kratos.yml", &text);
        for wanted in ["url", "method", "body", "response", "auth"] {
            assert!(names.iter().any(|name| name == wanted), "{wanted} is not offered at {text}: {names:?}");
        }
    }
}

#[test]
fn providers_come_with_values_that_say_what_belongs_there() {
    let mut editor = plain_editor(&[]);
    let text = format!(
        "{BASE}  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: mine\n            provider: |\n"
    );
    for item in offered(&mut editor, "kratos.yml", &text) {
        let new = item["textEdit"]["newText"].as_str().expect("a text");
        assert!(!new.contains(": text"), "{new}");
    }
}

#[test]
fn bodies_are_offered_keys_with_what_is_there() {
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "required": ["email"], "properties":
        {"email": {"type": "string", "title": "E-Mail"}, "name": {"type": "string"}}}}}"#;
    let config = format!("{BASE}{HOOKS}")
        .replace("https://example.org/s.json", "file://s.schema.json")
        .replace("base64://ZnVuY3Rpb24oY3R4KSB7fQ==", "file://b.jsonnet");
    let mut editor =
        plain_editor(&[("kratos.yml", &config), ("s.schema.json", schema), ("b.jsonnet", "function(ctx) {}")]);
    for text in ["function(ctx) {|}", "// a\nfunction(ctx) {\n  a: 1,\n  |\n}", "function(ctx) { user: { | b: 1 } }"] {
        let items = offered(&mut editor, "b.jsonnet", text);
        let new = |label: &str| {
            let item = items.iter().find(|item| item["label"] == label);
            item.unwrap_or_else(|| panic!("{label} at {text}: {:?}", labels(&items)))["textEdit"]["newText"].clone()
        };
        let comma = if text.contains("| b") { "," } else { "" };
        assert_eq!(new("identity_id"), format!("identity_id: ctx.identity.id{comma}"));
        assert_eq!(new("email"), format!("email: ctx.identity.traits.email{comma}"));
        let guarded = "[if \"name\" in ctx.identity.traits then \"name\"]: ctx.identity.traits.name";
        assert_eq!(new("name"), format!("{guarded}{comma}"));
    }
    let items = offered(&mut editor, "b.jsonnet", "function(ctx) |");
    assert_eq!(labels(&items), ["what this body returns"]);
    assert!(taken("function(ctx) |", &items[0]).starts_with("function(ctx) {\n  flow_id: ctx.flow.id,"));
    // Whoever reads the list learns what each field is.
    for object in ["ctx", "ctx.flow", "ctx.identity"] {
        for item in offered(&mut editor, "b.jsonnet", &format!("function(ctx) {{ a: {object}.| }}")) {
            assert!(item["documentation"]["value"].as_str().is_some_and(|text| text.len() > 15), "{object} {item}");
        }
    }
}

/// What follows is read too: no value is put before another one, and no expression where a key is wanted.
#[test]
fn nothing_is_offered_where_it_would_break_what_follows() {
    let config = format!("{BASE}{HOOKS}")
        .replace("https://example.org/s.json", "file://s.schema.json")
        .replace("base64://ZnVuY3Rpb24oY3R4KSB7fQ==", "file://b.jsonnet");
    let mut editor = plain_editor(&[("kratos.yml", &config), ("s.schema.json", "{}"), ("b.jsonnet", "")]);
    let schema = |text: &str| {
        format!("{{\"properties\": {{\"traits\": {{\"type\": \"object\", \"properties\": {{\"a\": {{{text}}}}}}}}}}}")
    };
    for (file, text) in [
        ("s.schema.json", schema("\"type\": | \"string\"")),
        ("kratos.json", "{\"version\": \"v1.3.1\", \"log\": {\"level\": | \"info\"}}".to_owned()),
        ("b.jsonnet", "function(ctx) { a: | ctx.flow.id }".to_owned()),
        ("b.jsonnet", "local x = f({ a: 1, | }); function(ctx) x".to_owned()),
        ("b.jsonnet", "function(ctx) { [ | if true then 'a']: 1 }".to_owned()),
    ] {
        let items = offered(&mut editor, file, &text);
        assert!(items.is_empty(), "{text}: {:?}", labels(&items));
    }
    let text = schema("\"type\": |\n\"title\": \"A\"");
    let items = offered(&mut editor, "s.schema.json", &text);
    assert!(items.len() > 5, "{:?}", labels(&items));
    for item in &items {
        let after = taken(&text, item);
        assert!(serde_json::from_str::<Value>(&after).is_ok(), "{after}");
    }
    for text in
        ["function(ctx) { a: |\n  b: 1 }", "function(ctx) { a: [|] }", "function(ctx) { a: if | then 1 else 2 }"]
    {
        assert!(labels(&offered(&mut editor, "b.jsonnet", text)).contains(&"ctx"), "{text}");
    }
}
