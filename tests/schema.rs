//! The table of keys and the walker against recorded verdicts of Kratos' own validation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use kratos_lint::kratos::schema::{self, FaultKind, Limit, Shape};
use kratos_lint::kratos::version::Version;
use kratos_lint::text::Source;
use kratos_lint::yaml::{self, Format};
use rayon::prelude::*;
use serde_json::Value;

#[path = "release/patch.rs"]
mod patch;

/// A verdict: a base, a mutation of it, and what the server's validation says.
#[derive(serde::Deserialize)]
struct Verdict {
    id: String,
    base: String,
    mutation: Vec<Operation>,
    raw: String,
    boot: String,
    #[serde(default)]
    boot_at: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Operation {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/verdicts");

fn bases(tag: &str) -> BTreeMap<String, Value> {
    let files = fs::read_dir(format!("{FOLDER}/bases/{tag}")).expect("bases");
    files
        .map(|file| {
            let path = file.expect("entry").path();
            let name = path.file_stem().expect("name").to_string_lossy().into_owned();
            (name, serde_json::from_str(&fs::read_to_string(path).expect("base")).expect("JSON"))
        })
        .collect()
}

fn verdicts(tag: &str) -> impl Iterator<Item = Verdict> {
    let file = File::open(format!("{FOLDER}/verdicts-{tag}.jsonl.gz")).expect("verdicts");
    BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| serde_json::from_str(&line.expect("line")).expect("verdict"))
}

/// The base of a verdict with its changes.
fn document(verdict: &Verdict, bases: &BTreeMap<String, Value>) -> Value {
    let mut document = bases[&verdict.base].clone();
    for Operation { op, path, value } in &verdict.mutation {
        patch::apply(&mut document, op, path, value);
    }
    document
}

/// The same place, or inside it, or the mapping around it.
fn is_near(found: &str, wanted: &str) -> bool {
    let around = wanted.rsplit_once('/').map_or("", |(around, _)| around);
    found == wanted || found.starts_with(&format!("{wanted}/")) || found == around
}

/// What the verdicts of one release show; each document of them is read once for all tests.
#[derive(Default)]
struct Replay {
    count: usize,
    /// The verdicts that differ from ours.
    wrong: Vec<String>,
    /// The constraints that are the only fault of a document.
    decided: Decided,
    /// The paths of the table that are set in documents which the server takes.
    taken: BTreeSet<String>,
}

/// The replay of v1.3.1 or of `HEAD`.
fn replay(tag: &str) -> &'static Replay {
    static OLD: LazyLock<Replay> = LazyLock::new(|| Replay::of("v1.3.1", Version::V1_3_1));
    static NEW: LazyLock<Replay> = LazyLock::new(|| Replay::of("HEAD", Version::MASTER));
    if tag == "HEAD" { &NEW } else { &OLD }
}

impl Replay {
    fn of(tag: &str, version: Version) -> Replay {
        let bases = bases(tag);
        let verdicts: Vec<Verdict> = verdicts(tag).collect();
        let parts = verdicts.par_chunks(500).map(|verdicts| Replay::of_some(verdicts, &bases, version));
        let mut replay = parts.reduce(Replay::default, Replay::and);
        for base in bases.values() {
            let tree = yaml::parse(&Source::new("base.json", base.to_string()), Format::Json);
            assert!(schema::faults(tree.root().expect("a root"), version).is_empty());
            replay.take(tree.root(), "");
        }
        replay
    }

    fn of_some(verdicts: &[Verdict], bases: &BTreeMap<String, Value>, version: Version) -> Replay {
        let mut replay = Replay::default();
        for verdict in verdicts {
            let document = document(verdict, bases);
            let tree = yaml::parse(&Source::new("case.json", document.to_string()), Format::Json);
            let faults = tree.root().map(|root| schema::faults(root, version)).unwrap_or_default();
            replay.count += 1;
            replay.wrong.extend(difference(verdict, &faults));
            replay.decided.extend(decided_by(&faults));
            if verdict.raw == "valid" || verdict.boot == "valid" {
                let set = verdict.mutation.iter().filter(|operation| operation.op != "remove");
                set.for_each(|operation| replay.take(tree.root(), operation.path.trim_end_matches("/-")));
            }
        }
        replay
    }

