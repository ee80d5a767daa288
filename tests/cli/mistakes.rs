//! Mistakes on the command line: each is refused before anything is written, in words for users.

use std::fs;

use serde_json::Value;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

fn refused(args: &[&str], why: &str) {
    let here = folder(&[("kratos.yml", MINIMAL), ("file", "")]);
    let output = kratos_lint(here.path(), args);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(said.contains(why), "{args:?}: {said}");
    assert!(!said.contains("os error") && !said.contains("digit found"), "{args:?}: {said}");
}

#[test]
fn what_is_meant_is_said() {
    refused(&["--root", "nope", "kratos.yml"], "--root nope: no such folder");
    refused(&["-o", "sarif=nope/x.sarif", "kratos.yml"], "nope/x.sarif: no such folder: nope");
    refused(&["-o", "srif=x", "kratos.yml"], "did you mean sarif?");
    refused(&["--stdin-filename", "other.yml", "kratos.yml"], "stdin is not read: name it by `-`");
    refused(&["-", "kratos.yml"], "kratos.yml is the name of stdin too");
    refused(&["respond", "login.before", "--status", "many"], "write a number from 200 to 599");
    refused(&["ctx", "registration.after"], "write registration.after.pre_persist or registration.after.post_persist");
    refused(&["ctx", "registration.aftr"], "did you mean registration.after?");
    refused(&["schema", "response", "--flow", "logn"], "did you mean login?");
    refused(&["init", "project", "file"], "a part of this path is a file, not a folder");
    refused(&["--kratos", "24.1", "kratos.yml"], "24.1 is not a release of Kratos");
}

#[test]
fn nothing_is_fixed_before_a_mistake_is_found() {
    let text = format!("{MINIMAL}log: {{level: wrning}}\ncookies: {{same_site: lax}}\n");
    for args in
        [&["--baseline", "nope.json"][..], &["--baseline", "broken.json"], &["-o", "sarif=nope/x"], &["-o", "x"]]
    {
        let here = folder(&[("kratos.yml", &text), ("broken.json", "{")]);
        let output = kratos_lint(here.path(), &[args, &["--unsafe-fixes", "kratos.yml"]].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), text, "{args:?}");
    }
}

#[test]
fn what_a_mistake_hides_is_not_filled_in_later() {
    for broken in ["log:\n  level: info: debug\n", "log: *nope\n", "log: {level: !!int many}\n"] {
        let here = folder(&[("kratos.yml", &format!("{MINIMAL}{broken}"))]);
        let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
        assert!(said.contains("Kratos does not start") && !said.contains("filled in later"), "{broken}: {said}");
    }
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}log: *nope\nsession:\n  lifespan: ${{SPAN}}\n"))]);
    let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
    assert!(said.contains("`session.lifespan` is filled in later and not checked"), "{said}");
}

