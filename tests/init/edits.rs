//! `init list`, `remove` and `move`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use kratos_lint::discover;
use kratos_lint::disk::Disk;
use kratos_lint::init::edit;
use kratos_lint::kratos::hooks;
use kratos_lint::kratos::version::Version;
use kratos_lint::unit::Unit;

use super::{forms, kratos_lint};

fn unit_of(folder: &Path, form: &str) -> (&'static str, Unit) {
    let (file, text) = forms::written(form, &forms::base(Version::V1_3_1, true));
    let path = folder.join(file);
    fs::write(&path, text).expect("written");
    let disk = Disk::of_run(std::slice::from_ref(&path), None);
    (file, discover::file(&path, &disk).expect("readable").units.remove(0))
}

fn pointers(unit: &Unit) -> Vec<String> {
    let lists = hooks::lists(unit.root().expect("a root"));
    lists.iter().flat_map(|list| &list.hooks).map(|hook| hook.node.pointer()).collect()
}

#[test]
fn each_hook_can_be_taken_out_of_each_form() {
    let here = tempfile::tempdir().expect("a folder");
    for form in forms::FORMS {
        let (_, unit) = unit_of(here.path(), form);
        let before = pointers(&unit);
        assert_eq!(before.len(), 6, "{form}");
        for pointer in &before {
            let removed = edit::remove(&unit, pointer).unwrap_or_else(|why| panic!("{form} {pointer}: {why}"));
            let left: Vec<&String> = before.iter().filter(|other| *other != pointer).collect();
            assert_eq!(pointers(&removed.unit).iter().collect::<Vec<_>>(), left, "{form}\n{}", removed.text);
            let old = unit.file_source();
            if ["block", "no indent", "four", "own line", "crlf", "configmap", "helm"].contains(&form) {
                // Only lines go.
                let mut rest = old.text().split_inclusive('\n');
                assert!(removed.text.split_inclusive('\n').all(|line| rest.any(|other| other == line)), "{form}");
            }
        }
        for wrong in ["/selfservice/flows/login/after/hooks/7", "/selfservice/flows/login", "", "/dsn", "/a/hooks/x"] {
            assert!(edit::remove(&unit, wrong).is_err(), "{wrong}");
        }
    }
}

#[test]
fn what_is_added_can_be_taken_out_again() {
    let here = tempfile::tempdir().expect("a folder");
    for form in ["block", "no indent", "four", "own line", "crlf", "configmap", "helm", "json", "toml"] {
        let (file, unit) = unit_of(here.path(), form);
        let pointer = "/selfservice/flows/registration/after/password/hooks/0";
        let args = ["init", "--flow", "registration", "--method", "password", "--response", "wait", "--url"];
        let args = [&args[..], &["https://crm.example.org/x", "--write", file]].concat();
        assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0), "{form}");
        assert!(here.path().join("kratos-lint.toml").exists(), "{form}");
        let output = kratos_lint(here.path(), &["init", "remove", pointer, file]);
        assert_eq!(output.status.code(), Some(0), "{form} {output:?}");
        let written = fs::read_to_string(here.path().join(file)).expect("there");
        assert_eq!(written, unit.file_source().text(), "{form}");
        let settings = fs::read_to_string(here.path().join("kratos-lint.toml")).expect("there");
        assert!(!settings.contains("[[ignore]]"), "what is known about the hook goes too: {settings}");
    }
}

const LISTS: &str = "\
selfservice:
  flows:
    registration:
      after:
        # of all
        hooks:
          # audit
          - hook: web_hook # now
            config:
              url: https://audit.example.org/a?b=c
              method: POST
              body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==
              auth:
                type: api_key
                config:
                  name: X
                  in: header
                  # `value` comes from the environment of Kratos. Set all of:
                  #   SELFSERVICE_FLOWS_REGISTRATION_AFTER_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE=<the secret>
        password:
          hooks:
          # signs in
          - hook: session
            # at once
          - hook: show_verification_ui
