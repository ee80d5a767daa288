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

/// What was found in a document was kept anew for each hook that runs it, with a list of all those hooks.
#[test]
fn hooks_that_run_one_document_share_what_is_wrong_in_it() {
    let hook = "        - {hook: web_hook, config: {url: https://x/, method: POST, body: file://h.jsonnet}}\n";
    let flows = format!("  flows:\n    login:\n      after:\n        hooks:\n{}", hook.repeat(20_000));
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long(&flows)).expect("written");
    let body = format!("function(ctx) {{\n{}}}\n", repeated(400, &|i| format!(" a{i}: ctx.n{i},\n")));
    fs::write(folder.path().join("h.jsonnet"), body).expect("written");
    let line = format!("ulimit -v 160000; exec {PROGRAM} -q --only jsonnet-missing-field --fail-on never kratos.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 400);
}

/// What a mapper sees was kept for each list of scopes.
#[test]
fn scopes_that_bring_no_claim_change_nothing() {
    let provider = |i: usize| {
        format!(
            "          - {{id: p{i}, provider: google, client_id: a, client_secret: b, mapper_url: file://m.jsonnet, scope: [s{i}]}}\n"
        )
    };
    let providers = repeated(4_000, &provider);
    let methods = format!("  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n{providers}");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), long(&methods)).expect("written");
    let mapper = "local claims = std.extVar('claims');\n{identity: {traits: {email: claims.email}}}\n";
    fs::write(folder.path().join("m.jsonnet"), mapper).expect("written");
    let line = format!("ulimit -v 110000; exec {PROGRAM} -q --only jsonnet-optional-field --fail-on never kratos.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
