//! What Jsonnet sees, against the records of running servers and against itself.

#[path = "ctx/helps.rs"]
mod helps;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::GzDecoder;
use jsonschema::Validator;
use kratos_lint::check::{self, Target};
use kratos_lint::deployment::Project;
use kratos_lint::diagnostic::{Diagnostic, Level};
use kratos_lint::disk::Disk;
use kratos_lint::evaluation::{Answer, Child, Evaluator, FailureKind, Job};
use kratos_lint::kratos::ctx::inputs::unconfigured;
use kratos_lint::kratos::ctx::json_type::JsonType;
use kratos_lint::kratos::ctx::sample::{self, Fill};
use kratos_lint::kratos::ctx::{Inputs, Place, environment, json_schema, traits};
use kratos_lint::kratos::version::Version;
use kratos_lint::rules;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;
use serde_json::{Value, json};

const RECORDED: [&str; 3] = ["v1.1.0", "v1.3.1", "v26.2.0"];

fn records(version: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/oracle/ctx/{version}.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("a record")).read_to_string(&mut text).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn recorded_traits() -> JsonType {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/oracle/ctx/identity.schema.json");
    let text = std::fs::read_to_string(path).expect("the identity schema");
    traits::of_schema(&serde_json::from_str(&text).expect("JSON"))
}

/// The type of all that is seen at a place.
fn seen(place: &Place, inputs: &Inputs) -> JsonType {
    environment(place, inputs).expect("a place with Jsonnet").into_type()
}

