//! What `kratos-lint init` writes: it passes the linter, and everything else in the file stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use kratos_lint::check::{self, Target};
use kratos_lint::config;
use kratos_lint::deployment::Project;
use kratos_lint::discover;
use kratos_lint::disk::Disk;
use kratos_lint::endpoints;
use kratos_lint::evaluation::{Child, Evaluator};
use kratos_lint::files::Files;
use kratos_lint::init;
use kratos_lint::kratos::hooks::Hook;
use kratos_lint::kratos::identity;
use kratos_lint::kratos::plan::{self, Point};
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::yaml;

#[path = "init/edits.rs"]
mod edits;
#[path = "init/forms.rs"]
mod forms;
#[path = "init/recipes.rs"]
mod recipes;
#[cfg(unix)]
#[path = "init/terminal.rs"]
mod terminal;

fn kratos_lint(folder: &Path, args: &[&str]) -> Output {
    Command::cargo_bin("kratos-lint").expect("the program").current_dir(folder).args(args).output().expect("it runs")
}

fn findings(folder: &Path, version: &str) -> String {
    let output = kratos_lint(folder, &["--kratos", version, "--fail-on", "info", "kratos.yml"]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const VERSIONS: [&str; 7] = ["1.0.0", "1.1.0", "1.2.0", "1.3.1", "25.4.0", "26.2.0", "master"];

#[test]
fn a_new_configuration_has_no_finding_in_any_version() {
    for version in VERSIONS {
        let here = tempfile::tempdir().expect("a folder");
        let output = kratos_lint(here.path(), &["init", "--kratos", version, "--write", "kratos.yml"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(findings(here.path(), version), "", "{version}");
        let text = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
        assert!(!text.contains("kratos-lint: ignore"), "nothing is silenced");
        let provider = "  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: g\n            provider: google\n            client_id: c\n";
        fs::write(here.path().join("kratos.yml"), text.replace("  methods:\n", provider)).expect("written");
        assert!(findings(here.path(), version).contains("mapper_url"), "a later mistake is seen");
        let again = kratos_lint(here.path(), &["init", "--write", "kratos.yml"]);
        assert_eq!(again.status.code(), Some(2), "nothing is overwritten without --force");
    }
}

/// The new configuration with recovery and verification on, so that their hooks run.
fn base(folder: &Path, version: &str) {
    kratos_lint(folder, &["init", "--kratos", version, "--write", "kratos.yml", "--force"]);
    let path = folder.join("kratos.yml");
    let text = fs::read_to_string(&path).expect("there");
    let flows = "    recovery:\n      enabled: true\n      ui_url: https://www.example.org/recovery\n    verification:\n      enabled: true\n      ui_url: https://www.example.org/verification\n    error:\n";
    let courier = "courier:\n  smtp:\n    connection_uri: smtps://mail.example.org:465/\nsession:\n";
    fs::write(
        path,
        text.replace("    error:\n", flows).replace("session:\n  lifespan", &format!("{courier}  lifespan")),
    )
    .expect("written");
}

/// A place of a hook: flow, flag, method (none: all).
type At = (&'static str, &'static str, &'static str);

const PLACES: [At; 20] = [
    ("login", "--before", ""),
    ("login", "--after", ""),
    ("login", "--after", "password"),
    ("login", "--after", "totp"),
    ("registration", "--before", ""),
    ("registration", "--after", ""),
    ("registration", "--after", "password"),
    ("registration", "--after", "code"),
    ("registration", "--after", "passkey"),
    ("settings", "--before", ""),
    ("settings", "--after", ""),
    ("settings", "--after", "password"),
    ("settings", "--after", "profile"),
    ("settings", "--after", "totp"),
    ("recovery", "--before", ""),
    ("recovery", "--after", ""),
    ("recovery", "--after", ""),
    ("verification", "--before", ""),
    ("verification", "--after", ""),
    ("verification", "--after", ""),
];

const HOOKS: [&str; 6] = [
    "web_hook",
    "session",
    "revoke_active_sessions",
    "require_verified_address",
    "show_verification_ui",
    "verification",
];

const URL: &str = "https://crm.example.org/hook";

/// What the linter finds in a file with the settings of its folder, in this process.
fn found(folder: &Path, file: &str, version: Version) -> Vec<String> {
    let path = folder.join(file);
    let disk = Disk::of_run(std::slice::from_ref(&path), None);
    let config = config::find(&[folder.to_path_buf()], &disk).expect("settings");
    let unit = discover::file(&path, &disk).expect("readable").units.remove(0);
    let child = Child::At(env!("CARGO_BIN_EXE_kratos-lint").into());
    let settings = Settings { project: Arc::new(Project::of(disk)), child, ..config.settings() };
    let report = check::unit(&unit, &Target::one(version, TargetSource::Flag), &config.for_unit(&unit, &settings));
    report.diagnostics.iter().map(|found| format!("{}: {}", found.rule, found.message)).collect()
}

/// Whether the new `web_hook` runs wherever it was asked for.
fn runs(folder: &Path, file: &str, version: Version, (flow, flag, method): At) -> bool {
    let path = folder.join(file);
    let unit =
        discover::file(&path, &Disk::of_run(std::slice::from_ref(&path), None)).expect("readable").units.remove(0);
    let points = plan::points(unit.root().expect("a root"), version);
    let is_asked = |point: &&Point<'_>| {
        let is_method = method.is_empty() || point.method == Some(method);
        point.flow == flow && flag.ends_with(point.trigger) && is_method && point.enabled
    };
    let has = |point: &Point<'_>| point.runs.iter().any(|run| run.hook.and_then(Hook::url) == Some(URL));
    let asked: Vec<&Point<'_>> = points.iter().filter(is_asked).collect();
    !asked.is_empty() && asked.into_iter().all(has)
}

/// What is true of a hook for one method, and no fault of how it was written.
fn is_choice(finding: &str) -> bool {
    let rules = ["code-registration-unchecked", "require-verified-address-gap", "login-hook-per-factor"];
    rules.iter().any(|rule| finding.starts_with(rule))
}

/// Writes one hook in a configuration of a form, and says whether it may stand there. `number` chooses all else.
fn combination(form: &str, place: At, number: usize) -> bool {
    let version = Version::parse(VERSIONS[number % VERSIONS.len()]).expect("known").version;
    // Every second one is a web_hook.
    let hook = if number.is_multiple_of(2) { "web_hook" } else { HOOKS[number / 2 % HOOKS.len()] };
    let response = ["ignore", "parse", "wait"][number / 3 % 3];
    let auth = ["api_key", "basic_auth", "none"][number / 5 % 3];
    let (flow, flag, method) = place;
    let list = [flow, flag.trim_start_matches('-'), method].into_iter().filter(|part| !part.is_empty());
    let list = format!("selfservice.flows.{}.hooks", list.collect::<Vec<_>>().join("."));
    if !init::allowed_hooks(&list, version).contains(&hook) {
        return false;
    }
    let here = tempfile::tempdir().expect("a folder");
    let (file, text) = forms::written(form, &forms::base(version, number.is_multiple_of(3)));
    fs::write(here.path().join(file), &text).expect("written");
    fs::write(here.path().join("identity.schema.json"), forms::schema().to_string()).expect("written");
    let before = found(here.path(), file, version);
    let mut args = vec!["init", "--kratos", version.name(), "--flow", flow, flag, "--hook", hook, "--write", file];
    if hook == "web_hook" {
        args.extend(["--response", response, "--auth", auth, "--url", URL]);
    }
    if !method.is_empty() {
        args.extend(["--method", method]);
    }
    let output = kratos_lint(here.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{form} {args:?}: {output:?}");
    let written = fs::read_to_string(here.path().join(file)).expect("there");
    let after = found(here.path(), file, version);
    let new: Vec<&String> = after.iter().filter(|finding| !before.contains(finding) && !is_choice(finding)).collect();
    assert!(new.is_empty(), "{form} {args:?}\n{new:#?}\n{written}");
    assert!(hook != "web_hook" || runs(here.path(), file, version, place), "{form} {args:?}\n{written}");
    if number.is_multiple_of(8) {
        let again = kratos_lint(here.path(), &args);
        let same = fs::read_to_string(here.path().join(file)).expect("there");
        assert!(again.status.code() == Some(0) && same == written, "{form} {args:?} adds something again: {again:?}");
    }
    true
}

/// A share of all combinations of form, place, release, hook, answer, authentication and hooks for all methods.
fn combinations(share: usize) {
    let mut count = 0;
    for (row, form) in forms::FORMS.iter().enumerate() {
        for (column, place) in PLACES.iter().enumerate() {
            if (row + column) % 2 == share {
                // Strides without a common factor meet all pairs of choices.
                count += usize::from(combination(form, *place, row * 31 + column * 17 + column / 7));
            }
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn what_is_written_runs_and_passes_the_linter() {
    combinations(0);
}

#[test]
fn what_is_written_in_other_forms_runs_and_passes_the_linter() {
    combinations(1);
}

const LIST: &str = "selfservice:\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n";

fn write_hook(folder: &Path, text: &str, more: &[&str]) -> (Output, String) {
    fs::write(folder.join("kratos.yml"), text).expect("written");
    let args = ["init", "--kratos", "1.3.1", "--flow", "registration", "--method", "password", "--write", "kratos.yml"];
    let output = kratos_lint(folder, &[&args, more].concat());
    (output, fs::read_to_string(folder.join("kratos.yml")).expect("there"))
}

#[test]
fn a_dash_on_a_line_of_its_own_is_found() {
    let here = tempfile::tempdir().expect("a folder");
    let text = format!("{LIST}            # last\n            -\n              hook: session\n");
    let (output, written) = write_hook(here.path(), &text, &["--auth", "none", "--url", "http://crm/hook"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines =
        "            -\n              hook: web_hook\n              config:\n                url: http://crm/hook\n";
    assert!(written.starts_with(&format!("{LIST}{lines}")), "{written}");
    assert!(written.ends_with("            # last\n            -\n              hook: session\n"), "{written}");
    let (again, same) = write_hook(here.path(), &written, &["--auth", "none", "--url", "http://crm/hook"]);
    assert!(again.status.code() == Some(0) && same == written, "the same command twice adds nothing: {again:?}");
}

#[test]
fn what_cannot_be_written_is_printed_and_the_file_stays() {
    let here = tempfile::tempdir().expect("a folder");
    let shared = "selfservice:\n  flows:\n    registration:\n      after:\n        password: &both\n          hooks:\n            - hook: session\n        oidc: *both\n";
    let (output, written) = write_hook(here.path(), shared, &[]);
    assert!(output.status.code() == Some(2) && written == shared, "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("- hook: web_hook\n"), "the block is printed");
    let text = format!("{LIST}            - hook: session\n");
    let (output, written) = write_hook(here.path(), &text, &["--diff"]);
    assert!(output.status.code() == Some(0) && written == text, "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("+            - hook: web_hook\n"), "{output:?}");
}

#[test]
fn a_hook_that_runs_for_all_methods_is_not_repeated_for_one() {
    let here = tempfile::tempdir().expect("a folder");
    let text = "selfservice:\n  flows:\n    login:\n      after:\n        hooks:\n          - hook: require_verified_address\n";
    fs::write(here.path().join("kratos.yml"), text).expect("written");
    let args = ["init", "hook", "require_verified_address", "--flow", "login", "--method", "password"];
    let output = kratos_lint(here.path(), &[&args[..], &["--write", "kratos.yml"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), text);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("is already in selfservice.flows.login.after.hooks"), "{said}");
}

/// The path of a configuration, beside the compose file that starts its server with its identity schema and one more mount.
fn mounted(folder: &Path, mount: &str) -> PathBuf {
    base(folder, "1.3.1");
    let path = folder.join("kratos.yml");
    let text = fs::read_to_string(&path).expect("there");
    let text = text.replace("file://./identity.schema.json", "file:///etc/config/kratos/identity.schema.json");
    fs::write(&path, text).expect("written");
    let compose = format!(
        "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/config/kratos/kratos.yml --watch-courier\n    \
         volumes:\n      - ./identity.schema.json:/etc/config/kratos/identity.schema.json\n      - {mount}\n"
    );
    fs::write(folder.join("compose.yml"), compose).expect("written");
    path
}

#[test]
fn a_body_that_the_container_does_not_see_is_in_the_configuration() {
    for (mount, is_seen) in [("./kratos.yml:/etc/config/kratos/kratos.yml", false), ("./:/etc/config/kratos", true)] {
        let here = tempfile::tempdir().expect("a folder");
        let path = mounted(here.path(), mount);
        let args = ["init", "--flow", "settings", "--url", "https://crm.example.org/hook", "--write", "kratos.yml"];
        let output = kratos_lint(here.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(here.path().join("hooks/settings-after.jsonnet").exists(), is_seen, "{said}");
        assert_eq!(said.contains("is not mounted into the container of Kratos"), !is_seen, "{said}");
        assert!(!said.contains("file-not-in-container"), "{said}");
        let written = fs::read_to_string(&path).expect("there");
        assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0));
        assert_eq!(fs::read_to_string(&path).expect("there"), written, "the same command twice adds nothing");
    }
}

#[test]
fn a_new_project_has_no_finding() {
    let here = tempfile::tempdir().expect("a folder");
    let all = "password,code,passkey,totp,lookup_secret";
    let sites = ["--public", "https://id.example.com", "--app", "https://www.example.com/auth"];
    let cases: [(&str, &str, &str, &[&str]); 6] = [
        ("1.0.0", "password", "postgres", &[]),
        ("1.1.0", "code", "mysql", &sites),
        ("1.3.1", all, "sqlite", &[]),
        ("25.4.0", all, "postgres", &sites),
        ("26.2.0", "passkey", "mysql", &[]),
        ("master", "password,totp", "sqlite", &sites),
    ];
    for (number, (version, methods, database, sites)) in cases.into_iter().enumerate() {
        let name = number.to_string();
        let args = ["init", "project", &name, "--kratos", version, "--methods", methods, "--database", database];
        let output = kratos_lint(here.path(), &[&args, sites].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let folder = here.path().join(&name);
        let report = kratos_lint(&folder, &[]);
        assert!(report.status.code() == Some(0) && report.stdout.is_empty(), "{version} {methods}: {report:?}");
        let compose = fs::read_to_string(folder.join("compose.yml")).expect("there");
        let compose: serde_yaml::Value = serde_yaml::from_str(&compose).expect("YAML");
        assert!(compose["services"]["kratos"]["command"].as_str().is_some_and(|text| text.contains("--watch-courier")));
        // The ports are those of this machine; https is the business of a proxy.
        let readme = fs::read_to_string(folder.join("README.md")).expect("there");
        let (at, is_said) = if sites.is_empty() { ("localhost", false) } else { ("127.0.0.1", true) };
        assert!(readme.contains(&format!("curl http://{at}:4433/health/ready")), "{readme}");
        assert_eq!(readme.contains("when your reverse proxy forwards to http://127.0.0.1:4433/"), is_said);
        let again = kratos_lint(here.path(), &["init", "project", &name, "--kratos", "1.2.0"]);
        assert_eq!(again.status.code(), Some(2), "nothing is overwritten");
    }
    for wrong in [
        ["--methods", "totp"],
        ["--kratos", "1.0.0"],
        ["--public", "ftp://a.example.org"],
        ["--app", "https://a.example.org/?x=1"],
    ] {
        let more: &[&str] = if wrong[0] == "--kratos" { &["--methods", "code"] } else { &[] };
        let output = kratos_lint(here.path(), &[&["init", "project", "wrong"], &wrong[..], more].concat());
        assert!(output.status.code() == Some(2) && !here.path().join("wrong").exists(), "{wrong:?} {output:?}");
    }
}

#[test]
fn a_body_sends_the_traits_that_are_named() {
    let here = tempfile::tempdir().expect("a folder");
    base(here.path(), "1.3.1");
    let init = |traits: &str| {
        let args = ["init", "--flow", "settings", "--traits", traits, "--write", "kratos.yml"];
        kratos_lint(here.path(), &args)
    };
    assert_eq!(init("email,nope").status.code(), Some(2));
    assert_eq!(init("email").status.code(), Some(0));
    let body = fs::read_to_string(here.path().join("hooks/settings-after.jsonnet")).expect("there");
    assert!(body.contains("email: ctx.identity.traits.email") && !body.contains("name"), "{body}");
}

#[test]
fn flags_that_would_do_nothing_are_refused() {
    let here = tempfile::tempdir().expect("a folder");
    for args in [
        vec!["--url", "https://a.example.org/"],
        vec!["--flow", "login", "--url", "ftp://a.example.org/"],
        vec!["--flow", "login", "--url", "https://a.example.org/ x"],
        vec!["--flow", "login", "--http-method", "TRACE"],
        vec!["--flow", "login", "--hook", "revoke_active_sessions", "--response", "parse"],
        vec!["--flow", "login", "--repeat-global"],
        vec!["--flow", "login", "--diff"],
    ] {
        let output = kratos_lint(here.path(), &[&["init"], &*args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
    }
}

#[test]
fn a_project_for_hosts_that_share_no_cookie_is_refused() {
    let here = tempfile::tempdir().expect("a folder");
    for (public, app) in [
        ("https://id.example.org", "https://www.example.com"),
        ("https://one.vercel.app", "https://two.vercel.app"),
        ("http://id.example.org", "https://www.example.org"),
    ] {
        let output = kratos_lint(here.path(), &["init", "project", "new", "--public", public, "--app", app]);
        assert_eq!(output.status.code(), Some(2), "{public} {app}: {output:?}");
        assert!(!here.path().join("new").exists(), "nothing is written");
    }
}

#[test]
fn each_target_gets_what_it_runs() {
    let profile = ["--flow", "settings", "--method", "profile", "--response", "parse"];
    // The target, what is asked for, and what the file holds then; nothing where it is refused.
    let cases: [(&str, &[&str], &str); 9] = [
        ("network", &["--flow", "login", "--hook", "b2b_sso"], "config: {}"),
        ("26.2.0", &["--flow", "login", "--hook", "b2b_sso"], ""),
        ("1.3.1", &["--flow", "registration", "--before", "--hook", "two_step_registration"], ""),
        ("network", &["--flow", "login", "--auth", "none"], "body: base64://"),
        ("network", &["--flow", "login", "--body", "x.jsonnet"], "ignore[network-file-reference]"),
        ("0.13.0", &profile, "can_interrupt: true\n                response:\n                  parse: true"),
        ("0.11.1", &profile, "can_interrupt: true\n          # last"),
        ("0.10.1", &profile, ""),
        ("0.8.0", &["--flow", "login", "--method", "password"], ""),
    ];
    for (target, asked, expected) in cases {
        let here = tempfile::tempdir().expect("a folder");
        let path = here.path().join("kratos.yml");
        let text = "selfservice:\n  default_browser_return_url: https://a.example.org/\n  flows:\n    settings:\n      after:\n        profile:\n          hooks:\n          # last\n";
        fs::write(&path, text).expect("written");
        let output =
            kratos_lint(here.path(), &[&["init", "--kratos", target, "--write", "kratos.yml"], asked].concat());
        let written = fs::read_to_string(&path).expect("there");
        let is_refused = expected.is_empty();
        assert_eq!(output.status.code(), Some(if is_refused { 2 } else { 0 }), "{target} {asked:?} {output:?}");
        assert!(written.contains(expected) && (written == text) == is_refused, "{target} {asked:?}\n{written}");
    }
}

#[test]
fn a_comment_is_only_in_the_list_that_needs_it() {
    let here = tempfile::tempdir().expect("a folder");
    let version = Version::parse("26.2.0").expect("known").version;
    let mut config = forms::base(version, false);
    config["selfservice"]["flows"]["login"]["after"] =
        serde_json::json!({"password": {"hooks": [{"hook": "revoke_active_sessions"}]}});
    let (file, text) = forms::written("block", &config);
    fs::write(here.path().join(file), text).expect("written");
    fs::write(here.path().join("identity.schema.json"), forms::schema().to_string()).expect("written");
    let output = kratos_lint(here.path(), &["init", "--flow", "login", "--auth", "none", "--write", file]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written = fs::read_to_string(here.path().join(file)).expect("there");
    let found = found(here.path(), file, version);
    assert!(written.matches("ignore[").count() == 2, "{written}");
    assert!(!found.iter().any(|one| one.starts_with("unused-suppression")), "{found:#?}\n{written}");
}

#[test]
fn a_body_before_v1_0_reads_what_may_be_there() {
    let here = tempfile::tempdir().expect("a folder");
    let args = ["init", "--kratos", "0.13.0", "--flow", "login", "--write", "kratos.yml"];
    fs::write(here.path().join("kratos.yml"), "selfservice: {}\n").expect("written");
    assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0));
    for (ctx, sent) in [
        ("{}", "{}"),
        (r#"{"flow":{"id":"f"},"identity":null}"#, r#"{"flow_id":"f"}"#),
        (r#"{"flow":{},"identity":{"id":"i","traits":{"a":1}}}"#, r#"{"identity_id":"i","traits":{"a":1}}"#),
    ] {
        fs::write(here.path().join("ctx.json"), ctx).expect("written");
        let output = kratos_lint(here.path(), &["render", "hooks/login-after.jsonnet", "--ctx", "ctx.json"]);
        let shown: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(shown, serde_json::from_str::<serde_json::Value>(sent).expect("JSON"), "{output:?}");
    }
}

/// A release and a file.
const KEPT: &[(&str, &str)] = &[
    // CRLF, comments, a list that is not indented, before session in an old version.
    (
        "1.1.0",
        "# top\r\nselfservice:\r\n  flows:\r\n    registration:\r\n      after:\r\n        password:\r\n          hooks:\r\n          - hook: session # last\r\n# end\r\n",
    ),
    ("1.3.1", "selfservice: {flows: {registration: {after: {password: {hooks: [{hook: session}]}}}}} # flow\n"),
    ("1.3.1", "selfservice: {flows: {registration: {after: {password: {hooks: null}}}}} # null\n"),
    ("1.3.1", "selfservice: {flows: {login: {}, registration: }} # nothing\n"),
    ("1.3.1", "selfservice: {flows: {login: {}, registration}} # not even a colon\n"),
    (
        "1.3.1",
        "selfservice:\n    flows:\n        registration:\n            after:\n                password:\n                    hooks: []\n",
    ),
    (
        "1.3.1",
        "selfservice:\n  flows:\n    registration:\n      after:\n        password:\n# none yet\n    login: {}\n",
    ),
    (
        "1.3.1",
        "kind: ConfigMap\ndata:\n  kratos.yml: |\n    selfservice:\n      flows:\n        login: {}\n  other: x\n",
    ),
    (
        "1.3.1",
        "kind: ConfigMap\ndata:\n  kratos.yml: |\n    selfservice:\n      flows:\n        registration:\n          lifespan: 1h\n          \n        login: {}\n",
    ),
    ("1.3.1", "kratos:\n  config:\n    selfservice:\n      flows:\n        login: {}\n  more: 1"),
];

#[test]
fn every_other_byte_stays() {
    for (version, text) in KEPT {
        let here = tempfile::tempdir().expect("a folder");
        let path = here.path().join("kratos.yml");
        fs::write(&path, text).expect("written");
        let args = [
            "init",
            "--kratos",
            version,
            "--flow",
            "registration",
            "--method",
            "password",
            "--auth",
            "none",
            "--url",
            "http://localhost/x",
            "--write",
            "kratos.yml",
        ];
        let output = kratos_lint(here.path(), &args);
        assert_eq!(output.status.code(), Some(0), "{text}: {output:?}");
        let written = fs::read_to_string(&path).expect("there");
        assert!(written.contains("web_hook"), "{written}");
        let kept = |line: &&str| !line.is_empty() && !line.contains("hooks: []") && !line.contains("selfservice: {");
        for line in text.lines().filter(kept) {
            assert!(written.lines().any(|other| other == line), "{line:?} is gone:\n{written}");
        }
        assert_eq!(text.contains("\r\n"), written.contains("\r\n"), "{written:?}");
        assert_eq!(
            written.matches('\n').count(),
            written.matches(if text.contains("\r\n") { "\r\n" } else { "\n" }).count()
        );
        let shown = kratos_lint(here.path(), &["hooks", "--format", "json", "--kratos", version, "kratos.yml"]);
        assert!(String::from_utf8_lossy(&shown.stdout).contains("http://localhost/x"), "{written}\n{shown:?}");
        if *version == "1.1.0" {
            assert!(written.find("web_hook") < written.find("session"), "{written}");
        }
    }
}

#[test]
fn only_hooks_that_may_stand_there_are_written() {
    let here = tempfile::tempdir().expect("a folder");
    base(here.path(), "1.3.1");
    let text = fs::read_to_string(here.path().join("kratos.yml")).expect("there");
    let init = |flow: &str, hook: &str| {
        kratos_lint(
            here.path(),
            &["init", "--kratos", "1.3.1", "--flow", flow, "--hook", hook, "--write", "kratos.yml"],
        )
    };
    for (flow, hook) in [("login", "session"), ("recovery", "show_verification_ui"), ("settings", "no_such_hook")] {
        let output = init(flow, hook);
        assert_eq!(output.status.code(), Some(2), "{flow} {hook}");
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_named = why.contains(&format!("does not accept the hook {hook} in")) || why.contains("knows no hook");
        assert!(is_named && why.contains("web_hook"), "{why}");
    }
    // It is there already.
    assert_eq!(init("registration", "session").status.code(), Some(0));
    assert_eq!(fs::read_to_string(here.path().join("kratos.yml")).expect("there"), text);
    assert_eq!(init("login", "require_verified_address").status.code(), Some(0));
    assert!(!findings(here.path(), "1.3.1").contains("error["));
}

#[test]
fn what_a_body_sends_follows_the_schema_of_the_request() {
    let here = tempfile::tempdir().expect("a folder");
    for version in VERSIONS {
        base(here.path(), version);
        for (flow, trigger) in [
            ("login", "--before"),
            ("login", "--after"),
            ("registration", "--before"),
            ("registration", "--after"),
            ("settings", "--after"),
            ("recovery", "--after"),
            ("verification", "--after"),
        ] {
            for response in ["ignore", "parse"] {
                let args = [
                    "init",
                    "--kratos",
                    version,
                    "--flow",
                    flow,
                    trigger,
                    "--response",
                    response,
                    "--write",
                    "kratos.yml",
                ];
                assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(0), "{args:?}");
            }
        }
        let path = here.path().join("kratos.yml");
        let text = fs::read_to_string(&path).expect("there");
        let tree = yaml::parse(&Source::new(path.to_string_lossy(), text), yaml::Format::Yaml);
        let disk = Disk::of_run(std::slice::from_ref(&path), None);
        let (root, files) = (tree.root().expect("a root"), Files::beside(&disk, &path));
        let schemas = identity::load(root, &files);
        let release = Version::parse(version).expect("known").version;
        let evaluator = Evaluator::of(Child::At(env!("CARGO_BIN_EXE_kratos-lint").into()));
        let endpoints = endpoints::of(root, release, &schemas, &files, evaluator);
        assert!(endpoints.len() >= 14, "{}", endpoints.len());
        for endpoint in endpoints {
            let schema = endpoint.request_schema();
            let validator = jsonschema::draft202012::new(&schema).expect("a schema");
            assert!(endpoint.requests.iter().any(|(case, _)| *case == "least"), "{version} {} fails", endpoint.name);
            for (case, body) in &endpoint.requests {
                assert!(validator.is_valid(body), "{version} {} {case}: {body}\n{schema:#}", endpoint.name);
            }
            assert!(schema.get("properties").is_some(), "{version} {}: {schema}", endpoint.name);
        }
    }
}
