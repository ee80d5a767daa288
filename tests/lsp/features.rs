//! Hovers, actions, definitions, symbols and hints.

use serde_json::{Value, json};

use crate::client::Editor;
use crate::completion::place;

const CONFIG: &str = "version: v1.3.1\ndsn: postgres://db/kratos\nidentity:\n  default_schema_id: default\n  schemas:\n    - id: default\n      \
                      url: file://identity.schema.json\nselfservice:\n  default_browser_return_url: https://example.org/\n  flows:\n    \
                      registration:\n      after:\n        hooks:\n          - hook: web_hook\n            config:\n              \
                      url: https://example.org/\n              method: POST\n              body: file://b.jsonnet\n        password:\n          \
                      hooks:\n            - hook: session\n";

fn ready() -> Editor {
    let mut editor = Editor::open_folder(&[
        ("identity.schema.json", "{\"properties\": {\"traits\": {}}}"),
        ("b.jsonnet", "function(ctx) {}"),
    ]);
    editor.open("kratos.yml", CONFIG);
    editor.findings("kratos.yml", 1);
    editor
}

fn line(word: &str) -> usize {
    CONFIG.lines().position(|line| line.contains(word)).expect("written")
}

#[test]
fn a_hover_says_what_a_key_and_a_hook_are() {
    let mut editor = ready();
    let key = editor.at("hover", "kratos.yml", line("default_schema_id"), 5);
    let text = key["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("identity.default_schema_id") && text.contains("Default: `\"default\"`"), "{text}");
    let hook = editor.at("hover", "kratos.yml", line("hook: session"), 22);
    assert!(hook["contents"]["value"].as_str().expect("a text").contains("Signs the user in"), "{hook}");
    let word = editor.at("hover", "kratos.yml", line("hook: session"), 16);
    assert!(word["contents"]["value"].as_str().expect("a text").contains("Signs the user in"), "{word}");
    let value = editor.at("hover", "kratos.yml", line("dsn"), 20);
    assert!(value["contents"]["value"].as_str().expect("a text").contains("**`dsn`**"), "{value}");
    assert_eq!(editor.at("hover", "kratos.yml", line("dsn"), 4), Value::Null);
}

#[test]
fn definitions_references_links_and_symbols() {
    let mut editor = ready();
    let body = editor.uri("b.jsonnet");
    let found = editor.at("definition", "kratos.yml", line("b.jsonnet"), 30);
    assert_eq!(found[0]["uri"], body.as_str());
    let found = editor.at("definition", "kratos.yml", line("default_schema_id"), 25);
    assert_eq!(found[0]["range"]["start"]["line"], line("- id: default"));
    let found = editor.at("references", "b.jsonnet", 0, 0);
    assert_eq!(found[0]["range"]["start"]["line"], line("b.jsonnet"));
    let uri = editor.uri("kratos.yml");
    let document = json!({"textDocument": {"uri": uri}});
    let links = editor.ask("textDocument/documentLink", document.clone());
    assert_eq!(links.as_array().expect("a list").len(), 2);
    let symbols = editor.ask("textDocument/documentSymbol", document);
    assert_eq!(symbols[0]["name"], "registration");
    assert_eq!(symbols[0]["children"].as_array().expect("a list").len(), 2);
}

#[test]
fn hints_tell_order_and_phase() {
    let mut editor = ready();
    let uri = editor.uri("kratos.yml");
    let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = editor.ask("textDocument/inlayHint", json!({"textDocument": {"uri": uri}, "range": all}));
    let labels: Vec<&str> =
        hints.as_array().expect("a list").iter().filter_map(|hint| hint["label"].as_str()).collect();
    assert!(labels.contains(&"1 · after saving · blocking"), "{labels:?}");
}

#[test]
fn fixes_and_comments_are_offered() {
    let mut editor = Editor::open_folder(&[]);
    let text = "dsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\nselfservice:\n  \
                default_browser_return_url: https://example.org/\n  flows:\n    recovery:\n      enabled: yes\n";
    editor.open("kratos.yml", text);
    editor.findings("kratos.yml", 1);
    let uri = editor.uri("kratos.yml");
    let at = json!({"line": 9, "character": 16});
    let ask = |only: Option<&str>| {
        let context = match only {
            Some(kind) => json!({"diagnostics": [], "only": [kind]}),
            None => json!({"diagnostics": []}),
        };
        json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context})
    };
    let actions = editor.ask("textDocument/codeAction", ask(None));
    let actions = actions.as_array().expect("a list");
    let fix = actions.iter().find(|action| action["isPreferred"] == true).expect("a fix");
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(change["edits"][0]["newText"], "true");
    let ignore =
        actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.contains("on this line")));
    let ignore = ignore.expect("a comment")["edit"]["documentChanges"][0]["edits"][0]["newText"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(ignore, "      # kratos-lint: ignore[wrong-type] reason\n");
    let all = editor.ask("textDocument/codeAction", ask(Some("source.fixAll")));
    assert_eq!(all[0]["kind"], "source.fixAll.kratos-lint");
    // With the comment nothing is found there any more.
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    editor.edit("kratos.yml", 2, &format!("{}{ignore}{}", lines[..9].concat(), lines[9..].concat()));
    let found = editor.findings("kratos.yml", 2);
    assert!(!found.iter().any(|found| found["code"] == "wrong-type"), "{found:#?}");
}