fn validator(kind: &JsonType) -> Validator {
    let schema = json_schema::document(kind, "test");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// The method in the name of a recorded point: `login.after.password refresh`.
fn method(point: &str) -> Option<&str> {
    point.split_once(".after.").and_then(|(_, rest)| rest.split(' ').next())
}

#[test]
fn recorded_payloads_fit_the_types() {
    let mut checked = 0;
    for name in RECORDED {
        let version = Version::named(name).expect("a release");
        for record in records(name) {
            let Some(id) = record["point_id"].as_str() else { continue };
            let id = id.trim_start_matches("webhook.");
            let point = record["point"].as_str().expect("a point");
            let methods = method(point).map(|method| vec![method.to_owned()]).unwrap_or_default();
            let inputs = Inputs { traits: recorded_traits(), ..unconfigured(version) };
            // Some records were made with a phone number in the traits, which the kept schema lacks.
            let inputs = if point.contains("phone") || point.contains("sms") { unconfigured(version) } else { inputs };
            let kind = seen(&Place::new(id, version).by(methods), &inputs);
            let faults: Vec<String> = validator(&kind)
                .iter_errors(&record["payload"])
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{name} {point}: {faults:#?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 348);
}

/// All places of all releases, for any method and for each method.
fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for version in Version::all().filter(|version| *version >= Version::V1_0) {
        for id in Place::all_ids() {
            let any = Place::new(id, version);
            if !any.exists() {
                continue;
            }
            places.extend(any.possible_methods().iter().map(|m| any.clone().by(vec![(*m).to_owned()])));
            places.push(any);
        }
    }
    places
}

#[test]
fn samples_fit_their_schema() {
    let places = places();
    assert!(places.len() > 200);
    for place in places {
        let kind = seen(&place, &unconfigured(place.version()));
        let validator = validator(&kind);
        for fill in [Fill::Minimal, Fill::Maximal] {
            let sample = sample::of(&kind, fill);
            let faults: Vec<String> = validator.iter_errors(&sample).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{place:?} {fill:?}: {faults:?}");
        }
    }
}

#[test]
fn a_wrong_payload_is_refused() {
    let place = Place::new("login.after", Version::V1_3_1);
    let kind = seen(&place, &unconfigured(Version::V1_3_1));
    let good = sample::of(&kind, Fill::Maximal);
    let validator = validator(&kind);
    assert!(validator.is_valid(&good));
    for (pointer, value) in [
        ("/identity/state", json!("frozen")),
        ("/request_headers/User-Agent", json!("Mozilla")),
        ("/flow/expires_at", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("there") = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
    let mut missing = good.clone();
    missing["identity"].as_object_mut().expect("an object").remove("metadata_public");
    assert!(!validator.is_valid(&missing));
}

/// The files of a folder.
fn project(folder: &Path) -> Arc<Project> {
    Arc::new(Project::of(Disk::of_run(&[], Some(folder))))
}

/// The findings of a configuration in a folder.
fn diagnostics(folder: &Path, text: &str, version: Version) -> Vec<Diagnostic> {
    let path = folder.join("kratos.yml");
    let source = Source::new(path.to_string_lossy(), text);
    let unit = Unit::plain(yaml::parse(&source, yaml::Format::Yaml));
    let target = Target::one(version, TargetSource::Flag);
    // Off unless it is named.
    let levels = vec![("jsonnet-unused-local".to_owned(), Some(Level::Info))];
    let settings = Settings { project: project(folder), child: child(), levels, ..Settings::default() };
    check::unit(&unit, &target, &settings).diagnostics
}

/// Those about Jsonnet, as `rule level file:line`.
fn findings(folder: &Path, text: &str, version: Version) -> Vec<String> {
    diagnostics(folder, text, version)
        .iter()
        .filter(|diagnostic| diagnostic.rule.starts_with("jsonnet-") || diagnostic.rule.ends_with("-suppression"))
        .map(|diagnostic| {
            let place = diagnostic.place.in_file();
            let name = Path::new(place.source.path()).file_name().expect("a file").to_string_lossy().into_owned();
            let line = place.source.position(place.span.start).line;
            format!("{} {} {name}:{line}", diagnostic.rule, diagnostic.level.name())
        })
        .collect()
}

/// Folders `testdata/rules/jsonnet-*/<case>/` with `kratos.yml` (first line `# kratos <version>`) and `expected.txt`.
#[test]
fn rules_on_folders() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let mut checked = 0;
    let mut folders: Vec<_> = std::fs::read_dir(rules)
        .expect("the folder")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("jsonnet-"))
        .flat_map(|entry| std::fs::read_dir(entry.path()).expect("a folder").flatten())
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("kratos.yml")).expect("a configuration");
        let version = text.lines().next().and_then(|line| line.strip_prefix("# kratos ")).expect("a version");
        let version = Version::named(version).expect("a release");
        let expected = std::fs::read_to_string(folder.join("expected.txt")).expect("what is expected");
        let mut found = findings(&folder, &text, version);
        found.sort();
        let mut expected: Vec<&str> = expected.lines().collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", folder.display());
        checked += 1;
    }
    assert!(checked >= 20, "{checked}");
}

/// The program, in whose process Jsonnet is evaluated.
fn child() -> Child {
    Child::At(env!("CARGO_BIN_EXE_kratos-lint").into())
}

#[test]
fn examples_of_the_pages_hold() {
    let empty = tempfile::tempdir().expect("a folder");
    for rule in rules::ALL.iter().filter(|rule| rule.category == "jsonnet") {
        for (tag, text) in examples(rule.docs) {
            let (tag, release) = tag.split_once(" kratos=").unwrap_or((tag, "v1.3.1"));
            let found = findings(empty.path(), text, Version::named(release).expect("a release"));
            let named = |line: &String| line.starts_with(&format!("{} ", rule.name));
            match tag {
                "bad" => assert!(found.iter().any(named), "{}: {found:?}", rule.name),
                "good" => assert!(found.is_empty(), "{}: {found:?}", rule.name),
                other => panic!("{other}"),
            }
        }
    }
}

/// The fenced examples of a page, with their tag.
fn examples(docs: &str) -> Vec<(&str, &str)> {
    let blocks = docs.split("```yaml ").skip(1);
    blocks
        .filter_map(|block| block.split_once('\n'))
        .map(|(tag, rest)| (tag, rest.split("```").next().unwrap_or("")))
        .collect()
}

/// Bodies, mappers and snippets that were run with the go-jsonnet inside Kratos. `differences.tsv` lists where our engine
/// differs, with the reason; it may only shrink.
#[test]
fn snippets_agree_with_go_jsonnet() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/jsonnet");
    let known = std::fs::read_to_string(folder.join("differences.tsv")).expect("the list");
    let known: Vec<u64> =
        known.lines().filter_map(|line| line.split('\t').next()).filter_map(|id| id.parse().ok()).collect();
    let mut text = String::new();
    GzDecoder::new(File::open(folder.join("snippets.jsonl.gz")).expect("snippets"))
        .read_to_string(&mut text)
        .expect("UTF-8");
    let evaluators = [(0, 19), (0, 20), (0, 21)].map(|version| Evaluator::of(child()).unlimited().with(version));
    let mut differ = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let json = |value: &Value| serde_json::from_str(value.as_str().expect("a text")).expect("JSON");
        let job = Job {
            text: row["body"].as_str().expect("a body").to_owned(),
            ctx: row.get("ctx").map(json),
            variables: row["ext"].as_object().into_iter().flatten().map(|(name, v)| (name.clone(), json(v))).collect(),
            ..Job::default()
        };
        let recorded = [&row["older"]["0.19"], &row["older"]["0.20"], &row["go"]];
        let same = |(evaluator, recorded): (&Evaluator, &Value)| match (
            evaluator.evaluate(&job).expect("a child"),
            (if recorded.is_null() { &row["go"] } else { recorded }).get("ok").and_then(Value::as_str),
        ) {
            (Answer::Ok(ours), Some(go)) => {
                let ours = serde_json::from_str::<Value>(&ours);
                // A result that is no JSON (or nested too deeply) is compared by its class alone.
                serde_json::from_str::<Value>(go).map_or(true, |go| ours.is_ok_and(|ours| ours == go))
            }
            (Answer::Failed(_), None) => true,
            // How far a second goes depends on the machine.
            (Answer::Failed(failure), Some(_)) => failure.kind == FailureKind::Time,
            _ => false,
        };
        if !evaluators.iter().zip(recorded).all(same) {
            differ.push(row["id"].as_u64().expect("an id"));
        }
    }
    assert_eq!(differ, known);
}

