//! What `kratos-lint.toml` does to a run, in each command.

use std::fs;

use assert_cmd::Command;

use super::{MINIMAL, folder, kratos_lint, stderr, stdout};

const ROW: &str = "[[ignore]]\nrule = \"unknown-key\"\nreason = \"ours\"\n";

#[test]
fn files_are_excluded_beside_findings_that_are_known() {
    let wrong = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[("kratos.yml", &wrong), ("examples/kratos.yml", &format!("{MINIMAL}log: 1\n"))]);
    let run = |own: &str| {
        fs::write(here.path().join("kratos-lint.toml"), own).expect("written");
        kratos_lint(here.path(), &["-f", "concise"])
    };
    let both = run(&format!("exclude = [\"examples/**\"]\n\n{ROW}"));
    assert_eq!((both.status.code(), stdout(&both).as_str()), (Some(0), ""), "{both:?}");
    let twice = run(&format!("ignore = [\"examples/**\"]\n\n{ROW}"));
    assert_eq!(twice.status.code(), Some(2));
    assert!(stderr(&twice).contains("kratos-lint.toml:3:3: `ignore` is here as a list and as tables"), "{twice:?}");
    assert!(stderr(&twice).contains("`exclude = […]`"), "{twice:?}");
    // A list under its former name, and rows to add: what to do first is said.
    fs::write(here.path().join("kratos-lint.toml"), "ignore = [\"examples/**\"]\n").expect("written");
    fs::write(here.path().join("kratos.json"), r#"{"dsn": "memory", "selfservice": {"lgo": 1}}"#).expect("written");
    let added = kratos_lint(here.path(), &["--add-ignores", "kratos.json"]);
    assert!(stderr(&added).contains("rename its list `ignore` to `exclude` first"), "{added:?}");
}

#[test]
fn a_row_that_silences_nothing_is_reported_by_a_run_over_its_whole_folder() {
    let wrong = format!("{MINIMAL}lgo: 1\n");
    let unused = "[[ignore]]\nrule = \"wrong-type\"\nfile = \"b/*\"\nreason = \"gone\"\n";
    let here = folder(&[("kratos.yml", &wrong), ("b/kratos.yml", MINIMAL)]);
    let own = here.path().join("kratos-lint.toml");
    fs::write(&own, format!("{ROW}{unused}")).expect("written");
    let run = |args: &[&str]| stdout(&kratos_lint(here.path(), &[&["-f", "concise"], args].concat()));
    let said = "kratos-lint.toml:4:1: warning[unused-suppression] this row of `ignore` silences nothing";
    for whole in [&[][..], &["."], &["./"]] {
        assert!(run(whole).starts_with(said), "{whole:?}: {}", run(whole));
        assert_eq!(run(whole).lines().count(), 1, "the other row is used");
    }
    // What a part of the folder, of the rules or another version finds says nothing about the rest.
    for part in [&["b"][..], &["b/kratos.yml"], &["--only", "unknown-key"], &["--kratos", "1.0.0"]] {
        assert_eq!(run(part), "", "{part:?}");
    }
    fs::write(&own, format!("{ROW}{unused}[rules]\nunused-suppression = \"off\"\n")).expect("written");
    assert_eq!(run(&[]), "");
}

#[test]
fn each_command_reads_it() {
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "properties": {"email": {"type": "string", "ory.sh/kratos": {"credentials": {"password": {"identifier": true}}}}}}}}"#;
    let text = "selfservice:\n  default_browser_return_url: https://example.org/\nidentity:\n  schemas: [{id: default, url: file://s.json}]\n";
    let here = folder(&[("kratos.yml", text), ("s.json", schema)]);
    let run = |own: &str, args: &[&str]| {
        fs::write(here.path().join("kratos-lint.toml"), own).expect("written");
        kratos_lint(here.path(), args)
    };
    let versions = ["versions", "kratos.yml"];
    let open = stdout(&run("", &versions));
    assert!(open.contains("starts if DSN is set"), "{open}");
    let given = stdout(&run("given = [\"DSN\"]\n", &versions));
    assert!(given.ends_with("v1.2.0..master starts\n"), "{given}");

    fs::write(here.path().join("kratos.yml"), format!("lgo: 1\n{text}")).expect("written");
    let pack = ["pack", "kratos.yml"];
    let refused = run("", &pack);
    assert!(refused.status.code() == Some(1) && stderr(&refused).contains("unknown-key"), "{refused:?}");
    for own in ["[rules]\nunknown-key = \"off\"\n", ROW] {
        let packed = run(own, &pack);
        assert!(packed.status.code() == Some(0) && stdout(&packed).contains("base64://"), "{own}: {packed:?}");
    }
    // The release of the file decides which keys there are.
    fs::write(
        here.path().join("kratos.yml"),
        format!("dsn: memory\n{text}session:\n  whoami:\n    tokenizer: {{templates: {{}}}}\n"),
    )
    .expect("written");
    assert_eq!(run("kratos = \"26.2\"\n", &pack).status.code(), Some(0));
    assert_eq!(run("kratos = \"0.13.0\"\n", &pack).status.code(), Some(1));
    assert_eq!(run("[[overrides]]\npaths = [\"kratos.yml\"]\nkratos = \"0.13.0\"\n", &pack).status.code(), Some(1));
}

