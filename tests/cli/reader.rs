//! Reports as someone reads them: many findings that are alike, lines that are very long, what nothing is known of.

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

#[test]
fn findings_that_are_alike_are_drawn_three_times() {
    let mut text = format!("{MINIMAL}clients:\n  web_hook:\n    header_allowlist:\n");
    text.push_str(&"      - 7\n".repeat(20));
    let here = folder(&[("kratos.yml", &text)]);
    let alike = stdout(&kratos_lint(here.path(), &["-f", "pretty", "kratos.yml"]));
    assert_eq!(alike.matches("error[wrong-type]").count(), 3, "{alike}");
    assert!(alike.contains("the same 17 times more: lines ") && alike.contains(", 7 more\n"), "{alike}");
    assert!(alike.contains("20 errors"), "{alike}");
    let page = stdout(&kratos_lint(here.path(), &["-f", "html", "kratos.yml"]));
    assert!(page.contains("the same 17 times more: lines "), "{page}");
    let machine = stdout(&kratos_lint(here.path(), &["-f", "jsonl", "kratos.yml"]));
    assert_eq!(machine.matches("wrong-type").count() / 2, 20, "{machine}");
}

#[test]
fn a_very_long_line_is_cut_around_its_mark() {
    let long = "x".repeat(9_300);
    let text = format!("{MINIMAL}log: {{format: text, level: debug, redaction_text: {long}, levle: debug}}\n");
    let here = folder(&[("kratos.yml", &text)]);
    let report = stdout(&kratos_lint(here.path(), &["-f", "pretty", "kratos.yml"]));
    assert!(report.contains("levle") && report.contains("^^^^^\n"), "{report}");
    assert!(report.lines().all(|line| line.chars().count() <= 100), "{report}");
}

#[test]
fn a_page_does_not_list_what_is_unknown() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let page = stdout(&kratos_lint(here.path(), &["-f", "html", "kratos.yml"]));
    assert!(page.contains("<p>Nothing in this project says how Kratos is started.</p>"), "{page}");
    assert!(!page.contains("as it was found"), "{page}");
}

#[test]
fn a_run_says_what_it_can_correct() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}log: {{leak_sensitive_values: no}}\n"))]);
    let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
    assert!(said.contains("`--fix` corrects some of it"), "{said}");
    let quiet = stderr(&kratos_lint(here.path(), &["-q", "kratos.yml"]));
    assert!(!quiet.contains("--fix"), "{quiet}");
    let corrected = stderr(&kratos_lint(here.path(), &["--fix", "kratos.yml"]));
    assert!(corrected.contains("1 fixed in 1 file") && !corrected.contains("corrects"), "{corrected}");
}

/// A body may run at many places: a few of them are enough for a reader, and the number of the others.
#[test]
fn few_of_many_places_in_other_files_are_listed() {
    let hook = "            - hook: web_hook\n              config: {url: https://example.org/x, method: POST, body: file://./all.jsonnet}\n";
    let flow =
        |name: &str| format!("    {name}:\n      after:\n        password:\n          hooks:\n{}", hook.repeat(3));
    let text = format!("{MINIMAL}  flows:\n{}{}", flow("login"), flow("registration"));
    let here = folder(&[("kratos.yml", &text), ("all.jsonnet", "function(ctx) ctx\n")]);
    let report = stdout(&kratos_lint(here.path(), &["-f", "pretty", "--only", "jsonnet-secret-sent", "kratos.yml"]));
    assert_eq!(report.matches("  = kratos.yml:").count(), 3, "{report}");
    assert!(report.contains("  = and 3 more places like these\n"), "{report}");
}

/// Lines cannot be counted in base64.
#[test]
fn a_place_in_base64_is_named_by_the_decoded_line() {
    let body = "ZnVuY3Rpb24oY3R4KSB7CiAgaWQ6IGN0eC5pZGVudGl0eS5pZCwKICBuaWNrOiBjdHguaWRlbnRpdHkubm9wZSwKfQo=";
    let hook =
        format!("{{hook: web_hook, config: {{url: https://example.org/x, method: POST, body: 'base64://{body}'}}}}");
    let text = format!(
        "{MINIMAL}  flows:\n    login:\n      after:\n        password:\n          hooks:\n            - {hook}\n"
    );
    let here = folder(&[("kratos.yml", &text)]);
    for lines in ["\n", "\r\n"] {
        std::fs::write(here.path().join("kratos.yml"), text.replace('\n', lines)).expect("written");
        let report = stdout(&kratos_lint(here.path(), &["-f", "pretty", "kratos.yml"]));
        assert!(report.contains(" line 3, column 9 of the decoded text\n"), "{report}");
    }
}