    fn and(mut self, other: Replay) -> Replay {
        self.count += other.count;
        self.wrong.extend(other.wrong);
        self.decided.extend(other.decided);
        self.taken.extend(other.taken);
        self
    }

    fn take(&mut self, root: Option<yaml::Node>, below: &str) {
        let nodes = root.and_then(|root| root.at(below)).map(yaml::Node::descendants).unwrap_or_default();
        self.taken.extend(nodes.into_iter().filter_map(schema::path_of));
    }
}

/// How our verdict differs from the server's.
fn difference(verdict: &Verdict, faults: &[schema::Fault]) -> Option<String> {
    let word = |bad: bool| if bad { "invalid" } else { "valid" };
    let (raw, boot) = (word(faults.iter().any(|f| f.raw)), word(faults.iter().any(|f| f.boot)));
    let at: Vec<String> = faults.iter().filter(|f| f.boot).map(schema::Fault::pointer).collect();
    let mut places = verdict.boot_at.iter().map(|at| at.rsplit_once(' ').map_or("", |(pointer, _)| pointer));
    let found = verdict.boot_at.is_empty() || places.any(|wanted| at.iter().any(|found| is_near(found, wanted)));
    if (raw, boot) == (verdict.raw.as_str(), verdict.boot.as_str()) && found {
        return None;
    }
    let patch: Vec<String> = verdict.mutation.iter().map(|o| format!("{} {} {}", o.op, o.path, o.value)).collect();
    let (want, want_at) = ((&verdict.raw, &verdict.boot), &verdict.boot_at);
    Some(format!("{} {patch:?}: server {want:?} at {want_at:?}, ours {:?} at {at:?}", verdict.id, (raw, boot)))
}

fn assert_agrees(tag: &str) {
    let Replay { count, wrong, .. } = replay(tag);
    assert!(*count > 10_000, "only {count} verdicts of {tag}");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong[..wrong.len().min(25)].join("\n"));
}

#[test]
fn verdicts_of_v1_3_1_agree() {
    assert_agrees("v1.3.1");
}

#[test]
fn verdicts_of_master_agree() {
    assert_agrees("HEAD");
}

#[test]
fn the_table_is_sorted_and_its_spans_do_not_overlap() {
    for pair in schema::KEYS.windows(2) {
        let in_order = pair[0].path < pair[1].path
            || pair[0].path == pair[1].path && pair[0].versions.last() < pair[1].versions.from;
        assert!(in_order, "{} {} / {} {}", pair[0].path, pair[0].versions, pair[1].path, pair[1].versions);
    }
    assert!(schema::HOOK_PLACES.is_sorted_by_key(|place| place.path));
}

