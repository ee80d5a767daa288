//! `--add-ignores` on each kind of file: no finding is left, and nothing else changes.

use std::fs;
use std::process::Output;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

const JSON: &str = r#"{"dsn": "memory", "selfservice": {"default_browser_return_url": "https://example.org/", "lgo": 1}, "identity": {"schemas": [{"id": "default", "url": "https://example.org/s.json"}]}}
"#;

fn is_clean(output: &Output) -> bool {
    output.status.code() == Some(0) && stdout(output).is_empty()
}

#[test]
fn what_takes_no_comments_gets_rows_in_the_own_file() {
    let toml = "dsn = \"memory\"\n[selfservice]\ndefault_browser_return_url = \"https://example.org/\"\nlgo = 1\n[identity]\nschemas = [{id = \"default\", url = \"https://example.org/s.json\"}]\n";
    for (name, text) in [("kratos.json", JSON), ("kratos.toml", toml)] {
        let here = folder(&[(name, text), (".git/HEAD", "")]);
        let own = here.path().join("kratos-lint.toml");
        let shown = kratos_lint(here.path(), &["--add-ignores", "--diff"]);
        assert!(stdout(&shown).contains("+++ b/kratos-lint.toml\n@@ -0,0 +1,"), "{shown:?}");
        assert!(stdout(&shown).contains(&format!("+file = \"{name}\"\n")), "{shown:?}");
        assert!(!own.exists(), "a preview writes nothing");
        let added = kratos_lint(here.path(), &["--add-ignores"]);
        assert!(is_clean(&added) && stderr(&added).contains("silenced in 1 file\n"), "{name} {added:?}");
        assert!(is_clean(&kratos_lint(here.path(), &["-q"])), "{name}: {}", fs::read_to_string(&own).expect("rows"));
        assert_eq!(fs::read_to_string(here.path().join(name)).expect("text"), text);
        // What is known already gets no second row.
        let rows = fs::read_to_string(&own).expect("rows");
        assert!(is_clean(&kratos_lint(here.path(), &["--add-ignores"])));
        assert_eq!(fs::read_to_string(&own).expect("rows"), rows);
    }
}

#[test]
fn rows_are_named_from_the_folder_of_the_own_file_and_leave_the_rest_of_it() {
    let own = "# ours\nkratos = \"1.3.1\"";
    let here = folder(&[("auth/kratos.json", JSON), ("kratos-lint.toml", own), (".git/HEAD", "")]);
    let added = kratos_lint(&here.path().join("auth"), &["--add-ignores", "kratos.json"]);
    assert!(is_clean(&added), "{added:?}");
    let text = fs::read_to_string(here.path().join("kratos-lint.toml")).expect("rows");
    assert!(text.starts_with("# ours\nkratos = \"1.3.1\"\n\n[[ignore]]\nfile = \"auth/kratos.json\"\n"), "{text}");
    assert!(is_clean(&kratos_lint(here.path(), &["-q"])), "{text}");
}

#[test]
fn a_row_that_cannot_be_written_is_printed() {
    let here = folder(&[("a/kratos.json", JSON), ("b/x", ""), (".git/HEAD", "")]);
    // The new file would be in a folder that is not around the configuration.
    let elsewhere = kratos_lint(&here.path().join("b"), &["--add-ignores", "../a/kratos.json"]);
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(stderr(&elsewhere).contains("left: no comment is possible there; add to kratos-lint.toml:\n[[ignore]]"));
    assert!(!here.path().join("b/kratos-lint.toml").exists());
    let unread = kratos_lint(here.path(), &["--add-ignores", "--no-config", "a/kratos.json"]);
    assert!(!here.path().join("kratos-lint.toml").exists(), "{unread:?}");
}

#[test]
fn standard_input_is_no_file_to_write() {
    let here = folder(&[]);
    let output = kratos_lint(here.path(), &["--add-ignores", "-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--add-ignores has no file to write for stdin"), "{output:?}");
}

