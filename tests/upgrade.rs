//! Versions and upgrades over the real binary.

mod snapshot;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kratos_lint::check::Target;
use kratos_lint::jsonnet::standard;
use kratos_lint::kratos::changes::condition::When;
use kratos_lint::kratos::changes::{self, CHANGES, Weight};
use kratos_lint::kratos::version::{Version, Versions};
use kratos_lint::rules;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::upgrade::upgrade;
use kratos_lint::yaml::{self, Format};
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/upgrade");

fn kratos_lint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kratos-lint")).current_dir(FOLDER).args(args).output().expect("it runs")
}

fn expect(name: &str, output: &Output) {
    snapshot::expect(Path::new(FOLDER), name, &String::from_utf8_lossy(&output.stdout));
}

#[test]
fn which_releases_start() {
    expect("versions", &kratos_lint(&["versions", "kratos.yml"]));
    let json: Value =
        serde_json::from_slice(&kratos_lint(&["versions", "-f", "json", "kratos.yml"]).stdout).expect("JSON");
    let versions = json["versions"].as_array().expect("versions");
    let starts =
        |name: &str| versions.iter().find(|version| version["kratos"] == name).expect("known")["starts"].clone();
    assert_eq!((starts("v1.1.0"), starts("v25.4.0")), (Value::Bool(true), Value::Bool(false)));
}

/// A server without the file of its schema does not start, and whether it is there only the server knows.
#[test]
fn a_missing_file_is_a_condition() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "dsn: memory\nidentity: {default_schema_id: a, schemas: [{id: a, url: file://person.json}]}\n\
                  selfservice: {default_browser_return_url: https://a.example/}\n";
    std::fs::write(folder.path().join("kratos.yml"), config).expect("written");
    let said = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kratos-lint"));
        let output = command.current_dir(folder.path()).args(["versions", "kratos.yml"]).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(said(), "v1.2.0..master starts if `person.json` exists");
    std::fs::write(folder.path().join("person.json"), include_str!("../testdata/sample/identity.schema.json"))
        .expect("written");
    assert_eq!(said(), "v1.2.0..master starts");
    // The schema takes it, and what reads it at the start does not.
    let broken = format!("{config}serve: {{public: {{base_url: https://a.example/}}}}\n")
        .replace("selfservice: {", "selfservice: {flows: {error: {ui_url: \"error page\"}}, ");
    std::fs::write(folder.path().join("kratos.yml"), broken).expect("written");
    assert!(
        said().starts_with("v25.4.0..master refuses: kratos.yml:3:39: Kratos does not start: the URL must be"),
        "{}",
        said()
    );
}

/// A server that gets no file is upgraded too: its variables are its configuration.
#[test]
fn variables_alone_are_a_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = include_str!("../testdata/sample/identity.schema.json").replace('\n', " ").replace('\'', "");
    let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, schema);
    let compose = format!(
        "services:\n  kratos:\n    image: oryd/kratos:v1.1.0\n    command: serve --watch-courier\n    environment:\n      \
         DSN: memory\n      SELFSERVICE_DEFAULT_BROWSER_RETURN_URL: https://a.example/\n      IDENTITY_DEFAULT_SCHEMA_ID: a\n      \
         IDENTITY_SCHEMAS: '[{{\"id\":\"a\",\"url\":\"base64://{encoded}\"}}]'\n"
    );
    std::fs::write(folder.path().join("compose.yml"), compose).expect("written");
    for args in [&["upgrade"][..], &["upgrade", "compose.yml"], &["versions"], &["versions", "compose.yml"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kratos-lint"));
        let output = command.current_dir(folder.path()).args(args).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let newest = Version::NEWEST;
        let expected = if args.first() == Some(&"upgrade") {
            format!("compose.yml: v1.1.0 to {newest} (v1.1.0 because of the image tag in compose.yml:3)")
        } else {
            "master starts".to_owned()
        };
        assert!(said.contains(&expected), "{args:?}: {output:?}");
    }
}

#[test]
fn a_comment_does_not_start_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("kratos.yml"), "# kratos-lint: ignore-file[not-a-mapping] known\n- dsn\n")
        .expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .current_dir(folder.path())
        .args(["versions", "kratos.yml"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("v0.6.3..master refuses") && said.lines().count() == 1, "{said}");
}

