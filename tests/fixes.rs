//! Properties of fixes over real files that are spoiled in many ways: nothing is lost, nothing new is wrong, once is enough.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use kratos_lint::check::{self, Target, UnitReport};
use kratos_lint::deployment::Project;
use kratos_lint::diagnostic::Level;
use kratos_lint::discover;
use kratos_lint::disk::Overlay;
use kratos_lint::evaluation::Child;
use kratos_lint::fix::{self, Mended};
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use proptest::prelude::*;

/// The program, in whose process Jsonnet is evaluated.
fn child() -> Child {
    Child::At(env!("CARGO_BIN_EXE_kratos-lint").into())
}

/// Real files, and files full of mistakes.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut found = Vec::new();
    let mut folders = vec![root.join("corpus"), root.join("sample"), root.join("upgrade"), root.join("rules")];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> =
            fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yml" || end == "yaml") {
                found.extend(fs::read_to_string(&path).ok().filter(|text| text.len() < 30_000));
            }
        }
    }
    assert!(found.len() > 100, "files are found");
    found
}

/// How a text is spoiled.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    Nothing,
    LineEnds,
    NoFinalNewline,
    Comments,
    Typo(usize),
    Quoted,
    OldNames,
    SessionFirst,
}

fn spoils() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        Just(Spoil::Nothing),
        Just(Spoil::LineEnds),
        Just(Spoil::NoFinalNewline),
        Just(Spoil::Comments),
        (0..500usize).prop_map(Spoil::Typo),
        Just(Spoil::Quoted),
        Just(Spoil::OldNames),
        Just(Spoil::SessionFirst),
    ]
}

fn spoiled(text: &str, how: Spoil) -> String {
    let by_line = |change: &dyn Fn(usize, &str) -> String| {
        text.lines().enumerate().map(|(index, line)| change(index, line) + "\n").collect::<String>()
    };
    match how {
        Spoil::Nothing => text.to_owned(),
        Spoil::LineEnds => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Spoil::NoFinalNewline => text.trim_end().to_owned(),
        Spoil::Comments => by_line(&|index, line| {
            let plain = line.trim_end().ends_with(|c: char| c.is_ascii_alphanumeric() || c == ':')
                && !line.contains(['#', '|', '>']);
            if plain && index % 3 == 0 { format!("{line} # note {index}") } else { line.to_owned() }
        }),
        Spoil::Typo(at) => by_line(&|index, line| {
            let key = line.trim_start();
            let length = key.find(':').unwrap_or(0);
            let lead = line.len() - key.len();
            let is_key = index == at % text.lines().count().max(1)
                && length > 5
                && key[..length].bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if is_key { format!("{}{}", &line[..lead + 2], &line[lead + 3..]) } else { line.to_owned() }
        }),
        Spoil::Quoted => by_line(&|index, line| match line.rsplit_once(": ") {
            Some((key, value)) if index % 2 == 0 && (value == "true" || value == "false") => {
                format!("{key}: \"{value}\"")
            }
            _ => line.to_owned(),
        }),
        Spoil::OldNames => text
            .replace("allowed_return_urls", "whitelisted_return_urls")
            .replace("default_schema_id", "default_schema_ids"),
        Spoil::SessionFirst => by_line(&|_, line| match line.split_once("- hook: session") {
            Some((lead, "")) => {
                let config = "config: {url: https://example.org/, method: POST, body: file:///x.jsonnet}";
                format!("{line}\n{lead}- hook: web_hook\n{lead}  {config}")
            }
            _ => line.to_owned(),
        }),
    }
}

fn lint(unit: &Unit, target: &Target, overlay: &Overlay) -> UnitReport {
    let project = Arc::new(Project::default().with_overlay(overlay));
    let settings = Settings { no_config: true, project, child: child(), ..Settings::default() };
    check::unit(unit, target, &settings)
}

fn reports(text: &str, version: Version) -> Vec<UnitReport> {
    let units = discover::named(&Source::new("kratos.yml", text));
    units.iter().map(|unit| lint(unit, &Target::one(version, TargetSource::Flag), &Overlay::default())).collect()
}

fn mended(text: &str, version: Version, with_unsafe: bool) -> (Mended, String) {
    let mended = fix::mend(reports(text, version), with_unsafe, &lint);
    let after = mended.changes.first().map_or_else(|| text.to_owned(), |change| change.after.clone());
    (mended, after)
}

fn errors(reports: &[UnitReport]) -> BTreeMap<(&'static str, String), usize> {
    let mut counts = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics).filter(|found| found.level == Level::Error) {
        *counts.entry((found.rule, found.message.clone())).or_insert(0) += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn fixes_mend_and_do_no_harm(pick in 0..10_000usize, how in spoils(), old in any::<bool>(), with_unsafe in any::<bool>()) {
        let texts = TEXTS.get_or_init(texts);
        let text = spoiled(&texts[pick % texts.len()], how);
        let version = if old { Version::V1_0 } else { Version::NEWEST };
        let before = reports(&text, version);
        let (first, after) = mended(&text, version, with_unsafe);
        prop_assert_eq!(first.changes.is_empty(), first.fixes == 0);
        let now = reports(&after, version);
        // No error that was not there before.
        let (known, found) = (errors(&before), errors(&now));
        for (error, count) in &found {
            prop_assert!(known.get(error).is_some_and(|before| count <= before), "new: {error:?}\n{after}");
        }
        // What the fixed reports say is what a new check finds.
        prop_assert_eq!(errors(&first.reports), found);
        // Comments stay.
        let lost = text.lines().filter_map(|line| line.find(" #").map(|at| line[at..].trim())).find(|comment| !after.contains(comment));
        prop_assert!(with_unsafe || lost.is_none(), "lost: {lost:?}\n{after}");
        // Line ends stay.
        if matches!(how, Spoil::LineEnds) {
            prop_assert!(!after.replace("\r\n", "").contains('\n'), "{after:?}");
        }
        if matches!(how, Spoil::NoFinalNewline) && first.fixes > 0 {
            prop_assert!(!after.ends_with("\n\n"));
        }
        // Once is enough.
        let (second, _) = mended(&after, version, with_unsafe);
        prop_assert!(second.changes.is_empty(), "{after}\nagain:\n{:?}", second.changes);
    }
}

static TEXTS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
