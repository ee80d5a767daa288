//! Jsonnet while it is typed: what the next word may be in a document that cannot be read yet.

use serde_json::Value;

use crate::begun::{BASE, HOOKS, plain_editor};
use crate::client::Editor;
use crate::completion::{labels, offered, taken};

const MAPPED: &str = "  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: g\n            \
                      provider: google\n            client_id: a\n            client_secret: b\n            mapper_url: file://m.jsonnet\n";
const CLAIMS: &str = "local claims = std.extVar('claims');\n";

fn ready() -> Editor {
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "required": ["email"], "properties":
        {"email": {"type": "string", "format": "email"}}}}}"#;
    let config = format!("{BASE}{HOOKS}{MAPPED}")
        .replace("https://example.org/s.json", "file://s.schema.json")
        .replace("base64://ZnVuY3Rpb24oY3R4KSB7fQ==", "file://b.jsonnet");
    plain_editor(&[("kratos.yml", &config), ("s.schema.json", schema), ("b.jsonnet", ""), ("m.jsonnet", "")])
}

fn names(editor: &mut Editor, name: &str, text: &str) -> Vec<String> {
    labels(&offered(editor, name, text)).into_iter().map(str::to_owned).collect()
}

/// The text with an offer in it, which must have no errors.
fn after(editor: &mut Editor, name: &str, text: &str, label: &str) -> String {
    let items = offered(editor, name, text);
    let item = items.iter().find(|item| item["label"] == label);
    taken(text, item.unwrap_or_else(|| panic!("{label} at {text}: {:?}", labels(&items))))
}

#[test]
fn local_variables_in_scope_are_offered_with_their_types() {
    let mut editor = ready();
    let text = format!("{CLAIMS}{{ identity: {{ traits: {{ email: | }} }} }}");
    let items = offered(&mut editor, "m.jsonnet", &text);
    let claims = items.iter().find(|item| item["label"] == "claims").expect("offered");
    assert!(claims["detail"].as_str().is_some_and(|kind| kind.contains("email")), "{claims}");
    let text = "local a = 1, f(x, y=2) = x + |;\nfunction(ctx) local b = a; { local c = b, d: c }";
    assert_eq!(names(&mut editor, "b.jsonnet", text), ["std", "ctx", "y", "x", "f", "a"]);
    // A local whose value is being written does not exist yet, and one of another scope neither.
    let text = "function(ctx) { a: (local b = 1; b), local c = |, d: c }";
    assert_eq!(names(&mut editor, "b.jsonnet", text), ["std", "ctx"]);
    let text = "function(ctx) { a: [one for one in [1] if |] }";
    assert_eq!(names(&mut editor, "b.jsonnet", text), ["std", "ctx", "one"]);
}

#[test]
fn external_variables_are_offered() {
    let mut editor = ready();
    assert_eq!(
        after(&mut editor, "m.jsonnet", "local claims = |", "std.extVar('claims')"),
        CLAIMS.trim_end_matches(";\n")
    );
    for (text, wanted) in [
        ("local claims = std.extVar(|", "local claims = std.extVar('claims')"),
        ("local claims = std.extVar('|')", "local claims = std.extVar('claims')"),
        ("local claims = std.extVar(\"cl|\");\n{}", "local claims = std.extVar('claims');\n{}"),
        ("local claims = std.extVar(cl|)", "local claims = std.extVar('claims')"),
    ] {
        assert_eq!(after(&mut editor, "m.jsonnet", text, "claims"), wanted);
    }
    let text = format!("{CLAIMS}{{ a: | }}");
    assert!(!names(&mut editor, "m.jsonnet", &text).iter().any(|name| name.contains("extVar")));
}

#[test]
fn what_follows_the_locals_is_offered() {
    let mut editor = ready();
    let text = format!("{CLAIMS}|");
    let whole = after(&mut editor, "m.jsonnet", &text, "what this mapper returns");
    assert_eq!(whole.matches("local claims =").count(), 1, "{whole}");
    assert!(whole.contains("identity: {") && whole.contains("claims.email,"), "{whole}");
    let text = "local x = 1;\n|";
    let whole = after(&mut editor, "b.jsonnet", text, "what this body returns");
    assert!(whole.starts_with("local x = 1;\n") && whole.contains("\nfunction(ctx) {"), "{whole}");
    assert!(names(&mut editor, "b.jsonnet", "function(ctx) { a: 1,\nlocal x = 1;\n|").is_empty());
    assert_eq!(after(&mut editor, "b.jsonnet", "function(|", "ctx"), "function(ctx");
    assert!(names(&mut editor, "b.jsonnet", "function(ctx) { f: function(|").is_empty());
}

#[test]
fn fields_are_offered_beside_what_is_not_finished() {
    let mut editor = ready();
    for text in [
        "function(ctx) {\n  x: ,\n  email: ctx.|\n}",
        "function(ctx) {\n  x:\n  email: ctx.|\n}",
        "function(ctx) {\n  email: ctx.|,\n  x: }",
        "function(ctx) { email: '%s' % ctx.| }",
        "function(ctx) { email: 'a' + ctx.|, b: 1 }",
        "function(ctx) { email: if true then ctx.| }",
    ] {
        let items: Vec<Value> = offered(&mut editor, "b.jsonnet", text);
        assert!(labels(&items).contains(&"identity"), "{text}: {:?}", labels(&items));
    }
}
