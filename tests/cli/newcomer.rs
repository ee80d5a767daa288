//! What someone meets who tries the commands: words that are nearly right, files of another kind, several starters.

use std::fs;

use kratos_lint::kratos::version::Version;
use serde_json::Value;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

const BODY: &str = "function(ctx) { mail: ctx.identity.traits.email }\n";

#[test]
fn names_of_rules_may_be_separated_by_commas() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}lgo: 1\nlog: {{level: 1}}\nsession: 7\n"))]);
    let rules = |args: &[&str]| {
        let report: Value =
            serde_json::from_str(&stdout(&kratos_lint(here.path(), &[args, &["-f", "json"]].concat()))).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").clone();
        findings.iter().map(|found| found["rule"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let both = rules(&["--only", "unknown-key,wrong-type"]);
    assert!(both.contains(&"unknown-key".to_owned()) && both.contains(&"wrong-type".to_owned()), "{both:?}");
    assert_eq!(both, rules(&["--only", "unknown-key", "--only", "wrong-type"]));
    let off = rules(&["--rule", "unknown-key=off,wrong-type=off"]);
    assert!(!off.contains(&"unknown-key".to_owned()) && !off.contains(&"wrong-type".to_owned()), "{off:?}");
}

#[test]
fn a_misspelt_edition_has_a_likely_one() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    for args in [&["versions", "networ", "kratos.yml"][..], &["versions", "networ"]] {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("did you mean `network`?"), "{output:?}");
    }
    // Without a file, as the other commands do.
    let found = kratos_lint(here.path(), &["versions", "network"]);
    assert!(stdout(&found).contains("kratos.yml:1:1: `dsn` is ignored"), "{found:?}");
    let two = kratos_lint(here.path(), &["versions", "kratos.yml", "kratos.yml"]);
    assert!(stderr(&two).contains("name one file, or `network` or `oel` before it"), "{two:?}");
}

#[test]
fn two_starters_with_other_releases_are_both_named() {
    let compose = |release: &str| {
        format!(
            "services:\n  kratos:\n    image: oryd/kratos:{release}\n    command: serve -c /etc/config/kratos.yml\n    volumes: [./kratos.yml:/etc/config/kratos.yml]\n"
        )
    };
    let here = folder(&[
        ("kratos.yml", MINIMAL),
        ("compose.a.yml", &compose("v1.0.0")),
        ("compose.b.yml", &compose("v1.3.1")),
        (".git/HEAD", ""),
    ]);
    let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
    assert!(said.contains("checked against Kratos v1.0.0: from compose.a.yml:3"), "{said}");
    assert!(said.contains("compose.b.yml:3 starts v1.3.1: `--kratos v1.0.0..v1.3.1` checks both"), "{said}");
    fs::write(here.path().join("compose.b.yml"), compose("v1.0.0")).expect("written");
    assert!(!stderr(&kratos_lint(here.path(), &["kratos.yml"])).contains("checks both"), "the same release");
}

