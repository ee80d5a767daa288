//! Versions and upgrades over the real binary.
//!
//! `KRATOS_LINT_UPDATE=1 cargo test --test upgrade` writes the expected answers anew; read the difference.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/upgrade");

fn kratos_lint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kratos-lint")).current_dir(FOLDER).args(args).output().expect("it runs")
}

fn expect(name: &str, output: &Output) {
    let found = String::from_utf8_lossy(&output.stdout);
    let path = Path::new(FOLDER).join(name);
    if std::env::var_os("KRATOS_LINT_UPDATE").is_some() {
        fs::write(&path, found.as_bytes()).expect("writable");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), found, "{name}");
}

#[test]
fn which_releases_start() {
    expect("versions.out", &kratos_lint(&["versions", "kratos.yml"]));
    let json: Value =
        serde_json::from_slice(&kratos_lint(&["versions", "-f", "json", "kratos.yml"]).stdout).expect("JSON");
    let versions = json["versions"].as_array().expect("versions");
    let starts =
        |name: &str| versions.iter().find(|version| version["kratos"] == name).expect("known")["starts"].clone();
    assert_eq!((starts("v1.1.0"), starts("v25.4.0")), (Value::Bool(true), Value::Bool(false)));
}

#[test]
fn what_changes_on_the_way() {
    let refused = kratos_lint(&["upgrade", "--from", "1.0", "--to", "26.2", "kratos.yml"]);
    expect("upgrade.out", &refused);
    assert_eq!(refused.status.code(), Some(1));
    let fine = kratos_lint(&["upgrade", "--from", "1.1", "--to", "1.2", "-f", "json", "kratos.yml"]);
    expect("upgrade.json", &fine);
    assert_eq!(fine.status.code(), Some(0));
    let backwards = kratos_lint(&["upgrade", "--from", "1.2", "--to", "1.1", "kratos.yml"]);
    assert_eq!(backwards.status.code(), Some(2));
}
