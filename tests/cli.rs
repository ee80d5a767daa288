//! The program as users call it: README, exit status, formats, suppressions, secrets, discovery.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use kratos_lint::kratos::secrets;
use serde_json::Value;

#[path = "cli/asked.rs"]
mod asked;
#[path = "cli/found.rs"]
mod found;
#[path = "cli/ignores.rs"]
mod ignores;
#[path = "cli/known.rs"]
mod known;
#[path = "cli/mistakes.rs"]
mod mistakes;
#[path = "cli/newcomer.rs"]
mod newcomer;
#[path = "cli/own.rs"]
mod own;
#[path = "cli/reader.rs"]
mod reader;
#[path = "cli/shells.rs"]
mod shells;
#[path = "cli/started.rs"]
mod started;
#[path = "cli/stranger.rs"]
mod stranger;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn kratos_lint(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("kratos-lint").expect("the program");
    command.current_dir(folder).args(args).env_remove("CLICOLOR_FORCE").output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        fs::write(path, text).expect("written");
    }
    folder
}

const MINIMAL: &str = "dsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\n\
                       selfservice:\n  default_browser_return_url: https://example.org/\n";

#[test]
fn the_console_blocks_of_the_readme_are_what_the_program_prints() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README");
    let mut count = 0;
    for block in readme.split("```console\n").skip(1) {
        let (command, expected) = block.split("```").next().expect("closed").split_once('\n').expect("a command");
        let args: Vec<&str> = command.strip_prefix("$ kratos-lint ").expect("our program").split(' ').collect();
        assert_eq!(stdout(&kratos_lint(Path::new(ROOT), &args)), expected, "{command}");
        count += 1;
    }
    assert!(count >= 2);
    let picture = fs::read_to_string(Path::new(ROOT).join(".github/hooks.svg")).expect("the picture");
    assert!(readme.contains("(.github/hooks.svg)"));
    assert_eq!(
        stdout(&kratos_lint(Path::new(ROOT), &["hooks", "testdata/sample/kratos.yml", "--format", "svg"])),
        picture
    );
}

#[test]
fn the_configuration_of_the_readme_is_understood() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README");
    let toml = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a toml block");
    let here = folder(&[("kratos.yml", MINIMAL), ("kratos-lint.toml", toml)]);
    let report: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "json", "kratos.yml"]))).expect("JSON");
    assert_eq!(report["units"][0]["kratos"]["source"], "config");
    assert_eq!(report["units"][0]["kratos"]["version"], "v1.3.1");
}

