//! Findings that are known, silenced or fixed: baselines, comments, fixes.

use std::fs;

use serde_json::Value;

use super::{MINIMAL, folder, kratos_lint, stdout};

#[test]
fn known_findings_are_left_out_by_a_baseline() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}lgo: 1\n"))]);
    let run = |args: &[&str]| kratos_lint(here.path(), &[&["kratos.yml", "--baseline", "known.json"], args].concat());
    assert_eq!(run(&["--update-baseline"]).status.code(), Some(0));
    assert_eq!(run(&[]).status.code(), Some(0));
    fs::write(here.path().join("kratos.yml"), format!("# moved\n\n{MINIMAL}lgo: 1\nnew: 1\n")).expect("written");
    let output = run(&[]);
    assert_eq!(stdout(&output).matches("unknown-key").count(), 1, "{output:?}");
}

#[test]
fn of_two_equal_findings_of_a_baseline_the_one_that_is_fixed_goes() {
    let wrong = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[("a/kratos.yml", &wrong), ("b/kratos.yml", &wrong)]);
    let run = |args: &[&str]| kratos_lint(here.path(), &[&["--baseline", "known.json"], args].concat());
    assert_eq!(run(&["--update-baseline"]).status.code(), Some(0));
    for (fixed, other) in [("a", "b"), ("b", "a")] {
        fs::write(here.path().join(fixed).join("kratos.yml"), MINIMAL).expect("written");
        let said = String::from_utf8_lossy(&run(&[]).stderr).into_owned();
        assert!(
            said.contains(&format!("{fixed}/kratos.yml")) && !said.contains(&format!("{other}/kratos.yml/lgo")),
            "{said}"
        );
        fs::write(here.path().join(fixed).join("kratos.yml"), &wrong).expect("written");
    }
}

#[test]
fn a_fix_holds_although_two_configurations_share_a_document_with_a_finding() {
    let text = format!(
        "version: v1.1.0\n{MINIMAL}  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: session\n            - hook: web_hook\n              config: {{url: 'https://a.example.org/x', method: POST, body: file://a.jsonnet}}\n"
    );
    let body = "function(ctx) { a: ctx.identity.nope }\n";
    let here = folder(&[("a.kratos.yml", &text), ("b.kratos.yml", &text), ("a.jsonnet", body)]);
    let difference = stdout(&kratos_lint(here.path(), &["--diff"]));
    assert_eq!(difference.matches("-            - hook: session").count(), 2, "{difference}");
}

#[test]
fn a_baseline_knows_findings_by_what_they_are_about() {
    let hooks = |more: &str| {
        format!(
            "{MINIMAL}  flows:\n    registration:\n      after:\n        password:\n          hooks:\n{more}            - hook: web_hook\n              config: {{url: https://a.example.org/x, method: POST, body: file://hooks/a.jsonnet, header: {{}}}}\n"
        )
    };
    let body = "function(ctx) { first: ctx.identity.nope }\n";
    let here = folder(&[("one/kratos.yml", &hooks("")), ("one/hooks/a.jsonnet", body)]);
    let run =
        |args: &[&str]| kratos_lint(here.path(), &[&["--baseline", "known.json", "--kratos", "v1.3.1"], args].concat());
    let written = run(&["--update-baseline"]);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    assert!(String::from_utf8_lossy(&written.stderr).contains("new: one/kratos.yml: "), "{written:?}");
    // A hook in front, another folder, and lines above.
    fs::rename(here.path().join("one"), here.path().join("two")).expect("moved");
    let before = "            - hook: web_hook\n              config: {url: https://b.example.org/y, method: POST, body: base64://e30=, response: {ignore: true}}\n";
    fs::write(here.path().join("two/kratos.yml"), hooks(before)).expect("written");
    fs::write(here.path().join("two/hooks/a.jsonnet"), format!("// moved\n\n{body}")).expect("written");
    let again = run(&[]);
    assert_eq!((again.status.code(), stdout(&again).as_str()), (Some(0), ""), "{again:?}");
}