#[test]
fn a_wrong_key_or_type_is_told_in_plain_words() {
    for (own, said) in [
        ("krato = \"1.3.1\"", "kratos-lint.toml:1:1: there is no key `krato`; did you mean `kratos`?"),
        ("critical_hooks = []", "there is no key `critical_hooks`; did you mean `critical-hooks`?"),
        ("colours = 1", "there is no key `colours`; known are kratos, rules, exclude"),
        ("[[overrides]]\npath = []", "kratos-lint.toml:2:1: there is no key `path`; did you mean `paths`?"),
        ("given = \"DSN\"", "kratos-lint.toml:1:9: this must be a list"),
        ("kratos = [1]", "this must be a text"),
        ("rules = 1", "this must be a table"),
    ] {
        let here = folder(&[("kratos.yml", MINIMAL), ("kratos-lint.toml", own)]);
        let output = kratos_lint(here.path(), &[]);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(said), "{own}: {output:?}");
    }
}

#[test]
fn layers_that_are_not_there_are_named() {
    let here = folder(&[("base.yml", MINIMAL), ("live.yml", "log:\n  level: debug\n")]);
    let own = "layers = [[\"./base.yml\", \"live.yml\", \"./gone.yml\", \"stages/*.yml\"]]\n";
    fs::write(here.path().join("kratos-lint.toml"), own).expect("written");
    let said = stderr(&kratos_lint(here.path(), &[]));
    assert!(said.contains("kratos-lint.toml: `layers` names gone.yml, which is not there"), "{said}");
    assert!(!said.contains("live.yml") && !said.contains("stages"), "{said}");
    assert!(!stderr(&kratos_lint(here.path(), &["--quiet"])).contains("gone.yml"));
}

#[test]
fn data_in_another_encoding_is_passed_without_a_word() {
    let here = folder(&[("kratos.yml", MINIMAL)]);
    fs::write(here.path().join("towns.json"), b"[\"M\xFCnchen\"]").expect("written");
    assert!(!stderr(&kratos_lint(here.path(), &[])).contains("towns.json"));
    fs::write(here.path().join("kratos.prod.yml"), b"dsn: M\xFCnchen").expect("written");
    let said = stdout(&kratos_lint(here.path(), &["-f", "concise"]));
    assert!(said.contains("kratos.prod.yml") && said.contains("not valid UTF-8"), "{said}");
}

#[test]
fn an_image_that_only_a_digest_names_is_no_image_without_a_tag() {
    let service = "services:\n  kratos:\n    image: oryd/kratos@sha256:00\n    command: serve -c /c/kratos.yml\n    volumes: [.:/c]\n";
    let here = folder(&[("kratos.yml", MINIMAL), ("compose.yml", service)]);
    let said = stderr(&kratos_lint(here.path(), &[]));
    assert!(said.contains("the image is pinned by a digest, which does not say the release"), "{said}");
    assert!(!said.contains("no tag is pinned"), "{said}");
}

#[test]
fn a_file_that_the_server_loads_and_the_project_lacks_is_named() {
    let service = |files: &str| {
        format!(
            "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve {files}\n    volumes: [.:/c]\n"
        )
    };
    let of = |files: &str| {
        let here =
            folder(&[("kratos.yml", MINIMAL), ("log.yml", "log: {level: debug}"), ("compose.yml", &service(files))]);
        stderr(&kratos_lint(here.path(), &[]))
    };
    let said = of("-c /c/kratos.yml -c /c/local.yml");
    assert!(said.contains("the server also loads /c/local.yml, which is not in the project"), "{said}");
    for files in ["-c /c/kratos.yml", "-c /c/kratos.yml -c /c/log.yml"] {
        assert!(!of(files).contains("also loads"), "{files}");
    }
}