/// What the program prints for these arguments, and its exit status.
fn program(args: &[&str], input: &str) -> (String, i32) {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/jsonnet"))
        .args(args)
        .write_stdin(input)
        .output()
        .expect("the program");
    (String::from_utf8(output.stdout).expect("UTF-8"), output.status.code().expect("a status"))
}

#[test]
fn render_finds_the_place_of_a_document() {
    let (printed, status) = program(&["render", "owned/hooks/changed.jsonnet", "--kratos", "1.3.1"], "");
    assert_eq!(status, 0);
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    // The schema of the configuration types the trait, its hook gives the flow.
    assert_eq!(printed["nickname"], "string");
    assert_eq!(printed["part"], "v0.10000000000000001");
    assert_eq!(printed["rounded"], -3);
}

#[test]
fn render_is_that_of_the_version() {
    let run = |version: &str| {
        let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/jsonnet"))
            .args(["render", "owned/hooks/broken.jsonnet", "--kratos", version])
            .output()
            .expect("the program");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        (text(&output.stdout), text(&output.stderr))
    };
    let (printed, told) = run("1.3.1");
    let expected = "kratos-lint: owned/hooks/broken.jsonnet:3:6: there is no field `trim`\n \
                    3 |   b: std.trim('…'),\n   |      ^^^^^^^^\n";
    assert_eq!((printed.as_str(), told.as_str()), ("", expected));
    let (printed, told) = run("25.4.0");
    assert_eq!((printed.as_str(), told.as_str()), ("{\n   \"a\": 1,\n   \"b\": \"x\"\n}\n", ""));
}

#[test]
fn ctx_prints_a_sample_that_its_schema_accepts() {
    for point in ["settings.after.pre_persist", "oidc.mapper", "courier.http", "webhook.login.before"] {
        let (schema, _) = program(&["ctx", point, "--format", "schema"], "");
        let (sample, status) = program(&["ctx", point], "");
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let sample: Value = serde_json::from_str(&sample).expect("JSON");
        assert!(jsonschema::draft202012::new(&schema).expect("a schema").is_valid(&sample), "{point}");
        assert_eq!(status, 0);
    }
    assert_eq!(program(&["ctx", "login.during"], "").1, 2);
    assert_eq!(program(&["ctx", "session.tokenizer", "--kratos", "v1.0.0"], "").1, 2);
    assert_eq!(program(&["ctx", "login.after", "--method", "profile"], "").1, 2);
}

