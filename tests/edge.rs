//! What leaves the program: no secret of a configuration in any output of any command, and nothing that a terminal or a runner
//! of jobs would obey.

#[path = "edge/places.rs"]
mod places;

use std::fs;
use std::path::Path;
use std::process::Command;

use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS, Shape};
use kratos_lint::output::text::is_harmful;
use serde_json::{Map, Value, json};

const FORMATS: [&str; 11] =
    ["pretty", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "html"];

/// Every marker begins with it.
const MARK: &str = "m4rk3r";

fn run(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kratos-lint"));
    let output = command.current_dir(folder).args(args).env_remove("CLICOLOR_FORCE").output().expect("it runs");
    let shown = String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr);
    (shown, output.status.code())
}

/// Gives each text of the configuration a value; hooks stand in the first list that takes them.
fn planted(value: &mut dyn FnMut(&str) -> Value) -> Value {
    let mut root = json!({});
    for key in KEYS.iter().filter(|key| matches!(key.shape, Shape::Text | Shape::Any)) {
        let Some(hook) = key.path.strip_prefix('#') else {
            put(&mut root, key.path, value(key.path));
            continue;
        };
        let (name, rest) = hook.split_once('.').unwrap_or((hook, ""));
        let place = HOOK_PLACES.iter().find(|place| place.hooks.iter().any(|(known, _)| *known == name));
        let Some(list) = place.map(|place| place.path) else { continue };
        let at = match items(&root, list).iter().position(|item| item["hook"] == name) {
            Some(at) => at,
            None => {
                let at = items(&root, list).len();
                put(&mut root, &format!("{list}[{at}].hook"), json!(name));
                at
            }
        };
        if !rest.is_empty() && rest != "hook" {
            put(&mut root, &format!("{list}[{at}].{rest}"), value(key.path));
        }
    }
    root
}

fn items<'v>(root: &'v Value, path: &str) -> Vec<&'v Value> {
    let pointer = format!("/{}", path.replace('.', "/"));
    root.pointer(&pointer).and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}

/// Puts a value at a path such as `a.b[].c`, `a.*.b` or `a[1].b`.
fn put(root: &mut Value, path: &str, value: Value) {
    let mut at = root;
    for part in path.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, rest)) => (name, Some(rest.trim_end_matches(']').parse().unwrap_or(0_usize))),
            None => (part, None),
        };
        let name = if name == "*" { "x" } else { name };
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
        if let Some(index) = index {
            if !at.is_array() {
                *at = json!([]);
            }
            let list = at.as_array_mut().expect("a list");
            while list.len() <= index {
                list.push(Value::Null);
            }
            at = &mut list[index];
        }
    }
    *at = value;
}

fn yaml(value: &Value, indent: usize) -> String {
    let text = serde_yaml::to_string(value).expect("YAML");
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect()
}