#[test]
fn what_changes_on_the_way() {
    let refused = kratos_lint(&["upgrade", "--from", "1.0", "--to", "26.2", "kratos.yml"]);
    expect("upgrade", &refused);
    assert_eq!(refused.status.code(), Some(1));
    let fine = kratos_lint(&["upgrade", "--from", "1.1", "--to", "1.2", "-f", "json", "kratos.yml"]);
    expect("upgrade-json", &fine);
    assert_eq!(fine.status.code(), Some(0));
    let backwards = kratos_lint(&["upgrade", "--from", "1.2", "--to", "1.1", "kratos.yml"]);
    assert_eq!(backwards.status.code(), Some(2));
}

#[test]
fn all_changes_are_listed_without_a_configuration() {
    let listed = kratos_lint(&["upgrade", "--table", "--from", "25.4", "--to", "26.2"]);
    expect("table", &listed);
    assert_eq!(listed.status.code(), Some(0));
    let json: Value =
        serde_json::from_slice(&kratos_lint(&["upgrade", "--table", "-f", "json", "--to", "master"]).stdout)
            .expect("JSON");
    let lasting = CHANGES.iter().filter(|row| row.until.is_none()).count();
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(lasting));
    let with_file = kratos_lint(&["upgrade", "--table", "kratos.yml"]);
    assert_eq!(with_file.status.code(), Some(2));
}

/// `yes`, `no` or `unknown`: whether a change reaches a configuration.
fn reaches(id: &str, text: &str, schema: Option<&str>) -> &'static str {
    let row = CHANGES.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("there is no change {id}"));
    let given = schema.map(|schema| {
        format!(", identity: {{schemas: [{{id: default, url: \"base64://{}\"}}]}}", STANDARD.encode(schema))
    });
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let source = Source::new("/nowhere/kratos.yml", format!("{{{inner}{}}}\n", given.unwrap_or_default()));
    let unit = Unit::plain(yaml::parse(&source, Format::Yaml));
    let settings = Settings { no_config: true, ..Settings::default() };
    let before = row.release.previous().expect("an older release");
    let upgrade = upgrade(
        &unit,
        &Target::one(before, TargetSource::Flag),
        &Target::one(row.release, TargetSource::Flag),
        &settings,
    );
    match upgrade.changes.iter().find(|change| change.row.id == id) {
        None => "no",
        Some(change) if change.is_certain() => "yes",
        Some(_) => "unknown",
    }
}

