//! Embedded documents: base64 in documents of their own, others at their place in the file around them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::client::{Editor, modern};
use crate::completion::{labels, place};

const SCHEMA: &str = r#"{"properties": {"traits": {"type": "object", "required": ["email"], "properties": {
  "email": {"type": "string"}, "name": {"type": "string"}}}}}"#;

fn config(body: &str) -> String {
    let hook = BASE64_STANDARD.encode(body);
    let schema = BASE64_STANDARD.encode(SCHEMA);
    let subject = BASE64_STANDARD.encode("Code {{ .RecoveryCode }} {{ .Nope }}");
    format!(
        "dsn: postgres://db/kratos\nidentity:\n  default_schema_id: default\n  schemas:\n    - id: default\n      url: base64://{schema}\ncourier:\n  \
         templates:\n    recovery_code:\n      valid:\n        email:\n          subject: base64://{subject}\nselfservice:\n  \
         default_browser_return_url: https://example.org/\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
         config:\n                url: https://example.org/\n                method: POST\n                body: base64://{hook}\n                response:\n                  ignore: true\n"
    )
}

fn ready(capability: &Value) -> Editor {
    let mut able = modern();
    able["general"] = json!({"positionEncodings": ["utf-8"]});
    able["textDocument"]["completion"] = json!({});
    for (key, value) in capability.as_object().expect("an object") {
        able[key][value["of"].as_str().expect("a name")] = value["is"].clone();
    }
    Editor::with(&[], able, Value::Null)
}

/// The addresses of the embedded content, in their order.
fn addresses(editor: &mut Editor) -> Vec<String> {
    let uri = editor.uri("kratos.yml");
    let links = editor.ask("textDocument/documentLink", json!({"textDocument": {"uri": uri}}));
    let targets = links.as_array().expect("a list").iter().filter_map(|link| link["target"].as_str());
    targets.filter(|target| target.starts_with("kratos-lint:")).map(str::to_owned).collect()
}

fn address(editor: &mut Editor, name: &str) -> String {
    let all = addresses(editor);
    all.iter().find(|address| address.contains(name)).unwrap_or_else(|| panic!("{name} is not among {all:?}")).clone()
}

fn ask(editor: &mut Editor, method: &str, uri: &str, line: usize, character: usize) -> Value {
    let position = json!({"line": line, "character": character});
    editor.ask(&format!("textDocument/{method}"), json!({"textDocument": {"uri": uri}, "position": position}))
}

fn opened(editor: &mut Editor, uri: &str) -> Vec<Value> {
    let content = editor.ask("workspace/textDocumentContent", json!({"uri": uri}));
    let document = json!({"uri": uri, "languageId": "jsonnet", "version": 1, "text": content["text"]});
    editor.notify("textDocument/didOpen", json!({"textDocument": document}));
    let told = editor
        .wait(|message| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri);
    told["params"]["diagnostics"].as_array().expect("a list").clone()
}

#[test]
fn hover_over_code_shows_its_names_and_no_text() {
    let mut editor = ready(&json!({}));
    let body = "function(ctx) {\n  /* Zq4Wm9Xk2Lt7\n  Rv5Pb8Nc3Hs6 */\n  key: 'Jd7Fs2Ke9Lw4Qp1',\n  \
                text: |||\n    ```\n    [x](y)\n  |||,\n  id: ctx.identity.id,\n}";
    let text = config(body);
    editor.open("kratos.yml", &text);
    let (line, _) = text.lines().enumerate().find(|(_, line)| line.contains("body: base64")).expect("a body");
    let hover = editor.at("hover", "kratos.yml", line, 40);
    let shown = hover["contents"]["value"].as_str().expect("a text");
    assert!(shown.contains("id: ctx.identity.id,\n}\n```"), "{shown}");
    for hidden in ["Zq4Wm9Xk2Lt7", "Rv5Pb8Nc3Hs6", "Jd7Fs2Ke9Lw4Qp1", "[x](y)"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_virtual_document_has_findings_hover_and_completion_of_its_own() {
    let mut editor = ready(&json!({"workspace": {"of": "textDocumentContent", "is": {}}}));
    editor.open(
        "kratos.yml",
        &config("function(ctx) {\n  a: ctx.identity.traits.email,\n  b: ctx.identity.traits.nope,\n}\n"),
    );
    editor.findings("kratos.yml", 1);
    let body = address(&mut editor, ".jsonnet");
    let found = opened(&mut editor, &body);
    let one = found.iter().find(|found| found["code"].as_str().is_some_and(|code| code.starts_with("jsonnet")));
    let one = one.unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(one["range"]["start"]["line"], 2, "{one}");
    let hover = ask(&mut editor, "hover", &body, 1, 27);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("text")), "{hover}");
    let uses = ask(&mut editor, "references", &body, 0, 0);
    assert!(uses[0]["uri"].as_str().is_some_and(|uri| uri.ends_with("/kratos.yml")), "{uses}");
    let offers = ask(&mut editor, "completion", &body, 1, 25);
    let items = offers["items"].as_array().expect("a list").clone();
    assert!(labels(&items).contains(&"email"), "{:?}", labels(&items));
    let subject = address(&mut editor, ".txt");
    assert!(
        opened(&mut editor, &subject)
            .iter()
            .any(|found| found["message"].as_str().is_some_and(|text| text.contains("Nope")))
    );
    let hover = ask(&mut editor, "hover", &subject, 0, 12);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("RecoveryCode")), "{hover}");
    let offers = ask(&mut editor, "completion", &subject, 0, 9);
    let items = offers["items"].as_array().expect("a list").clone();
    assert!(labels(&items).contains(&"RecoveryCode"), "{:?}", labels(&items));
    let schema = address(&mut editor, ".json");
    assert!(opened(&mut editor, &schema).iter().all(|found| found["severity"] != 1));
    let offers = ask(&mut editor, "completion", &schema, 1, 13);
    assert!(!offers["items"].as_array().expect("a list").is_empty());
    // What is asked of no document is no fault.
    for method in ["inlayHint", "documentSymbol", "codeAction", "references", "documentLink"] {
        let answer = ask(&mut editor, method, &body, 0, 0);
        assert!(answer["code"].is_null(), "{method}: {answer}");
    }
}

