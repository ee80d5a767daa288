//! "Embed as base64", "move to a file", and comments in Jsonnet.

use serde_json::{Value, json};

use crate::client::{Editor, modern};

const BODY: &str = "function(ctx) { flow: ctx.flow.id, name: 'Zoë 🦀' }\n";
/// `BODY` in base64.
const ENCODED: &str = "ZnVuY3Rpb24oY3R4KSB7IGZsb3c6IGN0eC5mbG93LmlkLCBuYW1lOiAnWm/DqyDwn6aAJyB9Cg==";

fn config(body: &str) -> String {
    format!(
        "dsn: postgres://db/kratos\r\nidentity:\r\n  schemas:\r\n    - id: default\r\n      url: https://example.org/s.json\r\nselfservice:\r\n  \
         default_browser_return_url: https://example.org/\r\n  flows:\r\n    registration:\r\n      after:\r\n        hooks:\r\n          \
         - hook: web_hook\r\n            config:\r\n              url: https://example.org/\r\n              method: POST\r\n              \
         body: '{body}'\r\n"
    )
}

/// The actions of a kind at the value of `body`, and the text of the buffer.
fn actions(editor: &mut Editor, body: &str, kind: &str) -> (Vec<Value>, String) {
    let text = config(body);
    editor.open("kratos.yml", &text);
    editor.findings("kratos.yml", 1);
    let line = text.lines().position(|line| line.contains("body:")).expect("written");
    let at = json!({"line": line, "character": 25});
    let uri = editor.uri("kratos.yml");
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": [], "only": [kind]}});
    let found = editor.ask("textDocument/codeAction", params);
    let mut found = found.as_array().cloned().unwrap_or_default();
    // Hooks are offered there too.
    found.retain(|action| !action["title"].as_str().is_some_and(|title| title.starts_with("Add a ")));
    (found, text)
}

/// The text after the edits of one line of a document.
fn edited(text: &str, edit: &Value) -> String {
    let edit = &edit["edits"][0];
    let number =
        |end: &str, key: &str| usize::try_from(edit["range"][end][key].as_u64().expect("a number")).expect("small");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = lines[number("start", "line")];
    assert_eq!(number("start", "line"), number("end", "line"));
    let new = edit["newText"].as_str().expect("a text");
    let line = format!("{}{new}{}", &line[..number("start", "character")], &line[number("end", "character")..]);
    let at = number("start", "line");
    format!("{}{line}{}", lines[..at].concat(), lines[at + 1..].concat())
}

#[test]
fn a_body_is_embedded_with_the_text_of_its_buffer() {
    let mut editor = Editor::open_folder(&[("b.jsonnet", "function(ctx) {}")]);
    editor.open("b.jsonnet", BODY);
    let (found, text) = actions(&mut editor, "file://b.jsonnet", "refactor");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["title"], "Embed b.jsonnet as base64");
    let after = edited(&text, &found[0]["edit"]["documentChanges"][0]);
    assert_eq!(after, config(&format!("base64://{ENCODED}")));
}

