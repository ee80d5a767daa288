//! Regular expressions are read as Go reads them: verdicts of `regexp.Compile` of Go 1.21.13, 1.23.2 and 1.26.8.
//!
//! `testdata/go-regex/*.tsv` holds a pattern as JSON, then what Go says: `ok`, or the error with the first and last byte of the
//! part that it names. Three verdicts stand in a line where the three releases differ. A long pattern is a list of parts, each
//! with how often it is repeated.

use std::path::Path;

use kratos_lint::kratos::go_regex::{self, Go};

const RELEASES: [Go; 3] = [Go(21), Go(23), Go(26)];

const ERRORS: [(&str, &str); 13] = [
    ("range", "invalid character class range"),
    ("escape", "invalid escape sequence"),
    ("name", "invalid named capture"),
    ("perl", "invalid or unsupported Perl syntax"),
    ("nested", "invalid nested repetition operator"),
    ("count", "invalid repeat count"),
    ("bracket", "missing closing ]"),
    ("paren", "missing closing )"),
    ("nothing", "missing argument to repetition operator"),
    ("backslash", "trailing backslash at end of expression"),
    ("unexpected", "unexpected )"),
    ("deep", "expression nests too deeply"),
    ("large", "expression too large"),
];

fn verdict(pattern: &str, go: Go) -> String {
    let Err(error) = go_regex::check(pattern, go) else { return "ok".to_owned() };
    let word = ERRORS.iter().find(|(_, long)| *long == error.kind.in_go()).map_or("?", |(word, _)| word);
    // Go names no part of a pattern that ends in a backslash.
    let span = if word == "backslash" { (0, 0) } else { (error.span.start, error.span.end) };
    format!("{word} {} {}", span.0, span.1)
}

fn pattern(written: &serde_json::Value) -> String {
    let Some(parts) = written.as_array() else { return written.as_str().unwrap().to_owned() };
    let repeated = |part: &serde_json::Value| {
        let times = usize::try_from(part[1].as_u64().unwrap()).unwrap();
        part[0].as_str().unwrap().repeat(times)
    };
    parts.iter().map(repeated).collect()
}

#[test]
fn agrees_with_go() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/go-regex");
    let mut judged = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        for line in std::fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let mut cells = line.split('\t');
            let pattern = pattern(&serde_json::from_str(cells.next().unwrap()).unwrap());
            let expected: Vec<&str> = cells.collect();
            for (index, go) in RELEASES.into_iter().enumerate() {
                let expected = expected.get(index).or(expected.first()).unwrap();
                let found = verdict(&pattern, go);
                judged += 1;
                if found != *expected {
                    wrong.push(format!("{line:.200}: {go:?} says {expected}, we say {found}"));
                }
            }
        }
    }
    assert!(judged > 9000, "only {judged} verdicts");
    let first: Vec<String> = wrong.iter().take(20).cloned().collect();
    assert!(wrong.is_empty(), "{} of {judged} differ:\n{}", wrong.len(), first.join("\n"));
}
