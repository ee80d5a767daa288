//! Message templates: the parser against verdicts of Go's `text/template/parse`, the rules against those of real servers.

use std::fs;

use kratos_lint::gotemplate::{self, functions::Origin};
use serde_json::Value;

/// Lines of JSON.
fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// A function that gives the same for the same arguments.
fn is_hermetic(name: &str) -> bool {
    gotemplate::functions::signature(name).is_some_and(|function| function.origin != Origin::Full)
}

/// Templates that Go 1.26 judged: `{"text", "ok", "error"}`. `GO_TEMPLATES` names a longer list.
#[test]
fn parses_what_go_parses() {
    let path = std::env::var("GO_TEMPLATES").unwrap_or_else(|_| "testdata/templates/syntax.jsonl".to_owned());
    let mut wrong = Vec::new();
    let cases = lines(&path);
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        let parsed = gotemplate::parse("main", text, &is_hermetic);
        if parsed.is_accepted() != case["ok"].as_bool().expect("a verdict") {
            wrong.push(format!(
                "{text:?}: Go says {}, we {:?}",
                case["error"],
                (parsed.fault, parsed.unknown_functions)
            ));
        }
    }
    assert!(cases.len() > 500, "only {} templates", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong[..wrong.len().min(20)].join("\n"));
}
