//! What endpoints are told: requests, `OpenAPI`, examples and types of a whole configuration.
//!
//! `INSTA_UPDATE=always cargo test --test endpoints` writes the expected files and published schemas anew.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kratos_lint::disk::Disk;
use kratos_lint::endpoints::{examples, generic, of};
use kratos_lint::evaluation::{Child, Evaluator};
use kratos_lint::files::Files;
use kratos_lint::kratos::contract::Mode;
use kratos_lint::kratos::ctx::Place;
use kratos_lint::kratos::hooks::FLOWS;
use kratos_lint::kratos::identity;
use kratos_lint::kratos::version::Version;
use kratos_lint::text::Source;
use kratos_lint::yaml;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/endpoints");
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contract");

fn kratos_lint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kratos-lint")).current_dir(FOLDER).args(args).output().expect("it runs")
}

fn evaluator() -> Evaluator {
    Evaluator::of(Child::At(env!("CARGO_BIN_EXE_kratos-lint").into()))
}

fn printed(args: &[&str]) -> String {
    let output = kratos_lint(args);
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn expect(path: &Path, found: &str) {
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, found).expect("writable");
    }
    let is_current = fs::read_to_string(path).is_ok_and(|known| known == found);
    assert!(is_current, "{}: `INSTA_UPDATE=always cargo test --test endpoints` writes it", path.display());
}

#[test]
fn one_openapi_document_for_all_hooks() {
    for version in ["1.0.0", "1.3.1", "26.2.0"] {
        let text = printed(&["schema", "openapi", "--kratos", version, "kratos.yml"]);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let schema =
            fs::read_to_string(Path::new(FOLDER).join("openapi-3.1.schema.json")).expect("the schema of OpenAPI");
        let schema = serde_json::from_str(&schema).expect("JSON");
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{} {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!text.contains("a-secret-of-the-tests") && !text.contains("user:password"), "a secret is shown");
        expect(&Path::new(FOLDER).join(format!("openapi-{version}.json")), &text);
    }
}

#[test]
fn examples_follow_their_schemas() {
    let text = fs::read_to_string(Path::new(FOLDER).join("kratos.yml")).expect("the configuration");
    let tree = yaml::parse(&Source::new(format!("{FOLDER}/kratos.yml"), text), yaml::Format::Yaml);
    let disk = Disk::default();
    let files = Files::beside(&disk, &Path::new(FOLDER).join("kratos.yml"));
    let root = tree.root().expect("a root");
    let schemas = identity::load(root, &files);
    for version in [Version::V1_0, Version::V1_3_1, Version::NEWEST, Version::MASTER] {
        let mut count = 0;
        for example in of(root, version, &schemas, &files, evaluator()).iter().flat_map(examples::of) {
            let validator = jsonschema::draft202012::new(&example.schema).expect("a schema");
            let errors: Vec<String> = validator.iter_errors(&example.body).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{version} {}: {errors:?}\n{:#}", example.name, example.schema);
            count += 1;
        }
        assert!(count > 12, "{version}: {count}");
    }
    let here = tempfile::tempdir().expect("a folder");
    let out = here.path().join("new/folder");
    let list = printed(&["schema", "examples", "--out", &out.to_string_lossy(), "kratos.yml"]);
    assert!(list.lines().count() > 12 && list.lines().all(|path| Path::new(path).is_file()), "{list}");
}

#[test]
fn requests_and_answers_of_one_hook() {
    let pointer = "/selfservice/flows/registration/after/password/hooks/0";
    let args = ["--kratos", "1.3.1", "--hook", pointer, "kratos.yml"];
    let request = printed(&[&["schema", "request"], &args[..]].concat());
    expect(&Path::new(FOLDER).join("request.json"), &request);
    let response = printed(&[&["schema", "response"], &args[..]].concat());
    expect(&Path::new(FOLDER).join("response.json"), &response);
    let unclear = kratos_lint(&["schema", "request", "kratos.yml"]);
    assert_eq!(unclear.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unclear.stderr).contains(pointer));
}

/// Runs a tool over the types in a language, if it is there.
fn compile(language: &str, file: &str, tool: &[&str]) {
    for (version, config) in [("1.0.0", "kratos.yml"), ("26.2.0", "kratos.yml"), ("26.2.0", "odd-names.yml")] {
        let here = tempfile::tempdir().expect("a folder");
        let text = printed(&["schema", "types", "--language", language, "--kratos", version, config]);
        fs::write(here.path().join(file), &text).expect("written");
        if language == "go" {
            fs::write(here.path().join("go.mod"), "module hooks\n\ngo 1.20\n").expect("written");
        }
        let (program, args) = tool.split_first().expect("a tool");
        match Command::new(program).args(args).current_dir(here.path()).stdin(Stdio::null()).output() {
            Ok(output) => {
                let says = language == "go" && !output.stdout.is_empty();
                assert!(output.status.success() && !says, "{output:?}\n{text}");
            }
            Err(error) => eprintln!("{program} is not there ({error}): types in {language} are not compiled"),
        }
    }
}

#[test]
fn types_in_go_compile() {
    compile("go", "types.go", &["go", "vet", "."]);
    compile("go", "types.go", &["gofmt", "-d", "types.go"]);
}

#[test]
fn types_in_python_compile() {
    compile("python", "types_.py", &["python3", "types_.py"]);
}

#[test]
fn types_in_typescript_compile() {
    compile("typescript", "types.ts", &["tsc", "--noEmit", "--strict", "types.ts"]);
}

#[test]
fn types_in_rust_compile() {
    // Our own dependencies are there, so that nothing is fetched.
    let here = tempfile::tempdir().expect("a folder");
    let manifest = "[package]\nname = \"hooks\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
                    serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n[workspace]\n";
    fs::create_dir(here.path().join("src")).expect("made");
    fs::write(here.path().join("Cargo.toml"), manifest).expect("written");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), here.path().join("Cargo.lock")).expect("copied");
    let types = |config| printed(&["schema", "types", "--language", "rust", "--kratos", "26.2.0", config]);
    let text = format!("{}\npub mod odd_names {{\n{}}}\n", types("kratos.yml"), types("odd-names.yml"));
    fs::write(here.path().join("src/lib.rs"), &text).expect("written");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--offline"]).env("RUSTFLAGS", "-Dwarnings");
    let output = cargo.current_dir(here.path()).output().expect("cargo");
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_published_requests_are_those_of_this_program() {
    for version in Version::all().filter(|version| Version::V0_13 <= *version) {
        let is_hook = |id: &&str| FLOWS.iter().any(|flow| id.starts_with(&format!("{flow}.")));
        for id in Place::all_ids().filter(is_hook) {
            let Some(endpoint) = generic(&Place::new(id, version), Mode::Parse) else { continue };
            let (flow, phase) = id.split_once('.').expect("flow and phase");
            let phase = phase.trim_start_matches("after.");
            let args = ["schema", "request", "--flow", flow, "--phase", phase, "--kratos", version.name()];
            // One by the program, all by the library: the same function.
            let text = if version == Version::NEWEST {
                printed(&args)
            } else {
                format!("{:#}\n", endpoint.request_document())
            };
            jsonschema::draft202012::meta::validate(&endpoint.request_document()).expect("JSON Schema 2020-12");
            expect(&Path::new(CONTRACT).join(format!("{version}/request/{id}.json")), &text);
        }
    }
}