#[test]
fn the_schema_for_editors_takes_what_the_server_takes() {
    for (tag, version) in [("v1.3.1", Version::V1_3_1), ("HEAD", Version::MASTER)] {
        let bases = bases(tag);
        let validator = jsonschema::draft202012::new(&schema::document::document(version)).expect("a schema");
        let (mut wrong, mut refused, mut noticed) = (Vec::new(), 0, 0);
        for verdict in verdicts(tag).step_by(7) {
            let document = document(&verdict, &bases);
            let valid = validator.is_valid(&document);
            if verdict.raw == "valid" && !valid {
                let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
                wrong.push(format!("{}: {errors:?}", verdict.id));
            }
            refused += usize::from(verdict.raw != "valid");
            noticed += usize::from(verdict.raw != "valid" && !valid);
        }
        assert!(wrong.is_empty(), "{tag}: {}\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
        // Formats and conditions between keys are left to the program.
        assert!(noticed * 10 > refused * 8, "{tag}: {noticed} of {refused}");
    }
}

/// What a verdict hangs on: a path of the table and the kind of the only fault there.
type Decided = BTreeSet<(String, &'static str)>;

/// The kinds of faults, as far as constraints tell them apart.
fn word_of(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::WrongType => "type",
        FaultKind::MissingKey | FaultKind::MissingItemKey => "required",
        FaultKind::UnknownKey => "closed",
        FaultKind::UnknownWord => "words",
        FaultKind::Malformed => "format",
        FaultKind::OutOfRange => "range",
        FaultKind::DuplicateItem => "unique",
        FaultKind::TooNew | FaultKind::Removed => "version",
        FaultKind::Conflict => "conflict",
        FaultKind::MisplacedHook => "hook",
    }
}

/// The constraint that the only fault of a document hangs on: without it the walk would disagree with the server.
fn decided_by(faults: &[schema::Fault]) -> Option<(String, &'static str)> {
    let [fault] = faults else { return None };
    // An unknown key and a repeated item say what their container is.
    let is_inside = fault.at_key || fault.kind == FaultKind::DuplicateItem;
    let node = if is_inside { fault.node.parent() } else { Some(fault.node) };
    let path = match &fault.missing {
        Some(path) => Some(path.clone()),
        None => node.map(|node| schema::path_of(node).unwrap_or_default()),
    };
    let kind = if fault.at_key && fault.kind != FaultKind::Conflict { "closed" } else { word_of(fault.kind) };
    path.map(|path| (path, kind))
}

/// The kinds of faults that a row can make.
fn constraints(key: &schema::Key) -> Vec<&'static str> {
    let mut kinds = match key.shape {
        Shape::Object => vec!["type", "closed"],
        Shape::Flags => vec!["closed"],
        Shape::Any => vec![],
        _ => vec!["type"],
    };
    kinds.extend(key.limits.iter().filter_map(|limit| match limit {
        Limit::Required => Some("required"),
        Limit::Words(_) => Some("words"),
        Limit::Min(_) | Limit::Max(_) | Limit::MinLength(_) | Limit::MaxLength(_) | Limit::MinItems(_) => Some("range"),
        Limit::Unique => Some("unique"),
        Limit::Nullable | Limit::DefaultsTo(_) => None,
        _ => Some("format"),
    }));
    kinds
}

/// A table with one constraint fewer, or one object open, would disagree with a verdict: each constraint is what some verdict
/// hangs on alone. Those of which that cannot be are listed with the reason.
#[test]
fn each_constraint_decides_a_verdict() {
    for (tag, version) in [("v1.3.1", Version::V1_3_1), ("HEAD", Version::MASTER)] {
        let decided = &replay(tag).decided;
        let rows = schema::KEYS.iter().filter(|key| key.versions.contains(version));
        let all = rows.flat_map(|key| constraints(key).into_iter().map(|kind| (key.path.to_owned(), kind)));
        let undecided: BTreeSet<String> = all
            .filter(|constraint| !decided.contains(constraint))
            .map(|(path, kind)| format!("{path}\t{kind}"))
            .collect();
        let text = fs::read_to_string(format!("{FOLDER}/undecided.tsv")).unwrap_or_default();
        let listed = text.lines().filter(|line| !line.starts_with('#'));
        let listed: BTreeSet<String> =
            listed.map(|line| line.splitn(3, '\t').take(2).collect::<Vec<_>>().join("\t")).collect();
        let new: Vec<&String> = undecided.difference(&listed).collect();
        assert!(new.is_empty(), "{tag}: no verdict hangs on {} of {}:\n{new:#?}", new.len(), decided.len());
    }
}

#[test]
fn each_key_is_set_in_a_document_that_the_server_takes() {
    for (tag, version) in [("v1.3.1", Version::V1_3_1), ("HEAD", Version::MASTER)] {
        let taken = &replay(tag).taken;
        let rows = schema::KEYS.iter().filter(|key| key.versions.contains(version));
        let never: Vec<&str> = rows.map(|key| key.path).filter(|path| !taken.contains(*path)).collect();
        assert!(never.is_empty(), "{tag}: {never:#?}");
    }
}

/// What a row demands in the words of JSON Schema.
fn demands(key: &schema::Key) -> (Option<&'static str>, Option<Value>, serde_json::Map<String, Value>, bool) {
    let kind = match key.shape {
        Shape::Object | Shape::Open => Some("object"),
        Shape::List => Some("array"),
        Shape::Text => Some("string"),
        Shape::Boolean => Some("boolean"),
        Shape::Integer => Some("integer"),
        Shape::Number => Some("number"),
        Shape::Any | Shape::Flags => None,
    };
    let (mut default, mut range, mut required) = (None, serde_json::Map::new(), false);
    for limit in key.limits {
        let (name, value) = match limit {
            Limit::DefaultsTo(text) => {
                default = serde_json::from_str(text).ok();
                continue;
            }
            Limit::Required => {
                required = true;
                continue;
            }
            Limit::Min(least) => ("minimum", Value::from(*least)),
            Limit::Max(most) => ("maximum", Value::from(*most)),
            Limit::MinLength(least) => ("minLength", Value::from(*least)),
            Limit::MaxLength(most) => ("maxLength", Value::from(*most)),
            Limit::MinItems(least) => ("minItems", Value::from(*least)),
            Limit::Unique => ("uniqueItems", Value::from(true)),
            _ => continue,
        };
        range.insert(name.to_owned(), value);
    }
    (kind, default, range, required)
}