/// Files in which markers stand wherever a text may stand.
fn files() -> Vec<(&'static str, String)> {
    let mut number = 0;
    let mut mark = move || {
        number += 1;
        format!("{MARK}{number:04}")
    };
    let plain = planted(&mut |_| json!(mark()));
    let urls = planted(&mut |_| {
        let mark = format!("{MARK}9999");
        json!(format!("https://{mark}:{mark}@h.example.org/{mark}?{mark}={mark}#{mark}"))
    });
    let keys = planted(&mut |_| json!({format!("{MARK}0000"): [format!("{MARK}0001")]}));
    let lists = planted(&mut |_| json!([format!("{MARK}0002"), {"a": format!("{MARK}0003")}]));
    let odd = format!(
        "# {MARK}1\ndsn: ${{DSN:-postgres://u:{MARK}@h/d}}\nsecrets: {{{MARK}-a: x, cookie: {{{MARK}b: 1}}}}\n{MARK}key: 1\n\
         lgo: {MARK}\nlog: {{level: {MARK}, leak_sensitive_values: '{MARK}'}} # {MARK}\nfree {MARK} text\n\"{MARK}: [\n  - {MARK}\n\
         selfservice:\n  flows:\n    login: {{ui_url: \"https://h.example.org/{MARK}\", lifespan: {MARK}}}\n\tui: {MARK}\n---\nsecond: {MARK}\n"
    );
    let template = format!(
        "kratos:\n  image: {{tag: v1.3.1}}\n  other: {MARK}\n  config:\n    dsn: {{{{ .Values.dsn | default \"{MARK}\" }}}}\n    lgo: {MARK}\n\
         \x20   serve: {{public: {{base_url: '{{{{ default \"https://{MARK}.example.org/{MARK}\" .Values.url }}}}'}}}}\n    selfservice: {{}}\nafter: {MARK}\n"
    );
    let map = format!("kind: ConfigMap\ndata:\n  a: {MARK}\n  kratos.yml: |\n{}  z: {MARK}\n", yaml(&plain, 4));
    let values = format!("secret: {MARK}\nkratos:\n  config:\n{}  more: {MARK}\n", yaml(&urls, 4));
    vec![
        ("plain.yml", yaml(&plain, 0)),
        ("urls.yml", yaml(&urls, 0)),
        ("keys.yml", yaml(&keys, 0)),
        ("lists.yml", yaml(&lists, 0)),
        ("kratos.json", serde_json::to_string_pretty(&urls).expect("JSON")),
        ("odd.yml", odd),
        ("template.yaml", template),
        ("map.yaml", map),
        ("values.yaml", values),
        ("used/kratos.yml", used()),
        ("used/docker-compose.yml", compose()),
        ("used/.env", format!("SECRETS_COOKIE={MARK}\nexport DSN='{MARK}'\nLOG_LEVEL={MARK}\nSECRETS_COKIE={MARK}\n{MARK}\n")),
        ("used/body.jsonnet", format!("// {MARK}\nlocal a = '{MARK}'; /* x\n {MARK} */\nfunction(ctx) {{\n  a: a, token: '{MARK}', h: ctx.identity.traits.nope + '{MARK}', m: |||\n    {MARK}\n  |||,\n}}\n")),
        ("used/broken.jsonnet", format!("function(ctx) {{ a: {MARK} '{MARK}' }}\n")),
        ("used/schema.json", "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"object\", \"properties\": {\"email\": {\"type\": \"string\"}}}}}".to_owned()),
    ]
}

/// A configuration that starts, so that hooks are looked into.
fn used() -> String {
    let hook = |body: &str| {
        format!(
            "            - hook: web_hook\n              config: {{url: 'https://u:{MARK}@h.example.org/{MARK}?a={MARK}#{MARK}', method: post, body: 'file://./{body}', \
             auth: {{type: api_key, config: {{name: X-Key, value: {MARK}, in: header}}}}, headers: {{X-Other: {MARK}, Accept: text/plain}}}}\n"
        )
    };
    format!(
        "version: v1.3.1\ndsn: postgres://u:{MARK}@db/kratos\nsecrets: {{cookie: [{MARK}abcdefghijklmnop], cookie2: [{MARK}]}}\nidentity:\n  default_schema_id: a\n  schemas:\n    - {{id: a, url: 'file://./schema.json'}}\n\
         \x20   - {{id: b, url: 'file://.env'}}\nselfservice:\n  default_browser_return_url: https://example.org/\n  flows:\n    registration:\n      enabled: yes\n      after:\n        password:\n          hooks:\n{}{}{}            - hook: session\n",
        hook("body.jsonnet"),
        hook("broken.jsonnet"),
        hook(".env")
    )
}

fn compose() -> String {
    format!(
        "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos.yml\n    env_file: .env\n    environment:\n      SECRETS_CIPHER: {MARK}\n      LOG_LEVEL: {MARK}\n      OTHER: {MARK}\n      SERVE_PUBLIC_BASE_URL: https://u:{MARK}@h/{MARK}\n"
    )
}

fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        fs::write(path, text).expect("written");
    }
    folder
}

/// The line around a marker.
fn leak(shown: &str) -> Option<&str> {
    shown.lines().find(|line| line.contains(MARK))
}

