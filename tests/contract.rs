//! The contract of web hooks against records of real servers: what they made of answers, and which the schemas take.
//!
//! `INSTA_UPDATE=always cargo test --test contract` writes the published schemas and the list of exceptions anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;
use jsonschema::Validator;
use kratos_lint::kratos::contract::response::{self, Contract};
use kratos_lint::kratos::contract::{Mode, Point};
use kratos_lint::kratos::version::Version;
use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contract");
const ADDRESS: &str = "ada@example.com";

fn records() -> Vec<Value> {
    let file = fs::File::open(Path::new(FOLDER).join("answers.jsonl.gz")).expect("records");
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn word<'v>(record: &'v Value, key: &str) -> &'v str {
    record[key].as_str().unwrap_or_default()
}

#[test]
fn answers_are_taken_as_the_servers_took_them() {
    let records = records();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .args(["respond", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("stdin");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written").expect("written");
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), records.len());
    for (record, ours) in records.iter().zip(&answers) {
        assert_eq!(ours["attempts"], record["attempts"], "{record}");
        assert_eq!(ours["client_status"][word(record, "client")], record["client_status"], "{record}");
        // Forms hide what a login changed only in its reply.
        if record["client"] != "form" {
            assert_eq!(ours["class"], record["class"], "{record}");
        }
    }
}

/// What the records' identities are.
fn traits() -> Value {
    json!({
        "type": "object",
        "required": ["email"],
        "additionalProperties": false,
        "properties": {
            "email": {"type": "string", "format": "email", "minLength": 3},
            "name": {"type": "string"},
            "tier": {"type": "string"},
        },
    })
}

/// The schema for the body of a record; none when the body is not read.
fn schema_for(record: &Value) -> Option<Validator> {
    let version = Version::named(word(record, "kratos")).expect("a version");
    let (ids, traits) = (["default".to_owned(), "other".to_owned()], traits());
    let contract = Contract {
        point: Point::parse(word(record, "point"), version).expect("a point"),
        mode: Mode::parse(word(record, "mode")).expect("a mode"),
        version,
        traits: Some(&traits),
        schema_ids: &ids,
        lenient: true,
    };
    let schema = match record["status"].as_u64()? {
        200 => response::change(&contract),
        429 => None,
        400..=499 | 501 => response::refusal(&contract),
        _ => None,
    };
    let options = jsonschema::options().should_validate_formats(true);
    schema.map(|schema| options.build(&schema).expect("a schema"))
}

#[test]
fn schemas_take_what_the_servers_took() {
    let mut validators: BTreeMap<String, Option<Validator>> = BTreeMap::new();
    let mut exceptions: BTreeSet<String> = BTreeSet::new();
    let mut counts = (0, 0);
    for record in records().iter().filter(|record| record["client"] == "api") {
        let kind = format!("{}/{}/{}/{}", record["kratos"], record["point"], record["mode"], record["status"]);
        let Some(schema) = validators.entry(kind).or_insert_with(|| schema_for(record)) else { continue };
        let body = word(record, "body").replace("@EMAIL@", ADDRESS);
        let valid = serde_json::from_str(&body).is_ok_and(|body: Value| schema.is_valid(&body));
        let class = word(record, "class");
        let is_refusal = record["status"] != 200;
        let taken = if is_refusal { class == "refused-with-messages" } else { class.starts_with("accepted") };
        if taken {
            counts.0 += 1;
        } else {
            counts.1 += 1;
        }
        if taken != valid {
            let why = if taken { "taken, not valid" } else { "valid, not taken" };
            exceptions.insert(format!("{}\t{why}\t{}", word(record, "name"), word(record, "kratos")));
        }
    }
    assert!(counts.0 > 500 && counts.1 > 500, "{counts:?}");
    let path = Path::new(FOLDER).join("exceptions.tsv");
    let listed: BTreeSet<String> = fs::read_to_string(&path)
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').take(3).collect::<Vec<_>>().join("\t"))
        .collect();
    assert_eq!(listed, exceptions, "each exception is listed with its reason in {}", path.display());
}

/// The published schemas: what an endpoint may answer, for each version and list.
fn published() -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    for version in Version::all().filter(|version| Version::V0_13 <= *version) {
        for flow in ["login", "registration", "settings", "recovery", "verification"] {
            for list in ["before", "after"] {
                for (folder, lenient) in [("response", false), ("response-lenient", true)] {
                    let point = Point::parse(&format!("{flow}.{list}"), version).expect("a point");
                    let contract =
                        Contract { point, mode: Mode::Parse, version, traits: None, schema_ids: &[], lenient };
                    let name = format!("{version}/{folder}/{flow}.{list}.json");
                    let id = response::id(&contract);
                    assert!(id.ends_with(&name), "{id}");
                    found.push((PathBuf::from(name), response::document(&contract, &id)));
                }
            }
        }
    }
    found
}

#[test]
fn the_published_schemas_are_those_of_this_program() {
    for (name, schema) in published() {
        jsonschema::draft202012::meta::validate(&schema).expect("JSON Schema 2020-12");
        let path = Path::new(FOLDER).join(&name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(&path, &text).expect("written");
        }
        let is_current = fs::read_to_string(&path).is_ok_and(|known| known == text);
        assert!(is_current, "{}: `INSTA_UPDATE=always cargo test --test contract` writes it", name.display());
    }
}
