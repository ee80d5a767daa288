//! What holds for any text, whatever it is: the fuzzers and `cargo test` ask the same.
//!
//! Each function panics when a property does not hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kratos_lint::check::{self, Target, UnitReport};
use kratos_lint::deployment::Project;
use kratos_lint::discover;
use kratos_lint::disk::{Disk, Overlay};
use kratos_lint::evaluation::Child;
use kratos_lint::fix;
use kratos_lint::kratos::env;
use kratos_lint::kratos::version::Version;
use kratos_lint::output::{self, Format, Look};
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::{Place, Source};
use kratos_lint::unit::Unit;
use kratos_lint::yaml::{self, Node};

/// A secret that is planted, and never shown.
pub(crate) const SECRET: &str = "Zq4Wm9Xk2Lt7Rv5Pb8Nc3Hs6";

/// A place in a text for [`SECRET`].
pub(crate) const PLANT: &str = "<secret>";

/// The program, for what only it does: nothing of that is asked without it.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program, and with it the child process in which Jsonnet is evaluated.
pub(crate) fn set_program(path: impl Into<PathBuf>) {
    _ = PROGRAM.set(path.into());
}

const VERSIONS: [Version; 4] = [Version::V1_0, Version::V1_3_1, Version::V25_4, Version::MASTER];

/// A version that the text itself chooses, so that a failure comes again.
fn version(text: &str) -> Version {
    VERSIONS.get(text.len() % VERSIONS.len()).copied().unwrap_or(Version::MASTER)
}

fn settings(files: &[(&str, &str)], environment: &str) -> Settings {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let child = PROGRAM.get().map_or(Child::Own, |program| Child::At(program.clone()));
    let given = env::of_env_file(&Source::new(".env", environment));
    Settings {
        no_config: true,
        project: Arc::new(Project::of(Disk::in_memory(files))),
        given,
        child,
        ..Settings::default()
    }
}

fn lint(unit: &Unit, version: Version, settings: &Settings) -> UnitReport {
    check::unit(unit, &Target::one(version, TargetSource::Flag), settings)
}

/// A whole configuration with the environment of its server.
pub(crate) fn check(config: &str, environment: &str) {
    let config = config.replace(PLANT, SECRET);
    let settings = settings(&[("kratos.yml", &config)], environment);
    let length = config.len() + environment.len();
    let reports = within(length, || {
        let units = discover::named(&Source::new("kratos.yml", config.as_str()));
        units.iter().map(|unit| lint(unit, version(&config), &settings)).collect::<Vec<_>>()
    });
    reports.iter().for_each(spans);
    outputs(&reports, config.contains(SECRET));
}

/// A body of Jsonnet at places where more and less is given to it.
pub(crate) fn body(text: &str) {
    let config = "dsn: memory\nselfservice:\n  default_browser_return_url: https://example.org/\n  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              config: {url: https://example.org/, method: POST, body: file://body.jsonnet, response: {parse: true}}\n    login:\n      before:\n        hooks:\n            - hook: web_hook\n              config: {url: https://example.org/, method: POST, body: file://body.jsonnet}\n";
    with_file(config, "body.jsonnet", text);
}

/// An identity schema.
pub(crate) fn identity_schema(text: &str) {
    let config = "dsn: memory\nselfservice:\n  default_browser_return_url: https://example.org/\n  methods:\n    passkey: {enabled: true}\nidentity:\n  default_schema_id: default\n  schemas: [{id: default, url: file://identity.schema.json}]\n";
    with_file(config, "identity.schema.json", text);
}

fn with_file(config: &str, name: &str, text: &str) {
    let settings = settings(&[("kratos.yml", config), (name, text)], "");
    let reports = within(config.len() + text.len(), || {
        let units = discover::named(&Source::new("kratos.yml", config));
        units.iter().map(|unit| lint(unit, version(text), &settings)).collect::<Vec<_>>()
    });
    reports.iter().for_each(spans);
    outputs(&reports, false);
}