#[test]
fn no_command_shows_a_secret_in_any_format() {
    let files = files();
    let here = folder(&files);
    let names: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.contains('/') || name.ends_with("kratos.yml"))
        .collect();
    let mut runs: Vec<Vec<&str>> = FORMATS.iter().map(|format| [&["-f", format], names.as_slice()].concat()).collect();
    runs.push([&["--diff", "--unsafe-fixes"], names.as_slice()].concat());
    runs.push(vec!["-f", "pretty", "--env-file", "used/.env", "used/kratos.yml"]);
    for name in ["used/kratos.yml", "urls.yml"] {
        for format in ["text", "json", "mermaid", "svg"] {
            runs.push(vec!["hooks", "-f", format, name]);
        }
        for what in ["openapi", "types", "request", "response"] {
            let language: &[&str] = if what == "types" { &["--language", "go"] } else { &[] };
            runs.push([&["schema", what, name], language].concat());
        }
        runs.push(vec!["upgrade", "--from", "1.0", "--to", "26.2", name]);
        runs.push(vec!["upgrade", "--from", "1.0", "--to", "26.2", "-f", "json", name]);
    }
    runs.push(vec!["versions", "used/kratos.yml"]);
    runs.push(vec!["versions", "-f", "json", "plain.yml"]);
    for hook in ["0", "1", "2"] {
        let pointer: &str = match hook {
            "0" => "/selfservice/flows/registration/after/password/hooks/0",
            "1" => "/selfservice/flows/registration/after/password/hooks/1",
            _ => "/selfservice/flows/registration/after/password/hooks/2",
        };
        runs.push(vec!["render", "--hook", pointer, "used/kratos.yml"]);
    }
    runs.push(vec!["render", "used/body.jsonnet"]);
    runs.push(vec!["render", "used/broken.jsonnet"]);
    let mut leaks = Vec::new();
    for args in &runs {
        let (shown, status) = run(here.path(), args);
        assert!(matches!(status, Some(0..=2)), "{args:?}: {shown}");
        if let Some(line) = leak(&shown) {
            leaks.push(format!("{:?}: {line:.300}", args.iter().take(3).collect::<Vec<_>>()));
        }
    }
    assert!(leaks.is_empty(), "{} of {} show a marker:\n{}", leaks.len(), runs.len(), leaks.join("\n"));
}

/// What a terminal or a runner would obey.
const ATTACK: &str = "x\n::stop-commands::y\r\u{1b}]0;z\u{7}\u{9b}2J\u{202e}\u{200b}##[error]w##vso[task]";

#[test]
fn nothing_of_a_file_reaches_a_terminal_as_it_is() {
    let mut value = planted(&mut |_| json!(ATTACK));
    value[ATTACK] = json!({ATTACK: ATTACK});
    value["log"][ATTACK] = json!(1);
    let text = serde_json::to_string_pretty(&value).expect("JSON");
    let here = folder(&[
        ("kratos.yml", text),
        ("a\n::error::b\u{1b}[31m\u{202e}/kratos.yml", "lgo: 1\ndsn: memory\nselfservice: {}\n".to_owned()),
    ]);
    let mut runs: Vec<Vec<&str>> = FORMATS.iter().map(|format| vec!["-f", format]).collect();
    for format in ["text", "json", "mermaid", "svg"] {
        runs.push(vec!["hooks", "-f", format, "kratos.yml"]);
    }
    runs.extend([
        vec!["versions", "kratos.yml"],
        vec!["upgrade", "--from", "1.0", "--to", "26.2", "kratos.yml"],
        vec!["--diff"],
    ]);
    runs.extend([vec![ATTACK], vec!["explain", ATTACK], vec!["--rule", ATTACK], vec!["--kratos", ATTACK]]);
    for args in runs {
        let (shown, _) = run(here.path(), &args);
        let harmful: Vec<char> = shown.chars().filter(|c| *c != '\n' && is_harmful(*c)).collect();
        assert!(harmful.is_empty(), "{args:?}: {harmful:?}");
        assert!(!shown.contains("##[") && !shown.contains("##vso["), "{args:?}");
        for line in shown.lines() {
            let is_ours = args.get(1) == Some(&"github")
                && [
                    "::error file=",
                    "::warning file=",
                    "::notice file=",
                    "::notice title=kratos-lint::checked against ",
                    "::group::",
                    "::endgroup::",
                ]
                .iter()
                .any(|begin| line.starts_with(begin));
            assert!(is_ours || !line.trim_start().starts_with("::"), "{args:?}: {line}");
            assert!(!line.starts_with("\\u{3a}:"), "{args:?}: a line begins with the text of a file: {line}");
            if args.get(1) == Some(&"concise") && !line.starts_with("kratos-lint: ") {
                let is_finding =
                    ["error[", "warning[", "info["].iter().any(|level| line.contains(&format!(": {level}")));
                assert!(is_finding, "{line}");
            }
        }
    }
}

