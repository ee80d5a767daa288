//! `kratos-lint.toml`: completion and hover, and that what is offered can be read.

use serde_json::{Value, json};

use crate::client::Editor;
use crate::completion::{labels, offered, place, taken};

const CONFIG: &str = "version: v1.3.1\ndsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\n\
                      selfservice:\n  default_browser_return_url: https://example.org/\n  flows:\n    login:\n      after:\n        password:\n          hooks:\n            \
                      - hook: web_hook\n              config:\n                url: https://crm.example.org/x\n                method: POST\n                \
                      body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==\n";

/// What the program says of the file.
fn refusal(folder: &std::path::Path, text: &str) -> Option<String> {
    std::fs::write(folder.join("kratos-lint.toml"), text).expect("written");
    let mut command = assert_cmd::Command::cargo_bin("kratos-lint").expect("the program");
    let run =
        command.current_dir(folder).args(["check", "--fail-on", "never", "kratos.yml"]).output().expect("it runs");
    (run.status.code() != Some(0)).then(|| String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn what_is_offered_can_be_read() {
    let mut editor = Editor::with(
        &[("kratos.yml", CONFIG), ("kratos-lint.toml", "")],
        json!({"general": {"positionEncodings": ["utf-8"]}}),
        Value::Null,
    );
    editor.open("kratos.yml", CONFIG);
    editor.findings("kratos.yml", 1);
    let folder = editor.path("");
    let cases: [(&str, &[&str]); 11] = [
        ("|", &["kratos", "critical-hooks", "[rules]", "[[ignore]]"]),
        ("kra|", &["kratos"]),
        ("kratos = |", &["v26.2.0", "v1.3.1"]),
        ("critical-hooks = |", &["https://crm.example.org/x"]),
        ("allowed-endpoints = [\"|\"]", &["crm.example.org"]),
        ("[|", &["[rules]", "[[overrides]]"]),
        ("[rules]\n|", &["blocking-notification", "unknown-key"]),
        ("[rules]\nunknown-key = |", &["warning", "off"]),
        ("[[ignore]]\nrule = \"unknown-key\"\nreason = \"a\"\n|", &["file", "key"]),
        ("[[ignore]]\nreason = \"a\"\nrule = \"|\"", &["blocking-notification"]),
        ("[[overrides]]\npaths = [\"a\"]\n|", &["kratos", "[overrides.rules]"]),
    ];
    let mut version = 1;
    for (text, wanted) in cases {
        let items = offered(&mut editor, "kratos-lint.toml", text);
        for label in wanted {
            assert!(labels(&items).contains(label), "{label} is not offered at {text}: {:?}", labels(&items));
        }
        // One of many rules and releases is like the other.
        for item in items.iter().enumerate().filter(|(index, _)| *index < 12 || index % 40 == 0).map(|(_, item)| item) {
            let after = taken(text, item);
            assert_eq!(refusal(&folder, &after), None, "{} in\n{after}", item["label"]);
            if item["kind"] == 10 || item["kind"] == 15 {
                assert!(item["documentation"]["value"].as_str().is_some_and(|about| about.len() > 10), "{item}");
            }
            version += 1;
        }
    }
    assert!(version > 60, "only {version}");
    for text in ["# kra|", "[[ignore]]\nreason = \"a b|\""] {
        assert!(offered(&mut editor, "kratos-lint.toml", text).is_empty(), "{text}");
    }
}

#[test]
fn hovers_say_what_a_key_does() {
    let mut editor = Editor::open_folder(&[("kratos.yml", CONFIG)]);
    let text = "given = [\"DSN\"]\n\n[rules]\nunknown-key = \"off\"\n";
    editor.open("kratos-lint.toml", text);
    for (at, wanted) in [("given", "Variables"), ("[rules]", "Levels"), ("unknown-key", "rule of kratos-lint")] {
        let (line, column) = place(text, text.find(at).expect("written"));
        let hover = editor.at("hover", "kratos-lint.toml", line, column + 2);
        assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains(wanted)), "{at}: {hover}");
    }
}
