//! What a stranger reads in a project: notes that are true, names that are shown, and what init says of its own.

use std::fs;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

/// A run that writes knows what it read: with the file that it changes the server is started.
#[test]
fn what_is_silenced_is_no_file_without_a_configuration() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    \
                   volumes:\n      - ./auth:/etc/kratos\n";
    let here =
        folder(&[("auth/kratos.yml", &format!("{MINIMAL}lgo: 1\n")), ("compose.yml", compose), (".git/HEAD", "")]);
    for args in [&["--add-ignores", "--diff"][..], &["--add-ignores"]] {
        let output = kratos_lint(here.path(), args);
        assert!(stderr(&output).contains("silenced in 1 file"), "{output:?}");
        assert!(!stderr(&output).contains("it holds no configuration"), "{output:?}");
    }
}

/// A variable that sets a part of a hook makes the hook, where the list has none at this index.
#[test]
fn a_variable_that_makes_a_hook_is_named() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    \
                   environment:\n      - DSN=memory\n      - SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_CONFIG_URL\n    \
                   volumes:\n      - ./kratos.yml:/etc/kratos/kratos.yml\n";
    let here = folder(&[("kratos.yml", MINIMAL), ("compose.yml", compose), (".git/HEAD", "")]);
    let output = kratos_lint(here.path(), &["-f", "pretty"]);
    let shown = stdout(&output);
    assert!(shown.contains("7 |       - SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_CONFIG_URL\n"), "{shown}");
    assert!(shown.contains("= help: remove SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_CONFIG_URL, or give it"), "{shown}");
}

#[test]
fn what_init_says_itself_is_not_masked() {
    let here = folder(&[("kratos.yml", MINIMAL), (".git/HEAD", "")]);
    let url = "https://risk.example.org/login";
    let args = ["init", "--flow", "login", "--response", "wait", "--url", url, "--write", "kratos.yml", "--diff"];
    let shown = kratos_lint(here.path(), &args);
    for line in [
        "# kratos-lint: ignore[blocking-notification] the flow must stop if this endpoint fails",
        "# `value` comes from the environment of Kratos. Set all of:",
        "#   SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE=<the secret>",
    ] {
        assert!(stdout(&shown).contains(line), "{shown:?}");
    }
    assert!(stderr(&shown).contains("silenced there: blocking-notification"), "{shown:?}");
    let elsewhere = kratos_lint(here.path(), &["init", "hook", "show_verification_ui", "--flow", "recovery"]);
    assert!(stderr(&elsewhere).contains("; it may be in login.after.hooks, "), "{elsewhere:?}");
}

/// A recipe leaves what is there: an entry without a path allows all paths of its host.
#[test]
fn a_return_url_that_covers_the_new_one_is_enough() {
    let text = format!("{MINIMAL}  allowed_return_urls:\n    - https://www.example.com\n");
    let here = folder(&[("kratos.yml", &text), (".git/HEAD", "")]);
    let args = [
        "init",
        "recipe",
        "cookies-for",
        "https://www.example.com",
        "https://auth.example.com",
        "--write",
        "kratos.yml",
    ];
    let output = kratos_lint(here.path(), &args);
    let after = fs::read_to_string(here.path().join("kratos.yml")).expect("written");
    assert!(after.contains("allow_credentials: true"), "{output:?}");
    assert!(!after.contains("https://www.example.com/"), "{after}");
    let lacking = kratos_lint(here.path(), &["init", "recipe", "cookies-for"]);
    assert!(
        stderr(&lacking).contains("APPLICATION is missing: kratos-lint init recipe cookies-for APPLICATION KRATOS")
    );
}