/// A reference may name a file that is really there: outside of the project of the configuration it is not read, with or without
/// a repository around it, and not in another repository either.
#[test]
fn what_is_outside_of_the_project_is_not_read() {
    let all = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = all.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    // Each would be a finding: none of these types exists.
    let schema = "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"PLANTED\"}}}";
    write("other/.git/HEAD", "");
    write("other/schema.json", schema);
    write("free/schema.json", schema);
    write("values.yaml", "kratos: {config: {log: {level: PLANTED}}}\n");
    let urls = ["other/schema.json", "free/schema.json"].map(|name| {
        let absolute = all.path().join(name);
        format!("    - {{id: a, url: \"file://{}\"}}\n    - {{id: b, url: \"file://../{name}\"}}\n", absolute.display())
    });
    let configuration = format!(
        "version: v1.3.1\ndsn: memory\nidentity:\n  default_schema_id: a\n  schemas:\n{}selfservice: {{default_browser_return_url: https://a.example/}}\n",
        urls.concat()
    );
    let values = format!(
        "kratos:\n  config:\n{}",
        configuration.lines().map(|line| format!("    {line}\n")).collect::<String>()
    );
    for folder in ["repository", "plain"] {
        write(&format!("{folder}/kratos.yml"), &configuration);
        write(&format!("{folder}/values-test.yaml"), &values);
    }
    write("repository/.git/HEAD", "");
    write(
        "repository/compose.yml",
        "services: {kratos: {image: 'oryd/kratos:v1.3.1', env_file: [../free/schema.json]}}\n",
    );
    for folder in ["repository", "plain"] {
        for args in
            [&["--show-info", "-f", "json"][..], &["--show-info", "-f", "json", "kratos.yml", "values-test.yaml"]]
        {
            let (shown, _) = run(&all.path().join(folder), args);
            assert!(shown.contains("kratos.yml") && !shown.contains("PLANTED"), "{folder} {args:?}: {shown}");
        }
    }
    // A run over several repositories: each keeps to itself.
    let (shown, _) = run(all.path(), &["--show-info", "-f", "json", "repository"]);
    assert!(!shown.contains("PLANTED"), "{shown}");
}

#[test]
fn the_status_is_true_when_nobody_reads() {
    let here = folder(&[("kratos.yml", "lgo: 1\ndsn: memory\n".to_owned())]);
    for (args, wanted) in [
        (vec!["-q", "kratos.yml"], 1),
        (vec!["-f", "json", "kratos.yml"], 1),
        (vec!["completions", "bash"], 0),
        (vec!["man"], 0),
        (vec!["rules"], 0),
        (vec!["--help"], 0),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
            .current_dir(here.path())
            .args(&args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(wanted), &b""[..]), "{args:?}");
    }
}