#[test]
fn the_settings_that_are_nearest_to_the_named_files_hold() {
    let here = folder(&[
        (".git/HEAD", ""),
        ("kratos-lint.toml", "kratos = \"1.3.1\"\n"),
        ("kratos.yml", MINIMAL),
        ("sub/kratos-lint.toml", "kratos = \"1.1.0\"\n[rules]\nunknown-key = \"off\"\n"),
        ("sub/kratos.yml", &format!("{MINIMAL}lgo: 1\n")),
        ("sub/deep/kratos.yml", MINIMAL),
    ]);
    let said = |args: &[&str]| {
        let output = kratos_lint(here.path(), args);
        format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr))
    };
    for args in [&["sub/kratos.yml"][..], &["sub"], &["sub/kratos.yml", "sub/deep/kratos.yml"]] {
        let text = said(args);
        let why = "checked against Kratos v1.1.0: set by sub/kratos-lint.toml";
        assert!(text.contains(why) && !text.contains("unknown-key"), "{args:?} {text}");
    }
    assert!(said(&["hooks", "sub/deep/kratos.yml"]).contains("in Kratos v1.1.0"));
    // One for all: the nearest above both, and the other one is named where a folder is walked.
    let both = said(&["kratos.yml", "sub/kratos.yml"]);
    assert!(both.contains("checked against Kratos v1.3.1") && both.contains("error[unknown-key]"), "{both}");
    let all = said(&[]);
    assert!(all.contains("sub/kratos-lint.toml is not used: name its folder to use it"), "{all}");
    let other = said(&["--config", "kratos-lint.toml", "sub/kratos.yml"]);
    assert!(other.contains("checked against Kratos v1.3.1"), "{other}");
    assert!(!said(&["--config", "kratos-lint.toml"]).contains("is not used"));
    let mut piped = Command::cargo_bin("kratos-lint").expect("the program");
    let piped = piped.current_dir(here.path()).args(["-", "--stdin-filename", "sub/kratos.yml"]);
    let piped = piped.write_stdin(MINIMAL).output().expect("it runs");
    assert!(String::from_utf8_lossy(&piped.stderr).contains("Kratos v1.1.0"), "{piped:?}");
    // What init writes goes where it holds.
    let args = ["init", "--flow", "login", "--url", "https://a.example.org/x", "--write", "sub/kratos.yml"];
    let init = kratos_lint(here.path(), &args);
    assert!(init.status.success(), "{init:?}");
    let text = |name: &str| fs::read_to_string(here.path().join(name)).expect("text");
    assert!(text("sub/kratos-lint.toml").contains("given") && !text("kratos-lint.toml").contains("given"));
}

#[test]
fn the_settings_may_name_the_baseline_of_the_repository() {
    let here = folder(&[
        (".git/HEAD", ""),
        ("kratos-lint.toml", "baseline = \"ci/known.json\"\n"),
        ("kratos.yml", &format!("{MINIMAL}lgo: 1\n")),
        ("ci/README", ""),
        ("sub/x", ""),
    ]);
    assert_eq!(kratos_lint(here.path(), &[]).status.code(), Some(2), "it is not there yet");
    assert_eq!(kratos_lint(here.path(), &["--update-baseline"]).status.code(), Some(0));
    assert!(here.path().join("ci/known.json").is_file());
    for (folder, args) in [(".", &[][..]), ("sub", &["../kratos.yml"])] {
        let output = kratos_lint(&here.path().join(folder), args);
        assert!(output.status.success() && stdout(&output).is_empty(), "{output:?}");
    }
    // Without the settings it is not read, and in CI it is said who hides findings.
    assert_eq!(kratos_lint(here.path(), &["--no-config"]).status.code(), Some(1));
    let mut ci = Command::cargo_bin("kratos-lint").expect("the program");
    let ci = ci.current_dir(here.path()).env("CI", "true").output().expect("it runs");
    let said = String::from_utf8_lossy(&ci.stderr).into_owned();
    assert!(said.contains("kratos-lint.toml hides findings by ci/known.json\n"), "{said}");
    // It cannot lead out of the repository, nor be written without a name.
    fs::write(here.path().join("kratos-lint.toml"), "baseline = \"../known.json\"\n").expect("written");
    let out = kratos_lint(here.path(), &["--update-baseline"]);
    assert!(out.status.code() == Some(2) && String::from_utf8_lossy(&out.stderr).contains("outside of the project"));
    fs::remove_file(here.path().join("kratos-lint.toml")).expect("removed");
    let none = kratos_lint(here.path(), &["--update-baseline"]);
    assert!(
        none.status.code() == Some(2)
            && String::from_utf8_lossy(&none.stderr).contains("name the file with --baseline")
    );
}