#[test]
fn the_hook_for_pre_commit_takes_file_names() {
    let hooks = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("hooks");
    let hooks: serde_yaml::Value = serde_yaml::from_str(&hooks).expect("YAML");
    assert_eq!(hooks[0]["entry"].as_str(), Some("kratos-lint"));
    let files = serde_json::json!({"pattern": hooks[0]["files"].as_str().expect("a pattern")});
    let files = jsonschema::validator_for(&files).expect("a regular expression");
    // What `unpack` writes, and what says how a server is started.
    for name in
        ["parts/mail.html", "a/subject.txt", "kratos.yml.jinja2", "run.bash", "kratos.container", "docker-entrypoint"]
    {
        assert!(files.is_valid(&name.into()), "{name}");
    }
    for name in ["src/main.rs", "README.md", "logo.png", "a/runner.go", "LICENSE"] {
        assert!(!files.is_valid(&name.into()), "{name}");
    }
    let here = folder(&[("kratos.yml", MINIMAL), ("values.yaml", "replicaCount: 1\n")]);
    let output = kratos_lint(here.path(), &["kratos.yml", "values.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("values.yaml holds no configuration of Kratos"));
}

#[test]
fn exit_status_says_how_it_went() {
    let here =
        folder(&[("good.yml", MINIMAL), ("bad.yml", &format!("{MINIMAL}lgo: 1\n")), ("kratos.toml", "dsn = 'x'\n")]);
    let status = |args: &[&str]| kratos_lint(here.path(), args).status.code();
    assert_eq!(status(&["good.yml"]), Some(0));
    assert_eq!(status(&["bad.yml"]), Some(1));
    assert_eq!(status(&["bad.yml", "--fail-on", "never"]), Some(0));
    assert_eq!(status(&["good.yml", "--fail-on", "info"]), Some(1));
    assert_eq!(status(&["bad.yml", "--rule", "unknown-key=warning"]), Some(0));
    assert_eq!(status(&["bad.yml", "--rule", "unknown-key=off"]), Some(0));
    assert_eq!(status(&["missing.yml"]), Some(2));
    assert_eq!(status(&["good.yml", "--kratos", "lates"]), Some(2));
    assert_eq!(status(&["good.yml", "--rule", "unknwon-key=off"]), Some(2));
    assert_eq!(status(&["kratos.toml"]), Some(1));
    fs::write(here.path().join("kratos-lint.toml"), "kratos = 7\n").expect("written");
    let output = kratos_lint(here.path(), &["good.yml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("kratos-lint.toml:1:10:"), "{output:?}");
}

#[test]
fn no_output_shows_a_secret() {
    let secret = "s3cr3t-of-the-test-0123456789abcdef";
    let text = format!(
        "dsn: postgres://u:{secret}@db/k\nsecrets:\n  cookie: [{secret}]\n  cipher: [{secret}]\ncourier:\n  smtp:\n    connection_uri: smtp://u:{secret}@m/\n\
         selfservice:\n  methods:\n    oidc:\n      enabled: {secret}\n      config:\n        providers:\n          - client_secret: {secret}\n            apple_private_key: {secret}\n\
         \x20 flows:\n    login:\n      after:\n        hooks:\n          - hook: web_hook\n            config:\n              auth: {{type: api_key, config: {{value: {secret}, nam: x}}}}\n              headers: {{Authorization: {secret}}}\n"
    );
    let text = text.replace(&format!("enabled: {secret}"), "enabled: true");
    let here = folder(&[("kratos.yml", &text)]);
    for format in
        ["pretty", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "html"]
    {
        let output = kratos_lint(here.path(), &["-f", format, "kratos.yml"]);
        let shown = stdout(&output);
        assert!(!shown.is_empty(), "{format}");
        assert!(!shown.contains(secret), "{format}: {shown}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains(secret), "{format}");
    }
    assert!(secrets::is_secret_key("client_secret"));
}

#[test]
fn machine_formats_are_well_formed() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}\"l<g>o&\": 1\n"))]);
    let sarif: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "sarif", "kratos.yml"]))).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().expect("index")).expect("small");
    let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    for rule in rules.as_array().expect("rules") {
        assert!(results.iter().any(|result| result["ruleId"] == rule["id"]), "{} has no result", rule["id"]);
    }
    let gitlab: Value =
        serde_json::from_str(&stdout(&kratos_lint(here.path(), &["-f", "gitlab", "kratos.yml"]))).expect("JSON");
    assert!(gitlab[0]["location"]["lines"]["begin"].is_u64());
    for line in stdout(&kratos_lint(here.path(), &["-f", "jsonl", "kratos.yml"])).lines() {
        serde_json::from_str::<Value>(line).expect("one object on a line");
    }
    for format in ["junit", "checkstyle"] {
        let xml = stdout(&kratos_lint(here.path(), &["-f", format, "kratos.yml"]));
        assert!(xml.starts_with("<?xml") && xml.contains("l&lt;g&gt;o&amp;"), "{xml}");
        let read = roxmltree::Document::parse(&xml).expect("XML");
        let texts = read
            .descendants()
            .flat_map(|node| node.attributes().map(|attribute| attribute.value().to_owned()).collect::<Vec<_>>());
        assert!(texts.into_iter().any(|text| text.contains("l<g>o&")), "{xml}");
    }
    let github = stdout(&kratos_lint(here.path(), &["-f", "github", "kratos.yml"]));
    assert!(github.lines().any(|line| line.starts_with("::error file=kratos.yml,line=8,")), "{github}");
}