#[test]
fn a_comment_in_a_file_that_lies_under_others_is_used_when_one_of_them_needs_it() {
    let values = "image: {repository: oryd/kratos, tag: v1.3.1}\nkratos:\n  config:\n    dsn: postgres://kratos@pg/kratos\n    serve: {public: {base_url: 'https://id.example.org/'}}\n    selfservice:\n      default_browser_return_url: https://id.example.org/\n      methods:\n        password: {enabled: true}\n      flows:\n        login: {ui_url: 'https://id.example.org/login'}\n    identity:\n      schemas: [{id: default, url: 'https://example.org/s.json'}]\n";
    let over = "kratos:\n  development: true\n  config:\n    serve:\n      public:\n        base_url: http://id.example.org/\n";
    let here = folder(&[("values.yaml", values), ("values-local.yaml", over), (".git/HEAD", "")]);
    let before = kratos_lint(here.path(), &["-q"]);
    assert!(
        stdout(&before).contains("values.yaml:11:") && stdout(&before).contains("page-scheme-mismatch"),
        "{before:?}"
    );
    let added = kratos_lint(here.path(), &["--add-ignores"]);
    assert!(is_clean(&added), "{added:?}");
    assert!(is_clean(&kratos_lint(here.path(), &["-q"])));
    assert!(!here.path().join("kratos-lint.toml").exists(), "comments are enough");
}

#[test]
fn files_that_a_server_lays_over_each_other_are_so_while_they_are_changed() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    volumes: ['./base.yml:/a.yml', './live.yml:/b.yml']\n    command: serve -c /a.yml -c /b.yml\n";
    let hooks =
        "  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: session\n";
    let live = "selfservice:\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: show_verification_ui\n";
    let base = format!("{MINIMAL}{hooks}");
    let here = folder(&[("compose.yml", compose), ("base.yml", &base), ("live.yml", live), (".git/HEAD", "")]);
    let before = kratos_lint(here.path(), &["-q"]);
    assert!(stdout(&before).contains("layered-list-replaced"), "{before:?}");
    let added = kratos_lint(here.path(), &["--add-ignores"]);
    assert!(is_clean(&added), "{added:?}");
    assert!(is_clean(&kratos_lint(here.path(), &["-q"])), "{}", stdout(&kratos_lint(here.path(), &["-q"])));
    assert!(!here.path().join("kratos-lint.toml").exists(), "comments are enough");
}

#[test]
fn a_file_with_which_two_servers_start_is_named_once_by_gitlab() {
    let server = |name: &str, over: &str| {
        format!(
            "  {name}:\n    image: oryd/kratos:v1.3.1\n    volumes: ['./base.yml:/a.yml', './{over}:/b.yml']\n    command: serve -c /a.yml -c /b.yml\n"
        )
    };
    let compose = format!("services:\n{}{}", server("one", "one.yml"), server("two", "two.yml"));
    let over = "selfservice:\n  flows:\n    error:\n      ui_url: https://example.org/error\n";
    let files = [("compose.yml", compose.as_str()), ("base.yml", MINIMAL), ("one.yml", over), ("two.yml", over)];
    let here = folder(&[&files[..], &[(".git/HEAD", "")]].concat());
    let rows: serde_json::Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "gitlab"]))).expect("JSON");
    let prints: Vec<String> = rows.as_array().expect("rows").iter().map(|row| row["fingerprint"].to_string()).collect();
    let once: std::collections::BTreeSet<&String> = prints.iter().collect();
    assert_eq!(once.len(), prints.len(), "{rows:#}");
}

#[test]
fn line_ends_and_flow_style_stay() {
    let text = format!("{MINIMAL}  flows: {{login: {{lgo: 1}}}}\n").replace('\n', "\r\n");
    let here = folder(&[("kratos.yml", &text)]);
    assert!(is_clean(&kratos_lint(here.path(), &["--add-ignores"])));
    let after = fs::read_to_string(here.path().join("kratos.yml")).expect("text");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
    let kept: String = after.split_inclusive('\n').filter(|line| !line.contains("kratos-lint:")).collect();
    assert_eq!(kept, text);
}

#[test]
fn more_than_are_shown_get_their_comments() {
    let lines: String = (0..1_100).map(|i| format!("k{i}: 1\n")).collect();
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}{lines}")), (".git/HEAD", "")]);
    let added = kratos_lint(here.path(), &["--add-ignores", "kratos.yml"]);
    let text = fs::read_to_string(here.path().join("kratos.yml")).expect("text");
    assert_eq!(text.matches("# kratos-lint: ignore[unknown-key] known\n").count(), 1_000, "{added:?}");
    assert!(stderr(&added).contains("1 finding left"), "{added:?}");
}