#[test]
fn render_shows_the_request() {
    let pointer = "/selfservice/flows/login/after/password/hooks/0";
    let (request, status) = program(&["render", "--hook", pointer, "request.yml"], "");
    let expected = "POST https://hooks.example.org/login\nContent-Type: application/x-www-form-urlencoded\n\
                    X-Api-Key: …\nAuthorization: Basic …\n\nflow=browser&from=a+b\n";
    assert_eq!((request.as_str(), status), (expected, 0));
    let (result, status) = program(&["render", "-"], "function(ctx) ctx.identity.traits.missing");
    assert_eq!((result.as_str(), status), ("", 1));
    let lines = "{\"body\":\"function(ctx) ctx.a + 1\",\"ctx\":{\"a\":1}}\n{\"body\":\"std.extVar('x').y\",\"ext\":{\"x\":{}}}\n";
    let (results, status) = program(&["render", "--batch"], lines);
    assert_eq!(results, "{\"ok\":2}\n{\"error\":\"1:1: there is no field `y`\"}\n");
    assert_eq!(status, 0);
}

#[test]
fn tests_of_documents_run() {
    assert_eq!(program(&["test", "tests"], ""), ("3 passed, 0 failed\n".to_owned(), 0));
    let (report, status) = program(&["test", "failing"], "");
    assert!(
        report.contains("-    \"mail\": \"al@example.org\"") && report.contains("+    \"mail\": \"bo@example.org\""),
        "{report}"
    );
    assert!(report.ends_with("0 passed, 1 failed\n"));
    assert_eq!(status, 1);
    assert_eq!(program(&["test", "snippets.jsonl.gz"], "").1, 2);
}

/// The safe edit for `local ctx = std.extVar('ctx');` makes a document that evaluates.
#[test]
fn the_edit_for_ctx_as_variable_mends_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules/jsonnet-unknown-variable/local-at-the-top");
    let text = std::fs::read_to_string(folder.join("kratos.yml")).expect("a configuration");
    let source = Source::new(folder.join("kratos.yml").to_string_lossy(), text);
    let unit = Unit::plain(yaml::parse(&source, yaml::Format::Yaml));
    let target = Target::one(Version::V1_3_1, TargetSource::Flag);
    let settings = Settings { project: project(&folder), child: child(), ..Settings::default() };
    let report = check::unit(&unit, &target, &settings);
    let fix = report.diagnostics.iter().flat_map(|diagnostic| &diagnostic.fixes).find(|fix| fix.safe).expect("a fix");
    let [edit] = fix.edits.as_slice() else { panic!("one edit") };
    let mut body = std::fs::read_to_string(folder.join("body.jsonnet")).expect("a document");
    body.replace_range(edit.place.span.start..edit.place.span.end, &edit.text);
    assert_eq!(body, "// who signs in\nfunction(ctx)\n{ a: ctx.flow.id }\n");
}

/// A document in the `ConfigMap` of its configuration is found, and its findings stand at its bytes.
#[test]
fn documents_in_a_configmap_are_checked_in_place() {
    let (report, _) =
        program(&["--kratos", "v1.3.1", "--only", "jsonnet-missing-field", "--format", "json", "configmap.yaml"], "");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let [finding] = report["findings"].as_array().expect("findings").as_slice() else { panic!("one: {report}") };
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/jsonnet/configmap.yaml"));
    let text = text.expect("the manifest");
    let byte = |end: &str| usize::try_from(finding["span"][end]["byte"].as_u64().expect("a byte")).expect("small");
    assert_eq!(text.get(byte("start")..byte("end")), Some("ctx.identity.metadata_admin"));
    assert_eq!(finding["labels"].as_array().map(Vec::len), Some(2));
}