/// Minimal configurations for each kind of condition, with the verdict of a reader.
#[test]
fn conditions_hold_where_they_should() {
    let rows = fs::read_to_string(Path::new(FOLDER).join("rows.tsv")).expect("the rows");
    let mut wrong = Vec::new();
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (id, wanted, text) = (cells[0], cells[1], cells[2]);
        let found = reaches(id, text, cells.get(3).copied());
        if found != wanted {
            wrong.push(format!("{id}: {found} instead of {wanted}: {text}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Real files: which changes reach them from v1.0.0 to the development branch (`?`: undecided). Compared with an independent
/// evaluation of the same conditions when it was written.
#[test]
fn real_files_meet_these_changes() {
    let tally = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/corpus-tally.snap")).expect("files");
    let rows = tally.lines().filter(|line| line.contains('\t'));
    let mut files: Vec<&str> = rows.filter_map(|row| row.split('\t').next()).collect();
    files.dedup();
    let mut lines = String::new();
    for file in files {
        let path = format!("../corpus/{file}");
        if !Path::new(FOLDER).join(&path).is_file() || file.ends_with("schema.json") {
            continue;
        }
        let output = kratos_lint(&["upgrade", "--from", "1.0.0", "--to", "master", "-f", "json", &path]);
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{file}: {why}"));
        let changes = report["changes"].as_array().expect("changes");
        let of_file = changes.iter().filter(|change| change["always"] == false);
        let name = |change: &Value| {
            let mark = if change["certain"] == true { "" } else { "?" };
            format!("{}{mark}", change["id"].as_str().expect("an id"))
        };
        let names: Vec<String> = of_file.map(name).collect();
        lines.push_str(&format!("{file}\t{}\n", names.join(" ")));
    }
    snapshot::expect(Path::new(FOLDER), "corpus", &lines);
}

/// Programs know changes by their ids: they keep their names.
#[test]
fn ids_of_changes_stay() {
    let ids = fs::read_to_string(Path::new(FOLDER).join("ids.txt")).expect("the ids");
    let gone: Vec<&str> = ids.lines().filter(|id| !CHANGES.iter().any(|row| row.id == *id)).collect();
    assert_eq!(gone, Vec::<&str>::new());
    assert!(ids.lines().count() >= 134);
}

#[test]
fn changes_are_well_formed() {
    for (index, row) in CHANGES.iter().enumerate() {
        let (what, id) = (row.what, row.id);
        assert!(!CHANGES.iter().take(index).any(|earlier| earlier.id == id), "{id} twice");
        assert!(CHANGES.get(index + 1).is_none_or(|next| row.release <= next.release), "{id} is out of order");
        assert!(what.chars().count() <= 160 && !what.ends_with('.'), "{id}: {what}");
        assert!(row.weight != Weight::Break || row.advice != "nothing to do", "{id} says no way out");
        for name in row.rules {
            assert!(rules::named(name).is_some_and(|rule| rule.name == *name), "{id}: there is no rule {name}");
        }
        assert!(row.until.is_none_or(|last| last >= row.release && last < Version::MASTER), "{id}");
    }
}

/// Rules, the table of std functions and the changes say the same of releases.
#[test]
fn bounds_come_from_changes() {
    // Rules whose bound is older than the change that alters them.
    let altered = [
        ("code-identifier-without-via", "code-needs-schema"),
        ("code-switched-on", "v11-link-off"),
        ("flow-method-off", "v11-link-off"),
        ("hasher-setting-ignored", "hash-bounds"),
        ("passkey-display-name-missing", "passkey-attachment"),
    ];
    let mut wrong = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| rule.versions != Versions::ALL) {
        let rows: Vec<_> = changes::about(rule.name).collect();
        let ends = |at: Version| rule.versions.before == Some(at);
        let is_told = rows.iter().any(|row| row.release == rule.versions.from || ends(row.release));
        let is_altered = rows.iter().any(|row| altered.contains(&(rule.name, row.id)));
        if !rows.is_empty() && is_told == is_altered {
            wrong.push(format!("{}: {}", rule.name, rule.versions));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    for (id, go_jsonnet) in [("jsonnet-std-0.20", (0, 20)), ("jsonnet-std-0.21", (0, 21))] {
        let row = CHANGES.iter().find(|row| row.id == id).expect("a row");
        let When::JsonnetCalls(names) = row.when else { panic!("{id} is about std functions") };
        let constants = standard::CONSTANTS.iter().copied();
        let all = standard::functions().map(|function| (function.name, function.since)).chain(constants);
        let mut known: Vec<&str> = all.filter(|(_, since)| *since == go_jsonnet).map(|(name, _)| name).collect();
        known.sort_unstable();
        assert_eq!(names, known, "{id}");
    }
}

#[test]
fn nothing_changes_only_when_all_is_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |text: &str| {
        fs::write(folder.path().join("kratos.yml"), text).expect("writable");
        let path = folder.path().join("kratos.yml");
        let output = kratos_lint(&["upgrade", "--from", "1.3.0", "--to", "1.3.1", path.to_str().expect("UTF-8")]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(run("dsn: memory\nselfservice: {}\n").contains("nothing changes for this file"));
    let hidden = run("dsn: memory\nselfservice: {methods: {passkey: \"${PASSKEY}\"}}\n");
    assert!(hidden.contains("depends on the value of `selfservice.methods.passkey.config.rp.origins`"), "{hidden}");
    assert!(!hidden.contains("nothing changes for this file"), "{hidden}");
}

#[test]
fn the_release_before_is_detected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kratos.yml");
    let path = path.to_str().expect("UTF-8");
    fs::write(path, "dsn: memory\nselfservice: {}\n").expect("writable");
    let unsaid = kratos_lint(&["upgrade", path]);
    assert_eq!(unsaid.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unsaid.stderr).contains("--from"));
    let newer = "version: v1.0.0\nselfservice: {methods: {code: {passwordless_enabled: true}}}\n";
    fs::write(path, newer).expect("writable");
    let ignored = String::from_utf8_lossy(&kratos_lint(&["upgrade", path]).stderr).into_owned();
    assert!(ignored.contains("ignoring `version: v1.0.0`: the file uses") && ignored.contains("--from"), "{ignored}");
    fs::write(path, "dsn: memory\nselfservice: {}\n").expect("writable");
    fs::write(folder.path().join("compose.yml"), "services: {kratos: {image: \"oryd/kratos:v1.1.0\"}}\n")
        .expect("writable");
    let said = kratos_lint(&["upgrade", "-f", "markdown", path]);
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(text.starts_with(&format!("### Kratos v1.1.0 to {}", Version::NEWEST)), "{text}");
    assert!(text.contains("| v1.2.0 | break | the first form of registration"), "{text}");
}

#[test]
fn nothing_of_a_file_is_markdown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kratos.yml");
    let path = path.to_str().expect("UTF-8");
    let hostile = "\"``[a](https://evil.example)\": 1\n\"``<img src=x>\": 1\nlog: {level: \"[b](https://evil.example) @team\"}\n\
                   selfservice: {}\n";
    fs::write(path, hostile).expect("writable");
    let said = kratos_lint(&["upgrade", "--from", "1.0", "--to", "network", "-f", "markdown", path]);
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(text.contains("evil.example"), "{text}");
    for live in ["](", "@team", "`<img"] {
        assert!(text.match_indices(live).all(|(at, _)| text[..at].ends_with('\\')), "{live}: {text}");
    }
}

#[test]
fn the_way_to_ory_network() {
    let output = kratos_lint(&["upgrade", "--from", "1.3.1", "--to", "network", "-f", "json", "kratos.yml"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let of = |pointer: &str| {
        let found = findings.iter().find(|finding| finding["kind"] == "network" && finding["pointer"] == pointer);
        found.and_then(|finding| finding["message"].as_str()).unwrap_or_default().to_owned()
    };
    assert_eq!(report["to"], "network");
    assert_eq!(of("/dsn"), "`dsn` is ignored");
    assert!(of("/serve/public/base_url").contains("managed by Ory"));
    let ids: Vec<&str> =
        report["changes"].as_array().expect("changes").iter().filter_map(|c| c["id"].as_str()).collect();
    assert!(ids.contains(&"trailing-slash-404") && !ids.contains(&"db-26.2"), "{ids:?}");
    let versions = kratos_lint(&["versions", "network", "kratos.yml"]);
    let text = String::from_utf8_lossy(&versions.stdout).into_owned();
    assert!(text.contains("kratos.yml:1:1: `dsn` is ignored"), "{text}");
}

/// Files outside of the current folder are read as those in it; the own configuration names the release that runs now.
#[test]
fn where_the_command_runs_does_not_matter() {
    let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    write("kratos.yml", "dsn: memory\nselfservice: {}\nidentity: {schemas: [{id: a, url: \"file://s.json\"}]}\n");
    write(
        "s.json",
        "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"object\", \"properties\": {\"tel\": {\"type\": \"string\",\
         \"ory.sh/kratos\": {\"verification\": {\"via\": \"phone\"}}}}}}}",
    );
    let path = folder.path().join("kratos.yml");
    let output = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .current_dir(elsewhere.path())
        .args(["upgrade", "--from", "1.0", "--to", "1.1", "-f", "json", path.to_str().expect("UTF-8")])
        .output()
        .expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let changes = report["changes"].as_array().expect("changes");
    let change = changes.iter().find(|change| change["id"] == "schema-via-phone").expect("it reaches the file");
    assert_eq!(change["certain"], true, "{change}");
    write("kratos-lint.toml", "kratos = \"1.0\"\n");
    let output = Command::new(env!("CARGO_BIN_EXE_kratos-lint"))
        .current_dir(folder.path())
        .args(["upgrade", "--to", "1.1"])
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.starts_with("kratos.yml: v1.0.0 to v1.1.0 (v1.0.0 because of `kratos` in kratos-lint.toml)"),
        "{text}"
    );
}

/// A server refuses a stand-in as it is written: it starts only when the environment gives the value.
#[test]
fn stand_ins_are_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kratos.yml");
    fs::write(
        &path,
        "dsn: memory\nselfservice: {default_browser_return_url: https://a.example/}\n\
         identity: {schemas: [{id: default, url: https://a.example/s.json}]}\nsecrets: {cipher: [\"${CIPHER}\"]}\n",
    )
    .expect("writable");
    let output = kratos_lint(&["versions", path.to_str().expect("UTF-8")]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("v1.2.0..master starts if SECRETS_CIPHER is set"), "{text}");
}
