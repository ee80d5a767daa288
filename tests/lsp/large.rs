//! What is large: configurations with many findings and hooks, long lines and long documents.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Editor;

/// The whole of a text.
fn whole() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 100_000, "character": 0}})
}

/// Each action named all findings of its rule again: a thousand findings in the selection were an answer of 300 MB.
#[test]
fn an_action_names_its_own_finding_only() {
    let mut editor = Editor::open_folder(&[]);
    for (name, text) in [
        ("kratos.yml", (0..600).map(|key| format!("nonsense{key}: 1\n")).collect::<String>()),
        ("kratos.toml", (0..600).map(|key| format!("nonsense{key} = 1\n")).collect()),
    ] {
        let rest = if name.ends_with("toml") { "[selfservice]\nflows = {}\n" } else { "selfservice: {flows: {}}\n" };
        editor.open(name, &format!("{text}{rest}"));
        let found: Vec<Value> = editor.findings(name, 1);
        assert!(found.len() > 600, "{}", found.len());
        let request =
            json!({"textDocument": {"uri": editor.uri(name)}, "range": whole(), "context": {"diagnostics": found}});
        let start = Instant::now();
        let actions = editor.ask("textDocument/codeAction", request);
        let (size, took) = (actions.to_string().len(), start.elapsed());
        assert!(size < 200_000 && took < Duration::from_secs(10), "{name}: {size} bytes, {took:?}");
        let named: Vec<&Value> =
            actions.as_array().into_iter().flatten().filter_map(|one| one.get("diagnostics")).collect();
        assert!(named.len() >= 20, "{}", named.len());
        assert!(named.iter().all(|found| found.as_array().is_some_and(|found| found.len() == 1)), "{named:?}");
    }
}

/// The characters before each hook were counted from the start of its line.
#[test]
fn many_hooks_are_on_one_line() {
    let mut editor = Editor::with(&[], json!({}), Value::Null);
    let hook = |index: usize| {
        json!({"hook": "web_hook", "config": {"url": format!("https://example.org/{index}"), "method": "POST",
        "body": "file://body.jsonnet", "response": {"ignore": true}}})
    };
    let hooks: Vec<Value> = (0..3_000).map(hook).collect();
    let text = json!({"selfservice": {"flows": {"login": {"after": {"hooks": hooks}}}}}).to_string();
    editor.open("kratos.json", &text);
    editor.findings("kratos.json", 1);
    let document = json!({"textDocument": {"uri": editor.uri("kratos.json")}, "range": whole()});
    for method in ["documentSymbol", "documentLink", "inlayHint"] {
        let start = Instant::now();
        let answer = editor.ask(&format!("textDocument/{method}"), document.clone());
        let (size, took) = (answer.to_string().len(), start.elapsed());
        assert!(size < 3_000_000 && took < Duration::from_secs(8), "{method}: {size} bytes, {took:?}");
        assert!(answer.as_array().is_some_and(|all| all.len() <= 2_000), "{method}");
    }
}

/// The whole type of what Kratos gives was kept for each read of it.
#[cfg(target_os = "linux")]
#[test]
fn a_long_document_takes_little_memory() {
    let hook = "{hook: web_hook, config: {url: https://example.org/, method: POST, body: file://body.jsonnet}}";
    let configuration = format!("selfservice: {{flows: {{login: {{after: {{hooks: [{hook}]}}}}}}}}\n");
    let mut editor = Editor::open_folder(&[("kratos.yml", &configuration)]);
    let lines: String = (0..5_000).map(|line| format!("  f{line}: ctx.identity.id,\n")).collect();
    let text = format!("function(ctx) {{\n{lines}}}\n");
    editor.open("body.jsonnet", &text);
    editor.findings("body.jsonnet", 1);
    let hover = editor.at("hover", "body.jsonnet", 2_500, 23);
    assert!(hover.to_string().contains("text"), "{hover}");
    let most = editor.most_memory();
    assert!(most < 120 << 10, "{most} KiB");
}
