//! The evaluation against what go-jsonnet 0.19, 0.20 and 0.21 make of the same texts. The results were recorded with the
//! libraries and with the workers of real servers.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use kratos_lint::evaluation::STACK;
use kratos_lint::jsonnet::evaluate::{Failure, FailureKind, Input, Library};
use kratos_lint::jsonnet::syntax::Storage;
use serde_json::Value;

/// The releases of go-jsonnet that were recorded.
const VERSIONS: [(u32, u32); 3] = [(0, 19), (0, 20), (0, 21)];

/// How many records are skipped: all are checked with `EVERY=1`.
fn step() -> usize {
    std::env::var("EVERY").ok().and_then(|every| every.parse().ok()).unwrap_or(7)
}

fn unpacked(name: &str) -> String {
    let path = format!("{}/testdata/jsonnet/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// Runs `check` on a thread with the stack that the evaluation has.
fn on_a_thread(check: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(check).unwrap().join().unwrap();
}

fn evaluated(library: &Library<'_>, text: &str, go_jsonnet: (u32, u32)) -> Result<String, Failure> {
    let variables = BTreeMap::new();
    library.evaluate(Input {
        text,
        ctx: None,
        variables: &variables,
        go_jsonnet,
        most_nesting: 2000,
        blind: false,
        most_steps: None,
    })
}

/// The letter of a result, as in the records.
fn letter(result: &Result<String, Failure>) -> char {
    match result.as_ref().map(|json| json.chars().next()) {
        Ok(Some('n')) => 'z',
        Ok(Some('t' | 'f')) => 'b',
        Ok(Some('"')) => 's',
        Ok(Some('[')) => 'a',
        Ok(Some('{')) => 'o',
        Ok(_) => 'n',
        Err(_) => 'x',
    }
}

#[test]
fn a_raised_text_is_shown_shortened() {
    on_a_thread(|| {
        let storage = Storage::default();
        let failure = evaluated(&Library::new(&storage), "error std.repeat('ä', 200)", (0, 21)).unwrap_err();
        assert_eq!(failure.message, format!("it raises the error \"{}…\"", "ä".repeat(60)));
    });
}

#[test]
fn letters_of_long_texts() {
    on_a_thread(|| {
        let storage = Storage::default();
        let text =
            "local t = std.repeat('a', 100000); local u = 'bä'; [std.length(std.stringChars(t)), t[99999], u[0], u[1]]";
        let json = evaluated(&Library::new(&storage), text, (0, 21)).unwrap();
        let values: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(values, serde_json::json!([100_000, "a", "b", "ä"]));
    });
}

/// 6,564 calls: `x` fails, `-` no such function, `!` and functions cannot be printed, other letters are the type of the result.
#[test]
fn samples_of_std() {
    on_a_thread(|| {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let mut wrong = Vec::new();
        let text = unpacked("std-samples.tsv.gz");
        for line in text.lines().step_by(step()) {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            let expression: String = serde_json::from_str(fields[3]).unwrap();
            for (version, recorded) in VERSIONS.into_iter().zip(&fields[..3]) {
                let result = evaluated(&library, &expression, version);
                let fails = matches!(*recorded, "x" | "-" | "f") || recorded.ends_with('!');
                let expected = if fails { 'x' } else { recorded.chars().next().unwrap() };
                if letter(&result) != expected {
                    wrong.push(format!("{version:?} {expression}: {recorded}, here {result:?}"));
                }
            }
        }
        // YAML that is only a tab is refused by the reader of go-jsonnet.
        assert!(wrong.len() <= 3, "{} differ\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// How numbers are written, by form. The last digits of `%.17g` far from 1 are those of the logarithm of the platform.
#[test]
fn numbers() {
    on_a_thread(|| {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let mut wrong = Vec::new();
        let mut all = 0;
        let text = unpacked("std-numbers.tsv.gz");
        for line in text.lines() {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            let expression: String = serde_json::from_str(fields[3]).unwrap();
            for (version, recorded) in VERSIONS.into_iter().zip(&fields[..3]) {
                if *recorded == "-" {
                    continue;
                }
                all += 1;
                let result = evaluated(&library, &expression, version);
                let ours = result.map_or("fails".to_owned(), |json| serde_json::from_str(&json).unwrap());
                if ours != *recorded {
                    wrong.push(format!("{version:?} {expression}: {recorded}, here {ours}"));
                }
            }
        }
        assert!(wrong.len() * 200 < all, "{} of {all} differ\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Differences between the releases, and what other evaluators do otherwise.
/// The last digit is that of go-jsonnet 0.21.
#[test]
fn hypotenuses() {
    let storage = Storage::default();
    let library = Library::new(&storage);
    for (arguments, recorded) in [
        ("1.5, 1/3", "1.5365907428821481"),
        ("1.5, 3.14159", "3.4813198255977578"),
        ("-2.5, 1.5", "2.9154759474226499"),
        ("0.30000000000000004, 65", "65.000692304005511"),
        ("0, 0", "0"),
    ] {
        let result = evaluated(&library, &format!("std.hypot({arguments})"), (0, 21)).expect("a number");
        assert_eq!(result.trim(), recorded, "{arguments}");
    }
}

#[test]
fn differences() {
    on_a_thread(|| {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/jsonnet/std-differences.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let mut wrong = Vec::new();
        for line in text.lines() {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            let [versions, recorded, expression] = fields[..] else { panic!("{line}") };
            for version in VERSIONS.into_iter().filter(|(_, minor)| versions.contains(&minor.to_string())) {
                let result = evaluated(&library, &serde_json::from_str::<String>(expression).unwrap(), version);
                let same = match (&result, recorded) {
                    (Err(_), recorded) => recorded == "fails",
                    (Ok(json), recorded) => {
                        serde_json::from_str::<Value>(json).ok() == serde_json::from_str::<Value>(recorded).ok()
                    }
                };
                if !same {
                    wrong.push(format!("{version:?} {expression}: {recorded}, here {result:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn hostile_documents_end() {
    on_a_thread(|| {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let nested = format!("local f(n) = {}f(n + 1){}; f(0)", "-(".repeat(150), ")".repeat(150));
        let documents = [
            "local f(n) = f(n + 1); f(0)",
            "local f(n) = 1 + f(n + 1); f(0)",
            "local a = a; a",
            "{ a: self.a }",
            "local o = { a: o { b: o.a } }; o.a",
            "local f(x) = x(x); f(f)",
            "std.map(std.join, [1])",
            "std.flatMap(std.join, [1])",
            "std.mapWithIndex(std.length, [[1]])",
            "{ a: { b: $ } }",
            "local l = [l]; l",
            &nested,
        ];
        for document in documents {
            for version in VERSIONS {
                assert!(evaluated(&library, document, version).is_err(), "{document}");
            }
        }
    });
}

#[test]
fn results_have_the_layout_of_go_jsonnet() {
    on_a_thread(|| {
        let library = Storage::default();
        let library = Library::new(&library);
        let text = "{ b: [1, 'ä\\n', []], a: { }, c: 0.1, d:: 2 }";
        let expected = "{\n   \"a\": { },\n   \"b\": [\n      1,\n      \"ä\\n\",\n      [ ]\n   ],\n   \"c\": 0.10000000000000001\n}";
        assert_eq!(evaluated(&library, text, (0, 20)).unwrap(), expected);
    });
}

#[test]
fn failures_tell_what_they_are_about_by_their_kind() {
    on_a_thread(|| {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let kind = |text: &str| evaluated(&library, text, (0, 20)).map_err(|failure| failure.kind);
        for text in ["null + 1", "1 < null", "std.length(null)", "std.lines(null)", "[x for x in null]", "!null"] {
            assert_eq!(kind(text), Err(FailureKind::OfNull), "{text}");
        }
        for text in ["true + 1", "1 < 'a'", "std.length(1)", "std.lines(1)", "[x for x in {}]", "!1"] {
            assert_eq!(kind(text), Err(FailureKind::WrongType), "{text}");
        }
        assert_eq!(kind("nothing.x"), Err(FailureKind::NoName("nothing".to_owned())));
        assert_eq!(kind("local a = 1, a = 2; a"), Err(FailureKind::Names));
        let nested = "local deep(n) = if n == 0 then [] else [deep(n - 1)]; deep(2000) <= deep(2000)";
        assert_eq!(kind(nested), Ok("true".to_owned()));
        assert_eq!(kind("local a = [a], b = [b]; a == b"), Err(FailureKind::Deep));
        assert_eq!(kind("local a = [a], b = [b]; a < b"), Err(FailureKind::Deep));
    });
}