#[test]
fn embedded_content_moves_to_a_new_file() {
    let name = "registration-after-0.jsonnet";
    for (there, wanted) in [(None, name), (Some(name), "registration-after-0-2.jsonnet")] {
        let mut editor = Editor::open_folder(&there.map(|name| (name, "1")).into_iter().collect::<Vec<_>>());
        let (found, text) = actions(&mut editor, &format!("base64://{ENCODED}"), "refactor.extract");
        let [create, fill, address] = &found[0]["edit"]["documentChanges"].as_array().expect("a list")[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(create, &json!({"kind": "create", "uri": editor.uri(wanted)}));
        assert_eq!((&fill["textDocument"]["uri"], &fill["edits"][0]["newText"]), (&create["uri"], &json!(BODY)));
        assert_eq!(edited(&text, address), config(&format!("file://{wanted}")));
    }
}

#[test]
fn nothing_is_offered_that_cannot_be_done() {
    let mut editor = Editor::open_folder(&[]);
    for body in ["file://missing.jsonnet", "base64://not base64", "base64://", "https://example.org/b.jsonnet"] {
        let (found, _) = actions(&mut editor, body, "refactor");
        assert!(found.is_empty(), "{body}: {found:#?}");
        let uri = editor.uri("kratos.yml");
        editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        editor.backlog.clear();
    }
    // A client that cannot make files.
    let mut plain = modern();
    plain["workspace"]["workspaceEdit"]["resourceOperations"] = json!([]);
    let mut editor = Editor::with(&[], plain, Value::Null);
    let (found, _) = actions(&mut editor, &format!("base64://{ENCODED}"), "refactor");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_finding_in_a_body_is_silenced_in_its_own_comments() {
    let mut editor = Editor::open_folder(&[("kratos.yml", &config("file://b.jsonnet"))]);
    let text = "function(ctx) { a: ctx.flow.nonsense }\n";
    editor.open("b.jsonnet", text);
    let found = editor.findings("b.jsonnet", 1);
    let rule = found.first().expect("a finding")["code"].as_str().expect("a rule").to_owned();
    let uri = editor.uri("b.jsonnet");
    let at = &found[0]["range"];
    let params = json!({"textDocument": {"uri": uri}, "range": at, "context": {"diagnostics": []}});
    let actions = editor.ask("textDocument/codeAction", params);
    let titled = |word: &str| {
        let all = actions.as_array().expect("a list").iter();
        all.clone().find(|action| action["title"].as_str().is_some_and(|title| title.ends_with(word))).cloned()
    };
    for (version, title) in [(2, "on this line"), (3, "in this file")] {
        let action = titled(title).unwrap_or_else(|| panic!("{title}: {actions:#?}"));
        let new = action["edit"]["documentChanges"][0]["edits"][0]["newText"].as_str().expect("a text").to_owned();
        editor.edit("b.jsonnet", version, &format!("{new}{text}"));
        let left = editor.findings("b.jsonnet", version);
        assert!(!left.iter().any(|found| found["code"] == rule.as_str()), "{new}: {left:#?}");
    }
}

/// An alias is left as it is: what it stands for is changed where it is written, and a hook is not added to it.
#[test]
fn content_that_comes_by_an_alias_is_changed_where_it_is_written() {
    let hook = |body: &str| {
        format!(
            "- hook: web_hook\n    config: {{url: https://a.example.org/, method: POST, response: {{ignore: true}}, body: {body}}}\n"
        )
    };
    let list = hook(&format!("\"base64://{ENCODED}\""));
    let text = "version: v1.3.1\ndsn: memory\nidentity:\n  schemas: [{id: default, url: https://example.org/s.json}]\nselfservice:\n  \
         default_browser_return_url: https://example.org/\n  flows:\n    registration:\n      after:\n        password: {hooks: *hooks}\n";
    let text = text.replacen("dsn: memory\n", &format!("dsn: memory\nx-hooks: &hooks\n  {list}"), 1);
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", &text);
    editor.findings("kratos.yml", 1);
    for word in ["*hooks", "base64://"] {
        let at = text.find(word).expect("written") + 1;
        let line = text[..at].matches('\n').count();
        let position = json!({"line": line, "character": at - text[..at].rfind('\n').map_or(0, |at| at + 1)});
        let uri = editor.uri("kratos.yml");
        let params = json!({"textDocument": {"uri": uri}, "range": {"start": position, "end": position},
            "context": {"diagnostics": []}});
        let actions = editor.ask("textDocument/codeAction", params);
        let actions = actions.as_array().expect("a list");
        let title = |action: &Value| action["title"].as_str().unwrap_or_default().to_owned();
        let moved = actions.iter().find(|action| title(action).starts_with("Move to "));
        let moved = moved.unwrap_or_else(|| panic!("{word}: {actions:#?}"));
        let edit = &moved["edit"]["documentChanges"][2]["edits"][0];
        assert_eq!(edit["range"]["start"]["line"], 4, "{edit}");
        assert!(!actions.iter().any(|action| title(action).starts_with("Add ")), "{actions:#?}");
    }
}
