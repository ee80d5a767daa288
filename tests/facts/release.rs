//! A release of Kratos touches one file, and changes nothing but what its rows say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kratos_lint::kratos::hooks::EXECUTORS;
use kratos_lint::kratos::releases::RELEASES;
use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS};
use kratos_lint::kratos::version::Version;

#[path = "../release/code.rs"]
mod code;
#[path = "../release/difference.rs"]
mod difference;
#[path = "../release/patch.rs"]
mod patch;
#[path = "../release/records.rs"]
mod records;
#[path = "../release/rows.rs"]
mod rows;

use difference::{Key, Schema};

/// A release after the newest one, its name and numbers.
fn next() -> (String, String) {
    let (year, week, _) = RELEASES.iter().rev().nth(1).expect("a release").number;
    (format!("v{year}.{}.0", week + 1), format!("{year}, {}, 0", week + 1))
}

/// Limits that a schema says elsewhere.
const NOT_OF_THE_VALUE: [&str; 6] = ["Words", "DefaultsTo", "Required", "Nullable", "Origin", "Body"];

/// The schema that a release has by the tables.
fn schema_of(version: Version) -> Schema {
    let keys = KEYS.iter().filter(|key| key.versions.contains(version)).map(|key| {
        let words = key.words().unwrap_or_default().iter().map(|word| (*word).to_owned()).collect();
        // Limits as rows have them: those of the value, without words, default and what the schema has no word for.
        let limits = key.limits.iter().map(|limit| format!("{limit:?}"));
        let limits = limits.filter(|limit| !NOT_OF_THE_VALUE.iter().any(|name| limit.starts_with(name))).collect();
        let is_required = key.limits.iter().any(|limit| format!("{limit:?}") == "Required");
        let default: Option<serde_json::Value> = key.default().and_then(|text| serde_json::from_str(text).ok());
        let default = default.map(|value| value.to_string());
        (key.path.to_owned(), Key { words, default, limits, is_required, ..Key::default() })
    });
    let hooks = HOOK_PLACES.iter().map(|place| {
        let hooks = place.hooks.iter().filter(|(_, versions)| versions.contains(version));
        (place.path.to_owned(), hooks.map(|(hook, _)| (*hook).to_owned()).collect())
    });
    Schema { keys: keys.collect(), hooks: hooks.collect() }
}

/// The file with a release of that schema.
fn added(schema: &Schema) -> (String, String) {
    let old = fs::read_to_string(rows::FILE).expect("the tables");
    let found = difference::compare(schema, Version::NEWEST);
    let new = rows::add(&old, &next().0, schema, &found).expect("a release");
    // A release may have all that master has: then it is a row of its own and nothing else.
    let added = new.lines().count() - old.lines().count();
    assert!(added <= 3 || found.count() > 0, "{added} lines without a difference");
    (old, new)
}

/// Each row of keys and hooks at each release, by the text of the file.
fn by_release(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let between = |line: &str, start: &str| Some(line.trim().strip_prefix(start)?.split_once('"')?.0.to_owned());
    let releases: Vec<String> = text.lines().filter_map(|line| between(line, "release(\"")).collect();
    let index = |name: &str| match name {
        "OLDEST" => 0,
        "OPEN" => releases.len(),
        name => releases.iter().position(|known| known == name.trim_matches('"')).expect("a release"),
    };
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().map(|line| line.trim().trim_end_matches("),")) {
        let Some((kind, row)) = line.split_once("(\"").filter(|(kind, _)| ["k", "h"].contains(kind)) else { continue };
        let mut parts = row.splitn(if kind == "k" { 4 } else { 5 }, ", ");
        let mut name = parts.next().unwrap_or_default().to_owned();
        if kind == "h" {
            name += parts.next().unwrap_or_default();
        }
        let (from, before) = (index(parts.next().expect("a start")), index(parts.next().expect("an end")));
        assert!(from < before, "{line}");
        for release in &releases[from..before] {
            found.entry(release.clone()).or_default().insert(format!("{name} {}", parts.clone().collect::<String>()));
        }
    }
    found
}

