//! The facts of Kratos against the rules: none is forgotten, and each rule finds what its examples hold.

mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kratos_lint::check::{self, Target, UnitReport};
use kratos_lint::deployment::Project;
use kratos_lint::discover;
use kratos_lint::disk::Disk;
use kratos_lint::evaluation::Child;
use kratos_lint::kratos::version::Version;
use kratos_lint::output::{self, Format, Look, Printer};
use kratos_lint::rule::Rule;
use kratos_lint::rules;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;

#[path = "facts/helps.rs"]
mod helps;
#[path = "facts/home.rs"]
mod home;
#[path = "facts/house.rs"]
mod house;
#[path = "facts/register.rs"]
mod register;
#[path = "facts/release.rs"]
mod release;
#[path = "facts/voice.rs"]
mod voice;

/// The program, in whose process Jsonnet is evaluated.
fn child() -> Child {
    Child::At(env!("CARGO_BIN_EXE_kratos-lint").into())
}

fn lines(path: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The files below a folder with one of these endings; all files without an ending to look for.
fn files_below(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            files_below(&path, endings, found);
        } else if endings.is_empty() || path.extension().is_some_and(|end| endings.iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
}

#[test]
fn every_fact_is_a_rule_or_has_a_reason() {
    let all: BTreeSet<String> = lines("testdata/facts/ids.txt").into_iter().collect();
    let by_rule: BTreeSet<String> =
        rules::ALL.iter().flat_map(|rule| rule.facts.iter()).map(|id| (*id).to_owned()).collect();
    let reasons: BTreeMap<String, Vec<String>> = lines("testdata/facts/unshown.tsv")
        .iter()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<String>>())
        .map(|row| (row.first().cloned().unwrap_or_default(), row))
        .collect();
    let short: Vec<&String> = reasons.iter().filter(|(_, row)| row.len() != 5).map(|(id, _)| id).collect();
    assert!(short.is_empty(), "id, versions, what the server does, source, reason: {short:?}");
    let covered = |id: &String| by_rule.contains(id) || reasons.contains_key(id);
    let unknown: Vec<&String> = by_rule.iter().chain(reasons.keys()).filter(|id| !all.contains(*id)).collect();
    assert!(unknown.is_empty(), "ids that no list of facts has: {unknown:?}");
    let twice: Vec<&String> = reasons.keys().filter(|id| by_rule.contains(*id)).collect();
    assert!(twice.is_empty(), "a rule shows them, so no reason is needed: {twice:?}");
    let missing: Vec<&String> = all.iter().filter(|id| !covered(id)).collect();
    assert!(missing.is_empty(), "neither a rule nor a reason: {missing:?}");
}

/// The findings of one rule, as the concise format writes them.
fn findings(rule: &Rule, path: &str, text: &str) -> String {
    findings_at(rule, path, text, Version::NEWEST)
}