#[test]
fn messages_say_what_is_meant_and_what_to_write() {
    let hook = "  flows:\n    login:\n      after:\n        hooks:\n          - hook: ";
    for (more, message, help) in [
        (
            "secrets: {cipher: [short]}\n",
            "an item of `secrets.cipher` must have exactly 32 characters, this has 5",
            "write",
        ),
        ("secrets: {cookie: [7]}\n", "an item of `secrets.cookie` must be a text", "quote"),
        (
            "  allowed_return_urls: ['a b://c']\n",
            "an item of `selfservice.allowed_return_urls` must be a URL or a path",
            "",
        ),
        (
            &format!("{hook}session\n"),
            "`login.after.hooks` does not accept the hook `session`",
            "login always signs users in",
        ),
        (
            &format!("{hook}web_hook\n            config: {{url: https://e.org/}}\n"),
            "`method` is missing in `config`",
            "`method: POST`",
        ),
        (
            "courier: {smtp: {from_address: Acme <a@e.org>}}\n",
            "must be an e-mail address",
            "the name goes into `from_name`",
        ),
        (
            &format!("{hook}web_hook\n          config: {{}}\n"),
            "this line begins below the dashes of a list, without a dash",
            "indent it",
        ),
        (
            &format!("{hook}web_hook\n          - config: {{}}\n"),
            "this hook does not say which it is",
            "remove its dash",
        ),
        (&format!("{hook}web_hook\n"), "`config` is missing in `web_hook`", "`url`, `method` and `body`"),
        ("log: {level: @debug}\n", "this sign cannot begin a value", "quote the text"),
        ("  x: 'a' b\n", "there is text after the closing quote", "quote all of it"),
        (
            "log_level: debug\n",
            "Kratos knows no key `log_level`",
            "write it as `log.level`, each part one level deeper",
        ),
        ("LOG_LEVEL: debug\n", "Kratos knows no key `LOG_LEVEL`", "or set the variable in the environment of Kratos"),
        ("  allowed_return_urls: https://a.org, https://b.org\n", "must be a list", "write each as an item"),
        ("  methods: {passkey: {enabled: true}}\n", "`config` is missing in `passkey`", "`rp`"),
    ] {
        let here = folder(&[("kratos.yml", &format!("{MINIMAL}{more}"))]);
        let report: Value = serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json"]))).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let found = findings.iter().find(|found| found["message"].as_str().is_some_and(|text| text.contains(message)));
        let found = found.unwrap_or_else(|| panic!("{message}: {findings:#?}"));
        assert!(found["help"].as_str().is_some_and(|text| text.contains(help)), "{found:#}");
    }
}

/// The block named a file for the body that was not written, and not its place in the list, which is in names of variables.
#[test]
fn a_block_to_be_put_in_by_hand_is_whole() {
    let text = format!(
        "{MINIMAL}  methods: {{oidc: {{enabled: true, config: {{providers: []}}}}}}\n  flows:\n    registration:\n      after:\n        password: &all\n          hooks:\n            - hook: session\n        oidc: *all\n"
    );
    let init = ["--flow", "registration", "--method", "password", "--url", "https://x.acme.io/h"];
    for args in [&[&["init"], &init[..]].concat()[..], &["init", "recipe", "block-disposable-email"]] {
        let here = folder(&[("kratos.yml", &text)]);
        let output = kratos_lint(here.path(), &[args, &["--write", "kratos.yml"]].concat());
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(said.contains("body: base64://") && !said.contains("file://"), "{said}");
        assert!(
            said.contains("# under selfservice.flows.registration.after.password.hooks, before the first item:"),
            "{said}"
        );
        assert!(said.contains("PASSWORD_HOOKS_0_CONFIG"), "{said}");
    }
}

#[test]
fn mistakes_in_json_and_toml_say_what_to_write() {
    for (name, text, said) in [
        ("kratos.json", "{\"dsn\": \"memory\" \"selfservice\": {\"flows\": {}}}", "write a comma before it"),
        ("kratos.toml", "dsn = memory\n[selfservice]\nflows = {}\n", "write `key = \"text\"`"),
    ] {
        let here = folder(&[(name, text)]);
        let shown = stdout(&kratos_lint(here.path(), &["-f", "pretty", name]));
        assert!(shown.contains(said) && !shown.contains("literal"), "{shown}");
    }
}

/// They were read, and did nothing.
#[test]
fn settings_that_can_have_no_effect_are_refused() {
    for (settings, why) in [
        ("[[overrides]]\nkratos = \"1.3.1\"\n", "kratos-lint.toml:1:3: `overrides` has no `paths`"),
        ("allowed-endpoints = [\"https://x.org/y\"]\n", "kratos-lint.toml:1:23: `allowed-endpoints` has hosts"),
        ("root = \"nope\"\n", "kratos-lint.toml:1:9: no such folder: nope"),
    ] {
        let here = folder(&[("kratos.yml", MINIMAL), ("kratos-lint.toml", settings)]);
        let output = kratos_lint(here.path(), &["kratos.yml"]);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(why), "{settings}: {output:?}");
    }
    let here = folder(&[
        ("kratos.yml", MINIMAL),
        ("kratos-lint.toml", "root = \".\"\nallowed-endpoints = [\"*.x.org\", \"y:80\"]\n"),
    ]);
    assert_eq!(kratos_lint(here.path(), &["kratos.yml"]).status.code(), Some(0));
}