#[test]
fn what_would_be_passed_over_in_silence_is_refused() {
    let body = "function(ctx) { id: ctx.flow.id }\n";
    let here = folder(&[("kratos.yml", MINIMAL), ("a.jsonnet", body)]);
    let dash = kratos_lint(here.path(), &["--kratos", "1.1-26.2", "kratos.yml"]);
    assert_eq!(dash.status.code(), Some(2), "{dash:?}");
    assert!(String::from_utf8_lossy(&dash.stderr).contains("write a range as 1.1..26.2"), "{dash:?}");
    for cases in ["cases: []", "cases: [{name: a, outptu: {id: 1}}]", "cases: [{name: a}]\npoitn: login.after"] {
        fs::write(here.path().join("a.test.yml"), format!("point: login.after\n{cases}\n")).expect("written");
        assert_eq!(kratos_lint(here.path(), &["test"]).status.code(), Some(2), "{cases}");
    }
}

#[test]
fn reports_for_machines_say_where_files_stand_in_the_repository_and_what_was_assumed() {
    let here = folder(&[("deploy/idp/kratos.yml", &format!("version: v1.3.1\n{MINIMAL}lgo: 1\n")), (".git/HEAD", "")]);
    let below = here.path().join("deploy/idp");
    for format in ["sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "html"] {
        let text = stdout(&kratos_lint(&below, &["-f", format]));
        assert!(text.contains("deploy/idp/kratos.yml") && text.contains("v1.3.1"), "{format}: {text}");
        // A comment of XML holds no `--`.
        assert!(text.contains("-kratos sets another") || text.contains("--kratos, or"), "{format}: {text}");
    }
    let line: Value =
        serde_json::from_str(stdout(&kratos_lint(&below, &["-f", "jsonl"])).lines().next().expect("a line"))
            .expect("JSON");
    assert_eq!(line["kratos"]["version"], "v1.3.1");
    assert_eq!(line["kratos"]["set_with"], "--kratos, or `kratos` in kratos-lint.toml");
    let summary = here.path().join("summary.md");
    let mut command = Command::cargo_bin("kratos-lint").expect("the program");
    command.args(["-f", "github"]).env("GITHUB_STEP_SUMMARY", &summary).current_dir(&below).output().expect("runs");
    let text = fs::read_to_string(summary).expect("written");
    assert!(text.contains("| 9 | error |") && text.contains("checked against Kratos v1.3.1"), "{text}");
}

#[test]
fn commands_without_a_file_take_the_only_configuration() {
    let here = folder(&[("idp/kratos.yml", MINIMAL), (".git/HEAD", "")]);
    for args in [vec!["hooks"], vec!["versions"], vec!["upgrade", "--from", "v1.3.1"]] {
        let output = kratos_lint(here.path(), &args);
        assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
    }
    fs::write(here.path().join("kratos.yml"), MINIMAL).expect("written");
    let output = kratos_lint(here.path(), &["hooks"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("name one of"), "{said}");
    let refused = [vec!["--root", "nowhere"], vec!["upgrade", "--from", "v1.3.1", "--to", "99.9", "kratos.yml"]];
    for args in refused {
        assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(2), "{args:?}");
    }
    fs::write(here.path().join("broken.yml"), "selfservice: [\n").expect("written");
    assert_eq!(kratos_lint(here.path(), &["hooks", "broken.yml"]).status.code(), Some(2));
    let table = stdout(&kratos_lint(here.path(), &["hooks", "--table", "--format", "json", "--kratos", "v1.0.0"]));
    let table: Value = serde_json::from_str(&table).expect("JSON");
    let has = |hook: &str| table["hooks"].as_array().expect("rows").iter().any(|row| row["hook"] == hook);
    assert!(has("session") && !has("verification"), "the table is that of v1.0.0");
}

