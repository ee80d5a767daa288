//! What commands answer when too little, or something that is not there, is named.

use std::fs;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

/// A list for all methods that never runs, and the same hooks for each of two methods.
fn hooks() -> String {
    let hook = |name: &str| {
        format!(
            "- hook: web_hook\n              config: {{url: 'https://{name}.example.org/', method: POST, body: file://body.jsonnet, response: {{ignore: true}}}}\n"
        )
    };
    format!(
        "version: v1.3.1\n{MINIMAL}  methods:\n    password: {{enabled: true}}\n    passkey: {{enabled: true, config: {{rp: {{id: example.org, display_name: x, origins: ['https://example.org']}}}}}}\n    code: {{enabled: false}}\n  flows:\n    login:\n      after:\n        hooks:\n            {}        password:\n          hooks:\n            {}        passkey:\n          hooks:\n            {}",
        hook("all"),
        hook("own"),
        hook("own").replace("  config: ", "  config:  ")
    )
}

#[test]
fn a_missing_baseline_says_how_it_is_made() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let output = kratos_lint(here.path(), &["--baseline", "known.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("known.json: no such file: --update-baseline makes it"), "{output:?}");
}

#[test]
fn what_more_there_is_takes_one_line() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}lgo: 1\n  "))]);
    let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
    let more: Vec<&str> = said.lines().filter(|line| line.contains("-f pretty")).collect();
    assert!(matches!(more.as_slice(), [line] if line.contains("not shown (--show-info)")), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("--show-info") || line.contains("--fix")).count(), 1, "{said}");
}

#[test]
fn schemas_are_of_the_only_configuration_and_its_hooks_are_listed() {
    let here = folder(&[("kratos.yml", &hooks()), ("body.jsonnet", "function(ctx) {}"), (".git/HEAD", "")]);
    let output = kratos_lint(here.path(), &["schema", "request"]);
    assert_eq!(output.status.code(), Some(2));
    let known = "name one with --hook; there are /selfservice/flows/login/after/hooks/0, /selfservice/flows/login/after/password/hooks/0";
    assert!(stderr(&output).contains(known), "{output:?}");
    let types = stdout(&kratos_lint(here.path(), &["schema", "types", "--language", "go"]));
    assert!(!types.contains("Recovery"), "only hooks of the configuration: {types}");
    let generic = stderr(&kratos_lint(folder(&[]).path(), &["schema", "request"]));
    assert!(generic.contains("name one with --flow and --phase; there are login.before, login.after"), "{generic}");
}

#[test]
fn render_lists_the_documents_that_it_can_show() {
    let here = folder(&[("kratos.yml", &hooks()), ("body.jsonnet", "function(ctx) {}"), (".git/HEAD", "")]);
    let body = "/selfservice/flows/login/after/hooks/0/config/body";
    for args in [&["render"][..], &["render", "--hook", "/selfservice"]] {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(stderr(&output).contains(body), "{output:?}");
    }
    let one = kratos_lint(here.path(), &["render", "--hook", "/selfservice/flows/login/after/hooks/0"]);
    assert!(stdout(&one).starts_with("POST https://all.example.org/"), "{one:?}");
    let nothing = kratos_lint(folder(&[]).path(), &["render"]);
    assert!(stderr(&nothing).contains("name a document, or a place of one with --hook"), "{nothing:?}");
}

#[test]
fn a_document_is_run_where_kratos_runs_it() {
    let here = folder(&[("kratos.yml", &hooks()), ("body.jsonnet", "function(ctx) {}"), (".git/HEAD", "")]);
    let said = stderr(&kratos_lint(here.path(), &["render", "body.jsonnet"]));
    assert!(said.contains("/selfservice/flows/login/after/password/hooks/0/config/body"), "{said}");
    kratos_lint(here.path(), &["test", "--init", "body.jsonnet"]);
    let test = fs::read_to_string(here.path().join("body.test.yml")).expect("tests");
    assert!(test.contains("method: password\n"), "{test}");
}

#[test]
fn methods_whose_lists_have_the_same_hooks_share_a_lane() {
    let here = folder(&[("kratos.yml", &hooks()), ("body.jsonnet", "function(ctx) {}")]);
    let text = stdout(&kratos_lint(here.path(), &["hooks", "kratos.yml"]));
    assert!(text.contains("login.after: password, passkey\n"), "{text}");
    let svg = stdout(&kratos_lint(here.path(), &["hooks", "kratos.yml", "--format", "svg"]));
    assert!(svg.contains(">login: password, passkey<"), "{svg}");
}

#[test]
fn what_cannot_be_read_is_said_before_what_is_missing() {
    let here = folder(&[("kratos.yml", "a: [\n")]);
    for command in ["hooks", "upgrade"] {
        let output = kratos_lint(here.path(), &[command, "kratos.yml"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(stderr(&output).contains("kratos.yml:1:4: a quote or bracket is not closed"), "{output:?}");
    }
}

#[test]
fn each_command_has_a_man_page_with_its_examples() {
    let here = folder(&[]);
    let page = stdout(&kratos_lint(here.path(), &["man", "init", "hook"]));
    assert!(page.contains(".TH kratos-lint-init-hook 1") && page.contains(".SH EXAMPLES\n"), "{page}");
    assert!(stderr(&kratos_lint(here.path(), &["man", "init", "hok"])).contains("did you mean hook?"));
}

#[test]
fn shells_complete_points_of_answers_and_hooks() {
    let here = folder(&[]);
    let script = stdout(&kratos_lint(here.path(), &["completions", "fish"]));
    let of = |command: &str| {
        let line = script.lines().find(|line| line.contains(&format!("using_subcommand {command}\" -f -a")));
        line.unwrap_or_default().to_owned()
    };
    assert!(of("respond").contains("registration.after"), "{}", of("respond"));
    assert!(of("explain").contains("require_verified_address"), "{}", of("explain"));
}
