//! Which files are configurations, and which release they are for.

use std::fs;
use std::process::Output;

use kratos_lint::kratos::version::Version;
use serde_json::Value;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

#[test]
fn units_are_found_by_content() {
    let indented = |by: usize| MINIMAL.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect::<String>();
    let values = format!("image:\n  tag: v1.2.0\nkratos:\n  config:\n{}", indented(4));
    let map = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  other: x\n  kratos.yaml: |\n{}", indented(4));
    let manifests = format!("apiVersion: v1\nkind: Service\n---\n{map}---\nkind: Service\n");
    let files = [
        ("chart/values.yaml", values.as_str()),
        ("k8s/all.yml", manifests.as_str()),
        ("plain/auth.yml", MINIMAL),
        ("plain/docker-compose.yml", "services:\n  kratos:\n    image: oryd/kratos:v1.1.0\n"),
        ("plain/hydra.yml", "urls:\n  self:\n    issuer: x\ndsn: memory\n"),
        ("ignored/kratos.yml", MINIMAL),
        (".gitignore", "ignored\n"),
    ];
    let here = folder(&files);
    let report: Value = serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json"]))).expect("JSON");
    let units: Vec<String> = report["units"]
        .as_array()
        .expect("units")
        .iter()
        .map(|unit| {
            format!(
                "{}{} {} {}",
                unit["file"].as_str().unwrap_or(""),
                unit["at"].as_str().unwrap_or(""),
                unit["kratos"]["version"].as_str().unwrap_or(""),
                unit["kratos"]["source"].as_str().unwrap_or("")
            )
        })
        .collect();
    let newest = Version::NEWEST;
    assert_eq!(
        units,
        [
            "chart/values.yaml/kratos/config v1.2.0 image",
            &format!("k8s/all.yml/data/kratos.yaml {newest} default"),
            "plain/auth.yml v1.1.0 image",
        ],
        "{report:#}"
    );
}

#[test]
fn findings_inside_other_files_stand_at_their_bytes() {
    let text =
        "kind: ConfigMap\ndata:\n  kratos.yaml: |\n    dsn: memory\n    lgo: 1\n    selfservice:\n      flows: {}\n";
    let here = folder(&[("map.yml", text)]);
    let out = stdout(&kratos_lint(here.path(), &["map.yml", "--only", "unknown-key"]));
    assert!(out.starts_with("map.yml:5:5: error[unknown-key]"), "{out}");
}

#[test]
fn test_data_of_kratos_itself_is_no_configuration() {
    let wrong = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[
        (".git/HEAD", ""),
        ("driver/config/stub/.kratos.yaml", &wrong),
        ("test/e2e/profiles/kratos.yml", &wrong),
        ("contrib/kratos.yml", &wrong),
        ("selfservice/strategy/strategy.go", ""),
    ]);
    let found = |out: &Output| stdout(out).matches("error[unknown-key]").count();
    assert_eq!(found(&kratos_lint(here.path(), &["-f", "concise"])), 3);
    fs::create_dir_all(here.path().join("persistence/sql")).expect("made");
    let output = kratos_lint(here.path(), &["-f", "concise"]);
    assert_eq!(found(&output), 1, "{output:?}");
    assert!(stdout(&output).contains("contrib/kratos.yml"), "{output:?}");
}

#[test]
fn a_tag_that_no_release_moves_is_not_the_newest() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:latest-sqlite\n    volumes: [./:/etc/config]\n    command: serve -c /etc/config/kratos.yml\n";
    let here = folder(&[("kratos.yml", MINIMAL), ("compose.yml", compose)]);
    let said = String::from_utf8_lossy(&kratos_lint(here.path(), &[]).stderr).into_owned();
    assert!(said.contains("checked against Kratos v0.8.0"), "{said}");
}

#[test]
fn documents_behind_a_marker_with_a_comment_are_found() {
    let inner = MINIMAL.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let manifest =
        format!("kind: Service\n--- # the configuration\nkind: ConfigMap\ndata:\n  kratos.yml: |\n{inner}    lgo: 1\n");
    let here = folder(&[("all.yaml", &manifest)]);
    let found = stdout(&kratos_lint(here.path(), &["all.yaml"]));
    assert!(found.contains("all.yaml:13:5: error[unknown-key]"), "{found}");
}

/// A patch of a project may change other services too, and one that changes nothing of Kratos is no configuration of it.
#[test]
fn patches_of_other_services_are_no_broken_configuration() {
    let lifespan = r#"{"op": "replace", "path": "/services/identity/config/session/lifespan", "value": "1 day"}"#;
    let name = r#"{"op": "replace", "path": "/name", "value": "shop"}"#;
    let manifest = "- {op: replace, path: /spec/template/spec/containers/0/image, value: \"oryd/kratos:v1.3.1\"}\n";
    let here = folder(&[
        ("both.json", &format!("[{name}, {lifespan}]")),
        ("name.json", &format!("[{name}]")),
        ("image.yaml", manifest),
    ]);
    let both = kratos_lint(here.path(), &["-f", "concise", "both.json"]);
    assert!(stdout(&both).contains("error[malformed-value] `session.lifespan` must be a duration"), "{both:?}");
    for file in ["name.json", "image.yaml"] {
        let other = kratos_lint(here.path(), &["-f", "concise", file]);
        assert_eq!((other.status.code(), stdout(&other)), (Some(0), String::new()), "{file}");
    }
}

#[test]
fn folders_that_patterns_keep_out_where_git_says_nothing_are_named() {
    let hidden = [(".gitignore", "/b/\n/a/\n*.log\n"), ("a/kratos.yml", MINIMAL), ("b/kratos.yml", MINIMAL)];
    let here = folder(&hidden);
    let said = stderr(&kratos_lint(here.path(), &["."]));
    assert!(said.contains("a: not read, nor 1 more folder: `.gitignore` says so"), "{said}");
    assert!(said.contains("no Kratos configuration found"), "{said}");
    let here = folder(&[(".gitignore", "*.log\n"), ("a.log", "")]);
    let said = stderr(&kratos_lint(here.path(), &["."]));
    assert!(!said.contains(".gitignore"), "{said}");
}

#[test]
fn a_configuration_after_another_document_is_dropped_not_unseen() {
    let text = format!("title: sign-in\n---\n{MINIMAL}");
    let here = folder(&[("kratos.yml", &text), ("other.yml", &text)]);
    for paths in [["."], ["kratos.yml"]] {
        let output = kratos_lint(here.path(), &paths);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(stdout(&output).contains("kratos.yml:3:1: error[dropped-text]"), "{output:?}");
        assert!(!stdout(&output).contains("other.yml"), "{output:?}");
    }
}