#[test]
fn a_word_that_is_wrong_is_answered_with_the_likely_one() {
    let config = format!(
        "{MINIMAL}  flows: {{login: {{after: {{hooks: [{{hook: sesion}}]}}}}}}\n  methods: {{oidc: {{enabled: true, config: {{providers: [{{id: m, provider: microsoft, microsoft_tenant: common, client_id: x, client_secret: y, mapper_url: file://m.jsonnet}}]}}}}}}\n"
    );
    let files = [
        ("kratos.yml", config.as_str()),
        ("schema.yml", &MINIMAL.replace("url:", "schema:")),
        ("m.jsonnet", "local claims = std.extVar('claims');\n{ identity: { traits: { t: claims.tid } } }\n"),
    ];
    let here = folder(&files);
    for (args, wanted) in [
        (vec!["explian"], "no such file or command: `explian`; did you mean `explain`?"),
        (vec!["krtos.yml"], "did you mean kratos.yml?"),
        (vec!["kratos.yaml"], "did you mean kratos.yml?"),
        (vec!["hooks", "krtos.yml"], "did you mean kratos.yml?"),
        (vec!["--fromat", "json"], "--format"),
        (vec!["man", "hoks"], "did you mean hooks?"),
        (vec!["ctx", "oidc.maper"], "did you mean oidc.mapper?"),
        (vec!["--only", "unknwn-key"], "did you mean unknown-key?"),
        (vec!["-f", "github", "kratos.yml"], "did you mean `session`? Kratos runs it in `registration.after."),
        (vec!["-f", "github", "kratos.yml"], "did you mean `claims.raw_claims.tid`?"),
        (vec!["-f", "github", "schema.yml"], "rename `schema` to `url`"),
    ] {
        let output = kratos_lint(here.path(), &args);
        let said = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
}

#[test]
fn the_timeline_says_what_is_stored_when_a_hook_fails() {
    let hook = |host: &str, response: &str| {
        format!(
            "{{hook: web_hook, config: {{url: 'https://{host}.example.org/x', method: POST, body: base64://e30=, response: {response}}}}}"
        )
    };
    let (first, second, third) = (hook("one", "{parse: true}"), hook("two", "{}"), hook("three", "{ignore: true}"));
    let lists = format!("{{hooks: [{}], password: {{hooks: [{first}, {second}, {third}]}}}}", hook("all", "{}"));
    let config =
        format!("{MINIMAL}  methods: {{oidc: {{enabled: true}}}}\n  flows: {{registration: {{after: {lists}}}}}\n");
    let here = folder(&[("kratos.yml", &config)]);
    for format in ["svg", "mermaid"] {
        let picture =
            stdout(&kratos_lint(here.path(), &["hooks", "kratos.yml", "--kratos", "v1.3.1", "--format", format]));
        let place =
            |words: &str| picture.find(words).unwrap_or_else(|| panic!("{format}: {words} is not in {picture}"));
        assert!(place("kratos.yml") < place("registration: password"), "{format}");
        assert!(place("registration: password") < place("one.example.org"), "{format}");
        assert!(
            place("one.example.org") < place("two.example.org")
                && place("two.example.org") < place("three.example.org")
        );
        place("registration: oidc, code");
        let words = picture.replace("</text>", " ");
        let plain: String = if format == "mermaid" {
            words
        } else {
            words.split('<').map(|part| part.rsplit('>').next().unwrap_or_default()).collect()
        };
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in
            ["identity", "saved", "if it fails", "nothing is", "account is stored", "never runs: the list of the"]
        {
            assert!(plain.contains(said), "{format}: {said} is not in {plain}");
        }
    }
    let svg = stdout(&kratos_lint(here.path(), &["hooks", "kratos.yml", "--format", "svg"]));
    roxmltree::Document::parse(&svg).expect("XML");
}

#[test]
fn the_page_for_a_browser_needs_nothing_else() {
    let hook = "{hook: web_hook, config: {url: 'https://one.example.org/x', method: POST, body: base64://e30=}}";
    let config =
        format!("{MINIMAL}  flows: {{registration: {{after: {{password: {{hooks: [{hook}]}}}}}}}}\n\"l<g>o&\": 1\n");
    let compose = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    volumes: ['./kratos.yml:/etc/kratos.yml']\n    command: serve -c /etc/kratos.yml\n";
    let here = folder(&[("kratos.yml", &config), ("docker-compose.yml", compose)]);
    let page = stdout(&kratos_lint(here.path(), &["-f", "html"]));
    for part in [
        "l&lt;g&gt;o&amp;",
        "checked against Kratos v1.3.1: from docker-compose.yml:3",
        ">blocking-notification</a>",
        "<details class=\"k-info\">",
        "identity</text>",
        "oryd/kratos:v1.3.1  (docker-compose.yml:3)",
        "The body of a 200 answer is not read.",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    for part in ["<script", "<link", " src=", "@import", "url(", "l<g>o"] {
        assert!(!page.contains(part), "{part} is in {page}");
    }
    let markdown = stdout(&kratos_lint(here.path(), &["-f", "markdown"]));
    assert!(markdown.contains("```mermaid\n%% What runs at the hook points of kratos.yml"), "{markdown}");
}

#[test]
fn tests_of_a_document_are_begun_and_answers_have_a_status() {
    let here = folder(&[("body.jsonnet", "function(ctx) { id: ctx.identity.schema_id }\n")]);
    let begun = kratos_lint(here.path(), &["test", "--init", "body.jsonnet"]);
    assert_eq!(begun.status.code(), Some(0), "{begun:?}");
    assert_eq!(stdout(&kratos_lint(here.path(), &["test"])), "1 passed, 0 failed\n");
    assert_eq!(kratos_lint(here.path(), &["test", "--init", "body.jsonnet"]).status.code(), Some(2), "it is kept");
    for (status, expected) in [("200", 0), ("400", 1), ("500", 1)] {
        let args = ["respond", "registration.after.password", "--mode", "none", "--status", status];
        assert_eq!(kratos_lint(here.path(), &args).status.code(), Some(expected), "{status}");
    }
}

#[test]
fn a_key_is_explained() {
    let here = folder(&[]);
    let out = stdout(&kratos_lint(here.path(), &["explain", "identity.schemas[0].url"]));
    assert!(out.starts_with("**`identity.schemas[].url`** · text · required\n"), "{out}");
    assert_eq!(out, stdout(&kratos_lint(here.path(), &["explain", "/identity/schemas/0/url"])));
    for body in ["web_hook.config.body", "/selfservice/flows/login/after/hooks/0/config/body"] {
        let out = stdout(&kratos_lint(here.path(), &["explain", body]));
        assert!(out.starts_with("**`config.body`** of the hook `web_hook` · text"), "{out}");
    }
    let late = kratos_lint(here.path(), &["explain", "session.whoami.tokenizer", "--kratos", "1.0"]);
    assert!(String::from_utf8_lossy(&late.stderr).contains("since v1.1.0"), "{late:?}");
    assert_eq!(kratos_lint(here.path(), &["explain", "no.such"]).status.code(), Some(2));
}

#[test]
fn a_hook_is_explained() {
    let here = folder(&[]);
    let said = |args: &[&str]| stdout(&kratos_lint(here.path(), &[&["explain"], args].concat()));
    let out = said(&["require_verified_address", "--kratos", "1.3.1"]);
    assert!(out.starts_with("hook require_verified_address\n\nRefuses the sign-in until one address"), "{out}");
    assert!(out.contains("\nRuns in Kratos v1.3.1: login at the end"), "{out}");
    assert!(said(&["show_verification_ui", "--kratos", "0.9"]).contains("\nKratos v0.9.0 does not know it.\n"));
    assert!(said(&["web_hook"]).contains("\nCalls an HTTP endpoint."));
    assert!(said(&["session"]).starts_with("**`session`**"), "the key has the name too");
}

#[test]
fn an_upgrade_says_when_no_release_starts() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}lgo: 1\n")), ("good.yml", MINIMAL)]);
    let said = |file: &str| stdout(&kratos_lint(here.path(), &["upgrade", "--from", "1.1", "--to", "1.3.1", file]));
    assert!(
        said("kratos.yml").contains("note: neither v1.1.0 nor v1.3.1 starts with this file"),
        "{}",
        said("kratos.yml")
    );
    assert!(!said("good.yml").contains("neither"), "{}", said("good.yml"));
}