#[test]
fn comments_silence_and_stale_ones_are_reported() {
    let text = format!(
        "# kratos-lint: ignore[unknown-key] ours\nlgo:\n  level: 1\nfoo: 1 # kratos-lint: ignore[unknown-key]\n{MINIMAL}"
    );
    let here = folder(&[
        ("kratos.yml", &text),
        ("stale.yml", &format!("{MINIMAL}log: {{}} # kratos-lint: ignore[wrong-type, nope]\n")),
    ]);
    let report: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json", "kratos.yml"]))).expect("JSON");
    assert_eq!(report["summary"]["suppressed"], 2, "{report:#}");
    assert_eq!(report["summary"]["error"], 0, "{report:#}");
    assert_eq!(report["units"][0]["boots"], false, "suppressed findings still say that it does not start");
    let stale = stdout(&kratos_lint(here.path(), &["stale.yml"]));
    assert!(stale.contains("warning[unused-suppression]") && stale.contains("warning[unknown-suppression]"), "{stale}");
}

#[test]
fn a_suppression_in_hooks_that_do_not_run_now_is_not_unused() {
    let text = |method: &str| {
        format!(
            "{MINIMAL}selfservice:\n  methods:\n    oidc: {{ enabled: false }}\n  flows:\n    login:\n      after:\n        {method}:\n          \
             hooks:\n          # kratos-lint: ignore[blocking-notification] it must stop\n          - hook: revoke_active_sessions\n"
        )
    };
    let here = folder(&[("off.yml", &text("oidc")), ("on.yml", &text("password"))]);
    let off = stdout(&kratos_lint(here.path(), &["--kratos", "v1.3.1", "--show-info", "off.yml"]));
    assert!(off.contains("[unreachable-hook]") && !off.contains("unused-suppression"), "{off}");
    let on = stdout(&kratos_lint(here.path(), &["--kratos", "v1.3.1", "on.yml"]));
    assert!(on.contains("warning[unused-suppression]"), "{on}");
}

#[test]
fn findings_are_silenced_by_comments_that_are_written_and_by_rows_of_the_own_file() {
    let text = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[("kratos.yml", &text), ("other.yml", &text), (".git/HEAD", "")]);
    let count = |output: &std::process::Output| stdout(output).matches("unknown-key").count();
    let added = kratos_lint(here.path(), &["--add-ignores", "kratos.yml"]);
    assert_eq!((added.status.code(), count(&added)), (Some(0), 0), "{added:?}");
    let written = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
    assert_eq!(written, format!("{MINIMAL}# kratos-lint: ignore[unknown-key] known\nlgo: 1\n"));
    let row =
        "[[ignore]]\nrule = \"unknown-key\"\nfile = \"other.yml\"\nkey = \"lgo\"\nreason = \"for another reader\"\n";
    fs::write(here.path().join("kratos-lint.toml"), row).expect("written");
    fs::write(here.path().join("kratos.yml"), &text).expect("written");
    assert_eq!(count(&kratos_lint(here.path(), &["kratos.yml", "other.yml"])), 1, "the row is about one file");
    for (row, wrong) in [
        (row.replace("reason", "because"), "knows no key `because`"),
        (row.replace("reason = \"for another reader\"\n", ""), "has no `reason`"),
        (row.replace("unknown-key", "unknown-kye"), "did you mean unknown-key?"),
    ] {
        fs::write(here.path().join("kratos-lint.toml"), row).expect("written");
        let output = kratos_lint(here.path(), &["other.yml"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(wrong), "{said}");
    }
}

