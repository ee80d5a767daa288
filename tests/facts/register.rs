//! The register of rules: each has examples that are run, one with a finding and one without, and its page names its versions.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kratos_lint::kratos::releases::RELEASES;
use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS};
use kratos_lint::kratos::version::{Version, Versions};
use kratos_lint::rule::Rule;
use kratos_lint::rules;

/// Reports over many configurations that other tests compare: a rule is in them where it finds something, and silent elsewhere.
const REPORTS: [&str; 5] = [
    "testdata/projects.snap",
    "testdata/network/findings.snap",
    "testdata/env/compose.snap",
    "testdata/env/broken.snap",
    "testdata/env/layered.snap",
];

/// Rules that no configuration by itself shows, and the test that tries both sides.
const TESTED: [(&str, &str); 5] = [
    ("unknown-suppression", "tests/cli/known.rs"),
    ("unused-suppression", "tests/cli/known.rs"),
    ("web-hook-endpoint-not-allowed", "tests/cli/own.rs"),
    ("unreadable-file", "tests/edge.rs"),
    ("jsonnet-file-missing", "tests/cli/own.rs"),
];

/// Whether examples of a rule are there: with a finding, and without one.
fn examples(rule: &Rule) -> (bool, bool) {
    let on_page = |kinds: &[&str]| {
        ["yaml", "terraform"]
            .iter()
            .any(|language| kinds.iter().any(|kind| rule.docs.contains(&format!("```{language} {kind}"))))
    };
    let mut all = Vec::new();
    super::files_below(&Path::new("testdata/rules").join(rule.name), &[], &mut all);
    let reports: Vec<&PathBuf> =
        all.iter().filter(|path| path.extension().is_some_and(|ending| ending == "snap" || ending == "txt")).collect();
    let finds = |path: &&PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(rule.name));
    let bad = on_page(&["bad"]) || reports.iter().any(finds);
    // The other folders and files hold no finding: their own tests check that.
    let silent = |path: &PathBuf| {
        let folder = path.parent().unwrap_or(path);
        let is_configuration =
            path.extension().is_some_and(|ending| ["yml", "json"].iter().any(|known| ending == *known));
        let report = [path.with_extension("snap"), folder.join("expected.snap"), folder.join("expected.txt")];
        is_configuration && !report.iter().any(|report| finds(&report))
    };
    (bad, on_page(&["good", "fixed"]) || all.iter().any(silent))
}

#[test]
fn each_rule_has_an_example_with_a_finding_and_one_without() {
    let reports: Vec<String> =
        REPORTS.iter().map(|path| fs::read_to_string(path).unwrap_or_else(|why| panic!("{path}: {why}"))).collect();
    let mut missing = Vec::new();
    for rule in rules::ALL {
        let in_report = reports.iter().any(|text| text.split(['[', ']', ' ', '\n']).any(|word| word == rule.name));
        let tested = TESTED.iter().find(|(name, _)| *name == rule.name);
        let in_test = tested.is_some_and(|(name, path)| fs::read_to_string(path).is_ok_and(|text| text.contains(name)));
        let (bad, good) = examples(rule);
        if !bad && !in_report && !in_test {
            missing.push(format!("{}: nothing fails when its check is emptied", rule.name));
        }
        if !good && !in_report && !in_test {
            missing.push(format!("{}: nothing fails when it always finds something", rule.name));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// How the section about versions of a page begins.
fn beginnings(versions: Versions) -> Vec<String> {
    let (from, to) = (versions.from, versions.last());
    match (from == Versions::ALL.from, versions.before.is_none()) {
        (true, true) => ["All versions", "All releases", "Ory Network"].map(str::to_owned).to_vec(),
        // A page does not change when what master has is released.
        (false, true) => {
            let after = from.previous().map(|release| format!("After {release}"));
            let since = (from != Version::MASTER).then(|| format!("Since {from}"));
            after.into_iter().chain(since).collect()
        }
        (true, false) => vec![format!("Up to {to}")],
        (false, false) if from == to => vec![format!("{from} only")],
        (false, false) => vec![format!("{from} to {to}")],
    }
}

#[test]
fn each_page_names_the_versions_of_its_rule() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let section = rule.docs.split("## Versions").nth(1).unwrap_or_default().trim_start();
        let wanted = beginnings(rule.versions);
        let rest = wanted.iter().find_map(|start| section.strip_prefix(start.as_str()));
        // `Since v1.3.1` is no beginning for v1.3.10.
        if rest.is_none_or(|rest| rest.starts_with(|chr: char| chr.is_ascii_digit())) {
            wrong.push(format!("{}: {wanted:?}, not {:?}", rule.name, section.lines().next().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_register_is_sorted_and_complete() {
    let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    let unsorted = names.windows(2).find(|pair| pair[0] >= pair[1]);
    assert!(unsorted.is_none(), "rules::ALL is sorted by name: {unsorted:?}");
    let mut sources = Vec::new();
    super::files_below(Path::new("src/rules"), &["rs"], &mut sources);
    let of_file = |path: &PathBuf| {
        let text = fs::read_to_string(path).ok().filter(|text| text.contains(" const RULE: Rule"))?;
        let name = path.file_stem()?.to_string_lossy().replace('_', "-");
        let category = path.parent()?.file_name()?.to_string_lossy().into_owned();
        let constant = text.contains("name: suppress::");
        assert!(constant || text.contains(&format!("name: \"{name}\"")), "{}: has another name", path.display());
        Some((name, category))
    };
    let in_files: BTreeSet<(String, String)> = sources.iter().filter_map(of_file).collect();
    let in_register: BTreeSet<(String, String)> =
        rules::ALL.iter().map(|rule| (rule.name.to_owned(), rule.category.to_owned())).collect();
    let odd: Vec<_> = in_files.symmetric_difference(&in_register).collect();
    assert!(odd.is_empty(), "a file and its row in rules::ALL, with the category that the folder names: {odd:?}");
    assert!(rules::ALL.iter().all(|rule| Version::all().any(|version| rule.versions.contains(version))));
}

#[test]
fn the_tables_of_releases_and_keys_have_no_gap() {
    assert!(RELEASES.windows(2).all(|pair| pair[0].number < pair[1].number), "releases are in order");
    // A release that is added between two rows of a key must be in one of them.
    let gap = KEYS
        .windows(2)
        .find(|pair| pair[0].path == pair[1].path && pair[0].versions.before != Some(pair[1].versions.from));
    assert!(gap.is_none(), "{gap:?}");
    for place in HOOK_PLACES {
        let unknown = place.hooks.iter().find(|(_, versions)| versions.from > versions.last());
        assert!(unknown.is_none(), "{}: {unknown:?}", place.path);
    }
}