#[test]
fn files_of_another_kind_are_refused_with_the_command_that_takes_them() {
    let here = folder(&[("kratos.yml", MINIMAL), ("body.jsonnet", BODY), ("value.json", "{}")]);
    fs::write(here.path().join("local.jsonnet"), "local a = 1;\nfunction(ctx) { a: a }\n").expect("written");
    fs::write(here.path().join("notes.txt"), "what Kratos does\n").expect("written");
    let checked = kratos_lint(here.path(), &["local.jsonnet"]);
    assert_eq!((checked.status.code(), checked.stdout.len()), (Some(0), 0), "{checked:?}");
    assert!(stderr(&checked).contains("local.jsonnet is Jsonnet, no configuration"), "{checked:?}");
    let open_end = format!("the range 1.1.. has an open end: write it as 1.1..{}", Version::NEWEST);
    for (args, said) in [
        (
            &["hooks", "body.jsonnet"][..],
            "body.jsonnet is Jsonnet, no configuration of Kratos: name that, or run `kratos-lint render body.jsonnet`",
        ),
        (&["versions", "body.jsonnet"], "`kratos-lint render body.jsonnet`"),
        // A text in YAML, not a map.
        (&["hooks", "local.jsonnet"], "local.jsonnet is Jsonnet, no configuration of Kratos: name that"),
        (&["upgrade", "--from", "1.1", "notes.txt"], "notes.txt holds no configuration of Kratos"),
        (&["test", "nowhere"], "nowhere: no such file or folder"),
        (&["--kratos", "1.1..", "kratos.yml"], &open_end),
        (&["--kratos", "..1.1", "kratos.yml"], "the range ..1.1 has an open end: write it as v0.6.3..1.1"),
        (&["check", "check"], "no such file or command: `check`\n"),
        (
            &["render", "kratos.yml"],
            "kratos.yml is not Jsonnet: name a document, or a hook of it by `render --hook POINTER kratos.yml`",
        ),
        (
            &["render", "body.jsonnet", "--ext", "claims=value.json"],
            "--ext claims: the document has no std.extVar('claims'); it reads ctx: give it with --ctx FILE",
        ),
    ] {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(said), "{args:?}: {output:?}");
    }
    // A name that the document computes may be any.
    fs::write(here.path().join("any.jsonnet"), "std.extVar('cla' + 'ims')\n").expect("written");
    let output = kratos_lint(here.path(), &["render", "any.jsonnet", "--ext", "claims=value.json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn claims_that_the_provider_never_sends_are_told_and_evaluated_anyway() {
    let provider =
        "        - id: github\n          provider: github\n          client_id: a\n          client_secret: b\n";
    let oidc = "selfservice:\n  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n";
    let config = format!("{oidc}{provider}          mapper_url: file://mapper.jsonnet\n");
    let here = folder(&[
        ("kratos.yml", &config),
        ("mapper.jsonnet", "local claims = std.extVar('claims');\n{ identity: { traits: { email: claims.email } } }\n"),
        ("google.json", "{\"email\": \"a@example.org\", \"email_verified\": false, \"hd\": \"example.org\"}"),
        ("github.json", "{\"email\": \"a@example.org\", \"email_verified\": true}"),
    ]);
    let render = |claims: &str| {
        let output = kratos_lint(here.path(), &["render", "mapper.jsonnet", "--ext", &format!("claims={claims}")]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("a@example.org"), "{output:?}");
        stderr(&output)
    };
    let said = render("google.json");
    assert!(said.contains("claims.hd is never there: Kratos does not fill it for the provider github"), "{said}");
    assert!(said.contains("claims.email_verified is never false"), "{said}");
    assert!(!render("github.json").contains("never"));
}

#[test]
fn a_hook_for_all_methods_that_reads_its_answer_is_never_called() {
    let here = folder(&[("empty", "")]);
    let why = |point: &str, mode: &str, release: &str| {
        let args = ["respond", point, "--mode", mode, "--status", "200", "--body", "empty", "--kratos", release];
        stdout(&kratos_lint(here.path(), &[&args[..], &["-f", "json"]].concat()))
    };
    for (point, mode, release, never) in [
        ("registration.after", "parse", "1.3.1", true),
        ("registration.after", "can_interrupt", "0.13", true),
        ("registration.after.password", "parse", "1.3.1", false),
        ("registration.after", "none", "1.3.1", false),
        ("settings.after", "parse", "1.0.0", true),
        ("settings.after", "parse", "0.13", false),
        ("settings.after", "can_interrupt", "0.13", true),
        ("login.after", "parse", "1.3.1", false),
    ] {
        let said = why(point, mode, release);
        assert_eq!(said.contains("this hook is never called"), never, "{point} {mode} {release}: {said}");
    }
    let table = stdout(&kratos_lint(here.path(), &["hooks", "--table", "--kratos", "26.2", "-f", "json"]));
    let table: Value = serde_json::from_str(&table).expect("JSON");
    for row in table["hooks"].as_array().expect("rows") {
        let is_web_hook = row["hook"] == "web_hook" && row["trigger"] == "after";
        if is_web_hook && (row["flow"] == "registration" || row["flow"] == "settings") {
            let is_early = row["phases"].to_string().contains("pre_persist");
            assert_eq!(is_early, !row["method"].is_null(), "{row}");
        }
    }
}

#[test]
fn rows_of_an_upgrade_say_rule_and_level_once() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let upgrade = |args: &[&str]| stdout(&kratos_lint(here.path(), &[&["upgrade", "--from", "1.0"], args].concat()));
    let text = upgrade(&["--to", "network"]);
    assert!(text.contains("kratos.yml:2:1: error[network-default-schema] Ory Network refuses this"), "{text}");
    assert!(text.contains("`dsn` is ignored") && !text.contains("network-ignored-key"), "a key is listed once: {text}");
    let json: Value = serde_json::from_str(&upgrade(&["--to", "network", "-f", "json"])).expect("JSON");
    let found = json["findings"].as_array().expect("findings");
    let row = found.iter().find(|row| row["rule"] == "network-default-schema").expect("a row");
    assert_eq!(row["level"], "error");
}

