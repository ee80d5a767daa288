//! Findings: pushed and pulled, for all kinds of files, in the units of the client.

use serde_json::{Value, json};

use crate::client::{Editor, modern};

const MINIMAL: &str = "version: v1.3.1\ndsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      \
                       url: file://identity.schema.json\nselfservice:\n  default_browser_return_url: https://example.org/\n";

const SCHEMA: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"traits": {"type": "object",
  "properties": {"email": {"type": "string", "format": "email", "ory.sh/kratos": {"credentials": {"password": {"identifier": true}}}}}}}}"#;

fn with_hook(body: &str) -> String {
    format!(
        "{MINIMAL}  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
         config:\n                url: https://example.org/hook\n                method: POST\n                body: {body}\n"
    )
}

fn find<'f>(findings: &'f [Value], code: &str) -> &'f Value {
    findings.iter().find(|found| found["code"] == code).unwrap_or_else(|| panic!("no {code} among {findings:#?}"))
}

fn range(found: &Value) -> [u64; 4] {
    let number = |pointer: &str| found["range"].pointer(pointer).and_then(Value::as_u64).expect("a number");
    [number("/start/line"), number("/start/character"), number("/end/line"), number("/end/character")]
}

#[test]
fn a_finding_has_all_that_editors_show() {
    let mut editor = Editor::open_folder(&[("identity.schema.json", SCHEMA)]);
    let text = with_hook("file://hooks/body.jsonnet") + "    unheard_of: {}\n";
    editor.open("kratos.yml", &text);
    let found = editor.findings("kratos.yml", 1);
    let unknown = find(&found, "unknown-key");
    assert_eq!(unknown["severity"], 1);
    assert_eq!(unknown["source"], "kratos-lint");
    assert!(unknown["codeDescription"]["href"].as_str().expect("a page").ends_with("rules/unknown-key/"));
    let line = text.lines().position(|line| line.contains("unheard_of")).expect("written") as u64;
    assert_eq!(range(unknown), [line, 4, line, 14]);
    // A finding about a whole hook covers its first line only.
    for found in &found {
        let [start, _, end, _] = range(found);
        assert_eq!(start, end, "{found:#?}");
    }
}

#[test]
fn characters_are_counted_as_the_client_does() {
    let line = "    \"ü𝄞\": {unheard: 1} # 𝄞";
    let text = format!("{MINIMAL}  flows:\r\n{line}\r\n").replace("\r\n", "\n").replace('\n', "\r\n");
    let utf16 = json!({"general": {"positionEncodings": ["utf-16"]}});
    for (capabilities, end) in [(utf16, 4 + 5), (modern(), 4 + 8)] {
        let mut editor = Editor::with(&[], capabilities, Value::Null);
        editor.open("kratos.yml", &text);
        let found = editor.findings("kratos.yml", 1);
        let [_, start, _, stop] = range(find(&found, "unknown-key"));
        assert_eq!([start, stop], [4, end]);
    }
}

#[test]
fn a_change_of_a_body_shows_at_once_and_an_unsaved_file_counts() {
    let mut editor = Editor::open_folder(&[("identity.schema.json", SCHEMA)]);
    editor.write("kratos.yml", &with_hook("file://hooks/body.jsonnet"));
    // No one has the configuration open, and the body is on no disk.
    editor.open("hooks/body.jsonnet", "function(ctx) { mail: ctx.identity.traits.mail }");
    let found = editor.findings("hooks/body.jsonnet", 1);
    find(&found, "jsonnet-optional-field");
    editor.edit("hooks/body.jsonnet", 2, "function(ctx) { id: ctx.identity.id }");
    let found = editor.findings("hooks/body.jsonnet", 2);
    assert!(!found.iter().any(|found| found["severity"] == 1), "{found:#?}");
    // The schema in the buffer decides what the body may read.
    editor.open("identity.schema.json", &SCHEMA.replace("email\": {", "mail\": {"));
    editor.edit("hooks/body.jsonnet", 3, "function(ctx) { mail: ctx.identity.traits.email }");
    let found = editor.findings("hooks/body.jsonnet", 3);
    find(&found, "jsonnet-optional-field");
}

#[test]
fn values_of_a_chart_variables_and_schemas_are_checked() {
    let values = "kratos:\n  config:\n    selfservice:\n      default_browser_return_url: https://example.org/\n      flows: {}\n      \
                  nonsense: 1\n";
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/config/kratos.yml\n    \
                   volumes:\n      - ./:/etc/config\n    env_file: kratos.env\n";
    let mut editor = Editor::open_folder(&[("kratos.yml", MINIMAL), ("docker-compose.yml", compose)]);
    editor.open("values.yaml", values);
    find(&editor.findings("values.yaml", 1), "unknown-key");
    editor.open("kratos.env", "SERVE_PUBLIC_PORT=4433\nSESSION_LIFESPAN=1d\n");
    let found = editor.findings("kratos.env", 1);
    assert!(found.iter().any(|found| found["severity"] == 1 && range(found)[0] == 1), "{found:#?}");
    editor.open("identity.schema.json", "{\"type\": \"objekt\"}");
    let found = editor.findings("identity.schema.json", 1);
    assert!(found.iter().any(|found| found["severity"] == 1), "{found:#?}");
}

