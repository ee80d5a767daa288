//! A person who has never written kratos.yml writes registration with a hook that can refuse, a mapper and sign-in by code, with
//! completion and hover alone, and then the other flows for older releases: the steps are in testdata/lsp/play*.json, what comes
//! of them in the files beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kratos_lint::kratos::version::Version;
use serde_json::Value;

use crate::client::{Editor, modern};
use crate::completion::{labels, place, taken};

#[path = "../snapshot/mod.rs"]
mod snapshot;

struct Play {
    editor: Editor,
    texts: BTreeMap<String, String>,
    version: i64,
}

impl Play {
    /// Gives a buffer a text and waits for its findings.
    fn write(&mut self, file: &str, text: &str) -> Vec<Value> {
        self.version += 1;
        self.editor.edit(file, self.version, text);
        self.texts.insert(file.to_owned(), text.to_owned());
        let found = self.editor.findings(file, self.version);
        self.editor.backlog.clear();
        found
    }

    fn step(&mut self, step: &Value) {
        let word = |key: &str| step[key].as_str();
        let (file, write, take) =
            (word("file").expect("a file"), word("write").expect("a text"), word("take").expect("a label"));
        if !self.texts.contains_key(file) {
            self.editor.open(file, "");
            self.texts.insert(file.to_owned(), String::new());
        }
        let text = self.texts[file].clone();
        let instead = word("instead").unwrap_or_default();
        let start = text.find(instead).unwrap_or_else(|| panic!("{step}: not in\n{text}"));
        let mut end = start + instead.len();
        if let Some(to) = word("to") {
            end += text[end..].find(to).expect("its end") + to.len();
        }
        let text = format!("{}{write}{}", &text[..start], &text[end..]);
        self.write(file, &text.replacen('|', "", 1));
        let (line, column) = place(&text, text.find('|').expect("a cursor"));
        let answer = self.editor.at("completion", file, line, column);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let item = items.iter().find(|item| item["label"] == take);
        let item = item.unwrap_or_else(|| panic!("{take} is not among {:?}\n{text}", labels(&items)));
        // Whoever reads the list learns what each thing is.
        if item["kind"] == 10 {
            assert!(item["documentation"]["value"].as_str().is_some_and(|text| text.len() > 40), "{item}");
        }
        let after = taken(&text, item);
        let found = self.write(file, &after);
        let errors: Vec<&Value> = found.iter().filter(|found| found["severity"] == 1).collect();
        assert!(errors.is_empty(), "{step}: {errors:#?}\n{after}");
        let hover = &step["hover"];
        if let Some(at) = hover["at"].as_str() {
            let (line, column) = place(&after, after.find(at).unwrap_or_else(|| panic!("{at}\n{after}")));
            let said = self.editor.at("hover", file, line, column + at.len() - 1);
            let text = said["contents"]["value"].as_str().unwrap_or_default();
            assert!(text.contains(hover["says"].as_str().expect("words")), "{step}: {said}");
        }
    }
}

#[test]
fn a_beginner_gets_there_with_completion_and_hover_alone() {
    played("play", None);
}

/// Recovery and verification by link, settings with a hook that can refuse, a second factor.
#[test]
fn a_beginner_gets_there_in_the_oldest_release() {
    played("play-v1.0.0", Some("1.0.0"));
}

/// Codes as a second factor, recovery codes, hooks after recovery, verification and login.
#[test]
fn a_beginner_gets_there_in_a_release_between() {
    played("play-v1.3.1", Some("1.3.1"));
}

fn played(name: &str, release: Option<&str>) {
    let steps =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/lsp/{name}.json")));
    let steps: Vec<Value> = serde_json::from_str(&steps.expect("readable")).expect("JSON");
    let mut able = modern();
    able["general"] = serde_json::json!({"positionEncodings": ["utf-8"]});
    able["textDocument"]["completion"] = serde_json::json!({});
    let files = ["hooks/signup.jsonnet", "hooks/corp.jsonnet", "hooks/profile.jsonnet"].map(|file| (file, ""));
    let options = release.map_or(Value::Null, |release| serde_json::json!({"kratos": release}));
    let editor = Editor::with(&files, able, options);
    let mut play = Play { editor, texts: BTreeMap::new(), version: 1 };
    for step in &steps {
        play.step(step);
    }
    let mut out = String::new();
    for (file, text) in play.texts.clone() {
        let found = play.write(&file, &format!("{text}\n"));
        _ = write!(out, "== {file}\n{text}\n");
        for finding in found {
            let message = finding["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
            _ = writeln!(out, "-- {} {}: {message}", finding["severity"], finding["code"]);
        }
    }
    snapshot::expect(Path::new("testdata/lsp"), name, &out.replace(Version::NEWEST.name(), "NEWEST"));
}