/// Safe fixes: they keep comments and what a second reader sees, and a second run finds nothing to do.
pub(crate) fn fix(config: &str) {
    let version = version(config);
    let lint = |unit: &Unit, _: &Target, overlay: &Overlay| {
        let settings = settings(&[], "");
        let project = Arc::new(settings.project.with_overlay(overlay));
        lint(unit, version, &Settings { project, ..settings })
    };
    let mended = |text: &str| {
        let units = discover::named(&Source::new("kratos.yml", text));
        let target = Target::one(version, TargetSource::Flag);
        let reports: Vec<UnitReport> = units.iter().map(|unit| lint(unit, &target, &Overlay::default())).collect();
        let changes = fix::mend(reports, false, &lint).changes;
        changes.into_iter().next().map(|change| change.after)
    };
    let Some(once) = mended(config) else { return };
    assert_eq!(comments(config), comments(&once), "a comment is lost");
    let (before, after) = (second_reader(config), second_reader(&once));
    assert!(before.is_none() || after.is_some(), "a second reader cannot read it any more");
    if let Some(twice) = mended(&once) {
        assert_eq!(once, twice, "a second run changes it again");
    }
}

/// A hook that `init` puts into a configuration is really there, and all else is as before; else nothing is written.
pub(crate) fn init(config: &str) {
    // Two tests of one process may be here at the same time.
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    const URL: &str = "https://planted.example.org/hook";
    let Some(program) = PROGRAM.get() else { return };
    let number = ASKED.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("kratos-lint-init-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("kratos.yml");
    fs::write(&path, config).expect("written");
    let args = ["init", "--flow", "registration", "--method", "password", "--url", URL, "--write", "kratos.yml"];
    let output = Command::new(program).current_dir(&folder).args(args).output().expect("it runs");
    let after = fs::read_to_string(&path).expect("there");
    fs::remove_dir_all(&folder).expect("removed");
    if output.status.code() != Some(0) {
        assert_eq!(config, after, "it failed and has written");
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let count = |text: &str| {
        let units = discover::named(&Source::new("kratos.yml", text));
        let urls = |unit: &Unit| {
            let lists =
                unit.root().map(|root| root.select("selfservice.flows.registration.after.password.hooks[].config.url"));
            lists.into_iter().flatten().filter(|url| url.as_str() == Some(URL)).count()
        };
        units.iter().map(urls).sum::<usize>()
    };
    assert!(count(&after) > count(config), "it says that it has written a hook, which is not there");
    let now = comments(&after);
    for (comment, times) in comments(config) {
        assert!(now.get(&comment).is_some_and(|now| *now >= times), "{comment} is lost");
    }
    if let (Some(before), Some(after)) = (second_reader(config), second_reader(&after)) {
        for (leaf, times) in before {
            assert!(after.get(&leaf).is_some_and(|now| *now >= times), "{leaf} is lost");
        }
    }
}

/// CPU time for a text of so many bytes: 0.1 s and 5 µs a byte, more for a build that is not optimised.
fn within<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let slowness = if cfg!(debug_assertions) { 40 } else { 1 };
    let most =
        (Duration::from_millis(100) + Duration::from_micros(5) * u32::try_from(bytes).unwrap_or(u32::MAX)) * slowness;
    let before = cpu_time();
    let done = work();
    let taken = cpu_time().saturating_sub(before);
    assert!(taken <= most, "{bytes} bytes take {taken:?}");
    done
}

#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

/// All places lie on the boundaries of characters.
fn spans(report: &UnitReport) {
    let is_whole = |place: &Place| {
        let inside = |place: &Place| place.source.text().get(place.span.start..place.span.end).is_some();
        assert!(inside(place) && inside(&place.in_file()), "{:?} of {}", place.span, place.source.path());
    };
    for found in &report.diagnostics {
        is_whole(&found.place);
        found.labels.iter().for_each(|label| is_whole(&label.place));
        found.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| is_whole(&edit.place));
    }
}