#[test]
fn a_comment_that_silences_nothing_is_reported() {
    for comment in [
        "kratos-lint: ignore",
        "kratos-lint disable=unknown-key",
        "kratos-lint: ignore[unknown-key",
        "kratos-lint:noqa",
        "kratos-lint: ignores[unknown-key]",
        "Kratos-Lint: Ignore[unknown-key]",
        "kratoslint: ignore[unknown-key]",
        "kratos-lint: ingore[unknown-key]",
        "kratos-lint: ignore-fil [unknown-key]",
        "kratos_lint : ignore(unknown-key)",
        "kratos-lint-disable unknown-key",
        "noqa: unknown-key",
        "kratos-lint: critical",
        "kratos-lint: unknown-key",
    ] {
        let here = folder(&[("kratos.yml", &format!("{MINIMAL}# {comment}\n"))]);
        let out = stdout(&kratos_lint(here.path(), &["kratos.yml"]));
        assert!(out.contains("warning[unknown-suppression] this comment silences nothing"), "{comment}: {out}");
    }
    let here = folder(&[(
        "kratos.yml",
        &format!(
            "{MINIMAL}# kratos-lint checks this file\n# see kratos-lint: ignored files\n# kratos-lint: checked by hand\n# kratos-lint ignores the order\n# skip the unknown-thing\n"
        ),
    )]);
    let out = stdout(&kratos_lint(here.path(), &["kratos.yml"]));
    assert_eq!(out, "");
}

#[test]
fn fixes_mend_and_change_nothing_else() {
    let text = "# first\r\nversion: v1.1.0 # stays\r\ndsn: 'postgres://db/k'\r\nwhitelisted: 1\r\nselfservice:\r\n  default_browser_return_url: https://example.org/\r\n  whitelisted_return_urls: [https://a.example.org/] # ours\r\n  flows:\r\n    registration:\r\n      enabled: yes\r\n      after:\r\n        password:\r\n          hooks:\r\n            - hook: session # first\r\n            - hook: web_hook\r\n              config: {url: https://h.example.org/a, method: post, body: ./a.jsonnet, response: {ignore: true}}\r\n";
    let here = folder(&[("kratos.yml", text)]);
    let patch = stdout(&kratos_lint(here.path(), &["--diff", "kratos.yml"]));
    assert!(patch.contains("-      enabled: yes") && patch.contains("+      enabled: true"), "{patch}");
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), text, "--diff changes nothing");
    kratos_lint(here.path(), &["--fix", "kratos.yml"]);
    let mended = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
    let expected = text
        .replace("whitelisted_return_urls", "allowed_return_urls")
        .replace("enabled: yes", "enabled: true")
        .replace("method: post", "method: POST")
        .replace("body: ./a.jsonnet", "body: file://./a.jsonnet");
    let session = "            - hook: session # first\r\n";
    let expected = expected.replace(session, "") + session;
    assert_eq!(mended, expected);
    let again = kratos_lint(here.path(), &["--fix", "kratos.yml"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("0 fixed"), "{again:?}");
}

#[test]
fn a_carriage_return_alone_begins_no_line_of_a_patch() {
    let text = format!("{MINIMAL}  flows:\n    recovery: {{enabled: yes}}\n");
    for comment in ["# a b c\n", "# a\r# b\r# c\n"] {
        let here = folder(&[("kratos.yml", &format!("{comment}{text}"))]);
        let patch = stdout(&kratos_lint(here.path(), &["--diff", "kratos.yml"]));
        assert!(patch.contains("\n@@ -7,4 +7,4 @@\n"), "{patch}");
    }
}

#[test]
fn a_read_only_file_is_left_whole() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}  flows: {{registration: {{enabled: yes}}}}\n"))]);
    let path = here.path().join("kratos.yml");
    let mut permissions = fs::metadata(&path).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("set");
    let output = kratos_lint(here.path(), &["--fix", "kratos.yml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("read-only"), "{output:?}");
}

#[test]
fn a_file_in_utf_16_is_left_whole() {
    let text = format!("\u{feff}{MINIMAL}  flows: {{registration: {{enabled: yes}}}}\n");
    let here = folder(&[]);
    let path = here.path().join("kratos.yml");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(&path, &bytes).expect("written");
    for args in [&["--fix", "kratos.yml"][..], &["init", "--flow", "login", "--write", "kratos.yml"]] {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("not written: it is not UTF-8, save it as UTF-8 first"), "{said}");
        assert_eq!(fs::read(&path).expect("there"), bytes);
    }
}

