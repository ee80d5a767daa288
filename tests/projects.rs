//! Small whole projects, checked as CI does: from their root, without arguments. Each has the versions and findings that are
//! expected in `testdata/projects.snap`. Columns: project, file and line, what was found; for each configuration its version, why, and
//! whether Kratos starts.

mod snapshot;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("writable");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("readable").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("writable");
        }
    }
}

fn report(project: &Path) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    copy(project, folder.path());
    fs::create_dir(folder.path().join(".git")).expect("writable");
    let output = Command::cargo_bin("kratos-lint")
        .expect("the program")
        .args(["--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let shown = || format!("{}: {}", project.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown()))
}

fn lines(name: &str, report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = String::new();
    for unit in report["units"].as_array().expect("units") {
        let (file, kratos) = (text(&unit["file"]) + &text(&unit["at"]), &unit["kratos"]);
        let boots = if unit["boots"] == true { "starts" } else { "does not start" };
        let (version, source) = (text(&kratos["version"]), text(&kratos["source"]));
        // Another release is another newest one for many projects: that alone is no difference.
        let version = if source == "default" { "newest".to_owned() } else { version };
        writeln!(lines, "{name}\t{file}\t{version} by {source}, {boots}").expect("memory");
    }
    for finding in report["findings"].as_array().expect("findings") {
        let (file, line) = (text(&finding["file"]), &finding["span"]["start"]["line"]);
        let (level, rule) = (text(&finding["level"]), text(&finding["rule"]));
        writeln!(lines, "{name}\t{file}:{line}\t{level} {rule}").expect("memory");
    }
    if lines.is_empty() { format!("{name}\t\tnothing\n") } else { lines }
}

#[test]
fn each_project_has_its_versions_and_findings() {
    let folder = own("testdata/projects");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("projects")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let found: String = names.iter().map(|name| lines(name, &report(&folder.join(name)))).collect();
    snapshot::expect(&own("testdata"), "projects", &found);
}