#[test]
fn a_report_says_with_which_files_kratos_does_not_start() {
    let wrong = format!("{MINIMAL}log: {{levle: debug}}\n");
    let silenced = format!("{MINIMAL}log:\n  levle: debug # kratos-lint: ignore[unknown-key] ours knows it\n");
    let here = folder(&[("a/kratos.yml", &wrong), ("b/kratos.yml", MINIMAL), ("c/kratos.yml", &silenced)]);
    let concise = stderr(&kratos_lint(here.path(), &[]));
    assert!(concise.contains("kratos-lint: Kratos does not start with a/kratos.yml\n"), "{concise}");
    for format in ["pretty", "markdown", "html"] {
        let report = stdout(&kratos_lint(here.path(), &["-f", format]));
        assert!(report.contains("Kratos does not start with a/kratos.yml"), "{report}");
    }
    let started = stderr(&kratos_lint(here.path(), &["b/kratos.yml", "c/kratos.yml"]));
    assert!(!started.contains("does not start"), "{started}");
    // Ory Network refuses it when it is sent: no server of theirs ends.
    let network = stderr(&kratos_lint(here.path(), &["--kratos", "network", "a/kratos.yml"]));
    assert!(!network.contains("does not start"), "{network}");
    // A fault of a shared file is reported once, and is one of both.
    let schema = "{\"properties\": {\"traits\": {\"type\": \"objekt\"}}}";
    let shared = MINIMAL.replace("https://example.org/s.json", "file://./s.json");
    let here = folder(&[("one.yml", &shared), ("two.yml", &shared), ("s.json", schema)]);
    let both = stderr(&kratos_lint(here.path(), &["one.yml", "two.yml"]));
    assert!(both.contains("Kratos does not start with one.yml, two.yml\n"), "{both}");
}

#[test]
fn a_mapper_that_sets_the_claim_itself_is_told_to_set_it_to_false() {
    let schema = r#"{"properties": {"traits": {"type": "object", "properties": {"email": {"type": "string", "format": "email", "ory.sh/kratos": {"credentials": {"password": {"identifier": true}}}}}}}}"#;
    let text = format!(
        "{}  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - {{id: corp, provider: auth0, client_id: c, client_secret: s, issuer_url: 'https://corp.eu.auth0.com/', scope: [openid, email], mapper_url: 'file://m.jsonnet'}}\n",
        MINIMAL.replace("https://example.org/s.json", "file://s.json")
    );
    let run = |before: &str, args: &[&str]| {
        let mapper = format!(
            "local claims = {before}std.extVar('claims');\n{{identity: {{traits: {{[if 'email' in claims && claims.email_verified then 'email']: claims.email}}}}}}\n"
        );
        let here = folder(&[("kratos.yml", &text), ("s.json", schema), ("m.jsonnet", &mapper)]);
        let report = stdout(&kratos_lint(here.path(), &[&["-f", "json", "--kratos", "1.3.1"], args].concat()));
        serde_json::from_str::<serde_json::Value>(&report).expect("JSON")
    };
    for before in ["{email_verified: true} + ", "{ 'email_verified' : true } + "] {
        let report = run(before, &["--only", "jsonnet-verification-idle"]);
        let help = report["findings"][0]["help"].as_str().unwrap_or_default();
        assert!(help.starts_with("write `email_verified: false` as the default"), "{report:#}");
    }
    // Once that is done there is no fault in the mapper; without any default its evaluation would fail.
    let about = |report: &serde_json::Value| report.to_string().matches("\"rule\":\"jsonnet-").count();
    assert_eq!(about(&run("{email_verified: false} + ", &["--min-level", "warning"])), 0);
    assert!(about(&run("", &["--min-level", "warning"])) > 0);
}
