//! Helps that depend on how the project starts Kratos.

use std::fs;

use serde_json::Value;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

/// The helps of the findings of a rule in a project.
fn helps(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let here = folder(files);
    let report = stdout(&kratos_lint(here.path(), &["-f", "json", "--only", rule]));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|found| found["help"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_loopback_address_gets_the_service_that_publishes_its_port() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    volumes: ['.:/etc/kratos']\n  db:\n    image: postgres:16\n  cache:\n    image: redis:7\n    ports: ['6379:6379']\n  mail:\n    image: axllent/mailpit\n    ports: ['2525:1025']\n  worker:\n    image: example/worker\n";
    let help = |port: u16| {
        let text = format!("courier: {{smtp: {{connection_uri: 'smtp://localhost:{port}/'}}}}\n{MINIMAL}");
        helps(&[("compose.yml", compose), ("kratos.yml", &text)], "loopback-in-container")
    };
    assert_eq!(help(2525), ["write `mail:1025`: this service publishes port 2525"]);
    // A database takes no mail, and what publishes other ports listens there.
    assert_eq!(help(2526), ["use the name of the service that listens there (`worker`), or `host.docker.internal`"]);
}

#[test]
fn a_service_that_kratos_does_not_reach_is_no_help() {
    let service = |name: &str, rest: &str| format!("  {name}:\n    image: {rest}\n");
    let compose = [
        "networks: {inner: {}, outer: {}}\nservices:\n".to_owned(),
        service("auth", "oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    volumes: ['.:/etc/kratos']\n    networks: [inner]"),
        service("courier", "oryd/kratos:v1.3.1\n    command: courier watch -c /etc/kratos/kratos.yml\n    networks: [inner]"),
        service("far", "example/far\n    networks: {outer: {}}\n    ports: ['2525:25']"),
        service("alone", "example/alone"),
        service("near", "example/near\n    networks: {inner: {aliases: [n]}, outer: {}}"),
    ]
    .concat();
    let text = format!("courier: {{smtp: {{connection_uri: 'smtp://localhost:2525/'}}}}\n{MINIMAL}");
    let found = helps(&[("compose.yml", &compose), ("kratos.yml", &text)], "loopback-in-container");
    assert_eq!(found, ["use the name of the service that listens there (`near`), or `host.docker.internal`"]);
}

#[test]
fn dev_mode_is_switched_on_where_the_chart_reads_it() {
    let config = "dev: true\nwatch-courier: true\nsqa-opt-out: true\n";
    let plain = format!("{config}{MINIMAL}");
    assert_eq!(
        helps(&[("kratos.yml", &plain)], "overridden-key").first().map(String::as_str),
        Some("start it with `--dev`, or set DEV=true in the environment")
    );
    let inside: String = plain.lines().map(|line| format!("    {line}\n")).collect();
    let values = format!("image: {{tag: v1.3.1}}\nkratos:\n  identitySchemas: {{}}\n  config:\n{inside}");
    assert_eq!(
        helps(&[("values.yaml", &values)], "overridden-key"),
        [
            "set `kratos.development: true` in the values instead",
            "remove it: the chart runs `kratos courier watch` while `courier.enabled` is true",
            "set SQA_OPT_OUT to \"true\" in `deployment.extraEnv`",
        ]
    );
}

const COMPOSE: &str = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/k/kratos.yml\n    volumes: [\"./:/etc/k\"]\n";

#[test]
fn a_file_of_a_server_that_holds_no_configuration_is_named() {
    let files = [("auth/compose.yml", COMPOSE), ("other/kratos.yml", MINIMAL), (".git/HEAD", "")];
    let other = "title: sign-in\n---\nother: 1\n";
    for (text, is_said) in [(MINIMAL, false), (other, true)] {
        let here = folder(&[&files[..], &[("auth/kratos.yml", text)]].concat());
        let said = stderr(&kratos_lint(here.path(), &[]));
        let note = "auth/kratos.yml: it holds no configuration, and auth/compose.yml:2 starts Kratos with it";
        assert_eq!(said.contains(note), is_said, "{said}");
        assert!(!stderr(&kratos_lint(here.path(), &["other"])).contains(note), "another folder is asked for");
    }
}

/// Nothing that is said depends on what the machine has beside the project.
#[test]
fn what_is_outside_of_the_project_is_as_good_as_not_there() {
    let play = "- tasks:\n    - template: {src: ../../outside/kratos.yml, dest: /srv/k/kratos.yml}\n    - docker_container: {name: kratos, image: \"oryd/kratos:v1.3.1\", command: serve -c /etc/k/kratos.yml, volumes: [\"/srv/k:/etc/k\"]}\n";
    let image = "FROM oryd/kratos:v1.3.1\nCOPY ../outside/kratos.yml /etc/k/kratos.yml\nCMD [\"serve\", \"-c\", \"/etc/k/kratos.yml\"]\n";
    let layers = "layers = [[\"kratos.yml\", \"../outside/kratos.yml\"]]\n";
    for (name, text) in [("play.yml", play), ("Dockerfile", image), ("kratos-lint.toml", layers)] {
        let here =
            folder(&[("project/.git/HEAD", ""), ("project/kratos.yml", MINIMAL), ("outside/kratos.yml", MINIMAL)]);
        let project = here.path().join("project");
        fs::write(project.join(name), text).expect("written");
        let said = || [&["deployment"][..], &["--show-info"]].map(|args| kratos_lint(&project, args));
        let with = said();
        fs::remove_file(here.path().join("outside/kratos.yml")).expect("removed");
        assert_eq!(with, said(), "{name}");
    }
}

#[test]
fn a_path_with_hyphens_ends_no_comment_of_xml() {
    let older = COMPOSE.replace("v1.3.1", "v1.2.0");
    let here = folder(&[
        ("a---b/kratos.yml", MINIMAL),
        ("a---b/compose.yml", COMPOSE),
        ("c/kratos.yml", MINIMAL),
        ("c/compose.yml", &older),
        (".git/HEAD", ""),
    ]);
    let said = stdout(&kratos_lint(here.path(), &["-f", "checkstyle"]));
    let comments = said.lines().filter_map(|line| line.trim().strip_prefix("<!--")?.strip_suffix("-->"));
    let comments: Vec<&str> = comments.collect();
    assert!(comments.iter().any(|comment| comment.contains("a- - -b")), "{said}");
    assert!(comments.iter().all(|comment| !comment.contains("--")), "{said}");
}