/// The same where `by_default` is the release of a text that names none.
fn findings_at(rule: &Rule, path: &str, text: &str, by_default: Version) -> String {
    let report = report(rule, path, text, by_default);
    let mut out = Vec::new();
    output::write(Format::Concise, &[report], Look::default(), &output::Paths::default(), &mut Printer::new(&mut out))
        .expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

/// What one rule finds.
fn report(rule: &Rule, path: &str, text: &str, by_default: Version) -> UnitReport {
    let wanted = text.lines().next().and_then(|line| line.strip_prefix("# kratos: "));
    let unnamed = || Target::one(by_default, TargetSource::Flag);
    let target =
        wanted.map_or_else(unnamed, |name| Target::parse(name.trim(), TargetSource::Flag).expect("a known version"));
    let source = Source::new(path, text);
    let inside = discover::named(&source).into_iter().find(|unit| !unit.at.is_empty());
    let is_json = Path::new(path).extension().is_some_and(|ending| ending == "json");
    let format = if is_json { yaml::Format::Json } else { yaml::Format::Yaml };
    let unit = inside.unwrap_or_else(|| Unit::plain(yaml::parse(&source, format)));
    // An example sees the files of its folder, one on a page none.
    let no_config = Path::new(path).parent().is_none_or(|folder| folder == Path::new(""));
    let disk = match Path::new(path).parent().filter(|folder| *folder != Path::new("")) {
        Some(folder) => Disk::of_run(&[], Some(folder)),
        None => Disk::in_memory([(path.to_owned(), text.to_owned())]),
    };
    let project = Arc::new(Project::of(disk));
    let only = vec![rule.name.to_owned()];
    let settings = Settings { only, child: child(), project, no_config, ..Settings::default() };
    check::unit(&unit, &target, &settings)
}

/// Whether a file says by its name what it is: an identity schema beside the examples does not.
fn is_named_example(path: &Path) -> bool {
    let name = path.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with("bad") || name.starts_with("good")
}

fn example_files() -> Vec<(&'static Rule, PathBuf)> {
    let folder = Path::new("testdata/rules");
    let of_rule = |rule: &'static Rule| {
        let files = fs::read_dir(folder.join(rule.name)).into_iter().flatten().filter_map(Result::ok);
        let paths = files.map(|file| file.path());
        paths
            .filter(|path| {
                path.extension().is_some_and(|ending| ["yml", "YML", "json"].iter().any(|known| ending == *known))
            })
            .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().contains("compose")))
            .filter(|path| path.extension().is_some_and(|ending| ending != "json") || is_named_example(path))
            .map(move |path| (rule, path))
            .collect::<Vec<_>>()
    };
    rules::ALL.iter().flat_map(|rule| of_rule(rule)).collect()
}

#[test]
fn example_files_hold_what_is_expected() {
    let files = example_files();
    assert!(files.len() > 100, "examples are found");
    for (rule, path) in files {
        let text = fs::read_to_string(&path).expect("readable");
        let found = findings(rule, &path.to_string_lossy(), &text);
        let bad = path.file_stem().is_some_and(|name| name.to_string_lossy().starts_with("bad"));
        assert_eq!(bad, !found.is_empty(), "{}: {found}", path.display());
        if bad {
            let name = path.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
            snapshot::expect(path.parent().expect("a folder"), &name, &found);
        }
    }
}

/// Folders `testdata/rules/<rule>/<case>/` with a `kratos.yml` and the files that it refers to; those of `jsonnet-*` have a
/// runner of their own (tests/ctx.rs). A case without `expected.snap` is one where the rule is silent.
fn case_folders() -> Vec<(&'static Rule, PathBuf)> {
    let of_rule = |rule: &'static Rule| {
        let entries = fs::read_dir(Path::new("testdata/rules").join(rule.name)).into_iter().flatten();
        let files = entries.filter_map(Result::ok).map(|entry| entry.path().join("kratos.yml"));
        files.filter(|path| path.is_file()).map(move |path| (rule, path)).collect::<Vec<_>>()
    };
    rules::ALL.iter().filter(|rule| rule.category != "jsonnet").flat_map(|rule| of_rule(rule)).collect()
}

#[test]
fn case_folders_hold_what_is_expected() {
    let cases = case_folders();
    assert!(cases.len() > 30, "cases are found");
    for (rule, path) in cases {
        let text = fs::read_to_string(&path).expect("readable");
        let found = findings(rule, &path.to_string_lossy(), &text);
        let name = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy()).unwrap_or_default();
        if name.starts_with("good") || name.starts_with("bad") {
            assert_eq!(name.starts_with("bad"), !found.is_empty(), "{}: {found}", path.display());
        }
        let folder = path.parent().expect("a folder");
        if found.is_empty() {
            assert!(!folder.join("expected.snap").exists(), "{}: nothing is found", path.display());
        } else {
            snapshot::expect(folder, "expected", &found);
        }
    }
}