#[test]
fn a_claim_that_may_be_missing_is_left_out_of_the_identity() {
    let config = "version: v1.3.1\nselfservice:\n  default_browser_return_url: https://example.org/\n  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - {id: x, provider: generic, client_id: c, client_secret: s, issuer_url: 'https://id.example.org/', mapper_url: file://a.jsonnet}\nidentity:\n  schemas: [{id: default, url: file://s.json}]\n";
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string"}}}}}"#;
    let mapper = "local claims = std.extVar('claims');\n{ identity: { traits: { name: claims.name } } }\n";
    let here = folder(&[("kratos.yml", config), ("s.json", schema), ("a.jsonnet", mapper)]);
    let output = kratos_lint(here.path(), &["--unsafe-fixes", "-f", "concise"]);
    let mended = fs::read_to_string(here.path().join("a.jsonnet")).expect("there");
    assert!(mended.contains("traits: { [if 'name' in claims then 'name']: claims.name }"), "{mended}");
    assert!(!stdout(&output).contains("a.jsonnet"), "{output:?}");

    // Where it goes is not seen from here, and a trait that is null is refused.
    let held =
        "local claims = std.extVar('claims');\nlocal name = claims.name;\n{ identity: { traits: { name: name } } }\n";
    fs::write(here.path().join("a.jsonnet"), held).expect("written");
    kratos_lint(here.path(), &["--unsafe-fixes"]);
    assert_eq!(fs::read_to_string(here.path().join("a.jsonnet")).expect("there"), held);
}

#[test]
fn a_body_that_is_encoded_gets_its_comment_above_the_key() {
    // `function(ctx) { a: ctx.nothing }`
    let body = "base64://ZnVuY3Rpb24oY3R4KSB7IGE6IGN0eC5ub3RoaW5nIH0=";
    let hook = format!(
        "  flows:\n    login:\n      after:\n        hooks:\n          - hook: web_hook\n            config:\n              url: https://a.example.org/\n              method: POST\n              body: {body}\n              response:\n                ignore: true\n"
    );
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}{hook}"))]);
    assert_eq!(kratos_lint(here.path(), &["kratos.yml"]).status.code(), Some(1));
    let added = kratos_lint(here.path(), &["--add-ignores", "kratos.yml"]);
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let text = fs::read_to_string(here.path().join("kratos.yml")).expect("text");
    assert!(text.contains("# kratos-lint: ignore[jsonnet-missing-field] known\n              body: base64"), "{text}");
    assert_eq!(kratos_lint(here.path(), &["kratos.yml"]).status.code(), Some(0), "{text}");
}

#[test]
fn a_row_that_names_a_hook_by_what_it_is_holds_after_an_insertion() {
    let item = |url: &str| {
        format!("          - {{hook: web_hook, config: {{url: '{url}', method: POST, body: base64://e30=}}}}\n")
    };
    let text = |hooks: &str| format!("{MINIMAL}  flows:\n    login:\n      after:\n        hooks:\n{hooks}");
    let row =
        |key: &str| format!("[[ignore]]\nrule = \"blocking-notification\"\nkey = \"{key}\"\nreason = \"known\"\n");
    let findings = |hooks: &str, key: &str| {
        let here = folder(&[("kratos.yml", &text(hooks)), ("kratos-lint.toml", &row(key))]);
        let args = ["-f", "concise", "--kratos", "1.3.1", "--only", "blocking-notification", "kratos.yml"];
        stdout(&kratos_lint(here.path(), &args)).matches("[blocking-notification]").count()
    };
    let (old, new) = (item("https://a.example.org/old"), item("https://a.example.org/new"));
    let stable = "selfservice.flows.login.after.hooks[web_hook https://a.example.org/old]";
    assert_eq!(findings(&old, stable), 0);
    assert_eq!(findings(&(new.clone() + &old), stable), 1);
    assert_eq!(findings(&old, "selfservice.flows.login.after.hooks.0"), 0);
    assert_eq!(findings(&(new.clone() + &old), "selfservice.flows.login.after.hooks.0"), 1);
    assert_eq!(findings(&new, stable), 1);
}