/// The verdicts are of two releases; the table of the others is held against the keys read from their schemas (keys.json of the
/// facts, without the insides of hook lists, which have rows of their own here).
#[test]
fn the_table_is_that_of_each_release() {
    let file = File::open(format!("{FOLDER}/keys.jsonl.gz")).expect("keys");
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in BufReader::new(GzDecoder::new(file)).lines() {
        let row: Value = serde_json::from_str(&line.expect("line")).expect("JSON");
        let (name, path) = (row["kratos"].as_str().expect("a version"), row["path"].as_str().expect("a path"));
        known.insert((name.to_owned(), path.to_owned()));
        let Some(key) = schema::lookup(path, Version::named(name).expect("known")) else {
            wrong.push(format!("{name} {path} is missing"));
            continue;
        };
        let (kind, default, range, required) = demands(key);
        let range_of = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let numbers = |range: serde_json::Map<String, Value>| -> BTreeMap<String, String> {
            range
                .into_iter()
                .map(|(name, value)| (name, value.as_f64().map_or_else(|| value.to_string(), |n| n.to_string())))
                .collect()
        };
        let is_default = row["default"] == "?" || default.as_ref() == row.get("default");
        let same = kind == row["type"].as_str()
            && is_default
            && numbers(range) == numbers(range_of(&row["range"]))
            && required == row["required"].as_bool().unwrap_or(false);
        if !same {
            wrong.push(format!("{row}: ours {:?} {:?}", key.shape, key.limits));
        }
        if let Some(words) = row["words"].as_array() {
            let ours =
                key.limits.iter().find_map(|limit| if let Limit::Words(words) = limit { Some(*words) } else { None });
            let ours: BTreeSet<&str> = ours.unwrap_or_default().iter().copied().collect();
            if ours != words.iter().filter_map(Value::as_str).collect() {
                wrong.push(format!("{row}: ours {ours:?}"));
            }
        }
    }
    let versions = ["v0.13.0", "v1.0.0", "v1.1.0", "v1.2.0", "v1.3.1", "v25.4.0", "v26.2.0", "master"];
    for name in versions {
        let version = Version::named(name).expect("known");
        let rows = schema::KEYS.iter().filter(|key| key.versions.contains(version) && !key.path.starts_with('#'));
        wrong.extend(
            rows.map(|key| key.path)
                .filter(|path| !known.contains(&(name.to_owned(), (*path).to_owned())))
                .map(|path| format!("{name} has no {path}")),
        );
    }
    assert!(known.len() > 3_000, "{}", known.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// What a report says of the start is held to that validation: no other rule may say that it refuses what it accepts.
#[test]
fn all_rules_together_accept_the_bases() {
    for (tag, target) in [("v1.3.1", "v1.3.1"), ("HEAD", "master")] {
        let bases = bases(tag);
        let mut accepted = verdicts(tag).filter(|verdict| verdict.mutation.is_empty() && verdict.boot == "valid");
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = accepted
            .by_ref()
            .map(|verdict| {
                let name = format!("{}.json", verdict.base);
                fs::write(folder.path().join(&name), bases[&verdict.base].to_string()).expect("written");
                name
            })
            .collect();
        assert!(names.len() > 3, "{names:?}");
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_kratos-lint"));
        command.current_dir(folder.path()).args(["--no-config", "--format", "json", "--kratos", target]).args(&names);
        let report: Value = serde_json::from_slice(&command.output().expect("it runs").stdout).expect("JSON");
        let refused = |finding: &&Value| finding["effect"] == "no-boot";
        let found = report["findings"].as_array().into_iter().flatten().find(refused);
        assert_eq!(found, None);
    }
}