#[test]
fn a_first_test_knows_where_the_document_runs() {
    let config = format!(
        "version: v1.3.1\n{MINIMAL}  flows:\n    login:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              config: {{url: 'https://a.example.org/', method: POST, body: file://hooks/body.jsonnet}}\n"
    )
    .replace("https://example.org/s.json", "file://s.json");
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "properties": {"nick": {"type": "string"}}}}}"#;
    let here = folder(&[
        ("kratos.yml", &config),
        ("s.json", schema),
        ("hooks/body.jsonnet", "function(ctx) { nick: ctx.identity.traits.nick }\n"),
        ("alone/body.jsonnet", BODY),
        ("claims.json", "{\"sub\": \"1\"}"),
        (
            "alone/mapper.jsonnet",
            "local claims = std.extVar('claims');\n{ identity: { traits: { id: claims.sub } } }\n",
        ),
        (".git/HEAD", ""),
    ]);
    let init = |args: &[&str]| kratos_lint(here.path(), &[&["test", "--init"], args].concat());
    let written = |name: &str| fs::read_to_string(here.path().join(name)).expect("written");
    let first = init(&["hooks/body.jsonnet"]);
    assert!(
        stderr(&first).contains("as at login.after (kratos.yml, /selfservice/flows/login/after/password"),
        "{first:?}"
    );
    let text = written("hooks/body.test.yml");
    assert!(text.contains("point: login.after\nmethod: password\n") && text.contains("traits: {\"nick\":"), "{text}");
    let again = init(&["hooks/body.jsonnet"]);
    assert!(again.status.code() == Some(2) && stderr(&again).contains("--force overwrites it"), "{again:?}");
    assert_eq!(
        init(&["hooks/body.jsonnet", "--force", "--point", "login.after", "--method", "code"]).status.code(),
        Some(0)
    );
    assert!(written("hooks/body.test.yml").contains("method: code\n"));
    // Where no configuration is, users have an address.
    init(&["alone/body.jsonnet"]);
    assert!(
        written("alone/body.test.yml").contains("\"mail\": \"ada@example.com\""),
        "{}",
        written("alone/body.test.yml")
    );
    init(&["alone/mapper.jsonnet", "--ext", "claims=claims.json"]);
    assert!(written("alone/mapper.test.yml").contains("ext: {"), "{}", written("alone/mapper.test.yml"));
    let run = kratos_lint(here.path(), &["test", "alone"]);
    assert!(stdout(&run).contains("2 passed, 0 failed"), "{run:?}");
}

#[test]
fn a_body_that_uses_ctx_without_being_a_function_gets_the_form_to_write() {
    let hook = |body: &str| {
        format!(
            "            - hook: web_hook\n              config: {{url: 'https://a.example.org/', method: POST, response: {{ignore: true}}, body: file://{body}}}\n"
        )
    };
    let config = format!(
        "version: v1.3.1\n{MINIMAL}  flows:\n    registration:\n      after:\n        password:\n          hooks:\n{}{}",
        hook("bare.jsonnet"),
        hook("variable.jsonnet")
    );
    let here = folder(&[
        ("kratos.yml", &config),
        ("bare.jsonnet", "{ id: ctx.identity.id }\n"),
        ("variable.jsonnet", "local ctx = std.extVar('ctx');\n{ id: ctx.identity.id }\n"),
    ]);
    let report: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json", "kratos.yml"]))).expect("JSON");
    let of = |file: &str| {
        let findings = report["findings"].as_array().expect("findings").iter();
        findings.filter(|found| found["file"] == file).cloned().collect::<Vec<Value>>()
    };
    for file in ["bare.jsonnet", "variable.jsonnet"] {
        let found = of(file);
        assert_eq!(found.len(), 1, "one cause, one finding: {found:#?}");
        assert_eq!(found[0]["help"], "write the document as function(ctx) { … }", "{found:#?}");
    }
}

