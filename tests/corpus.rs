//! Real files of public repositories: how many findings each rule makes there. A change of a rule shows up as a difference.

mod snapshot;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// Columns of the tally: file, rule, level, number of findings; and for each file a row with its version, why, and whether Kratos
/// starts.
fn report() -> Value {
    let output = Command::cargo_bin("kratos-lint")
        .expect("the program")
        .args(["--format", "json", "--root", "testdata/corpus", "testdata/corpus"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn tally(report: &Value) -> String {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut rows: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for unit in report["units"].as_array().expect("units") {
        let kratos = &unit["kratos"];
        let file = text(unit, "file") + &text(unit, "at");
        let boots = if unit["boots"] == true { "starts" } else { "does not start" };
        let (version, source) = (text(kratos, "version"), text(kratos, "source"));
        // Another release is another newest one for many files: that alone is no difference.
        let version = if source == "default" { "newest".to_owned() } else { version };
        rows.insert((file, format!("{version} by {source}"), boots.to_owned()), 1);
    }
    for finding in report["findings"].as_array().expect("findings") {
        *rows.entry((text(finding, "file"), text(finding, "rule"), text(finding, "level"))).or_default() += 1;
    }
    let mut lines = String::new();
    for ((file, rule, level), count) in rows {
        writeln!(lines, "{}\t{rule}\t{level}\t{count}", file.trim_start_matches("testdata/corpus/")).expect("memory");
    }
    lines
}

#[test]
fn findings_on_real_files_are_the_known_ones() {
    let found = tally(&report());
    assert!(found.lines().count() > 100, "the files are read");
    snapshot::expect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), "corpus-tally", &found);
}
