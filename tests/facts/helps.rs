//! The help of a finding, done as it says: the finding is gone, and no error or warning comes in its stead.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use kratos_lint::check::{self, Target};
use kratos_lint::deployment::Project;
use kratos_lint::diagnostic::{Diagnostic, Level};
use kratos_lint::discover;
use kratos_lint::disk::Disk;
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;
use serde_json::Value;

use super::{child, files_below, lines};

/// The files of an example: those of its folder, without other examples.
fn files_of(path: &Path, is_alone: bool) -> BTreeMap<String, String> {
    let folder = path.parent().expect("a folder");
    let mut found = Vec::new();
    files_below(folder, &[], &mut found);
    let is_other = |file: &Path| {
        let name = file.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
        is_alone && file != path && (name.starts_with("bad") || name.starts_with("good"))
    };
    let name = |file: &Path| file.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
    let texts = found.iter().filter(|file| !is_other(file) && file.extension().is_none_or(|end| end != "snap"));
    texts.filter_map(|file| Some((name(file), fs::read_to_string(file).ok()?))).collect()
}

/// What all rules find in an example.
fn found(name: &str, files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let text = files.get(name).expect("the example");
    let wanted = text.lines().next().and_then(|line| line.strip_prefix("# kratos: "));
    let newest = || Target::one(Version::NEWEST, TargetSource::Flag);
    let target =
        wanted.map_or_else(newest, |of| Target::parse(of.trim(), TargetSource::Flag).expect("a known version"));
    let source = Source::new(name, text.as_str());
    let inside = discover::named(&source).into_iter().find(|unit| !unit.at.is_empty());
    let unit = inside.unwrap_or_else(|| Unit::plain(yaml::parse(&source, yaml::Format::Yaml)));
    let project = Arc::new(Project::of(Disk::in_memory(files.clone())));
    check::unit(&unit, &target, &Settings { child: child(), project, ..Settings::default() }).diagnostics
}

/// Why a help does not help; nothing when it does.
fn fault(row: &Value) -> Option<String> {
    let example = row["example"].as_str().expect("an example");
    let rule = example.split('/').next().expect("a rule");
    let path = Path::new("testdata/rules").join(example);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut files = files_of(&path, example.split('/').count() == 2);
    let before = found(&name, &files);
    for edit in row["edits"].as_array().expect("edits") {
        let (from, to) = (edit["from"].as_str().expect("a text"), edit["to"].as_str().expect("a text"));
        let text = files.get_mut(edit["file"].as_str().unwrap_or(&name)).expect("a file of the example");
        if from == "$" {
            text.push_str(to);
        } else if text.contains(from) {
            *text = text.replacen(from, to, 1);
        } else {
            return Some(format!("{example}: there is no {from:?}"));
        }
    }
    let after = found(&name, &files);
    let count = |all: &[Diagnostic]| all.iter().filter(|found| found.rule == rule).count();
    let is_new = |found: &&Diagnostic| {
        found.level > Level::Info && !before.iter().any(|old| old.rule == found.rule && old.message == found.message)
    };
    if count(&after) >= count(&before) {
        return Some(format!("{example}: {} of {} are left", count(&after), count(&before)));
    }
    after.iter().find(is_new).map(|new| format!("{example}: in its stead {}: {}", new.rule, new.message))
}

#[test]
fn a_help_that_is_followed_leads_to_no_other_finding() {
    let rows: Vec<Value> =
        lines("testdata/facts/helps.jsonl").iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(rows.len() > 100, "each line is a help that was followed");
    let faults: Vec<String> = rows.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