";

/// The file after a command, and what it said.
/// The only hook of a new list: the keys that were written for it go with it, and JSON keeps its tabs.
#[test]
fn the_file_is_as_it_was_without_the_only_hook() {
    let url = "https://app.example.com/login";
    let texts = [
        (
            "a.json",
            format!(
                "{{\n\t\"selfservice\": {{\n\t\t\"flows\": {{\n\t\t\t\"login\": {{\n\t\t\t\t\"ui_url\": \"{url}\"\n\t\t\t}}\n\t\t}}\n\t}}\n}}\n"
            ),
        ),
        ("b.json", format!("{{\"selfservice\": {{\"flows\": {{\"login\": {{\"ui_url\": \"{url}\"}}}}}}}}")),
        ("c.yml", format!("selfservice:\n  flows:\n    login: {{ui_url: \"{url}\"}}\n")),
        ("d.toml", format!("[selfservice.flows.login]\nui_url = \"{url}\"\n")),
        ("e.toml", format!("[selfservice.flows.login]\r\nui_url = \"{url}\"\r\n")),
    ];
    for (file, text) in texts {
        let here = tempfile::tempdir().expect("a folder");
        let path = here.path().join(file);
        fs::write(&path, &text).expect("written");
        let hook = ["--hook", "revoke_active_sessions", "--flow", "login", "--method", "password"];
        let written = [&["init", "--kratos", "1.3.1"], &hook[..], &["--write", file]].concat();
        assert_eq!(kratos_lint(here.path(), &written).status.code(), Some(0), "{file}");
        let with_hook = fs::read_to_string(&path).expect("there");
        assert!(with_hook.contains("revoke_active_sessions"), "{file}");
        let has_tabs = with_hook.lines().all(|line| !line.starts_with(' '));
        assert!(file != "a.json" || has_tabs, "{with_hook}");
        let pointer = "/selfservice/flows/login/after/password/hooks/0";
        assert_eq!(kratos_lint(here.path(), &["init", "remove", pointer, file]).status.code(), Some(0), "{file}");
        assert_eq!(fs::read_to_string(&path).expect("there"), text, "{file}");
    }
}