#[test]
fn a_word_of_a_rule_or_key_lists_what_has_it() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let said = |args: &[&str]| stderr(&kratos_lint(here.path(), args));
    let cors = said(&["explain", "cors"]);
    assert!(cors.contains("cors-any-origin") && cors.contains("serve.public.cors"), "{cors}");
    assert!(said(&["explain", "nowhere"]).contains("`kratos-lint rules` lists the rules"));
    assert!(said(&["explain", "require_verified_adress"]).contains("did you mean require_verified_address?"));
    for args in [&["init", "--flow", "login", "kratos.yml"][..], &["init", "kratos.yml"]] {
        assert!(said(args).contains("init writes into a file with --write FILE"), "{args:?}: {}", said(args));
    }
    assert!(!said(&["init", "lits", "kratos.yml", "--flow"]).contains("internal"));
    let new = said(&["init", "--write", "new/kratos.yml"]);
    assert!(new.contains("Kratos starts only if its environment has DSN, SECRETS_COOKIE"), "{new}");
}

#[test]
fn helps_of_refused_values_say_what_to_write() {
    let text = format!(
        "log:\n  level: warn\n  format: xml\nsession:\n  whoami:\n    tokenizer:\n      templates:\n        mine: {{ttl: 1h}}\ncourier:\n  smtp: {{connection_uri: 'smtp://m:25/'}}\n  templates:\n    verification_code:\n      valid:\n        email: {{subject: [a], body: x}}\n    recovery_code:\n      valid:\n        email: {{subject: Hello}}\n{MINIMAL}  whitelisted_return_urls: [https://a.example.org/, https://a.example.org/]\n  methods:\n    password: {{config: {{min_password_length: 4}}}}\n"
    );
    let here = folder(&[("kratos.yml", &text)]);
    let report: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json", "--kratos", "1.3.1", "kratos.yml"])))
            .expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    for (message, help) in [
        ("`log.level` does not accept \"warn\"", "did you mean `warning`?"),
        ("`log.format` does not accept \"xml\"", "use one of json"),
        ("`jwks_url` is missing in `mine`", "add `jwks_url`"),
        ("verification_code.valid.email.subject` must be a text", "put the text into a file and write file:///"),
        ("verification_code.valid.email.body` must be a map", "write keys below it: html, plaintext"),
        ("recovery_code.valid.email.subject` must be a URL", "put the text into a file and write file:///"),
        ("`whitelisted_return_urls` was removed", "rename it to `allowed_return_urls` (its name since v0.9.0)"),
        ("min_password_length` must be at least 6", "write 6 or more"),
    ] {
        let found = findings.iter().find(|found| found["message"].as_str().unwrap_or_default().contains(message));
        let found = found.unwrap_or_else(|| panic!("{message}: {findings:#?}"));
        assert!(found["help"].as_str().unwrap_or_default().starts_with(help), "{found:#}");
    }
}

#[test]
fn a_relying_party_without_id_gets_a_name_too() {
    let help = |config: &str| {
        let text = format!("{MINIMAL}  methods:\n    passkey: {{enabled: true, config: {config}}}\n");
        let here = folder(&[("kratos.yml", &text)]);
        let args = ["-f", "json", "--kratos", "26.2.0", "--only", "relying-party-refused", "kratos.yml"];
        let report: Value = serde_json::from_str(&stdout(&kratos_lint(here.path(), &args))).expect("JSON");
        report["findings"][0]["help"].as_str().unwrap_or_default().to_owned()
    };
    assert!(help("{}").ends_with("and `config.rp.display_name` to a name"), "{}", help("{}"));
    assert!(help("{rp: {display_name: A}}").ends_with("a parent of it"));
}

