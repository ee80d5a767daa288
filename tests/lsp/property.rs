//! Nothing that completion offers is refused: each offer is taken, at all places of real files, and the linter finds no new error.

use std::collections::BTreeSet;
use std::path::Path;

use kratos_lint::kratos::version::Version;
use serde_json::{Value, json};

use crate::client::{Editor, modern};
use crate::completion::{errors_in, place, taken};

/// Files of the corpus, each with a release.
const FILES: [(&str, &str); 4] = [
    ("mesbrj+auth-reference-stack/configs/kratos/kratos.yml", "26.2"),
    ("hrefhref+styx/config/kratos.yml", "1.3.1"),
    ("HangarMC+HangarAuth/docker/kratos/kratos.yml", "0.11.0"),
    ("AlphaBytez+STING-CE/STING/kratos/kratos-best-practices.yml", "25.4"),
];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/corpus").join(name);
    std::fs::read_to_string(path).expect("readable")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The text with the cursor at each place where something may begin: on a new line of each mapping and list, and in place of each
/// value.
fn places(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = BTreeSet::new();
    for at in 0..=lines.len() {
        let (before, after) = (lines[..at].concat(), lines[at..].concat());
        let is_open = |line: &&&str| !line.trim().is_empty() && !line.trim().starts_with('#');
        let around = [lines[..at].iter().rev().find(is_open), lines[at..].iter().find(is_open)];
        for line in around.into_iter().flatten() {
            let (depth, written) = (indent(line), line.trim());
            let mut leads = BTreeSet::from([" ".repeat(depth)]);
            if written.starts_with("- ") {
                leads = BTreeSet::from([format!("{}- ", " ".repeat(depth)), " ".repeat(depth + 2)]);
            } else if written.ends_with(':') {
                leads.insert(" ".repeat(depth + 2));
            }
            found.extend(leads.into_iter().map(|lead| format!("{before}{lead}|\n{after}")));
        }
        if let Some((key, _)) = lines.get(at).and_then(|line| line.split_once(": ")) {
            found.insert(format!("{before}{key}: |\n{}", lines[at + 1..].concat()));
        }
    }
    found.into_iter().filter(|text| !text.starts_with('#')).collect()
}

/// The same in JSON, on a new line after what is open or ends in a comma.
fn json_places(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    for at in 1..=lines.len() {
        let line = lines[at - 1].trim_end();
        let (before, after) = (lines[..at].concat(), lines[at..].concat());
        if line.ends_with(['{', '[', ',']) {
            found.push(format!("{before}|\n{after}"));
        }
    }
    found
}

/// The same in TOML: a key or a header before each header, a key after it, and in place of each value.
fn toml_places(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = BTreeSet::new();
    for at in 0..=lines.len() {
        let (before, after) = (lines[..at].concat(), lines[at..].concat());
        let line = lines.get(at).copied().unwrap_or_default();
        if line.starts_with('[') || line.is_empty() {
            found.insert(format!("{before}|\n{after}"));
            found.insert(format!("{before}[|]\n{after}"));
            if let Some((path, _)) = line.trim_start_matches('[').rsplit_once('.') {
                found.insert(format!("{before}[{path}.|]\n{after}"));
                found.insert(format!("{before}[[{path}.|]]\n{after}"));
            }
        } else if let Some((key, value)) = line.split_once(" = ") {
            let rest = lines[at + 1..].concat();
            found.insert(format!("{before}{key} = |\n{rest}"));
            if value.starts_with('[') && !value.contains('{') {
                found.insert(format!("{before}{key} = [|{}{rest}", &value[1..]));
            }
        }
    }
    found.into_iter().collect()
}

/// Takes the offers at these places, one of so many; the errors that are new, and how many offers were taken.
fn refused(name: &str, (whole, places): (&str, &[String]), release: &str, step: usize) -> (Vec<String>, usize) {
    let mut able = modern();
    able["general"] = json!({"positionEncodings": ["utf-8"]});
    able["textDocument"]["completion"] = json!({});
    let mut editor = Editor::with(&[], able, json!({"kratos": release}));
    let version = Version::parse(release).expect("a release").version;
    let (mut count, mut taken_count, mut refused) = (0, 0, Vec::new());
    editor.open(name, "");
    for (index, text) in places.iter().enumerate() {
        let (line, column) = place(text, text.find('|').expect("a cursor"));
        let plain = text.replacen('|', "", 1);
        editor.edit(name, i64::try_from(index).expect("small") + 2, &plain);
        let answer = editor.at("completion", name, line, column);
        let mut before = None;
        for item in answer["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
            count += 1;
            if count % step != 0 {
                continue;
            }
            taken_count += 1;
            // What is unfinished without the offer is no fault of it: a value that is missing, an item that is empty.
            // TOML without a value cannot be read at all: then what is wrong in the whole file counts.
            let known = || errors_in(name, &plain, version).union(&errors_in(name, whole, version)).cloned().collect();
            let before: &mut BTreeSet<_> = before.get_or_insert_with(known);
            let after = taken(text, item);
            let new: Vec<_> =
                errors_in(name, &after, version).into_iter().filter(|error| !before.contains(error)).collect();
            // The same fault elsewhere in the text after lines were added is not new.
            let new: Vec<_> = new
                .iter()
                .filter(|(rule, _, what)| !before.iter().any(|old| old.0 == *rule && old.2 == *what))
                .collect();
            if !new.is_empty() {
                let around: Vec<&str> = text.lines().skip(line.saturating_sub(3)).take(5).collect();
                let found = format!("{} at\n{}\n→ {new:?}", item["label"], around.join("\n"));
                if step == 1 {
                    println!("{name} ({release}): {found}\n");
                }
                refused.push(found);
            }
        }
        editor.backlog.clear();
    }
    (refused, taken_count)
}

fn check(every: usize, step: usize) {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (index, (file, release)) in FILES.into_iter().enumerate() {
        let text = read(file);
        let value: Value = serde_yaml::from_str(&text).expect("YAML");
        let json = serde_json::to_string_pretty(&value).expect("JSON");
        let toml = toml::to_string(&value).expect("TOML");
        for (name, whole, mut places) in [
            ("kratos.yml", &text, places(&text)),
            ("kratos.json", &json, json_places(&json)),
            ("kratos.toml", &toml, toml_places(&toml)),
        ] {
            places = places.into_iter().skip(if every > 1 { index * 5 } else { 0 }).step_by(every).collect();
            let (found, taken) = refused(name, (whole, &places), release, step);
            wrong.extend(found.into_iter().map(|found| format!("{file} as {name} ({release}): {found}")));
            count += taken;
        }
    }
    assert!(count > if every == 1 { 3_000 } else { 10 }, "only {count} offers");
    assert!(wrong.is_empty(), "{} of {count} offers are refused:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn offers_in_real_files_are_accepted() {
    check(41, 5);
}

#[test]
#[ignore = "takes minutes: all places and offers; KRATOS_LINT_EVERY=8 looks at one place of eight"]
fn all_offers_in_real_files_are_accepted() {
    let every = std::env::var("KRATOS_LINT_EVERY").ok().and_then(|every| every.parse().ok());
    check(every.unwrap_or(1), 1);
}