#[test]
fn stdin_goes_by_the_name_that_is_given() {
    let mut command = Command::cargo_bin("kratos-lint").expect("the program");
    let output = command
        .args(["-", "--stdin-filename", "a/kratos.yml"])
        .write_stdin(format!("{MINIMAL}lgo: 1\n"))
        .output()
        .expect("runs");
    assert!(stdout(&output).contains("a/kratos.yml:8:1: error[unknown-key]"), "{output:?}");
}

#[test]
fn a_range_says_for_which_versions_a_finding_holds() {
    let here = folder(&[("kratos.yml", &format!("{MINIMAL}enterprise: {{}}\n"))]);
    let out = stdout(&kratos_lint(here.path(), &["kratos.yml", "--kratos", "1.0..26.2", "--only", "key-too-new"]));
    assert!(out.contains("v1.0.0"), "{out}");
}

#[test]
fn the_man_page_and_completions_are_written() {
    let here = folder(&[]);
    assert!(stdout(&kratos_lint(here.path(), &["man"])).contains(".TH kratos-lint"));
    assert!(stdout(&kratos_lint(here.path(), &["completions", "bash"])).contains("kratos-lint"));
    for word in ["session.lifespan", "blocking-notification", "v1.3.1", "registration.after.post_persist"] {
        assert!(stdout(&kratos_lint(here.path(), &["completions", "bash"])).contains(word), "{word}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .arg("rules")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn an_empty_file_is_an_empty_configuration() {
    let here = folder(&[("kratos.yml", "# nothing yet\n")]);
    let output = kratos_lint(here.path(), &["-f", "json", "kratos.yml"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &report["units"][0]["boots"]), (Some(1), &Value::Bool(false)));
}

#[test]
fn the_schema_of_kratos_lint_toml() {
    let schema: Value =
        serde_json::from_str(&stdout(&kratos_lint(Path::new(ROOT), &["schema", "kratos-lint"]))).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README");
    let text = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a toml block");
    let value = |text: &str| serde_json::to_value(toml::from_str::<toml::Value>(text).expect("TOML")).expect("JSON");
    assert!(validator.is_valid(&value(text)));
    for wrong in ["kratoz = '1.3.1'", "rules = {nope = 'off'}", "[rules]\nunknown-key = 'loud'"] {
        assert!(!validator.is_valid(&value(wrong)), "{wrong}");
        let here = folder(&[("kratos.yml", MINIMAL), ("kratos-lint.toml", wrong)]);
        let output = kratos_lint(here.path(), &["kratos.yml"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("kratos-lint.toml:"), "{wrong}");
    }
}

#[test]
fn every_command_of_the_readme_runs() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README");
    let here = tempfile::tempdir().expect("a folder");
    for (from, to) in [
        ("endpoints/kratos.yml", "kratos.yml"),
        ("endpoints/signup.jsonnet", "signup.jsonnet"),
        ("endpoints/person.schema.json", "person.schema.json"),
        ("env/good.env", ".env"),
        ("env/staging.yml", "staging.yml"),
    ] {
        fs::copy(Path::new(ROOT).join("testdata").join(from), here.path().join(to)).expect("copied");
    }
    let test = "cases:\n  - point: registration.after.pre_persist\n    ctx: {id: 1}\n    output: {id: 1}\n";
    fs::create_dir(here.path().join("hooks")).expect("made");
    fs::write(here.path().join("hooks/a.jsonnet"), "function(ctx) {id: ctx.id}").expect("written");
    fs::write(here.path().join("hooks/a.test.yml"), test).expect("written");
    fs::write(here.path().join("known.json"), "{\"version\": 1, \"findings\": []}").expect("written");
    let commands = readme.lines().filter_map(|line| line.strip_prefix("    kratos-lint ")).map(|line| {
        let line = line.split(" #").next().unwrap_or_default();
        line.split(" > ").next().unwrap_or_default().trim()
    });
    let mut count = 0;
    for command in commands {
        let args: Vec<&str> = command.split_whitespace().collect();
        let output = kratos_lint(here.path(), &args);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command}: {output:?}");
        count += 1;
    }
    assert!(count > 15, "{count}");
}

/// The official schema of SARIF 2.1.0 (errata 01).
#[test]
fn sarif_follows_its_schema() {
    let file = fs::File::open(Path::new(ROOT).join("testdata/output/sarif-2.1.0.schema.json.gz")).expect("the schema");
    let schema: Value = serde_json::from_reader(flate2::read::GzDecoder::new(file)).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    for args in
        [["-f", "sarif", "testdata/sample"], ["-f", "sarif", "testdata/corpus"], ["-f", "sarif", "testdata/upgrade"]]
    {
        let report: Value = serde_json::from_str(&stdout(&kratos_lint(Path::new(ROOT), &args))).expect("JSON");
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{} {error}", error.instance_path())).take(5).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!report["runs"][0]["results"].as_array().expect("results").is_empty());
    }
}

#[test]
fn no_output_shows_what_stands_in_urls() {
    let secret = "s3cr3t-of-the-test-0123456789abcdef";
    let jwks = "base64://czNjcjN0LW9mLXRoZS10ZXN0LTAxMjM0NTY3ODlhYmNkZWY=";
    let value = serde_json::json!({
        "dsn": "memory", "lgo": 1,
        "identity": {"default_schema_id": "d", "schemas": [{"id": "d", "url": format!("https://a:{secret}@h.example.org/s")}]},
        "oauth2_provider": {"ulr": 1, "url": format!("http://u:{secret}@hydra:4444")},
        "session": {"whoami": {"tokenizer": {"templates": {"a": {"ttl": "10", "jwks_url": jwks}}}}},
        "selfservice": {"default_browser_return_url": "https://x.example.org", "flows": {"login": {"after": {"hooks": [
            {"hook": "web_hook", "config": {"metod": 1, "method": "POST", "url": format!("https://u:{secret}@h.example.org/a?token={secret}#{secret}")}},
        ]}}}},
    });
    let plain = serde_json::to_string_pretty(&value).expect("JSON");
    let indented = plain.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let here = folder(&[
        ("kratos.json", &plain),
        ("kratos.yml", &plain),
        ("values.yaml", &format!("kratos:\n  config:\n{indented}")),
        ("map.yaml", &format!("kind: ConfigMap\napiVersion: v1\ndata:\n  kratos.yml: |\n{indented}")),
    ]);
    for file in ["kratos.json", "kratos.yml", "values.yaml", "map.yaml"] {
        for format in [
            "pretty",
            "concise",
            "json",
            "jsonl",
            "sarif",
            "github",
            "gitlab",
            "junit",
            "checkstyle",
            "markdown",
            "html",
        ] {
            let output = kratos_lint(here.path(), &["-f", format, file]);
            let shown = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
            assert!(
                shown.contains("lgo") && !shown.contains(secret) && !shown.contains("czNjcjN0"),
                "{file} {format}: {shown}"
            );
        }
        for format in ["text", "json", "mermaid", "svg"] {
            let shown = stdout(&kratos_lint(here.path(), &["hooks", "-f", format, file]));
            assert!(shown.contains("h.example.org/a") && !shown.contains(secret), "{file} {format}: {shown}");
        }
    }
}