#[test]
fn a_key_leads_to_the_variable_that_sets_it_and_back() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    \
                   volumes:\n      - ./:/etc/kratos\n    environment:\n      - LOG_LEVEL=debug\n      - SESSION_LIFESPAN=2h\n";
    let config = format!("{CONFIG}log:\n  level: info\n");
    let mut editor = Editor::open_folder(&[("compose.yml", compose), ("identity.schema.json", "{}")]);
    editor.open("kratos.yml", &config);
    editor.findings("kratos.yml", 1);
    let level = config.lines().position(|line| line.contains("level:")).expect("written");
    let found = editor.at("definition", "kratos.yml", level, 4);
    assert_eq!(found[0]["uri"], editor.uri("compose.yml").as_str(), "{found}");
    assert_eq!(found[0]["range"], json!({"start": {"line": 7, "character": 8}, "end": {"line": 7, "character": 17}}));
    // What no variable sets leads nowhere, neither does a variable whose key no file has.
    assert_eq!(editor.at("definition", "kratos.yml", line("dsn"), 1), Value::Null);
    editor.open("compose.yml", compose);
    editor.findings("compose.yml", 1);
    let back = editor.at("definition", "compose.yml", 7, 10);
    assert_eq!(back[0]["uri"], editor.uri("kratos.yml").as_str(), "{back}");
    assert_eq!(back[0]["range"]["start"], json!({"line": level, "character": 2}));
    assert_eq!(editor.at("definition", "compose.yml", 8, 10), Value::Null);
}

#[test]
fn a_hover_in_a_body_has_an_example_and_says_when_a_field_is_missing() {
    let schema = "{\"properties\": {\"traits\": {\"type\": \"object\", \"required\": [\"email\"], \"properties\": {\"email\": {\"type\": \
                  \"string\"}, \"name\": {\"type\": \"string\"}}}}}";
    let body = "function(ctx) { a: ctx.identity.traits.email, b: ctx.identity.traits.name }";
    let mut editor = Editor::open_folder(&[("identity.schema.json", schema), ("kratos.yml", CONFIG)]);
    editor.open("b.jsonnet", body);
    editor.findings("b.jsonnet", 1);
    let mut at = |word: &str| {
        let hover = editor.at("hover", "b.jsonnet", 0, body.find(word).expect("written") + 1);
        hover["contents"]["value"].as_str().expect("a text").to_owned()
    };
    let email = at("email");
    assert!(email.contains("\"ada@example.com\"") && !email.contains("May be missing"), "{email}");
    let name = at("name }");
    assert!(name.contains("\"Ada Lovelace\"") && name.contains("May be missing: "), "{name}");
    // The name of a field that the body writes is that field, not the object around it.
    let written = at(" a: ");
    assert!(written.starts_with("`a`: text") && !written.contains("object"), "{written}");
    assert_eq!(editor.at("hover", "b.jsonnet", 0, 3), Value::Null);
}

