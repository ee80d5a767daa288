//! Clients that do what no client should: the server neither ends nor believes what is not so.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Editor;

const TEXT: &str = "selfservice:\n  default_browser_return_url: https://example.org/\n  flows: {}\n  nonsense: 1\n";

/// Whether the server still checks what it is given.
fn lives(editor: &mut Editor, version: i64) {
    editor.edit("kratos.yml", version, TEXT);
    let found = editor.findings("kratos.yml", version);
    assert!(found.iter().any(|found| found["code"] == "unknown-key"), "{found:#?}");
}

fn change(editor: &mut Editor, version: i64, changes: Value) {
    let uri = editor.uri("kratos.yml");
    let mut params = json!({"textDocument": {"uri": uri, "version": version}});
    params["contentChanges"] = changes;
    editor.notify("textDocument/didChange", params);
}

#[test]
fn messages_come_in_pieces() {
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", TEXT);
    let uri = editor.uri("kratos.yml");
    let text = json!({"jsonrpc": "2.0", "id": "piece", "method": "textDocument/hover", "params":
        {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 2}}})
    .to_string();
    let message = format!(
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    for piece in message.as_bytes().chunks(7) {
        editor.raw(piece);
        thread::sleep(Duration::from_millis(1));
    }
    let answer = editor.answer(&json!("piece"));
    assert!(answer["contents"]["value"].as_str().is_some_and(|text| text.contains("selfservice")), "{answer}");
    // Two in one piece.
    let twice = format!("Content-Length: {0}\r\n\r\n{text}Content-Length: {0}\r\n\r\n{text}", text.len());
    editor.raw(twice.as_bytes());
    editor.answer(&json!("piece"));
    editor.answer(&json!("piece"));
    lives(&mut editor, 2);
}

#[test]
fn messages_come_in_the_wrong_order() {
    let mut editor = Editor::open_folder(&[]);
    let uri = editor.uri("kratos.yml");
    let document = json!({"textDocument": {"uri": uri}});
    editor.notify("textDocument/didClose", document.clone());
    editor.edit("kratos.yml", 3, "log: {level: wrong}\n");
    editor.open("kratos.yml", "log: {level: wrong}\n");
    // Opened twice, then older versions after newer ones.
    editor.open("kratos.yml", TEXT);
    for version in [9, 2, -1] {
        lives(&mut editor, version);
    }
    editor.notify("textDocument/didClose", document);
    change(&mut editor, 10, json!([{"text": "log: {level: wrong}\n"}]));
    editor.open("kratos.yml", TEXT);
    lives(&mut editor, 11);
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn positions_lead_outside() {
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", "# 🦀é\r\nlog:\r\n  level: info\r\n");
    let far = json!({"line": 4_000_000_000_u64, "character": 4_000_000_000_u64});
    let at = |line: i64, character: i64| json!({"line": line, "character": character});
    let ranges = [
        json!({"start": far, "end": far}),
        json!({"start": at(2, 9), "end": at(0, 1)}),
        json!({"start": at(0, 3), "end": at(0, 3)}),
        json!({"start": at(-1, -1), "end": at(0, 0)}),
        json!({"start": "x", "end": null}),
        json!(7),
    ];
    for (version, range) in (2..).zip(&ranges) {
        change(&mut editor, version, json!([{"range": range, "rangeLength": -5, "text": "é"}]));
    }
    let methods = ["hover", "completion", "definition", "references"];
    for (method, position) in
        methods.iter().flat_map(|method| [&far, &json!(null), &at(0, 3)].map(|at| (method, at.clone())))
    {
        let uri = editor.uri("kratos.yml");
        let answer =
            editor.ask(&format!("textDocument/{method}"), json!({"textDocument": {"uri": uri}, "position": position}));
        assert_ne!(answer["code"], -32603, "{method}: {answer}");
    }
    for range in &ranges {
        let uri = editor.uri("kratos.yml");
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": 3, "only": {}}});
        for method in ["codeAction", "inlayHint"] {
            let answer = editor.ask(&format!("textDocument/{method}"), params.clone());
            assert_ne!(answer["code"], -32603, "{method}: {answer}");
        }
    }
    lives(&mut editor, 99);
}

#[test]
fn addresses_are_no_files() {
    let mut editor = Editor::open_folder(&[]);
    let addresses = [
        "",
        "file://",
        "file:///",
        "file:///%FF%00",
        "http://example.org/kratos.yml",
        "untitled:",
        "file:///../../x",
        "git:/a",
    ];
    for uri in addresses {
        let document = json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": TEXT}});
        editor.notify("textDocument/didOpen", document);
        let asked = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}});
        for method in ["hover", "completion", "definition", "references", "documentLink", "documentSymbol"] {
            let answer = editor.ask(&format!("textDocument/{method}"), asked.clone());
            assert_ne!(answer["code"], -32603, "{uri} {method}: {answer}");
        }
    }
    editor.open("kratos.yml", "");
    lives(&mut editor, 2);
}