#[test]
fn the_policy_of_kratos_lint_toml() {
    let policy = "root = \".\"\nkratos = \"1.3.1\"\nallowed-endpoints = [\"*.example.org\"]\ngiven = [\"DSN\", \"SECRETS_COKIE\"]\n\
                  [path-maps]\n\"/etc/config\" = \"deploy\"\n";
    let text = MINIMAL
        .replace("dsn: postgres://db/kratos\n", "")
        .replace("https://example.org/s.json", "file:///etc/config/s.json")
        + "  flows:\n    login:\n      after:\n        hooks:\n\
           \x20         - {hook: web_hook, config: {url: 'https://a.example.org/x', method: POST, body: file:///etc/config/no.jsonnet}}\n\
           \x20         - {hook: web_hook, config: {url: 'https://example.net/x', method: POST, body: file:///etc/config/a.jsonnet}}\n";
    let schema = "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"object\", \"properties\": {\"email\": {\"type\": \"string\"}}}}}";
    let here = folder(&[
        ("sub/kratos.yml", &text),
        ("kratos-lint.toml", policy),
        ("deploy/s.json", schema),
        ("deploy/a.jsonnet", "function(ctx) {id: ctx.identity.id, x: ctx.identity.traits.x}"),
    ]);
    let found = stdout(&kratos_lint(here.path(), &["-f", "concise", "sub/kratos.yml"]));
    let has = |rule: &str, place: &str| {
        found.lines().any(|line| line.starts_with(place) && line.contains(&format!("[{rule}]")))
    };
    assert!(
        has("web-hook-endpoint-not-allowed", "sub/kratos.yml:12:")
            && !has("web-hook-endpoint-not-allowed", "sub/kratos.yml:11:"),
        "{found}"
    );
    assert!(has("jsonnet-file-missing", "sub/kratos.yml:11:"), "{found}");
    assert!(has("jsonnet-optional-field", "deploy/a.jsonnet:1:"), "{found}");
    assert!(has("unknown-variable", "kratos-lint.toml:4:"), "{found}");
    assert!(!found.contains("[missing-key]"), "{found}");
}