#[test]
fn each_command_says_what_it_takes_for_an_unknown_release() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    for args in [
        &["--kratos", "1.3.9"][..],
        &["hooks", "--kratos", "1.3.9", "kratos.yml"],
        &["hooks", "--table", "--kratos", "1.3.9"],
        &["upgrade", "--from", "1.3.9", "--to", "master", "kratos.yml"],
        &["explain", "--kratos", "1.3.9", "session.lifespan"],
        &["schema", "config", "--kratos", "1.3.9"],
        &["ctx", "login.after", "--kratos", "1.3.9"],
        &["init", "--flow", "login", "--kratos", "1.3.9"],
    ] {
        let said = stderr(&kratos_lint(here.path(), args));
        assert!(said.contains("1.3.9 is checked as v1.3.1"), "{args:?}: {said}");
    }
    let network = kratos_lint(here.path(), &["ctx", "login.after", "--kratos", "network"]);
    assert_eq!(network.status.code(), Some(0), "{network:?}");
}

/// The line replaces findings of other rules, and is silenced in each way that they are.
#[test]
fn the_line_about_a_development_machine_can_be_silenced() {
    let text = "dsn: postgres://db/kratos\nserve: {public: {base_url: http://127.0.0.1:4433/}}\nlog: {leak_sensitive_values: true}\n\
                selfservice: {default_browser_return_url: http://127.0.0.1:4455/}\n\
                identity:\n  schemas: [{id: default, url: https://example.org/s.json}]\n";
    let shown = |files: &[(&str, &str)], args: &[&str]| {
        let args = [args, &["-q", "--show-info", "kratos.yml"]].concat();
        stdout(&kratos_lint(folder(files).path(), &args))
    };
    let said = "info[development-settings] development settings: no cookie secret, tokens in the log";
    let line = shown(&[("kratos.yml", text)], &[]);
    assert!(line.contains(said), "{line}");
    let commented = |comment: &str| format!("# kratos-lint: {comment}\n{text}");
    let (here, whole) = (commented("ignore[development-settings] x"), commented("ignore-file[development-settings] x"));
    let row = "[[ignore]]\nrule = \"development-settings\"\nreason = \"x\"\n";
    for shown in [
        shown(&[("kratos.yml", &here)], &[]),
        shown(&[("kratos.yml", &whole)], &[]),
        shown(&[("kratos.yml", text), ("kratos-lint.toml", row)], &[]),
        shown(&[("kratos.yml", text)], &["--rule", "development-settings=off"]),
    ] {
        let is_silent = ["development-settings", "secrets-missing", "sensitive-log", "unused"];
        assert!(is_silent.iter().all(|name| !shown.contains(name)), "{shown}");
    }
    let one = commented("ignore-file[sensitive-log] x");
    let rest = shown(&[("kratos.yml", &one)], &[]);
    assert!(rest.contains("[secrets-missing]") && !rest.contains("development-settings"), "{rest}");
    let worse = shown(&[("kratos.yml", text)], &["--rule", "development-settings=warning"]);
    assert!(worse.contains("warning[development-settings]"), "{worse}");
}

#[test]
fn a_line_of_a_report_is_explained() {
    let here = folder(&[]);
    let page = stdout(&kratos_lint(here.path(), &["explain", "unknown-key"]));
    assert!(page.starts_with("# unknown-key\n"), "{page}");
    let ways = [
        &["explain", "kratos.yml:36:3: error[unknown-key] `log` has no key `levle`"][..],
        &["explain", "kratos.yml:36:3:", "error[unknown-key]", "log", "has", "no", "key"],
        &["explain", "https://kratos-lint.github.io/kratos-lint/rules/unknown-key/"],
        &["explain", "[unknown-key]"],
    ];
    for args in ways {
        assert_eq!(stdout(&kratos_lint(here.path(), args)), page, "{args:?}");
    }
    let message = "browsers refuse the answer to calls with cookies: all origins (`*`), with credentials";
    let likely = kratos_lint(here.path(), &["explain", message]);
    assert_eq!(likely.status.code(), Some(2));
    assert!(stderr(&likely).contains("by its words it may be of cors-any-origin"), "{likely:?}");
    let other = kratos_lint(here.path(), &["explain", "error[no-such-rule]"]);
    assert!(other.status.code() == Some(2) && stderr(&other).contains("there is no rule, key or hook"), "{other:?}");
}

