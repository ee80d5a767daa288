//! A measurement: how long an editor waits. `cargo test --release --test lsp -- --ignored --nocapture latency` prints and asserts nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Editor, modern};

/// How often each thing is measured.
const ROUNDS: i64 = 60;

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("{what:<60} p50 {:>7.1} ms   p95 {:>7.1} ms", at(50), at(95));
}

/// From a keystroke to the findings of the new text, and from the question to what completion offers.
fn measure(what: &str, name: &str, text: &str, files: &[(&str, &str)]) {
    let mut editor = Editor::with(files, modern(), Value::Null);
    let start = Instant::now();
    editor.open(name, text);
    editor.findings(name, 1);
    println!("{what:<60} first findings {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    let uri = editor.uri(name);
    let line = text.lines().position(|line| line.starts_with("selfservice:")).expect("a configuration") + 1;
    let end = text.lines().nth(line).map_or(0, str::len);
    let (mut strokes, mut offers) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let at = |character: usize| json!({"line": line, "character": character});
        // Types and deletes a comment.
        let (range, new) = match round % 2 {
            0 => (json!({"start": at(end), "end": at(end)}), " #"),
            _ => (json!({"start": at(end), "end": at(end + 2)}), ""),
        };
        let start = Instant::now();
        editor.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": round + 2}, "contentChanges": [{"range": range, "text": new}]}),
        );
        editor.findings(name, round + 2);
        strokes.push(start.elapsed());
        let start = Instant::now();
        editor.at("completion", name, line, 2);
        offers.push(start.elapsed());
        editor.backlog.clear();
    }
    print(&format!("{what}: keystroke to findings"), strokes);
    print(&format!("{what}: completion"), offers);
}

/// The largest configuration of the corpus.
fn largest() -> String {
    let mut found: Vec<String> = walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/corpus"));
    found.sort_by_key(String::len);
    found.pop().expect("a configuration")
}

fn walk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("readable").filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            found.extend(walk(&path));
        } else if name.contains("kratos") && path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
        {
            found.extend(
                std::fs::read_to_string(&path)
                    .ok()
                    .filter(|text| text.starts_with("selfservice:") || text.contains("\nselfservice:")),
            );
        }
    }
    found
}

/// A configuration of so many lines: providers, each with its own mapper.
fn long(lines: usize) -> String {
    let mut text = String::from(
        "dsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\nselfservice:\n  \
         default_browser_return_url: https://example.org/\n  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n",
    );
    let mut count = 12;
    for index in 0.. {
        if count >= lines {
            break;
        }
        text.push_str(&format!(
            "          - id: p{index}\n            provider: generic\n            client_id: a\n            issuer_url: https://p{index}.example.org/\n            \
             mapper_url: base64://bG9jYWwgYyA9IHN0ZC5leHRWYXIoJ2NsYWltcycpOyB7aWRlbnRpdHk6IHt0cmFpdHM6IHt9fX0=\n            scope:\n              \
             - openid\n              - email\n"
        ));
        count += 8;
    }
    text
}

#[test]
#[ignore = "a measurement"]
fn latency() {
    measure("largest configuration of the corpus", "kratos.yml", &largest(), &[]);
    measure("5,000 lines", "kratos.yml", &long(5_000), &[]);
    let one = largest();
    let names: Vec<String> = (0..200).map(|index| format!("service-{index}/kratos.yml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), one.as_str())).collect();
    measure("one of 200 configurations", "service-7/kratos.yml", &one, &files);
}