#[test]
fn patterns_are_relative_to_the_file_that_holds_them() {
    let wrong = format!("{MINIMAL}lgo: 1\n");
    let here = folder(&[
        (
            "kratos-lint.toml",
            "ignore = [\"old/**\"]\n[[overrides]]\npaths = [\"next/**\"]\nrules = {unknown-key = \"info\"}\n",
        ),
        ("old/kratos.yml", &wrong),
        ("next/kratos.yml", &wrong),
        ("kratos.yml", &wrong),
    ]);
    let absolute = here.path().join("next/kratos.yml");
    let levels = |folder: &str, args: &[&str]| -> Vec<String> {
        let shown =
            stdout(&kratos_lint(&here.path().join(folder), &[&["-f", "concise", "--show-info"], args].concat()));
        shown
            .lines()
            .filter(|line| line.contains("[unknown-key]"))
            .filter_map(|line| line.split(' ').nth(1))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(levels("next", &["kratos.yml"]), ["info[unknown-key]"]);
    assert_eq!(levels("", &[&absolute.to_string_lossy()]), ["info[unknown-key]"]);
    assert!(levels("old", &["kratos.yml"]).is_empty());
    assert_eq!(levels("", &["kratos.yml", "./kratos.yml"]), ["error[unknown-key]"]);
}

#[test]
fn in_ci_it_is_said_how_many_levels_the_own_file_lowers() {
    let said = |own: &str, args: &[&str]| {
        let here = folder(&[("kratos.yml", MINIMAL), ("kratos-lint.toml", own), (".git/HEAD", "")]);
        let mut ci = Command::cargo_bin("kratos-lint").expect("the program");
        let ci = ci.current_dir(here.path()).args(args).env("CI", "true").output().expect("it runs");
        String::from_utf8_lossy(&ci.stderr).into_owned()
    };
    let lower = "[rules]\nunknown-key = \"info\"\nwrong-type = \"warning\"\nmissing-key = \"off\"\n";
    let note = "kratos-lint.toml switches off 1 rule, holds 2 rules at info or warning\n";
    assert!(said(lower, &[]).contains(note), "{}", said(lower, &[]));
    let some = "[[overrides]]\npaths = [\"*.yml\"]\nrules = {unknown-key = \"off\", wrong-type = \"info\"}\n";
    assert!(said(some, &[]).contains("kratos-lint.toml switches off 1 rule, holds 1 rule at"), "{}", said(some, &[]));
    let higher = "[rules]\nunknown-key = \"error\"\nhttp-outside-dev = \"error\"\n";
    assert!(!said(higher, &[]).contains("kratos-lint.toml "), "{}", said(higher, &[]));
    // What the command line says is no policy of the repository.
    let asked = said(higher, &["--rule", "unknown-key=off", "--rule", "wrong-type=info"]);
    assert!(!asked.contains("kratos-lint.toml "), "{asked}");
}

/// An index of git (version 2) that lists these files.
fn index(files: &[&str]) -> Vec<u8> {
    let count = u32::try_from(files.len()).expect("few");
    let mut bytes = [b"DIRC\0\0\0\x02".as_slice(), &count.to_be_bytes()].concat();
    for file in files {
        let start = bytes.len();
        bytes.extend([0; 60]);
        bytes.extend(u16::try_from(file.len()).expect("short").to_be_bytes());
        bytes.extend(file.as_bytes());
        bytes.resize(start + ((bytes.len() - start) / 8 + 1) * 8, 0);
    }
    bytes
}

/// Folders of installed packages are passed by; what git tracks there came with a pull request.
#[test]
fn a_tracked_configuration_among_installed_packages_is_said_or_checked() {
    let bad = format!("{MINIMAL}nonsense: 1\n");
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/k/kratos.yml\n    volumes: [\"./node_modules/k:/etc/k\"]\n";
    let here = folder(&[("node_modules/k/kratos.yml", &bad), ("node_modules/k/package.json", "{}"), (".git/HEAD", "")]);
    let said = || {
        let output = kratos_lint(here.path(), &["-f", "concise"]);
        (stdout(&output), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let note = "node_modules/k/kratos.yml: it is not checked: it is among installed packages; name it to check it\n";
    assert!(!said().1.contains("installed packages"), "installed, not tracked");
    fs::write(here.path().join(".git/index"), index(&["node_modules/k/kratos.yml", "node_modules/k/package.json"]))
        .expect("written");
    let (found, notes) = said();
    assert!(found.is_empty() && notes.contains(note), "{found}{notes}");
    // A server that is started with it reads it.
    fs::write(here.path().join("compose.yml"), compose).expect("written");
    let (found, notes) = said();
    assert!(found.contains("node_modules/k/kratos.yml:") && !notes.contains("not checked"), "{found}{notes}");
}

/// What a submodule tracks is its own, whatever its patterns name.
#[test]
fn files_that_a_submodule_tracks_are_checked() {
    let bad = format!("{MINIMAL}nonsense: 1\n");
    let here = folder(&[
        ("auth/kratos.yml", &bad),
        ("auth/.gitignore", "*.yml\n"),
        ("auth/.git", "gitdir: ../.git/modules/auth\n"),
        (".git/HEAD", ""),
        (".git/modules/auth/HEAD", ""),
    ]);
    fs::write(here.path().join(".git/index"), index(&[".gitmodules"])).expect("written");
    let found = || stdout(&kratos_lint(here.path(), &["-f", "concise"]));
    assert!(found().is_empty(), "it is ignored");
    fs::write(here.path().join(".git/modules/auth/index"), index(&["kratos.yml"])).expect("written");
    assert!(found().contains("auth/kratos.yml:"), "{}", found());
}

#[test]
fn in_ci_it_is_said_how_many_findings_comments_suppress() {
    let text = format!("# kratos-lint: ignore-file[unknown-key] known\n{MINIMAL}nonsense: 1\nmore: 2\n");
    let here = folder(&[("kratos.yml", &text), (".git/HEAD", "")]);
    let said = |ci: bool, args: &[&str]| {
        let mut command = Command::cargo_bin("kratos-lint").expect("the program");
        command.current_dir(here.path()).args(args).env_remove("CI");
        let output = if ci { command.env("CI", "true").output() } else { command.output() };
        String::from_utf8_lossy(&output.expect("it runs").stderr).into_owned()
    };
    let note = "findings suppressed, by comments, rows of `[[ignore]]` or the baseline\n";
    assert!(said(true, &["-f", "concise"]).contains(note), "{}", said(true, &["-f", "concise"]));
    assert!(!said(false, &["-f", "concise"]).contains(note) && !said(true, &["-q"]).contains(note));
}

#[cfg(unix)]
#[test]
fn a_file_of_settings_that_is_no_file_is_said_to_be_none() {
    let here = folder(&[("kratos.yml", MINIMAL), (".git/HEAD", "")]);
    let made = std::process::Command::new("mkfifo").arg(here.path().join("kratos-lint.toml")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let said = stderr(&kratos_lint(here.path(), &["."]));
    assert!(said.contains("kratos-lint.toml is not used: it is not a file but a pipe"), "{said}");
}