/// Variables at their declaration, fields between brackets; nothing of the object around for comments and keywords in it.
#[test]
fn a_hover_in_a_body_is_about_what_is_under_the_cursor() {
    let schema = r#"{"properties": {"traits": {"type": "object", "required": ["e-mail"], "properties": {"email": {"type": "string"}, "e-mail": {"type": "string", "format": "email"}}}}}"#;
    let body = "function(ctx) {\n  // about the mail\n  local me = ctx.identity,\n  local t = me.traits,\n  o: t.email,\n  m: me.traits[\"e-mail\"],\n  p: { q: ctx.flow.id },\n  l: [\"e-mail\"],\n}\n";
    let mut editor = Editor::open_folder(&[("identity.schema.json", schema), ("kratos.yml", CONFIG)]);
    editor.open("b.jsonnet", body);
    editor.findings("b.jsonnet", 1);
    let mut at = |method: &str, word: &str| {
        let (line, column) = place(body, body.find(word).expect("written") + 1);
        editor.at(method, "b.jsonnet", line, column)
    };
    let mut said = |word: &str| at("hover", word)["contents"]["value"].as_str().unwrap_or_default().to_owned();
    assert!(said("ctx)").contains("object: flow, identity"), "{}", said("ctx)"));
    assert!(said("me = ").contains("created_at"), "{}", said("me = "));
    assert!(said("\"e-mail\"],\n  p").starts_with("`\"e-mail\"`: text (email)"), "{}", said("\"e-mail\"],\n  p"));
    assert!(said("\"e-mail\"],\n}").contains("\"e-mail\""), "{}", said("\"e-mail\"],\n}"));
    assert!(said("[\"e-mail\"],\n  p").starts_with("`\"e-mail\"`: text (email)"));
    assert!(!said("email,").contains("provider"), "{}", said("email,"));
    let nested = said("p: {");
    assert!(nested.contains("object: q") && !nested.contains("Example"), "{nested}");
    assert_eq!((said("about"), said("local")), (String::new(), String::new()));
    let definition = at("definition", "e-mail\"],\n  p");
    assert!(definition[0]["uri"].as_str().is_some_and(|uri| uri.ends_with("identity.schema.json")), "{definition}");
}

#[test]
fn files_on_disk_are_watched_where_the_client_can() {
    let able = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut editor = Editor::with(&[("kratos.yml", "")], able, Value::Null);
    let asked = editor.wait(|message| message["method"] == "client/registerCapability");
    let registration = &asked["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watchers = registration["registerOptions"]["watchers"].as_array().expect("globs");
    assert!(
        watchers.iter().any(|watcher| watcher["globPattern"].as_str().is_some_and(|glob| glob.contains("jsonnet")))
    );
    editor.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    assert_eq!(editor.leave(), Some(0));
}

/// Hover over a hook says when it runs at its place, over a function how it is called, over a variable what it sets.
#[test]
fn hover_says_what_holds_at_the_place() {
    let config = "version: v1.0.0\ndsn: memory\nidentity:\n  default_schema_id: a\n  schemas:\n    - id: a\n      url: file://a.schema.json\n\
                  selfservice:\n  default_browser_return_url: https://a.example.org/\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            \
                  - hook: session\n            - hook: web_hook\n              config: {url: https://a.example.org/, method: POST, body: file://b.jsonnet}\n";
    let schema = r#"{"properties": {"traits": {"type": "object", "required": ["mail"], "properties": {"mail": {"type": "string", "format": "email"}}}}}"#;
    let body = "function(ctx) { a: std.length(ctx.identity.traits.mail) }\n";
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.0.0\n    env_file: .env\n    command: serve -c /c/kratos.yml\n    volumes: [\"./:/c\"]\n";
    let files = [
        ("kratos.yml", config),
        ("a.schema.json", schema),
        ("b.jsonnet", body),
        ("compose.yml", compose),
        (".env", "LOG_LEVEL=info\n"),
    ];
    let mut editor = Editor::open_folder(&files);
    let mut said = |name: &str, text: &str, word: &str| {
        editor.open(name, text);
        let (line, column) = place(text, text.find(word).expect("it is there") + 2);
        let answer = editor.at("hover", name, line, column);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let hook = said("kratos.yml", config, "web_hook");
    assert!(hook.contains("Here: ") && hook.contains("never runs for password with api and spa clients"), "{hook}");
    assert!(said("b.jsonnet", body, "length").contains("`std.length(x)`"));
    let mail = said("b.jsonnet", body, "mail");
    assert!(mail.contains("text (email)") && mail.contains('@'), "{mail}");
    assert!(said(".env", "LOG_LEVEL=info\n", "LOG_LEVEL").contains("`log.level`"));
}