#[test]
fn what_cannot_be_written_is_said() {
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else { return };
    let here = folder(&[("kratos.yml", "dsn: memory\nselfservice: {}\n".to_owned())]);
    for args in [vec!["explain", "missing-key"], vec!["hooks", "kratos.yml"], vec!["versions", "kratos.yml"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
            .current_dir(here.path())
            .args(&args)
            .stdout(full.try_clone().expect("a handle"))
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"), "{args:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding() {
    let here = tempfile::tempdir().expect("a folder");
    let text = b"selfservice:\n  flows: {}\nidentity: {}\ncourier: \xff\n".to_vec();
    fs::write(here.path().join("kratos.yml"), text).expect("written");
    let (shown, status) = run(here.path(), &["-f", "concise"]);
    assert!(shown.contains("kratos.yml:1:1: error[unreadable-file]") && status == Some(1), "{shown}");
    fs::write(here.path().join("kratos.yml"), "selfservice:\n  flows: {}\nidentity: {}\n").expect("written");
    let (shown, _) = run(here.path(), &["-f", "concise"]);
    assert!(!shown.contains("unreadable-file"), "{shown}");
}

/// A pull request cannot take a configuration out of the check by the way it is written or what it is.
#[test]
#[cfg(unix)]
fn no_configuration_is_passed_over() {
    let wrong = "  flows: {}\nidentity: {}\nlgo: 1\n";
    let long = |fill: usize, rest: &str| format!("{}\n{rest}", "# fill\n".repeat(fill / 7));
    let config_map = "kind: ConfigMap\ndata:\n  kratos.yml: |\n";
    let action = "resource ory_action a {\n  flow = \"login\"\n}\n";
    let cases = [
        // A file that Kratos reads and kratos-lint does not, with the words at its end.
        ("settings.yml", long(17 << 20, &format!("selfservice:\n{wrong}")), "unreadable-file"),
        ("main.tf", long(1 << 20, action), "unreadable-file"),
        ("broken.tf", format!("{action}\nresource {{{{"), "unreadable-file"),
        ("a.yml", format!("\"\\x73elfservice\":\n{wrong}"), "unknown-key"),
        ("b.json", "{\"self\\u0073ervice\": {\"flows\": {}}, \"lgo\": 1}".to_owned(), "unknown-key"),
        ("c.yml", format!("? \"self\\\n  service\"\n:\n{wrong}"), "unknown-key"),
        // What no parser takes is known by the keys that begin its lines.
        ("d.yml", format!("{}dsn: memory\nselfservice:\n{wrong}", "a: b: c\n".repeat(60)), "yaml-syntax-error"),
        ("kratos.yml", "selfservice:\n\tflows:\n\t\tlogin: {\n".to_owned(), "tab-indentation"),
        ("e.yml", format!("selfservice:\n{wrong}{}: 1\n", "k".repeat(2 << 20)), "yaml-syntax-error"),
        ("cm.yml", format!("{config_map}    selfservice:\n    \tflows:\n    \t\tlogin: {{\n"), "tab-indentation"),
        ("merged.yml", format!("<<<<<<< HEAD\nversion: v1.3.1\n\nselfservice:\n{wrong}"), "not-a-mapping"),
        ("f.json", "{\"dsn\": \"memory\",,\n \"selfservice\": }\n".to_owned(), "yaml-syntax-error"),
        ("g.toml", "dsn = \"memory\n[selfservice.flows]\n".to_owned(), "yaml-syntax-error"),
    ];
    for (name, text, rule) in cases {
        let here = folder(&[(name, text)]);
        let (shown, status) = run(here.path(), &["-f", "concise"]);
        assert!(shown.contains(&format!("error[{rule}]")) && status == Some(1), "{name}: {shown}");
    }
    let here = tempfile::tempdir().expect("a folder");
    let made = Command::new("mkfifo").arg(here.path().join("kratos.yml")).status();
    if made.is_ok_and(|status| status.success()) {
        let (shown, status) = run(here.path(), &["-f", "concise"]);
        assert!(shown.contains("kratos.yml:1:1: error[unreadable-file]") && status == Some(1), "{shown}");
    }
}

/// A file that no parser takes is not blamed when it is another program's, or a template.
#[test]
fn broken_texts_of_others_are_left_alone() {
    for (name, text) in [
        ("en.yml", "selfservice:\n\ttitle: Help yourself\n"),
        ("kratos.yml", "{% if a %}\nselfservice:\n{% else %}\ndsn: x\n  b: c\n{% endif %}\n"),
        ("notes.yml", "text: the key selfservice: and dsn: are\n\tin the file\n"),
    ] {
        let here = folder(&[(name, text.to_owned())]);
        let (shown, status) = run(here.path(), &["-f", "concise"]);
        assert_eq!((shown.contains("error["), status), (false, Some(0)), "{name}: {shown}");
    }
}

/// A folder of the project that is a link out of it is not looked into, also when it is named.
#[test]
#[cfg(unix)]
fn a_named_link_out_of_the_project_is_refused() {
    let all = tempfile::tempdir().expect("a folder");
    let (inside, outside) = (all.path().join("inside"), all.path().join("outside"));
    for folder in [&inside, &outside] {
        fs::create_dir(folder).expect("made");
    }
    fs::write(outside.join("kratos.yml"), "selfservice: {flows: {}}\nPLANTED: 1\n").expect("written");
    fs::write(outside.join("ctx.json"), "{\"PLANTED\": PLANTED}").expect("written");
    fs::write(inside.join("kratos.yml"), "selfservice: {flows: {}}\n").expect("written");
    fs::write(inside.join("body.jsonnet"), "function(ctx) ctx").expect("written");
    std::os::unix::fs::symlink(&outside, inside.join("link")).expect("linked");
    for has_repository in [false, true] {
        if has_repository {
            fs::create_dir(inside.join(".git")).expect("made");
        }
        for args in [
            &["link"][..],
            &["link/"],
            &["link/kratos.yml"],
            &["hooks", "link/kratos.yml"],
            &["render", "body.jsonnet", "--ctx", "link/ctx.json"],
        ] {
            let (shown, status) = run(&inside, args);
            assert!(shown.contains("outside of the project") && !shown.contains("PLANTED"), "{args:?}: {shown}");
            assert_eq!(status, Some(2), "{args:?}: {shown}");
        }
        let (shown, _) = run(&inside, &["-f", "concise", "link", "--root", ".."]);
        assert!(shown.contains("PLANTED"), "{shown}");
    }
    // Who names a place outside means it.
    let (shown, _) = run(&inside, &["-f", "concise", "../outside"]);
    assert!(shown.contains("PLANTED"), "{shown}");
}

#[test]
fn reports_for_machines_name_files_of_the_repository_wherever_they_are_made() {
    let here = folder(&[
        ("deploy/kratos.yml", "log:\n  level: nothing\n".to_owned()),
        (
            "deploy/docker-compose.yml",
            "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/config/kratos/kratos.yml\n\
             \x20   volumes: ['./:/etc/config/kratos']\n"
                .to_owned(),
        ),
    ]);
    fs::create_dir(here.path().join(".git")).expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = here.path().join("deploy/kratos.yml").to_string_lossy().into_owned();
    let root = here.path().to_string_lossy().into_owned();
    for format in ["sarif", "markdown", "github", "gitlab", "junit", "checkstyle", "html"] {
        let (shown, _) = run(elsewhere.path(), &["-f", format, &file]);
        assert!(shown.contains("deploy/docker-compose.yml:3"), "{format}: {shown}");
        assert!(!shown.contains(&file) && !shown.contains(&root), "{format}: {shown}");
    }
}

#[test]
fn likely_names_are_suggested() {
    let here = folder(&[("kratos.yml", "log:\n  level: info\n".to_owned())]);
    for (args, meant) in [
        (vec!["explian", "x"], "explain"),
        (vec!["krats.yml"], "kratos.yml"),
        (vec!["--kratso", "1.3.1"], "--kratos"),
        (vec!["explain", "shadowd-hook"], "shadowed-hook"),
        (vec!["explain", "session.lifspan"], "session.lifespan"),
        (vec!["--only", "shadowd-hook"], "shadowed-hook"),
        (vec!["init", "hook", "web_hok", "--flow", "login"], "web_hook"),
        (vec!["init", "recipe", "passkey"], "passkeys"),
        (vec!["init", "--flow", "registraton"], "registration"),
    ] {
        let (shown, status) = run(here.path(), &args);
        assert!(status == Some(2) && shown.contains(meant), "{args:?}: {shown}");
    }
}