#[test]
fn a_virtual_document_is_told_anew_when_its_source_changes() {
    let ways = [
        (json!({"workspace": {"of": "textDocumentContent", "is": {}}}), "workspace/textDocumentContent"),
        (
            json!({"experimental": {"of": "kratosLint", "is": {"textDocumentContent": true}}}),
            "kratos-lint/textDocumentContent",
        ),
    ];
    for (able, method) in ways {
        let mut editor = ready(&able);
        editor.open("kratos.yml", &config("function(ctx) { a: 1 }\n"));
        editor.findings("kratos.yml", 1);
        let body = address(&mut editor, ".jsonnet");
        assert_eq!(editor.ask(method, json!({"uri": body}))["text"], "function(ctx) { a: 1 }\n");
        // What is half written says nothing.
        editor.edit("kratos.yml", 2, &config("x").replace("body: base64://eA==", "body: base64://e"));
        editor.findings("kratos.yml", 2);
        editor.edit("kratos.yml", 3, &config("function(ctx) { a: 2 }\n"));
        let refresh = format!("{method}/refresh");
        let told = editor.wait(|message| message["method"] == refresh.as_str());
        assert_eq!(told["params"]["uri"], body.as_str());
        assert_eq!(told.get("id").is_some(), method.starts_with("workspace"), "{told}");
        assert_eq!(editor.ask(method, json!({"uri": body}))["text"], "function(ctx) { a: 2 }\n");
        // Nothing changed: nothing is told.
        editor.edit("kratos.yml", 4, &format!("# a comment\n{}", config("function(ctx) { a: 2 }\n")));
        editor.findings("kratos.yml", 4);
        editor.at("hover", "kratos.yml", 0, 0);
        assert!(!editor.backlog.iter().any(|message| message["method"] == refresh.as_str()));
    }
}

const VALUES: &str = "kratos:\n  emailTemplates:\n    recovery_code:\n      valid:\n        subject: Recover\n        body: |-\n          Hi {{ .To }},\n          your code {{ .|\n        \
                      plainBody: |-\n          Code {{ .RecoveryCode }}\n  config:\n    dsn: postgres://db/kratos\n    identity:\n      default_schema_id: default\n      schemas:\n        - id: default\n          \
                      url: https://example.org/s.json\n    courier:\n      template_override_path: /conf/courier-templates\n    selfservice:\n      default_browser_return_url: https://example.org/\n";

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kratos\ndata:\n  body.jsonnet: |\n    function(ctx) {\n      flow: ctx.|\n    }\n  kratos.yaml: |\n    \
                        dsn: postgres://db/kratos\n    identity:\n      schemas:\n        - id: default\n          url: https://example.org/s.json\n    selfservice:\n      \
                        default_browser_return_url: https://example.org/\n      flows:\n        login:\n          after:\n            hooks:\n              - hook: web_hook\n                config:\n                  \
                        url: https://example.org/\n                  method: POST\n                  body: file:///etc/config/body.jsonnet\n";

#[test]
fn texts_between_the_lines_of_a_file_are_known_at_their_place() {
    let cases = [("values.yaml", VALUES, "RecoveryCode", " }}"), ("configmap.yaml", MANIFEST, "identity", "")];
    for (name, text, wanted, end) in cases {
        let mut editor = ready(&json!({}));
        // With what is written last, so that it can be read.
        editor.open(name, &text.replacen(".|\n", &format!(".{wanted}{end}\n"), 1));
        editor.findings(name, 1);
        let at = text.find(".|\n").expect("a cursor") + 1;
        let (line, column) = place(text, at);
        let hover = editor.at("hover", name, line, column + 2);
        assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains(wanted)), "{name}: {hover}");
        editor.edit(name, 2, &format!("{}{}", &text[..at], &text[at + 1..]));
        let answer = editor.at("completion", name, line, column);
        let items = answer["items"].as_array().expect("a list").clone();
        let item = items.iter().find(|item| item["label"] == wanted);
        let item = item.unwrap_or_else(|| panic!("{name}: {:?}", labels(&items)));
        let new = item["textEdit"]["newText"].as_str().expect("a text");
        assert_eq!(item["textEdit"]["range"]["start"], json!({"line": line, "character": column}), "{item}");
        assert!(new.starts_with(wanted), "{new}");
    }
}
