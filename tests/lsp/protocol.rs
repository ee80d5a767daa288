//! The conversation itself, with clients that behave and clients that do not.

use serde_json::{Value, json};

use crate::client::Editor;

const UNKNOWN_KEY: &str =
    "selfservice:\n  default_browser_return_url: https://example.org/\n  flows: {}\n  nonsense: 1\n";

/// What a client says of its folders.
type Opens = fn(&Editor) -> Value;

fn codes(findings: &[Value]) -> Vec<&str> {
    findings.iter().filter_map(|found| found["code"].as_str()).collect()
}

#[test]
fn a_client_comes_and_leaves() {
    let mut editor = Editor::silent(&[]);
    let refused = editor.ask("textDocument/hover", json!({}));
    assert_eq!(refused["code"], -32002);
    let root = editor.uri("");
    let answer = editor.ask("initialize", json!({"rootUri": root, "capabilities": {}}));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(answer["serverInfo"]["name"], "kratos-lint");
    assert_eq!(editor.ask("initialize", json!({}))["code"], -32600);
    assert_eq!(editor.ask("workspace/nonsense", json!({}))["code"], -32601);
    assert_eq!(editor.leave(), Some(0));
    assert_eq!(Editor::open_folder(&[]).hang_up(), Some(1), "a client that hangs up");
}

#[test]
fn after_shutdown_nothing_is_answered() {
    let mut editor = Editor::open_folder(&[]);
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.ask("textDocument/hover", json!({}))["code"], -32600);
    editor.open("kratos.yml", UNKNOWN_KEY);
    editor.notify("exit", Value::Null);
}

/// They stayed in the list of problems, under an address that no file has.
#[test]
fn findings_of_a_new_file_go_when_it_is_closed_unsaved() {
    let mut editor = Editor::open_folder(&[]);
    let uri = "untitled:Untitled-1";
    let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": UNKNOWN_KEY});
    editor.notify("textDocument/didOpen", json!({"textDocument": document}));
    let is_of_it = |message: &Value| {
        message["method"] == "textDocument/publishDiagnostics"
            && message["params"]["uri"].as_str().is_some_and(|of| of.contains("Untitled-1"))
    };
    let told = editor.wait(is_of_it);
    assert!(told["params"]["uri"] == uri && !told["params"]["diagnostics"].as_array().expect("a list").is_empty());
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    assert_eq!(editor.wait(is_of_it)["params"], json!({"uri": uri, "diagnostics": []}));
}

