//! A run over thousands of configurations: of each only what the report shows is held.

use std::fs;
use std::process::Command;

use super::{PROGRAM, long, repeated};

/// Configurations of 12 KB, every second with findings.
const COUNT: usize = 1_500;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("made");
    let urls = repeated(260, &|i| format!("    - https://app.example.org/this/is/a/place/{i}\n"));
    for number in 0..COUNT {
        let mut text = long(&format!("  allowed_return_urls:\n{urls}"));
        if number % 2 == 1 {
            text.push_str("log: {level: warn, format: xml}\nsession: {lifespan: 1d}\n");
        }
        fs::write(folder.path().join(format!("kratos-{number}.yml")), text).expect("written");
    }
    folder
}

#[test]
fn thousands_of_configurations_take_no_more_memory_than_their_report() {
    let folder = folder();
    let args =
        "--fail-on never --only invalid-value,malformed-value -f sarif -o html=report.html -o gitlab=report.json";
    // KiB of address space: less than the texts with all that is read of them take.
    let line = format!("ulimit -v 250000; exec {PROGRAM} {args} --baseline known.json --update-baseline");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let known = fs::read_to_string(folder.path().join("known.json")).expect("written");
    assert_eq!(known.matches("\"rule\"").count(), 3 * COUNT / 2, "each second file has three findings");
}

/// What rules collect of a list is small beside it.
#[test]
fn a_long_list_takes_little_more_memory_than_what_was_read_of_it() {
    let urls = repeated(120_000, &|i| format!("    - https://h{i}.example.org/\n"));
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long(&format!("  allowed_return_urls:\n{urls}"))).expect("written");
    // KiB of address space: 20,000 more than it takes.
    let line = format!("ulimit -v 160000; exec {PROGRAM} --fail-on never kratos.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Alone, lines are made at once and the findings dropped; beside another format the findings are held until the end.
#[test]
fn lines_are_the_same_when_findings_are_not_held() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("made");
    for number in 0..300 {
        let text = long(&format!("  allowed_return_urls: x{number}\nlog: {{format: \"a\\n::b\"}}\n"));
        fs::write(folder.path().join(format!("kratos-{number}.yml")), text).expect("written");
    }
    let run = |args: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.current_dir(folder.path()).args(["-f", "concise"]).args(args).output().expect("it runs")
    };
    for level in [&[][..], &["--show-info"], &["--fail-on", "never"], &["-q"]] {
        let (alone, beside) = (run(level), run(&[level, &["-o", "json=report.json"]].concat()));
        assert!(String::from_utf8_lossy(&alone.stdout).lines().count() >= 600);
        assert_eq!(alone, beside, "{level:?}");
    }
}

#[test]
fn no_document_is_evaluated_to_say_which_releases_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = |i: usize| {
        let sum = format!("std.foldl(function(a, b) a + b, std.range(0, {}), 0)", 60_000 + i);
        let mapper = format!("local claims = std.extVar('claims'); {{ identity: {{ traits: {{ n: {sum} }} }} }}");
        fs::write(folder.path().join(format!("{i}.jsonnet")), mapper).expect("written");
        let client = "provider: github, client_id: a, client_secret: b";
        format!("          - {{id: p{i}, {client}, mapper_url: file://{i}.jsonnet}}\n")
    };
    let methods = "  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n";
    let text = long(&format!("{methods}{}", repeated(40, &provider)));
    fs::write(folder.path().join("kratos.yml"), text).expect("written");
    // Seconds of all processes, of which those with documents have limits of their own.
    let line = format!("{PROGRAM} versions kratos.yml > versions.txt; times");
    let output = Command::new("bash").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let times = said.lines().nth(1).into_iter().flat_map(str::split_whitespace);
    let seconds = |time: &str| time.split_once('m')?.1.trim_end_matches('s').parse::<f64>().ok();
    let all: f64 = times.filter_map(seconds).sum();
    assert!(said.contains('m') && all < 6.0, "{said}");
    let verdicts = fs::read_to_string(folder.path().join("versions.txt")).expect("written");
    assert!(verdicts.contains("v0.9.0..master refuses"), "{verdicts}");
}