#[test]
fn values_that_are_not_checked_are_named() {
    let here = folder(&[(
        "kratos.yml",
        &format!(
            "{MINIMAL}log:\n  level: ${{LEVEL}}\n  format: ${{FORMAT}}\nsession:\n  lifespan: ${{SPAN}}\n  cookie:\n    name: ${{NAME}}\n"
        ),
    )]);
    let said = stderr(&kratos_lint(here.path(), &["kratos.yml"]));
    assert!(said.contains("4 values are filled in later and not checked: line "), "{said}");
    assert!(said.contains(", 1 more\n"), "{said}");
    let one = folder(&[("kratos.yml", &format!("{MINIMAL}log:\n  level: ${{LEVEL}}\n"))]);
    let said = stderr(&kratos_lint(one.path(), &["kratos.yml"]));
    assert!(said.contains("`log.level` is filled in later and not checked: line "), "{said}");
}

#[test]
fn releases_with_the_same_verdict_are_one_row() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}log: 7\n"))]);
    let rows = stdout(&kratos_lint(here.path(), &["versions", "kratos.yml"]));
    assert!(rows.lines().count() < 4 && rows.contains("..master refuses: "), "{rows}");
    assert!(!rows.contains("this is checked against"), "{rows}");
}

#[test]
fn a_release_between_two_that_are_known_to_be_alike_is_checked() {
    let here = folder(&[("kratos.yml", "dsn: 7\n")]);
    let output = kratos_lint(here.path(), &["--kratos", "v0.7.0-alpha.1", "kratos.yml"]);
    assert!(stderr(&output).contains("not everything is known about releases before"), "{output:?}");
    assert!(stdout(&output).contains("wrong-type"), "{output:?}");
    let older = kratos_lint(here.path(), &["--kratos", "v0.5.5", "kratos.yml"]);
    assert!(stderr(&older).contains("only what holds for every release"), "{older:?}");
    // `secrets.session` is older still: v0.4 and v0.5 refuse it.
    let here = folder(&[("kratos.yml", "log: 7\nsecrets:\n  session:\n    - PLEASE-CHANGE-ME\n")]);
    for (release, is_refused) in [("v0.3.0", false), ("v0.4.6-alpha.1", true), ("v0.5.5", true)] {
        let output = stdout(&kratos_lint(here.path(), &["--kratos", release, "kratos.yml"]));
        assert_eq!(output.contains("[removed-key] `secrets` has no key `session`"), is_refused, "{release}: {output}");
        assert!(!output.contains("wrong-type"), "{release}: {output}");
    }
}

#[test]
fn a_name_that_is_missing_or_endless_is_not_echoed() {
    let here = folder(&[]);
    let none = kratos_lint(here.path(), &["explain", ""]);
    assert!(stderr(&none).contains("name a rule, a key or a hook"), "{none:?}");
    let endless = "x".repeat(5_000);
    for arguments in [&["explain", &endless][..], &[&endless], &["--rule", &endless], &["ctx", &endless]] {
        let said = stderr(&kratos_lint(here.path(), arguments));
        assert!(said.len() < 3_000, "{} bytes", said.len());
    }
}

#[test]
fn too_many_patterns_are_said_once() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let patterns: String = (0..1_000).map(|number| format!("name{number}\n")).collect();
    for number in 0..9 {
        let folder = here.path().join(format!("folder{number}"));
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join(".gitignore"), &patterns).expect("a file");
    }
    let said = stderr(&kratos_lint(here.path(), &["."]));
    assert_eq!(said.matches("more than 5000 patterns").count(), 1, "{said}");
}

#[test]
fn a_list_of_hooks_is_told_as_a_place_and_a_method() {
    let said = stderr(&kratos_lint(folder(&[]).path(), &["ctx", "login.after.oidc"]));
    assert!(said.contains("write login.after, with --method oidc"), "{said}");
}