fn after(args: &[&str]) -> (String, String) {
    let here = tempfile::tempdir().expect("a folder");
    fs::write(here.path().join("kratos.yml"), LISTS).expect("written");
    let mut all = vec!["init"];
    all.extend(args);
    all.extend(["kratos.yml", "--kratos", "1.3.1"]);
    let output = kratos_lint(here.path(), &all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
    (fs::read_to_string(here.path().join("kratos.yml")).expect("there"), said)
}

#[test]
fn a_comment_about_many_earlier_hooks_gives_their_range() {
    const EARLIER: usize = 3000;
    let here = tempfile::tempdir().expect("a folder");
    let (start, rest) = LISTS.split_once("        password:\n").expect("a list");
    let text = format!("{start}{}        password:\n{rest}", "          - hook: session\n".repeat(EARLIER));
    fs::write(here.path().join("kratos.yml"), &text).expect("written");
    let hook = "/selfservice/flows/registration/after/hooks/0";
    let args = ["init", "move", hook, "--to", &EARLIER.to_string(), "kratos.yml", "--kratos", "1.3.1"];
    let begin = Instant::now();
    let output = kratos_lint(here.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    let written = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
    assert!(written.len() < text.len() + 500, "{} bytes more", written.len() - text.len());
    let list = "SELFSERVICE_FLOWS_REGISTRATION_AFTER_HOOKS";
    let lines = [
        "# `value` comes from the environment of Kratos. Set all of:".to_owned(),
        format!("#   {list}_0_HOOK … {list}_2999_HOOK, each set to the `hook` of its list entry"),
        format!("#   {list}_3000_CONFIG_AUTH_CONFIG_VALUE=<the secret>"),
    ];
    let block = lines.map(|line| format!("                  {line}\n")).concat();
    assert!(written.contains(&block), "{}", written.get(written.len().saturating_sub(2000)..).unwrap_or_default());
}

#[test]
fn a_repeated_hook_leaves_its_anchors() {
    let lists = "identity: {default_schema_id: d, schemas: [{id: d, url: file://d.json}]}\nselfservice:\n  methods: {password: {enabled: true}}\n  flows:\n    registration:\n      after:\n        hooks:\n";
    for hook in [
        "          - hook: web_hook\n            config: &all\n              url: &u https://crm.example.org/x\n              method: POST\n",
        "          - hook: web_hook\n            config: &all {url: &u https://crm.example.org/x, method: POST}\n",
    ] {
        let text = format!("{lists}{hook}");
        let args = ["hook", "show_verification_ui", "--flow", "registration", "--method", "password", "--write"];
        let (status, written, said) = after_on("kratos.yml", &text, &args);
        assert_eq!(status, Some(0), "{said}");
        let repeated = written.strip_prefix(&text).unwrap_or_else(|| panic!("{written}"));
        assert!(repeated.contains("https://crm.example.org/x") && !repeated.contains('&'), "{repeated}");
        assert!(repeated.lines().all(|line| line.trim_end() == line), "{repeated:?}");
    }
}

#[test]
fn a_file_with_a_key_twice_is_left_as_it_is() {
    let text = "selfservice:\n  flows: {}\nidentity: {schemas: []}\nselfservice:\n  default_browser_return_url: https://a.example/\n";
    let (status, written, said) =
        after_on("kratos.yml", text, &["hook", "session", "--flow", "registration", "--write"]);
    assert_eq!((status, written.as_str()), (Some(2), text), "{said}");
    assert!(said.contains("kratos.yml:4:1: a key is twice in the same map"), "{said}");
}

#[test]
fn a_hook_that_locks_all_users_out_is_not_written() {
    let here = tempfile::tempdir().expect("a folder");
    let text = "identity:\n  default_schema_id: d\n  schemas:\n    - id: d\n      url: file://d.json\nselfservice:\n  methods:\n    password:\n      enabled: true\n";
    fs::write(here.path().join("kratos.yml"), text).expect("written");
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string", "ory.sh/kratos": {"credentials": {"password": {"identifier": true}}}}}}}}"#;
    fs::write(here.path().join("d.json"), schema).expect("written");
    let args = ["init", "hook", "require_verified_address", "--flow", "login", "--method", "password", "--write"];
    let run = |more: &[&str]| kratos_lint(here.path(), &[&args[..], &["kratos.yml"], more].concat());
    let refused = run(&[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing is written: error[address-trait-missing] no user passes this hook"), "{said}");
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), text);
    assert_eq!(run(&["--diff"]).status.code(), Some(2));
    assert_eq!(run(&["--force"]).status.code(), Some(0));
    assert!(fs::read_to_string(here.path().join("kratos.yml")).expect("there").contains("require_verified_address"));
}

#[test]
fn comments_go_along() {
    let after_list = "/selfservice/flows/registration/after";
    let (text, _) = after(&["move", &format!("{after_list}/password/hooks/0"), "--to", "1"]);
    let end = "          hooks:\n          - hook: show_verification_ui\n          # signs in\n          - hook: session\n            # at once\n";
    assert!(text.ends_with(end), "{text}");
    let (text, said) = after(&["move", &format!("{after_list}/hooks/0"), "--method", "password"]);
    assert!(
        !text.contains("# of all") && text.contains("          # audit\n          - hook: web_hook # now\n"),
        "{text}"
    );
    let name = "SELFSERVICE_FLOWS_REGISTRATION_AFTER_PASSWORD_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE=<the secret>";
    assert!(text.contains(&format!("#   {name}\n")) && said.contains(name), "{text}\n{said}");
    assert!(!text.contains("REGISTRATION_AFTER_HOOKS_0"), "{text}");
    let (text, said) = after(&["move", &format!("{after_list}/password/hooks/1"), "--method", "oidc"]);
    let repeated = "        oidc:\n          hooks:\n            # audit\n            - hook: web_hook # now\n";
    assert!(text.contains(repeated) && said.contains("replaces the one for all methods"), "{text}\n{said}");
    let (text, _) = after(&["remove", &format!("{after_list}/password/hooks/0")]);
    assert!(text.ends_with("          hooks:\n          - hook: show_verification_ui\n"), "{text}");
}

/// A configuration with these lists of hooks after registration, and what a command makes of it: the status, the text, and what it
/// said.
fn after_on(file: &str, text: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let here = tempfile::tempdir().expect("a folder");
    fs::write(here.path().join(file), text).expect("written");
    let output = kratos_lint(here.path(), &[&["init"], args, &[file, "--kratos", "1.3.1"]].concat());
    let written = fs::read_to_string(here.path().join(file)).expect("there");
    (output.status.code(), written, String::from_utf8_lossy(&output.stderr).into_owned())
}

const HEAD: &str = "selfservice:\n  flows:\n    settings:\n      after:\n";

#[test]
fn a_move_loses_neither_the_hook_nor_a_comment() {
    let twice = "        password:\n          hooks:\n          - hook: revoke_active_sessions\n          - hook: revoke_active_sessions\n";
    let noted =
        "        password: # of the key\n          hooks: # of the list\n          - hook: revoke_active_sessions\n";
    let inside = "        password:\n          # of the hooks\n          hooks:\n          - hook: revoke_active_sessions\n        default_browser_return_url: https://example.org/\n";
    let to_flow = "        password:\n          hooks:\n          # of the hook\n          - hook: revoke_active_sessions\n        totp: {hooks: []}\n";
    let move_it = "/selfservice/flows/settings/after/password/hooks/0";
    for (text, more, status, says) in [
        // The same hook is in the list once more: it would be gone.
        (twice, ["--to", "1"], 2, "has the same hook already"),
        (twice, ["--method", "password"], 2, "has the same hook already"),
        // It is the only one of its list already.
        (noted, ["--method", "password"], 0, "nothing is changed"),
        (noted, ["--to", "0"], 0, "nothing is changed"),
        (to_flow, ["--method", "totp"], 2, "which would be lost"),
    ] {
        let text = format!("{HEAD}{text}");
        let (code, written, said) = after_on("kratos.yml", &text, &[&["move", move_it], &more[..]].concat());
        assert_eq!((code, written.as_str()), (Some(status), text.as_str()), "{more:?} {said}");
        assert!(said.contains(says), "{said}");
    }
    for (text, kept) in [
        (noted, "        password: # of the key\n          hooks: [] # of the list\n"),
        (inside, "        password:\n          # of the hooks\n          hooks: []\n"),
    ] {
        let text = format!("{HEAD}{text}");
        for args in [vec!["move", move_it, "--method", "totp"], vec!["remove", move_it]] {
            let (code, written, said) = after_on("kratos.yml", &text, &args);
            assert_eq!(code, Some(0), "{said}");
            assert!(written.contains(kept), "{written}");
            assert_eq!(
                written.contains("totp:\n          hooks:\n            - hook: revoke"),
                args[0] == "move",
                "{written}"
            );
        }
    }
}

#[test]
fn comments_of_toml_go_along() {
    let text = "# of the file\n[selfservice.flows.login.after.password]\ndefault_browser_return_url = \"https://example.org/\"\n\n# of the hook\n# kratos-lint: ignore[unknown-key]\n[[selfservice.flows.login.after.hooks]]\nhook = \"revoke_active_sessions\"\n";
    let hook = "/selfservice/flows/login/after/hooks/0";
    let (code, written, said) = after_on("kratos.toml", text, &["move", hook, "--method", "password"]);
    assert_eq!(code, Some(0), "{said}");
    let end = "# of the hook\n# kratos-lint: ignore[unknown-key]\n[[selfservice.flows.login.after.password.hooks]]\nhook = \"revoke_active_sessions\"\n";
    assert!(written.ends_with(end), "{written}");
    let tables = |list: &str| {
        format!(
            "# of the hook\n[[selfservice.flows.{list}.hooks]]\nhook = \"web_hook\" # its kind\n[selfservice.flows.{list}.hooks.config]\n\
             # the address\nurl = \"https://example.org/hook\"\nmethod = \"POST\" # always\nbody = \"base64://e30=\"\n\n\
             [selfservice.flows.{list}.hooks.config.response]\nignore = true # in the background\n"
        )
    };
    let rest = "\n# ends others\n[[selfservice.flows.login.after.hooks]]\nhook = \"revoke_active_sessions\" # all\n";
    for ends in ["\n", "\r\n"] {
        let text = (tables("login.after") + rest).replace('\n', ends);
        let (code, written, said) = after_on("kratos.toml", &text, &["move", hook, "--method", "password"]);
        assert_eq!(code, Some(0), "{said}");
        // The new list replaces the one for all methods, whose other hook is repeated.
        let repeated = rest.replace("login.after.hooks", "login.after.password.hooks");
        let moved = [rest.trim_start(), &repeated, "\n", &tables("login.after.password")].concat();
        assert_eq!(written, moved.replace('\n', ends));
        let (code, written, said) = after_on("kratos.toml", &text, &["move", hook, "--to", "1"]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(written, (rest.trim_start().to_owned() + "\n" + &tables("login.after")).replace('\n', ends));
    }
}

#[test]
fn comments_about_variables_follow_the_index() {
    let here = tempfile::tempdir().expect("a folder");
    fs::write(here.path().join("kratos.yml"), LISTS).expect("written");
    let name = |index: usize| format!("#   SELFSERVICE_FLOWS_REGISTRATION_AFTER_PASSWORD_HOOKS_{index}_");
    let run = |args: &[&str]| {
        let output = kratos_lint(here.path(), &[&["init"], args, &["--kratos", "1.3.1"]].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
        fs::read_to_string(here.path().join("kratos.yml")).expect("there")
    };
    let list = "/selfservice/flows/registration/after";
    let text = run(&["move", &format!("{list}/hooks/0"), "kratos.yml", "--method", "password", "--to", "1"]);
    assert!(text.contains(&(name(0) + "HOOK=session\n")) && text.contains(&(name(1) + "CONFIG_AUTH")), "{text}");
    let moved = run(&["move", &format!("{list}/password/hooks/0"), "kratos.yml", "--to", "2"]);
    assert!(moved.contains(&(name(0) + "CONFIG_AUTH")) && !moved.contains(&name(1)), "{moved}");
    let removed = run(&["remove", &format!("{list}/password/hooks/1"), "kratos.yml"]);
    assert!(removed.contains(&(name(0) + "CONFIG_AUTH")), "{removed}");
    let again = run(&["hook", "session", "--flow", "registration", "--method", "password", "--write", "kratos.yml"]);
    assert!(again.contains("- hook: session") && again.contains(&(name(0) + "CONFIG_AUTH")), "{again}");
}

#[test]
fn the_list_shows_pointers_and_what_runs() {
    let here = tempfile::tempdir().expect("a folder");
    fs::write(here.path().join("kratos.yml"), LISTS).expect("written");
    let output = kratos_lint(here.path(), &["init", "list", "kratos.yml", "--kratos", "1.3.1"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("/selfservice/flows/registration/after/hooks/0  web_hook https://audit.example.org/a"));
    assert!(shown.contains("never runs in registration.after.password: the list of the method"), "{shown}");
    let output = kratos_lint(here.path(), &["init", "list", "kratos.yml", "--kratos", "1.3.1", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["hooks"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["hooks"][1]["runs"][0]["point"], "registration.after.password");
}

#[test]
fn what_may_not_stand_there_is_not_moved() {
    let here = tempfile::tempdir().expect("a folder");
    fs::write(here.path().join("kratos.yml"), LISTS).expect("written");
    let session = "/selfservice/flows/registration/after/password/hooks/0";
    for more in [vec!["--flow", "login"], vec!["--before"], vec!["--to", "9"], vec!["--method", "nope"]] {
        let args = [&["init", "move", session, "kratos.yml", "--kratos", "1.3.1"], &*more].concat();
        let output = kratos_lint(here.path(), &args);
        assert_eq!(output.status.code(), Some(2), "{args:?} {output:?}");
    }
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), LISTS);
}

#[test]
fn what_is_written_into_a_later_file_has_no_finding() {
    let here = tempfile::tempdir().expect("a folder");
    let base = "dsn: postgres://db.example.org/kratos\nidentity:\n  default_schema_id: d\n  schemas:\n    - id: d\n      url: https://example.org/s.json\n\
                selfservice:\n  default_browser_return_url: https://www.example.org/\n";
    fs::write(here.path().join("base.yml"), base).expect("written");
    fs::write(here.path().join("live.yml"), "log:\n  level: info\n").expect("written");
    fs::write(here.path().join("kratos-lint.toml"), "layers = [[\"base.yml\", \"live.yml\"]]\n").expect("written");
    let args = ["init", "--flow", "settings", "--auth", "none", "--response", "wait", "--write", "live.yml"];
    assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0));
    let output = kratos_lint(here.path(), &["-f", "concise"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!shown.contains("live.yml") && !shown.contains("unused-suppression"), "{shown}");
}

#[test]
fn what_the_environment_gives_follows_the_index() {
    let here = tempfile::tempdir().expect("a folder");
    super::base(here.path(), "v1.3.1");
    let run = |args: &[&str]| {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let is_clean = || {
        let output = kratos_lint(here.path(), &["kratos.yml", "--only", "missing-key"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    };
    let url = ["--method", "password", "--url", "https://a.example.org/x", "--write", "kratos.yml"];
    run(&[&["init", "--flow", "login"], &url[..]].concat());
    is_clean();
    let said = run(&[
        "init",
        "hook",
        "require_verified_address",
        "--flow",
        "login",
        "--method",
        "password",
        "--write",
        "kratos.yml",
    ]);
    assert!(said.contains("HOOKS_0_HOOK=require_verified_address"), "{said}");
    is_clean();
    let list = "/selfservice/flows/login/after/password/hooks";
    run(&["init", "remove", &format!("{list}/0"), "kratos.yml"]);
    is_clean();
    run(&["init", "remove", &format!("{list}/0"), "kratos.yml"]);
    let settings = fs::read_to_string(here.path().join("kratos-lint.toml")).expect("there");
    assert!(!settings.contains("LOGIN_AFTER"), "{settings}");
}

#[test]
fn a_hook_that_is_moved_says_what_is_found_since() {
    let here = tempfile::tempdir().expect("a folder");
    super::base(here.path(), "1.3.1");
    let run = |args: &[&str]| kratos_lint(here.path(), &[&["init"], args].concat());
    let added = run(&[
        "--flow",
        "registration",
        "--method",
        "password",
        "--response",
        "parse",
        "--url",
        "https://crm.example.org/x",
        "--auth",
        "none",
        "--write",
        "kratos.yml",
    ]);
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let moved = run(&["move", "/selfservice/flows/registration/after/password/hooks/0", "kratos.yml", "--all-methods"]);
    let said = String::from_utf8_lossy(&moved.stderr).into_owned();
    assert!(said.contains("new finding: error[global-blocking-hook] this web_hook never runs"), "{said}");
    assert!(
        said.lines().any(|line| line.contains("global-blocking-hook") && line.contains("; ")),
        "what to do: {said}"
    );
    assert!(!said.contains("web-hook-unauthenticated"), "that was found before: {said}");
}

#[test]
fn a_hook_for_all_methods_goes_into_the_list_of_code_too_where_that_has_hooks() {
    let here = tempfile::tempdir().expect("a folder");
    super::base(here.path(), "1.3.1");
    let base = |method: &[&str], url: &str| {
        let rest = ["--url", url, "--response", "ignore", "--auth", "none", "--write", "kratos.yml"];
        let added = kratos_lint(here.path(), &[&["init", "--flow", "registration"], method, &rest].concat());
        String::from_utf8_lossy(&added.stderr).into_owned()
    };
    base(&["--method", "code"], "https://crm.example.org/one");
    let said = base(&[], "https://crm.example.org/two");
    assert!(said.contains("added to selfservice.flows.registration.after.code.hooks"), "{said}");
    assert!(!said.contains("new finding"), "{said}");
}

#[test]
fn files_of_other_programs_are_not_changed() {
    let here = tempfile::tempdir().expect("a folder");
    for (file, text) in [
        ("package.json", r#"{"name": "kratos-ui", "version": "1.0.0", "scripts": {}}"#),
        ("config.yml", "version: 2.1\norbs: {}\njobs: {}\n"),
    ] {
        fs::write(here.path().join(file), text).expect("written");
        let args = ["init", "--flow", "login", "--url", "https://crm.example.org/hook", "--write", file];
        let output = kratos_lint(here.path(), &args);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(fs::read_to_string(here.path().join(file)).expect("there"), text);
    }
}

/// An alias has no text of its own where it is written; what comes after it, or before it in its list, has its place anyway.
#[test]
fn a_hook_finds_its_place_beside_an_alias() {
    let here = tempfile::tempdir().expect("a folder");
    let shared = "selfservice:\n  flows:\n    registration:\n      after:\n        code: &both\n          hooks:\n            - &last {hook: session}\n";
    let cases = [
        // The last line of the file is an alias.
        (
            format!("{shared}        oidc: *both\n"),
            "        oidc: *both\n        password:\n          hooks:\n            - hook: web_hook\n",
        ),
        // What runs last is an alias.
        (
            format!("{shared}        password:\n          hooks:\n            - *last\n"),
            "        password:\n          hooks:\n            - hook: web_hook\n",
        ),
    ];
    for (text, lines) in cases {
        let (output, written) = super::write_hook(here.path(), &text, &["--auth", "none", "--url", "http://crm/hook"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(written.contains(lines), "{written}");
        let mut rest = written.lines();
        assert!(text.lines().all(|line| rest.any(|other| other == line)), "every line stays:\n{written}");
    }
}

/// Settings above two configurations: what is said of the other one holds after a hook of this one is gone.
#[test]
fn settings_for_two_configurations_keep_what_is_about_the_other() {
    let here = tempfile::tempdir().expect("a folder");
    super::base(here.path(), "1.3.1");
    let run = |args: &[&str]| {
        let output = kratos_lint(here.path(), args);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let url = ["--method", "password", "--url", "https://a.example.org/x", "--write", "kratos.yml"];
    run(&[&["init", "--flow", "login"], &url[..]].concat());
    fs::copy(here.path().join("kratos.yml"), here.path().join("kratos.dev.yml")).expect("copied");
    let settings = here.path().join("kratos-lint.toml");
    let list = "/selfservice/flows/login/after/password/hooks";
    let row = |file: &str| {
        format!("\n[[ignore]]\n{file}rule = \"blocking-notification\"\nkey = \"{list}/0\"\nreason = \"known\"\n")
    };
    let rows = [row(""), row("file = \"*.yml\"\n")].concat();
    let before = fs::read_to_string(&settings).expect("there") + &rows;
    fs::write(&settings, before.clone() + &row("file = \"kratos.dev.yml\"\n")).expect("written");
    let said = run(&["init", "remove", &format!("{list}/0"), "kratos.dev.yml"]);
    assert!(said.contains("kratos-lint.toml is for other configurations too"), "{said}");
    assert_eq!(fs::read_to_string(&settings).expect("there"), before);
}