#[test]
fn a_server_without_a_file_is_checked_in_the_file_that_starts_it() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve --watch-courier\n    environment:\n      \
                   DSN: postgres://db/kratos\n      SELFSERVICE_DEFAULT_BROWSER_RETURN_URL: https://example.org/\n      \
                   SESSION_LIFESPAN: 1d\n";
    let mut editor = Editor::open_folder(&[]);
    editor.open("docker-compose.yml", compose);
    let found = editor.findings("docker-compose.yml", 1);
    let lifespan = find(&found, "malformed-value");
    assert_eq!(range(lifespan)[0], 7);
    editor.edit("docker-compose.yml", 2, &compose.replace("1d", "24h"));
    let found = editor.findings("docker-compose.yml", 2);
    assert!(found.iter().any(|found| found["code"] == "missing-key"), "{found:#?}");
    assert!(!found.iter().any(|found| found["code"] == "malformed-value"), "{found:#?}");
}

#[test]
fn findings_can_be_pulled() {
    let pulling = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut editor = Editor::with(&[], pulling, Value::Null);
    let text = format!("{MINIMAL}  nonsense: 1\n");
    editor.open("kratos.yml", &text);
    let uri = editor.uri("kratos.yml");
    let report = editor.ask("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    assert_eq!(report["kind"], "full");
    find(report["items"].as_array().expect("a list"), "unknown-key");
    assert!(!editor.backlog.iter().any(|message| message["method"] == "textDocument/publishDiagnostics"));
    editor.wait(|message| message["method"] == "workspace/diagnostic/refresh");
}

#[test]
fn the_client_chooses_the_release() {
    let mut editor = Editor::with(&[], modern(), json!({"kratos": "1.0.0"}));
    let text = format!("{MINIMAL}  methods:\n    passkey:\n      enabled: true\n");
    editor.open("kratos.yml", &text);
    find(&editor.findings("kratos.yml", 1), "key-too-new");
    editor.notify("workspace/didChangeConfiguration", json!({"settings": {"kratos-lint": {"kratos": "nonsense"}}}));
    editor.wait(|message| message["method"] == "window/showMessage");
    editor.notify("workspace/didChangeConfiguration", json!({"settings": {"kratos-lint": {"kratos": "26.2"}}}));
    editor.edit("kratos.yml", 2, &text);
    let found = editor.findings("kratos.yml", 2);
    assert!(!found.iter().any(|found| found["code"] == "key-too-new"), "{found:#?}");
}

#[test]
fn secrets_do_not_reach_the_client() {
    let mut editor = Editor::open_folder(&[]);
    let text =
        format!("{MINIMAL}secrets:\n  cipher:\n    - a-very-secret-word-of-mine\n  nonsense: another-secret-word\n");
    editor.open("kratos.yml", &text);
    let found = editor.findings("kratos.yml", 1);
    assert!(!found.is_empty());
    let all = serde_json::to_string(&found).expect("JSON");
    assert!(!all.contains("secret-word"), "{all}");
}

#[test]
fn a_broken_own_configuration_is_told() {
    let mut editor = Editor::open_folder(&[("kratos-lint.toml", "nonsense = 1\n")]);
    editor.open("kratos.yml", MINIMAL);
    let message = editor.wait(|message| message["method"] == "window/showMessage");
    assert!(message["params"]["message"].as_str().expect("a text").contains("kratos-lint.toml"));
}

/// Each folder of a workspace has its own `kratos-lint.toml`.
#[test]
fn each_folder_has_its_own_configuration() {
    let config = "version: v1.3.1\ndsn: memory\nidentity:\n  default_schema_id: a\n  schemas:\n    - id: a\n      url: https://a.example.org/s.json\n\
                  selfservice:\n  default_browser_return_url: https://a.example.org/\n  flows:\n    login:\n      after:\n        hooks:\n          \
                  - hook: web_hook\n            config:\n              url: https://a.example.org/\n              method: POST\n";
    let files = [
        ("one/kratos.yml", config),
        ("two/kratos.yml", config),
        ("one/kratos-lint.toml", "[rules]\nblocking-notification = \"off\"\n"),
        ("two/kratos-lint.toml", "[rules]\nblocking-notification = \"error\"\n"),
    ];
    let mut editor = Editor::silent(&files);
    let folders: Vec<Value> =
        ["one", "two"].iter().map(|name| json!({"uri": editor.uri(name), "name": name})).collect();
    editor.ask("initialize", json!({"processId": null, "workspaceFolders": folders, "capabilities": modern()}));
    editor.notify("initialized", json!({}));
    let mut level = |file: &str| {
        editor.open(file, config);
        let found = editor.findings(file, 1);
        found.iter().find(|found| found["code"] == "blocking-notification").map(|found| found["severity"].clone())
    };
    assert_eq!(level("one/kratos.yml"), None);
    assert_eq!(level("two/kratos.yml"), Some(json!(1)));
}