fn printed(format: Format, reports: &[UnitReport]) -> String {
    let mut out = Vec::new();
    output::write(format, reports, Look::default(), &output::Paths::default(), &mut output::Printer::new(&mut out))
        .expect("written");
    String::from_utf8(out).expect("UTF-8")
}

/// All formats are what they should be, show no secret, and nothing that a terminal or a log would obey.
fn outputs(reports: &[UnitReport], has_secret: bool) {
    let all = [
        Format::Pretty,
        Format::Concise,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Checkstyle,
        Format::Markdown,
        Format::Html,
    ];
    for format in all {
        let text = printed(format, reports);
        assert!(!has_secret || !text.contains(SECRET), "{format:?} shows a secret");
        let harmful = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert!(harmful.is_none(), "{format:?} holds {harmful:?}");
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
            }
            Format::Jsonl => text.lines().for_each(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            }),
            Format::Junit | Format::Checkstyle => {
                roxmltree::Document::parse(&text).expect("XML");
            }
            Format::Github => text.lines().for_each(|line| {
                let starts = [
                    "::error file=",
                    "::warning file=",
                    "::notice file=",
                    "::notice title=kratos-lint::checked ",
                    "::group::",
                ];
                assert!(line == "::endgroup::" || starts.iter().any(|start| line.starts_with(start)), "{line}");
            }),
            Format::Concise => text.lines().for_each(|line| {
                let parts: Vec<&str> = line.splitn(4, ':').collect();
                let is_number = |part: &&str| part.parse::<usize>().is_ok();
                assert!(parts.len() == 4 && parts.iter().skip(1).take(2).all(is_number), "{line}");
            }),
            Format::Pretty | Format::Markdown | Format::Html => {}
        }
    }
}

/// The comments of a text, each with how often it is there.
fn comments(text: &str) -> BTreeMap<String, usize> {
    let tree = yaml::parse(&Source::new("kratos.yml", text), yaml::Format::Yaml);
    let mut counts = BTreeMap::new();
    for comment in tree.comments() {
        *counts.entry(tree.source().slice(comment.span).trim().to_owned()).or_default() += 1;
    }
    counts
}

/// The scalars that a second reader of YAML sees, each with how often; none when it cannot read the text. A configuration may be a
/// text in another file, so those are read too.
fn second_reader(text: &str) -> Option<BTreeMap<String, usize>> {
    fn walk(value: &serde_yaml::Value, counts: &mut BTreeMap<String, usize>) {
        match value {
            serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| walk(item, counts)),
            serde_yaml::Value::Mapping(fields) => fields.iter().for_each(|(key, value)| {
                walk(key, counts);
                walk(value, counts);
            }),
            serde_yaml::Value::Tagged(tagged) => walk(&tagged.value, counts),
            // An empty value may be filled.
            serde_yaml::Value::Null => {}
            serde_yaml::Value::String(text) if text.contains('\n') => match serde_yaml::from_str(text) {
                Ok(inner @ serde_yaml::Value::Mapping(_)) => walk(&inner, counts),
                _ => text.lines().for_each(|line| *counts.entry(line.to_owned()).or_default() += 1),
            },
            scalar => *counts.entry(format!("{scalar:?}")).or_default() += 1,
        }
    }
    let value = serde_yaml::from_str(text).ok()?;
    let mut counts = BTreeMap::new();
    walk(&value, &mut counts);
    Some(counts)
}

/// Whether a text is a configuration at all, for seeds.
#[must_use]
pub(crate) fn is_configuration(path: &Path, text: &str) -> bool {
    let tree = yaml::parse(&Source::new(path.to_string_lossy(), text), yaml::Format::Yaml);
    tree.root().is_some_and(|root: Node<'_>| discover::is_kratos(root))
}