#[test]
fn a_release_with_a_key_and_a_hook_is_three_rows_of_one_file() {
    let mut schema = schema_of(Version::NEWEST);
    let key = Key { words: vec!["strict".to_owned()], ..Key::default() };
    schema.keys.insert("selfservice.flows.logout.invented_mode".to_owned(), key);
    let list = "selfservice.flows.login.after.hooks";
    schema.hooks.get_mut(list).expect("a list").push("invented_hook".to_owned());
    let (old, new) = added(&schema);
    let (tag, numbers) = next();
    let rows: Vec<&str> = new.lines().filter(|line| line.contains(&tag) || line.contains("invented")).collect();
    let expected = [
        format!("    release({tag:?}, {numbers}),"),
        format!("    k(\"selfservice.flows.logout.invented_mode\", {tag:?}, OPEN, Any, &[Words(&[\"strict\"])]),"),
        format!("    h({list:?}, \"invented_hook\", {tag:?}, OPEN),"),
    ];
    assert_eq!(rows, expected);
    let rest: Vec<&str> = new.lines().filter(|line| !expected.iter().any(|row| row == line)).collect();
    assert_eq!(rest, old.lines().collect::<Vec<_>>(), "no other row changes");
    // What held before holds, and the release has what the one before it has.
    let (mut before, mut after) = (by_release(&old), by_release(&new));
    let invented = |rows: &mut BTreeSet<String>| rows.retain(|row| !row.contains("invented"));
    after.values_mut().for_each(invented);
    before.insert(tag, before[Version::NEWEST.name()].clone());
    assert_eq!(before, after);
}

#[test]
fn a_release_of_what_master_has_begins_what_master_began() {
    let (old, new) = added(&schema_of(Version::MASTER));
    let (before, after) = (by_release(&old), by_release(&new));
    let differs = before["master"].symmetric_difference(&after[&next().0]).collect::<Vec<_>>();
    assert_eq!(differs, Vec::<&String>::new());
    assert_eq!(before["master"], after["master"]);
    assert_eq!(before[Version::NEWEST.name()], after[Version::NEWEST.name()]);
}

#[test]
fn a_key_with_other_demands_gets_a_second_row() {
    let mut schema = schema_of(Version::NEWEST);
    let path = "session.cookie.domain";
    schema.keys.get_mut(path).expect("a key").limits.push("MaxLength(99)".to_owned());
    let found = difference::compare(&schema, Version::NEWEST);
    assert_eq!(found.changed.iter().flat_map(|change| &change.told).collect::<Vec<_>>(), ["+MaxLength(99)"]);
    let (old, new) = added(&schema);
    let (tag, numbers) = next();
    let changed: Vec<&str> = new.lines().filter(|line| !old.lines().any(|known| known == *line)).collect();
    let expected = [
        format!("    release({tag:?}, {numbers}),"),
        format!("    k({path:?}, OLDEST, {tag:?}, Text, &[]),"),
        format!("    k({path:?}, {tag:?}, OPEN, Text, &[MaxLength(99)]),"),
    ];
    assert_eq!(changed, expected);
}

/// What runs nowhere by our table would not be shown, and its order not be checked.
#[test]
fn each_hook_that_a_list_accepts_has_a_phase() {
    // The first runs in every phase, the others belong to the commercial build.
    let others = ["web_hook", "b2b_sso", "organization"];
    let mut missing = BTreeSet::new();
    for version in Version::all().filter(|version| *version >= Version::V0_13) {
        let hooks = HOOK_PLACES.iter().flat_map(|place| place.hooks).filter(|(_, spans)| spans.contains(version));
        for (hook, _) in hooks.filter(|(hook, _)| !others.contains(hook)) {
            if !EXECUTORS.iter().any(|row| row.hook == *hook && row.versions.contains(version)) {
                missing.insert(format!("{hook} at {version}"));
            }
        }
    }
    assert!(missing.is_empty(), "no row in EXECUTORS of src/kratos/hooks.rs: {missing:?}");
}

#[test]
fn what_the_code_says_of_master_moves_to_the_release_that_has_it() {
    let old = fs::read_to_string(rows::FILE).expect("the tables");
    let new = rows::release_master(&old, "v99.1.0");
    let changed: Vec<(&str, &str)> = old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
    for (old, new) in &changed {
        assert!(old.starts_with("pub(crate) const AFTER_V") && *new == old.replace("master", "v99.1.0"), "{new}");
    }
    assert!(changed.len() <= 1, "one constant stands for master: {changed:#?}");
    assert_eq!(rows::speaks_of_master(&old), changed.len() == 1);
    assert!(!rows::speaks_of_master(&new));
}