/// A folder with a configuration that uses a mapper for a provider.
fn with_mapper(provider: &str, mapper: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = json!({ "type": "object", "properties": { "traits": { "type": "object", "properties": {
        "email": { "type": "string", "format": "email", "ory.sh/kratos": {
            "credentials": { "password": { "identifier": true } }, "verification": { "via": "email" } } },
        "username": { "type": "string" },
        "name": { "type": "object", "properties": { "first": { "type": "string" }, "last": { "type": "string" } } },
        "phone": { "type": "string", "format": "tel", "ory.sh/kratos": { "verification": { "via": "sms" } } },
        "locale": { "type": "string" },
        "groups": { "type": "array", "items": { "type": "string" } },
        "age": { "type": "number" },
        "role": { "type": "string" },
    }, "required": ["email"], "additionalProperties": false } } });
    std::fs::write(folder.path().join("traits.schema.json"), schema.to_string()).expect("writable");
    std::fs::write(folder.path().join("mapper.jsonnet"), mapper).expect("writable");
    let issuer = if provider == "gitlab" { "" } else { "issuer_url: https://id.example.com/," };
    let text = format!(
        "selfservice:\n  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          \
         - {{ id: p, provider: {provider}, client_id: c, {issuer} scope: [email], mapper_url: 'file://mapper.jsonnet' }}\n\
         identity:\n  default_schema_id: d\n  schemas: [{{ id: d, url: 'file://traits.schema.json' }}]\n"
    );
    std::fs::write(folder.path().join("kratos.yml"), text).expect("writable");
    folder
}