#[test]
fn a_release_that_is_asked_for_must_be_known() {
    let here =
        folder(&[("kratos.yml", MINIMAL), ("own/kratos.yml", MINIMAL), ("own/kratos-lint.toml", "kratos = \"9.9\"\n")]);
    let newest = Version::NEWEST;
    let unknown = format!("9.9.9 is not a release of Kratos: the newest is {newest}");
    let slip = format!("the newest is {newest}; did you mean v1.3.1?");
    let refused = [
        (&["--kratos", "9.9.9", "kratos.yml"][..], unknown.as_str()),
        (&["--kratos", "1.33.1", "kratos.yml"], &slip),
        (&["--kratos", "1.1..9.9", "kratos.yml"], "9.9 is not a release of Kratos"),
        (&["upgrade", "--from", "1.1", "--to", "9.9", "kratos.yml"], "9.9 is not a release of Kratos"),
    ];
    for (args, why) in refused {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stdout(&output).is_empty() && stderr(&output).contains(why), "{output:?}");
    }
    let own = kratos_lint(&here.path().join("own"), &["kratos.yml"]);
    assert_eq!(own.status.code(), Some(2), "{own:?}");
    assert!(stderr(&own).contains("kratos-lint.toml:1:11: 9.9 is not a release of Kratos"), "{own:?}");
    // A patch that no table has, and what an image says, are checked as what is nearest.
    let patch = kratos_lint(here.path(), &["--kratos", "1.3.7", "kratos.yml"]);
    assert!(stderr(&patch).contains("1.3.7 is checked as v1.3.1"), "{patch:?}");
    let newer = kratos_lint(here.path(), &["--kratos", "99.9", "kratos.yml"]);
    assert!(
        stderr(&newer).contains(&format!("99.9 is newer than all known releases: checked as {newest}")),
        "{newer:?}"
    );
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v99.1.0\n    volumes: [./kratos.yml:/etc/kratos.yml]\n    command: serve -c /etc/kratos.yml\n";
    fs::write(here.path().join("compose.yml"), compose).expect("written");
    let image = kratos_lint(here.path(), &["kratos.yml"]);
    assert!(
        stderr(&image).contains(&format!("v99.1.0 is newer than all known releases: checked as {newest}")),
        "{image:?}"
    );
}

#[test]
fn a_misspelt_rule_in_a_comment_has_a_likely_one_in_each_report() {
    let here = folder(&[("kratos.yml", &format!("# kratos-lint: ignore-file[shadow-hook] known\n{MINIMAL}"))]);
    let said = stdout(&kratos_lint(here.path(), &["kratos.yml"]));
    assert!(said.contains("there is no rule `shadow-hook`; did you mean `shadowed-hook`?"), "{said}");
}

#[test]
fn comments_that_would_silence_are_shown_first() {
    let text = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[("kratos.yml", &text)]);
    let shown = kratos_lint(here.path(), &["--add-ignores", "--diff", "kratos.yml"]);
    let patch = stdout(&shown);
    assert!(patch.contains("\n+# kratos-lint: ignore[unknown-key] known\n"), "{patch}");
    assert!(stderr(&shown).contains("1 finding would be silenced in 1 file"), "{shown:?}");
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("text"), text);
    let written = kratos_lint(here.path(), &["--add-ignores", "kratos.yml"]);
    assert!(stderr(&written).contains("1 finding silenced in 1 file"), "{written:?}");
    // A comment of someone else stays hidden.
    let foreign = text.replace("lgo", "# kratos-lint: ignore[unknown-key] hunter2\nrecovery: 7\n# pass hunter2\nlgo");
    fs::write(here.path().join("kratos.yml"), foreign).expect("written");
    let patch = stdout(&kratos_lint(here.path(), &["--add-ignores", "--diff", "kratos.yml"]));
    assert!(!patch.contains("hunter2"), "{patch}");
}

#[test]
fn one_line_for_each_finding_counts_the_notes_that_it_leaves_out() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    let concise = kratos_lint(here.path(), &["-f", "concise", "kratos.yml"]);
    let pretty = stdout(&kratos_lint(here.path(), &["-f", "pretty", "--color", "never", "kratos.yml"]));
    let count = |text: &str| {
        let at = text.find(" note")?;
        text.get(..at)?.rsplit([' ', '\n']).next()?.parse::<usize>().ok()
    };
    let hidden = count(&stderr(&concise));
    assert!(hidden.is_some() && stdout(&concise).is_empty(), "{concise:?}");
    assert!(pretty.is_empty() || count(&pretty) == hidden, "{pretty} {concise:?}");
    let quiet = kratos_lint(here.path(), &["-q", "kratos.yml"]);
    assert!(stderr(&quiet).is_empty(), "{quiet:?}");
}