#[test]
fn symbols_show_no_secret_and_no_control_character() {
    let mut editor = Editor::open_folder(&[]);
    let text = "selfservice:\n  flows:\n    login:\n      after:\n        hooks:\n          - hook: \"aB3dE5fG7hJ9kL1m\\e[31m\"\n  \
                methods: {oidc: {config: {providers: [{id: \"zQ7bGNXi7PmZNMy9x\\u202e\"}]}}}\n";
    editor.open("kratos.yml", text);
    let document = json!({"textDocument": {"uri": editor.uri("kratos.yml")}});
    let shown = editor.ask("textDocument/documentSymbol", document).to_string();
    assert!(shown.contains("provider") && shown.contains("login"), "{shown}");
    for planted in ["aB3dE5", "zQ7bGN", "\u{202e}", "u001b"] {
        assert!(!shown.contains(planted), "{planted}: {shown}");
    }
}

#[test]
fn cancels_and_bursts_do_not_make_it_deaf() {
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", TEXT);
    let uri = editor.uri("kratos.yml");
    let position = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 4}});
    let ids: Vec<Value> = (0..300)
        .map(|round| {
            if round % 10 == 0 {
                editor.edit("kratos.yml", 10 + round, TEXT);
            }
            let id = editor.post("textDocument/completion", position.clone());
            // Cancelled too late, twice, and what never was.
            for id in [&id, &id, &json!(-round), &json!({"no": "id"})] {
                editor.notify("$/cancelRequest", json!({"id": id}));
            }
            id
        })
        .collect();
    // Each request has exactly one answer.
    for id in &ids {
        editor.answer(id);
    }
    let twice = editor.backlog.iter().filter(|message| ids.contains(&message["id"]) && message.get("method").is_none());
    assert_eq!(twice.count(), 0);
    let start = Instant::now();
    editor.at("hover", "kratos.yml", 0, 2);
    // Generous: the machine of a test may be busy.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    lives(&mut editor, 1000);
}

#[test]
fn lengths_and_bytes_lie() {
    // The stream cannot be understood any more: the server ends, without a panic.
    for bytes in [
        b"Content-Length: 99999999999999999999\r\n\r\n{}".as_slice(),
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: 4294967295\r\n\r\n{}",
        b"Content-Length: 7\r\n\r\n{}",
        &b"x".repeat(100_000),
    ] {
        let mut editor = Editor::open_folder(&[]);
        editor.raw(bytes);
        assert_eq!(editor.hang_up(), Some(1), "{:?}", &bytes[..bytes.len().min(50)]);
    }
    // A message that is no UTF-8 is refused, the next is read.
    let mut editor = Editor::open_folder(&[]);
    editor.raw(b"Content-Length: 4\r\n\r\n\"\xff\xfe\"");
    let refused = editor.wait(|message| message["id"].is_null() && message.get("error").is_some());
    assert_eq!(refused["error"]["code"], -32700);
    let deep = "[".repeat(100_000);
    editor.raw(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    editor.wait(|message| message["id"].is_null() && message.get("error").is_some());
    editor.open("kratos.yml", "");
    lives(&mut editor, 2);
}

#[test]
fn a_wrong_length_is_told() {
    for (bytes, why) in [
        (b"Content-Length: -1\r\n\r\n{}".as_slice(), "not a number of bytes"),
        (b"Content-Length: abc\r\n\r\n{}", "not a number of bytes"),
        (b"Content-Length: 99999999999999999999\r\n\r\n{}", "not a number of bytes"),
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        // The rest of it is not waited for.
        (b"Content-Length: 4294967295\r\n\r\n{}", "larger than 64 MiB"),
    ] {
        let mut editor = Editor::open_folder(&[]);
        editor.raw(bytes);
        let refused = editor.wait(|message| message["id"].is_null() && message.get("error").is_some());
        assert_eq!(refused["error"]["code"], -32700);
        assert!(refused["error"]["message"].as_str().is_some_and(|text| text.contains(why)), "{refused}");
        if why != "larger than 64 MiB" {
            editor.open("kratos.yml", "");
            lives(&mut editor, 2);
        }
    }
}

#[test]
fn why_it_ends_is_told() {
    let mut half = Editor::open_folder(&[]);
    half.raw(b"Content-Length: 700\r\n\r\n{}");
    let mut early = Editor::silent(&[]);
    early.notify("exit", Value::Null);
    for (editor, why) in [(half, "closed the stream before `shutdown`"), (early, "sent `exit` before `shutdown`")] {
        let (status, said) = editor.last_words();
        assert_eq!(status, Some(1));
        assert!(said.starts_with("kratos-lint: ") && said.contains(why) && said.lines().count() == 1, "{said}");
    }
    let mut polite = Editor::open_folder(&[]);
    polite.ask("shutdown", Value::Null);
    polite.notify("exit", Value::Null);
    assert_eq!(polite.last_words(), (Some(0), String::new()));
}

/// How long it takes until all files of so many are checked and the next request is answered.
fn time_of_open_files(count: usize) -> Duration {
    let mut editor = Editor::open_folder(&[]);
    let keys: String = (0..60).map(|key| format!("nonsense{key}: 1\n")).collect();
    let names: Vec<String> = (0..count).map(|file| format!("kratos-{file}.yml")).collect();
    for name in &names {
        editor.open(name, &format!("{TEXT}{keys}"));
    }
    let start = Instant::now();
    let last = names.last().map(String::as_str).unwrap_or_default();
    assert!(editor.findings(last, 1).len() > 60);
    // The answer needs the end of the check.
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri(last)}, "range": range, "context": {"diagnostics": []}});
    editor.ask("textDocument/codeAction", params);
    start.elapsed()
}

