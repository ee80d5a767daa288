//! The properties of the fuzzers (`tests/fuzz`) over real files that were spoiled, and over texts that broke one before.

#[path = "fuzz/src/properties.rs"]
mod properties;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

const TESTDATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/seeds");

/// Largest file that is spoiled, in bytes: builds without optimisation are slow.
const LARGEST: usize = 12 << 10;

/// What is put into texts: marks of YAML, JSON and Jsonnet, of templates, logs and terminals.
const PIECES: [&str; 34] = [
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u{1b}[31m",
    "\n::stop-commands::x\n",
    "\u{202e}",
    "\u{85}",
    "\u{0}",
    "é",
    "\u{1f600}",
    "&a ",
    "*a",
    "<<: *a",
    "{{ .x }}",
    "${X}",
    "|\n",
    ">-\n",
    ": ",
    "- ",
    "# note\n",
    "# kratos-lint: ignore[unknown-key]\n",
    "\"",
    "'",
    "]]>",
    "[",
    "{",
    "}",
    "]",
    "%",
    "---\n",
    "null",
    "\\",
    properties::PLANT,
];

/// One way to spoil a text, at a place given as a share of its length.
#[derive(Clone, Debug)]
enum Spoil {
    Delete(f64, usize),
    Insert(f64, usize),
    Repeat(f64),
    Swap(f64, f64),
    Value(f64, usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    let at = 0.0..1.0_f64;
    prop_oneof![
        (at.clone(), 1..40_usize).prop_map(|(at, length)| Spoil::Delete(at, length)),
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Spoil::Insert(at, piece)),
        at.clone().prop_map(Spoil::Repeat),
        (at.clone(), at.clone()).prop_map(|(one, other)| Spoil::Swap(one, other)),
        (at, 0..PIECES.len()).prop_map(|(at, piece)| Spoil::Value(at, piece)),
    ]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // A share of a length.
fn index(share: f64, length: usize) -> usize {
    (share * length as f64) as usize
}

fn spoiled(text: &str, how: &Spoil) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let piece = |number: usize| PIECES[number];
    match *how {
        Spoil::Delete(at, length) => {
            let at = index(at, characters.len());
            characters.iter().take(at).chain(characters.iter().skip(at + length)).collect()
        }
        Spoil::Insert(at, number) => {
            let (before, after) = characters.split_at(index(at, characters.len()));
            format!("{}{}{}", String::from_iter(before), piece(number), String::from_iter(after))
        }
        Spoil::Repeat(at) => {
            let at = index(at, lines.len());
            lines.extend(lines.get(at).cloned());
            let last = lines.pop().unwrap_or_default();
            lines.insert(at.min(lines.len()), last);
            lines.concat()
        }
        Spoil::Swap(one, other) => {
            let (one, other) = (index(one, lines.len()), index(other, lines.len()));
            if one < lines.len() && other < lines.len() {
                lines.swap(one, other);
            }
            lines.concat()
        }
        Spoil::Value(at, number) => {
            let at = index(at, lines.len());
            if let Some(line) = lines.get_mut(at)
                && let Some((key, _)) = line.split_once(": ")
            {
                *line = format!("{key}: {}\n", piece(number));
            }
            lines.concat()
        }
    }
}

fn files(ending: &str, is_wanted: &dyn Fn(&Path, &str) -> bool) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(TESTDATA)]);
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
        let mut entries: Vec<PathBuf> = entries.collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap_or_default();
                if !text.is_empty() && text.len() <= LARGEST && is_wanted(&path, &text) {
                    found.push(text);
                }
            }
        }
    }
    found
}

fn configurations() -> Vec<String> {
    let with_secret = |text: String| {
        if text.contains("\nsecrets:") {
            text
        } else {
            format!("{}\nsecrets:\n  cookie:\n    - {}\n", text.trim_end(), properties::PLANT)
        }
    };
    files(".yml", &properties::is_configuration).into_iter().map(with_secret).collect()
}

fn bodies() -> Vec<String> {
    files(".jsonnet", &|_, _| true)
}

fn schemas() -> Vec<String> {
    files(".json", &|_, text| text.contains("ory.sh/kratos"))
}

/// A target: its name, its texts, and what is asked.
type Target = (&'static str, fn() -> Vec<String>, fn(&str), u32);

const ENVIRONMENT: &str = "SECRETS_DEFAULT=Zq4Wm9Xk2Lt7Rv5Pb8Nc3Hs6\nLOG_LEVEL=debug\nA=${A}\n";

const TARGETS: [Target; 5] = [
    ("check", configurations, |text| properties::check(text, ENVIRONMENT), 40),
    ("body", bodies, properties::body, 30),
    ("identity_schema", schemas, properties::identity_schema, 40),
    ("fix", configurations, properties::fix, 25),
    ("init", configurations, properties::init, 30),
];

fn texts(target: &Target) -> impl Strategy<Value = String> + use<> {
    properties::set_program(env!("CARGO_BIN_EXE_kratos-lint"));
    let seeds = (target.1)();
    assert!(seeds.len() > 5, "{}: {} texts", target.0, seeds.len());
    (prop::sample::select(seeds), prop::collection::vec(spoil(), 0..4))
        .prop_map(|(text, how)| how.iter().fold(text, |text, how| spoiled(&text, how)))
}

fn asked(target: &Target) {
    let cases = ProptestConfig { cases: target.3, failure_persistence: None, ..ProptestConfig::default() };
    let result = TestRunner::new(cases).run(&texts(target), |text| {
        (target.2)(&text);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn whole_configurations() {
    asked(&TARGETS[0]);
}

#[test]
fn jsonnet_bodies() {
    asked(&TARGETS[1]);
}

#[test]
fn identity_schemas() {
    asked(&TARGETS[2]);
}

#[test]
fn fixes() {
    asked(&TARGETS[3]);
}

#[test]
fn hooks_of_init() {
    asked(&TARGETS[4]);
}

#[test]
fn texts_that_broke_something_before() {
    properties::set_program(env!("CARGO_BIN_EXE_kratos-lint"));
    for entry in fs::read_dir(SEEDS).expect("a folder").filter_map(Result::ok) {
        let text = fs::read_to_string(entry.path()).expect("UTF-8");
        for target in TARGETS {
            println!("{} {}", target.0, entry.path().display());
            (target.2)(&text);
        }
    }
}

/// `KRATOS_LINT_FUZZ=check KRATOS_LINT_SECONDS=900 cargo test --test properties -- --ignored --nocapture`
#[test]
#[ignore = "runs as long as it is told"]
fn long() {
    let name = std::env::var("KRATOS_LINT_FUZZ").unwrap_or_else(|_| "check".to_owned());
    let seconds = std::env::var("KRATOS_LINT_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let target = TARGETS.iter().find(|target| target.0 == name).expect("a target");
    let (texts, mut runner, start) = (texts(target), TestRunner::default(), Instant::now());
    let (mut asked, mut broken) = (0, 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        let text = texts.new_tree(&mut runner).expect("a text").current();
        asked += 1;
        if catch_unwind(AssertUnwindSafe(|| (target.2)(&text))).is_err() {
            broken += 1;
            println!("---- {name} breaks on {text:?}");
        }
    }
    println!("{name}: {asked} texts, {broken} broken");
    assert_eq!(broken, 0);
}