#[test]
fn init_says_for_which_release_it_writes_and_why() {
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.1.0\n    volumes: [./kratos.yml:/etc/kratos.yml]\n    command: serve -c /etc/kratos.yml\n";
    let here = folder(&[("kratos.yml", MINIMAL), ("compose.yml", compose), (".git/HEAD", "")]);
    let why = "written for Kratos v1.1.0: from compose.yml:3; --kratos sets another";
    for args in [&["init", "--flow", "login"][..], &["init", "--flow", "login", "--write", "kratos.yml", "--diff"]] {
        let output = kratos_lint(here.path(), args);
        assert!(output.status.success() && stderr(&output).contains(why), "{args:?} {output:?}");
    }
    // What that release has not is not written for it.
    let passkey = kratos_lint(here.path(), &["init", "--flow", "login", "--method", "passkey"]);
    assert!(stderr(&passkey).contains("Kratos v1.1.0 has no method passkey"), "{passkey:?}");
    let stub = stdout(&kratos_lint(here.path(), &["init", "--flow", "login", "--backend", "python"]));
    assert!(stub.contains("for Kratos v1.1.0.") && stub.contains("Work waits in memory"), "{stub}");
    let asked = kratos_lint(here.path(), &["init", "--flow", "login", "--kratos", "26.2"]);
    assert!(!stderr(&asked).contains("written for"), "{asked:?}");
    fs::remove_file(here.path().join("kratos.yml")).expect("removed");
    let new = kratos_lint(here.path(), &["init", "--write", "kratos.yml", "--diff"]);
    assert!(stderr(&new).contains(why) && stdout(&new).contains("+version: v1.1.0"), "{new:?}");
    let other = compose.replace("v1.1.0", "v1.3.1");
    for (name, text) in
        [("a/kratos.yml", MINIMAL), ("a/compose.yml", compose), ("b/kratos.yml", MINIMAL), ("b/compose.yml", &other)]
    {
        let path = here.path().join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        fs::write(path, text).expect("written");
    }
    let two = kratos_lint(here.path(), &["init", "--flow", "login"]);
    assert!(stderr(&two).contains("the configurations here are for v1.1.0, v1.3.1: choose with --kratos"), "{two:?}");
}

#[test]
fn a_document_is_run_by_methods_that_are_on_alone() {
    let schema = r#"{"type":"object","properties":{"traits":{"type":"object","properties":{"email":{"type":"string","ory.sh/kratos":{"credentials":{"password":{"identifier":true}}}},"phone":{"type":"string"}},"required":["email"]}}}"#;
    let hook = "{hook: web_hook, config: {url: 'https://a.example.org/', method: POST, body: 'file://./b.jsonnet', response: {ignore: true}}}";
    let config = format!(
        "{}  flows: {{registration: {{after: {{hooks: [{hook}], password: {{hooks: [{hook}]}}}}}}}}\n",
        MINIMAL.replace("https://example.org/s.json", "file://./s.json")
    );
    let here = folder(&[
        ("kratos.yml", &config),
        ("s.json", schema),
        ("b.jsonnet", "function(ctx) { phone: ctx.identity.traits.phone }\n"),
    ]);
    let labels = |schema: &str| {
        fs::write(here.path().join("s.json"), schema).expect("written");
        stdout(&kratos_lint(here.path(), &["-f", "json", "kratos.yml"]))
    };
    let report = labels(schema);
    assert!(report.contains("post_persist by password)"), "{report}");
    assert!(!report.contains("by code") && !report.contains("profile"), "{report}");
    assert!(report.contains("post_persist: no method that is on uses this list)"), "{report}");
    let report =
        labels(&schema.replace(r#""credentials":{"#, r#""credentials":{"code":{"identifier":true,"via":"email"},"#));
    assert!(report.contains("post_persist by code)") && !report.contains("profile"), "{report}");
}

#[test]
fn what_the_reader_of_old_releases_took_is_told_before_the_upgrade() {
    let text =
        format!("{MINIMAL}log:\n  level: info\nlog:\n  level: debug\nsession:\n  cookie:\n    persistent: yes\n");
    let here = folder(&[("kratos.yml", &text)]);
    let told = stdout(&kratos_lint(here.path(), &["upgrade", "--from", "0.13", "--to", "1.0", "kratos.yml"]));
    let refused = told.split("refuses to start").nth(1).unwrap_or_default();
    assert!(refused.contains("[duplicate-key]") && refused.contains("[wrong-type]"), "{told}");
}