/// Master is a target. What it began or ended is compared with the constant that moves to the release which has it.
#[test]
fn nothing_begins_or_ends_with_master() {
    let mut files = Vec::new();
    super::files_below(Path::new("src"), &["rs"], &mut files);
    let forms = ["since(", "before(", "from(", "until(", "< ", "<= ", "> ", ">= "];
    let mut faults = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("kratos/version.rs")) {
        let text = fs::read_to_string(path).expect("readable");
        let found = forms.iter().filter(|form| text.contains(&format!("{form}Version::MASTER")));
        faults.extend(found.map(|form| format!("{}: {form}Version::MASTER", path.display())));
        if text.contains("const MASTER")
            || text.contains("Version::MASTER <")
            || text.contains("target == Version::MASTER")
        {
            faults.push(format!("{}: compares with Version::MASTER", path.display()));
        }
    }
    assert!(faults.is_empty(), "compare with Version::AFTER_V…, see releases.rs: {}", faults.join("\n"));
}

/// The next release will have what master has, and is the one for which examples that name none are checked.
#[test]
fn an_example_to_which_master_answers_otherwise_names_its_release() {
    let named = |text: &str| text.starts_with("# kratos: ");
    let mut faults = Vec::new();
    for (rule, path, text) in super::examples().filter(|(_, _, text)| !named(text)) {
        let [now, then] =
            [Version::NEWEST, Version::MASTER].map(|release| super::findings_at(rule, &path, &text, release));
        if now.replace(Version::NEWEST.name(), "") != then.replace(Version::MASTER.name(), "") {
            faults.push(format!("{} in {path}:\n{}:\n{now}master:\n{then}", rule.name, Version::NEWEST));
        }
    }
    assert!(faults.is_empty(), "begin with `# kratos: {}`: {}", Version::NEWEST, faults.join("\n"));
}

/// Code as a release has it, with an invented field, message, hook, provider and engine.
fn invented_code(path: &str) -> Result<String, String> {
    let text = match path {
        "courier/template" => {
            "=== courier/template/email/recovery_code_valid.go\ntype (\n\tRecoveryCodeValid struct {\n\t\tdeps int\n\t}\n\
             \tRecoveryCodeValidModel struct {\n\t\tTo string `json:\"to\"`\n\t\tInvented string `json:\"invented\"`\n\t}\n)\n\
             === courier/template/sms/invented.go\ntype InventedCodeModel struct {\n\tTo string\n}\n\
             === courier/template/email/stub.go\ntype TestStubModel struct {\n\tTo string\n}\n"
        }
        "selfservice/hook/hooks.go" => "const (\n\tKeyWebHook = \"web_hook\"\n\tKeyInvented = \"invented_hook\"\n)\n",
        "selfservice/strategy/oidc/provider_config.go" => {
            "var supportedProviders = map[string]func(){\n\t\"generic\": one,\n\t\"invented\": two,\n}\nvar _ = \"other\": \n"
        }
        "go.mod" => "require (\n\tgithub.com/google/go-jsonnet v0.99.1\n)\n",
        other => return Err(format!("{other} is not read")),
    };
    Ok(text.to_owned())
}

#[test]
fn what_only_the_code_of_a_release_says_is_told() {
    let found = code::read(invented_code).expect("code").compare(Version::NEWEST);
    let (new, gone): (Vec<&String>, Vec<&String>) = found.iter().partition(|line| line.starts_with("new "));
    let expected = [
        "new message: invented_code by SMS",
        "new field of recovery_code_valid by e-mail: Invented",
        "new hook in the code: invented_hook",
        "new provider in the code: invented",
        "new go-jsonnet v0.99",
    ];
    assert_eq!(new, expected);
    for line in ["gone message: login_code_valid by SMS", "gone field of recovery_code_valid by e-mail: Identity"] {
        assert!(gone.iter().any(|told| *told == line), "{line} in {gone:#?}");
    }
    for line in ["gone hook in the code: session", "gone provider in the code: google"] {
        assert!(gone.iter().any(|told| *told == line), "{line} in {gone:#?}");
    }
}