#[test]
fn broken_messages_are_refused_and_the_server_lives() {
    let mut editor = Editor::open_folder(&[]);
    editor.raw(b"Content-Length: 3\r\n\r\n{]}rubbish\r\n\r\nContent-Length: 2\r\n\r\n[]");
    for _ in 0..2 {
        let refused = editor.wait(|message| message["id"].is_null() && message.get("error").is_some());
        assert_eq!(refused["error"]["code"], -32700);
    }
    editor.send(&json!({"jsonrpc": "2.0", "id": 77, "result": null}));
    editor.send(&json!({"jsonrpc": "2.0"}));
    editor.notify("textDocument/didChange", json!({"textDocument": {"uri": "file:///never/opened.yml"}}));
    editor.notify("textDocument/didChange", json!({"contentChanges": 7}));
    editor.notify("textDocument/didOpen", json!([]));
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": "untitled:x"}}));
    editor.notify("$/cancelRequest", json!({"id": 4711}));
    editor.open("kratos.yml", UNKNOWN_KEY);
    assert!(codes(&editor.findings("kratos.yml", 1)).contains(&"unknown-key"));
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn of_ten_thousand_changes_the_last_is_checked() {
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", UNKNOWN_KEY);
    let uri = editor.uri("kratos.yml");
    let at = |line: usize, character: usize| json!({"line": line, "character": character});
    for version in 2..=10_000 {
        // Types and deletes a letter of the key.
        let (range, text) = match version % 2 {
            0 => (json!({"start": at(3, 2), "end": at(3, 2)}), "x"),
            _ => (json!({"start": at(3, 2), "end": at(3, 3)}), ""),
        };
        let changes = json!([{"range": range, "text": text}]);
        editor.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}),
        );
    }
    editor.edit("kratos.yml", 10_001, &UNKNOWN_KEY.replace("nonsense", "rubbish"));
    let found = editor.findings("kratos.yml", 10_001);
    assert!(
        found.iter().any(|found| found["message"].as_str().is_some_and(|text| text.contains("rubbish"))),
        "{found:?}"
    );
    let told = editor.backlog.iter().filter(|message| message["method"] == "textDocument/publishDiagnostics").count();
    assert!(told < 5_000, "old texts are not checked: {told}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let pulling = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let endless = "function(ctx) std.foldl(function(a, b) a + b, std.range(1, 100000000), 0)";
    let files = [("hooks/body.jsonnet", endless)];
    let mut editor = Editor::with(&files, pulling, Value::Null);
    let hook = "flows:\n    login:\n      before:\n        hooks:\n          - hook: web_hook\n            config:\n              \
                url: https://example.org/\n              method: POST\n              body: file://hooks/body.jsonnet\n";
    editor.open("kratos.yml", &UNKNOWN_KEY.replace("flows: {}\n", hook));
    let uri = editor.uri("kratos.yml");
    let id = editor.post("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    editor.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(editor.answer(&id)["code"], -32800);
}

/// Editors start servers anywhere.
#[test]
fn the_folders_of_the_client_are_read_wherever_the_server_was_started() {
    let config = "dsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: file://identity.schema.json\nselfservice:\n  \
                  default_browser_return_url: https://example.org/\n  flows:\n    registration:\n      after:\n        password:\n          \
                  hooks:\n            - hook: web_hook\n              config:\n                url: https://example.org/\n                \
                  method: POST\n                body: file://hooks/b.jsonnet\n                response:\n                  ignore: true\n";
    let schema = "{\"properties\": {\"traits\": {\"type\": \"object\", \"required\": [\"email\"], \"properties\": {\"email\": {\"type\": \"string\"}, \
                  \"name\": {\"type\": \"string\"}}}}}";
    let body = "function(ctx) { name: ctx.identity.traits.name }";
    let files = [
        ("one/kratos.yml", config),
        ("one/identity.schema.json", schema),
        ("one/hooks/b.jsonnet", body),
        ("two/kratos.yml", config),
        ("two/identity.schema.json", schema),
        ("two/hooks/b.jsonnet", body),
    ];
    let ways: [(&str, Opens); 4] = [
        ("folders", |editor| json!({"workspaceFolders": [{"uri": editor.uri("one")}, {"uri": editor.uri("two")}]})),
        ("root", |editor| json!({"rootUri": editor.uri("")})),
        ("path", |editor| json!({"rootPath": editor.path("")})),
        ("nothing", |_| json!({"rootUri": null, "workspaceFolders": null})),
    ];
    for (way, opens) in ways {
        let mut editor = Editor::started(&files, Some(std::path::Path::new("/")));
        let mut params = opens(&editor);
        params["capabilities"] = json!({});
        editor.ask("initialize", params);
        for folder in ["one", "two"] {
            let name = format!("{folder}/kratos.yml");
            editor.open(&name, config);
            let found = editor.findings(&name, 1);
            assert!(!codes(&found).iter().any(|code| code.contains("missing-file")), "{way}: {found:#?}");
            // The body was read, and the identity schema, which says that the name may be missing.
            let uri = editor.uri(&format!("{folder}/hooks/b.jsonnet"));
            let found = editor.wait(|message| {
                message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
            });
            let found = found["params"]["diagnostics"].as_array().expect("a list").clone();
            assert!(codes(&found).contains(&"jsonnet-optional-field"), "{way}: {found:#?}");
        }
    }
}
