//! Real files of public repositories: how many findings each rule makes there. A change of a rule shows up as a difference.
//!
//! `KRATOS_LINT_UPDATE=1 cargo test --test corpus` writes the tally anew; look at the files behind each difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// Columns: file, rule, level, number of findings; and for each file a row with its version, why, and whether Kratos starts.
const TALLY: &str = "testdata/corpus-tally.tsv";

fn report() -> Value {
    let output = Command::cargo_bin("kratos-lint")
        .expect("the program")
        .args(["--format", "json", "testdata/corpus"])
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
        rows.insert((file, text(kratos, "version") + " by " + &text(kratos, "source"), boots.to_owned()), 1);
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TALLY);
    if std::env::var_os("KRATOS_LINT_UPDATE").is_some() {
        fs::write(&path, &found).expect("writable");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let gone: Vec<&str> = expected.lines().filter(|line| !found.lines().any(|other| other == *line)).collect();
    let new: Vec<&str> = found.lines().filter(|line| !expected.lines().any(|other| other == *line)).collect();
    assert!(gone.is_empty() && new.is_empty(), "gone:\n{}\nnew:\n{}", gone.join("\n"), new.join("\n"));
    assert!(found.lines().count() > 100, "the files are read");
}