/// Mappers with what came of them at running servers: `expected` are the findings for v26.2.0, reviewed by hand.
#[test]
fn mappers_of_real_sign_ins() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/jsonnet/mappers.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("mappers")).read_to_string(&mut text).expect("UTF-8");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let claims =
        |id: &str| rows.iter().find(|row| row["context"] == id).map(|row| row["claims"].clone()).expect("claims");
    let evaluators = ["0.19", "0.20", "0.21"]
        .into_iter()
        .zip([(0, 19), (0, 20), (0, 21)].map(|version| Evaluator::of(child()).unlimited().with(version)));
    let evaluators: Vec<(&str, Evaluator)> = evaluators.collect();
    let security = ["jsonnet-unverified-address", "jsonnet-verification-idle"];
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.get("body").is_some()) {
        let (id, body) = (&row["id"], row["body"].as_str().expect("a body"));
        let mut accepts = false;
        for (context, recorded) in row["results"].as_object().expect("results") {
            accepts |= recorded.get("flags").is_some();
            for (version, evaluator) in &evaluators {
                let eval =
                    recorded["eval_other"].get(*version).unwrap_or(&recorded["eval"]).as_str().expect("a result");
                let job = Job::with_variables(body, [("claims".to_owned(), claims(context))]);
                let ours = evaluator.evaluate(&job).expect("a child");
                assert_eq!(matches!(ours, Answer::Ok(_)), eval == "ok", "{id} {context} {version}: {eval}, {ours:?}");
            }
        }
        let provider = row["provider"].as_str().expect("a provider");
        let folder = with_mapper(provider, body);
        let text = std::fs::read_to_string(folder.path().join("kratos.yml")).expect("a configuration");
        let found = findings(folder.path(), &text, Version::V26_2);
        let found: Vec<&str> = found.iter().filter_map(|line| line.rsplit_once(' ').map(|(rule, _)| rule)).collect();
        let mut expected: Vec<&str> =
            row["expected"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        if sorted != expected {
            wrong.push(format!("{id} {body}\nfound {found:?}\nnot {}", row["expected"]));
        }
        // Microsoft, X and Facebook say nothing that a mapper could look at.
        let can_look = !matches!(provider, "microsoft" | "x" | "facebook");
        let is_told = found.iter().any(|rule| security.iter().any(|name| rule.starts_with(name)));
        assert!(is_told || !(accepts && can_look), "{id} accepts unverified addresses");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A folder with a configuration and its document, for a case or for an example of a page.
fn with_document(case: &Path, text: &str, body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(case).into_iter().flatten().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("writable");
    }
    std::fs::write(folder.path().join("kratos.yml"), text).expect("writable");
    std::fs::write(folder.path().join("body.jsonnet"), body).expect("writable");
    folder
}

/// What is found in the document of a folder: the rule, the bytes, and the help.
fn in_document(folder: &Path, version: Version) -> Vec<(String, std::ops::Range<usize>, String)> {
    let path = folder.join("kratos.yml");
    let source = Source::new(path.to_string_lossy(), std::fs::read_to_string(&path).expect("a configuration"));
    let unit = Unit::plain(yaml::parse(&source, yaml::Format::Yaml));
    let settings = Settings { project: project(folder), child: child(), ..Settings::default() };
    let report = check::unit(&unit, &Target::one(version, TargetSource::Flag), &settings);
    let of_document =
        report.diagnostics.into_iter().filter(|found| found.place.source.path().ends_with("body.jsonnet"));
    of_document
        .map(|found| {
            let span = found.place.span;
            (found.rule.to_string(), span.start..span.end, found.help.unwrap_or_default())
        })
        .collect()
}

/// What a help makes of the expression that it is about, each in one or more ways of which one must do; nothing for a help without
/// code.
fn pasted(help: &str, read: &str, after: &str) -> Vec<Vec<String>> {
    let code = |start: &str| help.split_once(start).and_then(|(_, rest)| rest.split('`').next()).map(str::to_owned);
    let is_last = !after.starts_with(['.', '[']);
    let mut texts = Vec::new();
    let test = help.strip_prefix("test `").and_then(|rest| rest.split('`').next()).filter(|_| is_last);
    texts.extend(code("null with `").filter(|_| is_last));
    texts.extend(code("read it with `").filter(|_| is_last));
    texts.extend(help.strip_prefix("take the first value: ").map(str::to_owned));
    texts.extend(code("use `").filter(|text| text.starts_with("ctx.")));
    if let (Some(near), Some((base, _))) = (code("did you mean `"), read.rsplit_once('.')) {
        texts.push(if near.contains('.') { near } else { format!("{base}.{near}") });
    }
    // What else is sent is for the author to choose: nothing, no condition, or no items.
    let ways = |test| {
        vec![
            format!("(if {test} then {read})"),
            format!("({test} && {read})"),
            format!("(if {test} then {read} else [])"),
        ]
    };
    let tested = test.map(ways);
    let mut pastes: Vec<Vec<String>> = texts.into_iter().map(|text| vec![text]).chain(tested).collect();
    pastes.retain(|ways| !ways.iter().any(|text| text.contains('…')));
    pastes
}

/// What a help says can be pasted where it is: the document is still Jsonnet, its names are known, and the finding is gone.
#[test]
fn helps_hold_when_they_are_pasted_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let mut cases: Vec<(std::path::PathBuf, String, String)> = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| rule.category == "jsonnet") {
        for entry in std::fs::read_dir(root.join(rule.name)).into_iter().flatten().flatten() {
            let read = |name: &str| std::fs::read_to_string(entry.path().join(name));
            let (Ok(text), Ok(body)) = (read("kratos.yml"), read("body.jsonnet")) else { continue };
            cases.push((entry.path(), text, body));
        }
        for (_, text) in examples(rule.docs).into_iter().filter(|(tag, _)| *tag == "bad") {
            let Some(packed) = text.split("base64://").nth(1).and_then(|rest| rest.split_whitespace().next()) else {
                continue;
            };
            let body = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).expect("base64");
            let text = text.replacen(&format!("base64://{packed}"), "file://./body.jsonnet", 1);
            cases.push((root.join("none"), text, String::from_utf8(body).expect("UTF-8")));
        }
    }
    let mut pastes = 0;
    for (case, text, body) in cases {
        let version = text.lines().next().and_then(|line| line.strip_prefix("# kratos ")).and_then(Version::named);
        let version = version.unwrap_or(Version::V1_3_1);
        let folder = with_document(&case, &text, &body);
        for (rule, span, help) in in_document(folder.path(), version) {
            let (Some(read), Some(after)) = (body.get(span.clone()), body.get(span.end..)) else { continue };
            for ways in pasted(&help, read, after) {
                let left = |paste: &String| {
                    let mended = format!("{}{paste}{after}", body.get(..span.start).expect("a start"));
                    std::fs::write(folder.path().join("body.jsonnet"), &mended).expect("writable");
                    let inside = span.start..span.start + paste.len();
                    let broken = ["jsonnet-syntax-error", "jsonnet-unknown-variable"];
                    let is_left = |(other, at, _): &(String, std::ops::Range<usize>, String)| {
                        broken.contains(&other.as_str()) || *other == rule && inside.contains(&at.start)
                    };
                    in_document(folder.path(), version).into_iter().any(|found| is_left(&found))
                };
                assert!(!ways.iter().all(left), "{}: {help}: {ways:?}", case.display());
                pastes += 1;
            }
        }
    }
    assert!(pastes > 30, "{pastes}");
}