/// What was found in all of them is compared with what the client was told: after each file, four times as many took sixteen
/// times as long. A ratio holds on a busy machine too.
#[test]
fn many_files_are_open() {
    let (few, many) = (time_of_open_files(75), time_of_open_files(300));
    assert!(many < few * 10 + Duration::from_secs(2), "{few:?} for 75, {many:?} for 300");
}

/// Each default that is left out was looked for among all variables, with the names of all keys made anew for each of them.
#[test]
fn hints_beside_many_variables_come_soon() {
    let variable =
        |i: usize| format!("    - {{name: SELFSERVICE_ALLOWED_RETURN_URLS_{i}, value: 'https://{i}.example.org'}}\n");
    let variables: String = (0..2_000).map(variable).collect();
    let configuration: String = TEXT.lines().map(|line| format!("    {line}\n")).collect();
    let more = "      methods: {password: {}, code: {}, totp: {}}\n    session: {}\n    log: {}\n    hashers: {}\n";
    let text = format!("deployment:\n  extraEnv:\n{variables}kratos:\n  config:\n{configuration}{more}");
    let mut editor = Editor::open_folder(&[]);
    editor.open("values.yaml", &text);
    editor.findings("values.yaml", 1);
    let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 3_000, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri("values.yaml")}, "range": all});
    let start = Instant::now();
    let hints = editor.ask("textDocument/inlayHint", params);
    assert!(hints.as_array().is_some_and(|hints| hints.len() > 2), "{hints}");
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
}

/// A hover shows what a text is, not a key that a document holds to the letter.
#[test]
fn hovers_and_offers_show_no_text_of_a_document() {
    let hook = "{hook: web_hook, config: {url: https://example.org/, method: POST, body: file://body.jsonnet}}";
    let configuration = format!("selfservice: {{flows: {{login: {{after: {{hooks: [{hook}]}}}}}}}}\n");
    let mut editor = Editor::open_folder(&[("kratos.yml", &configuration)]);
    let text = "function(ctx)\n  local key = 'q2672DmXk3sm5Cae';\n  { a: key, b: 'Bearer n9cxbv2xCFD8Gk', c:  }\n";
    editor.open("body.jsonnet", text);
    editor.findings("body.jsonnet", 1);
    for (line, character) in [(1, 20), (2, 8), (2, 25), (2, 16)] {
        let hover = editor.at("hover", "body.jsonnet", line, character).to_string();
        assert!(!hover.contains("q2672Dm") && !hover.contains("n9cxbv2"), "{hover}");
    }
    let offers = editor.at("completion", "body.jsonnet", 2, 43).to_string();
    assert!(offers.contains("\"key\"") && !offers.contains("q2672Dm"), "{offers}");
}