/// The fenced examples of a page: kind and text; a version that the fence names comes first in the text.
fn page_examples(rule: &Rule) -> Vec<(String, String)> {
    let blocks = rule.docs.split("```yaml ").skip(1);
    let example = |block: &str| {
        let (kind, text) = block.split_once('\n').expect("a fenced block");
        let text = text.split("\n```").next().unwrap_or_default();
        let (kind, version) = kind.trim().split_once(" kratos=").unwrap_or((kind.trim(), ""));
        let head = if version.is_empty() { String::new() } else { format!("# kratos: {version}\n") };
        (kind.to_owned(), head + text)
    };
    blocks.map(example).collect()
}

#[test]
fn examples_on_pages_are_what_they_say() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        for (kind, text) in page_examples(rule) {
            let found = findings(rule, "kratos.yml", &text);
            match kind.as_str() {
                "bad" if found.is_empty() => wrong.push(format!("{}: nothing found in\n{text}", rule.name)),
                "good" | "fixed" if !found.is_empty() => wrong.push(format!("{}: {found}", rule.name)),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All examples of pages and files: the rule, the path and the text.
fn examples() -> impl Iterator<Item = (&'static Rule, String, String)> {
    let pages = rules::ALL
        .iter()
        .flat_map(|rule| page_examples(rule).into_iter().map(|(_, text)| (*rule, "kratos.yml".to_owned(), text)));
    let files = example_files().into_iter().chain(case_folders()).map(|(rule, path)| {
        let text = fs::read_to_string(&path).expect("readable");
        (rule, path.to_string_lossy().into_owned(), text)
    });
    pages.chain(files)
}

#[test]
fn what_is_said_is_short_and_plain_and_has_a_help() {
    let mut faults = BTreeSet::new();
    for (rule, path, text) in examples() {
        faults.extend(report(rule, &path, &text, Version::NEWEST).diagnostics.iter().flat_map(voice::faults_of));
    }
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Every secret of this configuration holds the mark, in forms that rules complain about.
const SECRETS: &str = r"
dsn: postgressql://kratos:MARKMARK@db:5432/kratos?max_conns=MARKMARK
serve: {public: {base_url: 'https://auth.example.com/'}}
secrets:
  default: [MARKMARK, MARKMARK]
  cookie: [MARKMARK-change-me, 'MARKMARK-ü', '${MARK:-MARKMARK}']
  cipher: [MARKMARK-ü-456789012345678901234]
courier:
  smtp: {connection_uri: 'smtp://u:MARKMARK#x@mail.example.com?MARKMARK=1@'}
  http: {request_config: {url: 'https://m.example.com', headers: {Authorization: Bearer MARKMARK, X-Api-Key: '${A:-MARKMARK}'},
    auth: {type: basic_auth, config: {user: u, password: MARKMARK-MARKMARK}}}}
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - {id: a, provider: google, client_id: a, client_secret: GOCSPX-MARKMARKabcdefghijk0123456789}
          - {id: b, provider: apple, client_id: a, apple_private_key: '-----BEGIN PRIVATE KEY-----MARKMARK-----END'}
tracing: {providers: {otlp: {authorization_header: MARKMARK}}}
";

#[test]
fn no_secret_is_ever_said() {
    let unit = Unit::plain(yaml::parse(&Source::new("kratos.yml", SECRETS), yaml::Format::Yaml));
    for version in Version::all() {
        let target = Target::one(version, TargetSource::Flag);
        let report = check::unit(&unit, &target, &Settings { child: child(), ..Settings::default() });
        assert!(report.diagnostics.len() > 3, "{version}: the faults are found");
        for diagnostic in report.diagnostics {
            let labels = diagnostic.labels.iter().map(|label| label.text.clone());
            let fixes = diagnostic.fixes.iter().map(|fix| fix.title.clone());
            let said: Vec<String> = labels.chain(fixes).chain(diagnostic.help).chain([diagnostic.message]).collect();
            let leak = said.iter().find(|text| text.contains("MARKMARK"));
            assert!(leak.is_none(), "{version} {}: {leak:?}", diagnostic.rule);
        }
    }
}