/// What ends on master ends before master, and not with the newest release: one that is added between has it too.
#[test]
fn nothing_ends_with_the_newest_release() {
    let number = Version::NEWEST.name().trim_start_matches('v').replace('.', "_");
    let short = number.strip_suffix("_0").unwrap_or(&number);
    let mut files = Vec::new();
    super::files_below(Path::new("src"), &["rs"], &mut files);
    let mut faults = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("kratos/version.rs")) {
        let text = fs::read_to_string(path).expect("readable");
        for name in [format!("V{short}"), "NEWEST".to_owned()] {
            for constant in [name.clone(), format!("Version::{name}")] {
                let ends = [
                    format!("until({constant})"),
                    format!("<= {constant}"),
                    format!("> {constant}"),
                    format!("== {constant}"),
                    format!("!= {constant}"),
                ];
                let found = ends.iter().filter(|end| text.contains(end.as_str()));
                faults.extend(found.map(|end| format!("{}: {end}", path.display())));
                let mut spans = text.split("between(").skip(1).filter_map(|rest| rest.split(')').next());
                faults.extend(
                    spans.find(|span| span.ends_with(&constant)).map(|span| format!("{}: {span}", path.display())),
                );
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_record_of_a_release_is_a_base_with_one_change() {
    let base = serde_json::json!({"dsn": "memory", "selfservice": {"flows": {"login": {"after": {"hooks": [{"hook": "session"}]}},
        "registration": {"after": {"hooks": [{"hook": "session"}]}}}}});
    let bases = records::Bases::from([("small".to_owned(), base.clone())]);
    let mut schema = schema_of(Version::NEWEST);
    schema.keys.insert("invented_key".to_owned(), Key { words: vec!["strict".to_owned()], ..Key::default() });
    let mutations = records::mutations(&bases, &schema);
    let (mut ids, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for mutation in &mutations {
        assert_ne!(mutation.document(&bases), base, "{mutation:?}");
        let record = mutation.record(Some("valid"));
        assert_eq!((&record["base"], &record["boot"]), (&"small".into(), &"valid".into()));
        assert!(ids.insert(record["id"].to_string()), "{record}");
        kinds.insert(mutation.kind.split(':').next().unwrap_or_default().to_owned());
    }
    assert!(
        ["type", "missing", "unknown-key", "text", "dup-item", "new"].iter().all(|kind| kinds.contains(*kind)),
        "{kinds:?}"
    );
    let new = mutations.iter().find(|mutation| mutation.path == "/invented_key").expect("the new key");
    assert_eq!(new.document(&bases)["invented_key"], "strict");
    // Settings of a hook are changed in one list.
    assert_eq!(
        mutations
            .iter()
            .filter(|mutation| mutation.path.ends_with("/hooks/0/hook") && mutation.kind == "missing")
            .count(),
        1
    );
    let minimal = fs::read_to_string("testdata/verdicts/bases/HEAD/minimal.json").expect("a base");
    assert_eq!(records::ours(&serde_json::from_str(&minimal).expect("JSON"), Version::NEWEST), "valid");
    assert_eq!(records::ours(&base, Version::NEWEST), "invalid");
    let keys = records::keys(&schema, "v99.1.0");
    assert!(keys.iter().any(|row| row["path"] == "invented_key" && row["kratos"] == "v99.1.0"));
}

#[test]
#[cfg(unix)]
fn verdicts_of_a_server_are_those_that_its_words_say() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let server = folder.path().join("server");
    // Refuses what has a key `bad`.
    let script = "#!/bin/sh\nfor last; do :; done\nread -r text < \"$last\"\ncase $text in\n*bad*) echo 'The configuration contains values or keys which are invalid:' >&2; exit 1;;\nesac\n";
    fs::write(&server, script).expect("written");
    fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).expect("made a program");
    let documents = [serde_json::json!({"good": 1}), serde_json::json!({"bad": 1})];
    assert_eq!(records::verdicts(&server, &documents), Ok(vec!["valid", "invalid"]));
    assert!(records::verdicts(&folder.path().join("none"), &documents).is_err());
}
