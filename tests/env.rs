//! What the server really sees: variables and layered files, over the real binary and against records of real servers.

mod snapshot;

use std::fs;
use std::io::Read as _;
use std::path::Path;

use assert_cmd::Command;
use flate2::read::GzDecoder;
use kratos_lint::check::{self, Target};
use kratos_lint::evaluation::Child;
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/env");

/// The program, in whose process Jsonnet is evaluated.
fn child() -> Child {
    Child::At(env!("CARGO_BIN_EXE_kratos-lint").into())
}

fn report(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::cargo_bin("kratos-lint").expect("the program");
    let output =
        command.current_dir(folder).args(["-q", "-f", "concise", "--show-info"]).args(args).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn expect(name: &str, found: &str) {
    snapshot::expect(Path::new(FOLDER), name, found);
}

#[test]
fn variables_are_seen_as_the_server_sees_them() {
    for name in ["broken", "good"] {
        let file = format!("{name}.env");
        let args = ["--no-config", "--kratos", "1.3.1", "--env-file", &file, "kratos.yml"];
        expect(name, &report(Path::new(FOLDER), &args));
    }
}

#[test]
fn the_compose_file_beside_gives_its_variables() {
    let here = tempfile::tempdir().expect("a folder");
    for name in ["kratos.yml", "compose.yml", "good.env"] {
        fs::copy(Path::new(FOLDER).join(name), here.path().join(name)).expect("copied");
    }
    expect("compose", &report(here.path(), &["kratos.yml"]));
}

#[test]
fn quotes_that_nothing_removes_are_part_of_a_value() {
    let here = tempfile::tempdir().expect("a folder");
    fs::copy(Path::new(FOLDER).join("kratos.yml"), here.path().join("kratos.yml")).expect("copied");
    fs::copy(Path::new(FOLDER).join("quoted.yml"), here.path().join("compose.yml")).expect("copied");
    expect(
        "quoted",
        &report(here.path(), &["--only", "variable-value-misread,unusable-dsn,malformed-value", "kratos.yml"]),
    );
}

#[test]
fn later_files_lie_over_earlier_ones() {
    let args = ["--no-config", "--kratos", "1.3.1", "-c", "kratos.yml", "-c", "staging.yml"];
    expect("layered", &report(Path::new(FOLDER), &args));
    let args = ["--no-config", "--kratos", "1.3.1", "-c", "kratos.yml,staging.yml"];
    expect("layered", &report(Path::new(FOLDER), &args));
    let mut command = Command::cargo_bin("kratos-lint").expect("the program");
    let args = ["hooks", "--kratos", "1.3.1", "-c", "kratos.yml", "-c", "staging.yml", "--env-file", "good.env"];
    let output = command.current_dir(FOLDER).args(args).output().expect("it runs");
    expect("layered-hooks", &String::from_utf8(output.stdout).expect("UTF-8"));
}

/// Records of servers: started with variables, and whether they did.
#[test]
fn servers_that_started_with_variables_agree() {
    let file = fs::File::open(Path::new(FOLDER).join("boots.jsonl.gz")).expect("records");
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("text");
    let here = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let version = Version::named(record["version"].as_str().expect("a version")).expect("a known version");
        let variables = record["env"].as_object().expect("variables");
        let lines = variables.iter().map(|(name, value)| format!("{name}='{}'\n", value.as_str().expect("text")));
        let env_file = here.path().join(".env");
        fs::write(&env_file, lines.collect::<String>()).expect("written");
        let source = Source::new(here.path().join("kratos.json").to_string_lossy(), record["config"].to_string());
        let unit = Unit::plain(yaml::parse(&source, yaml::Format::Json));
        let settings = Settings { no_config: true, env_files: vec![env_file], child: child(), ..Settings::default() };
        let found = check::unit(&unit, &Target::one(version, TargetSource::Flag), &settings);
        assert_eq!(Some(found.boots), record["boots"].as_bool(), "{line}\n{:?}", found.diagnostics);
        count += 1;
    }
    assert!(count > 380, "{count}");
}
