//! What strangers' repositories cannot do: start programs, outlive the run, take time and memory without end, leave half a file.

#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kratos-lint");

/// A body that reads what registrations before persisting do not have: only an evaluation or the types say so.
const CONFIGURATION: &str = "\
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://example.org/hook
                method: POST
                body: file://body.jsonnet
";

fn folder(body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kratos.yml"), CONFIGURATION).expect("written");
    fs::write(folder.path().join("body.jsonnet"), body).expect("written");
    folder
}

fn run(program: &Path, folder: &Path) -> Output {
    let args = ["--only", "jsonnet-limit", "--fail-on", "never", "kratos.yml"];
    Command::new(program).current_dir(folder).args(args).output().expect("it runs")
}

/// A body that needs more memory than it gets: only an evaluation says so.
const BIG: &str = "function(ctx) { a: [x for x in std.range(0, 100000000)] }";

#[test]
fn the_child_is_the_running_executable_whatever_it_is_called() {
    let release = tempfile::tempdir().expect("a folder");
    let folder = folder(BIG);
    let deps = release.path().join("target/deps");
    fs::create_dir_all(&deps).expect("made");
    let program = deps.join("kratos-lint-linux-amd64");
    fs::copy(PROGRAM, &program).expect("copied");
    // Where a former release looked for the program.
    let marker = release.path().join("marker");
    let planted = release.path().join("target/kratos-lint");
    fs::write(&planted, format!("#!/bin/sh\ntouch {}\n", marker.display())).expect("written");
    fs::set_permissions(&planted, fs::Permissions::from_mode(0o755)).expect("executable");
    let (renamed, plain) = (run(&program, folder.path()), run(Path::new(PROGRAM), folder.path()));
    assert!(!marker.exists(), "a file beside the program was started");
    assert_eq!(renamed.stdout, plain.stdout);
    assert!(!plain.stdout.is_empty(), "{plain:?}");
}

#[test]
fn what_is_missing_without_a_child_is_said_once() {
    let folder = folder(BIG);
    let hooks = "            - hook: web_hook\n              config: {url: https://example.org/b, method: POST, body: file://other.jsonnet}\n";
    fs::write(folder.path().join("kratos.yml"), format!("{CONFIGURATION}{hooks}")).expect("written");
    fs::write(folder.path().join("other.jsonnet"), BIG).expect("written");
    let copy = folder.path().join("second.yml");
    fs::copy(folder.path().join("kratos.yml"), copy).expect("copied");
    // Less address space than an evaluation may use.
    let line = format!("ulimit -v 250000; exec {PROGRAM} --only jsonnet-limit kratos.yml second.yml");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("no child process for Jsonnet can be started").count(), 1, "{said}");
    assert!(output.stdout.is_empty() && output.status.code() == Some(0), "{output:?}");
}

/// Answers an endless document at most this long after the parent is gone.
const GONE: Duration = Duration::from_secs(10);

#[test]
fn a_child_ends_with_its_parent() {
    let mut child =
        Command::new(PROGRAM).arg("evaluate").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let body = "local f(n) = if n == 0 then 0 else f(n - 1) + f(n - 1); f(60)";
    let job = format!("{{\"text\":\"{body}\",\"ctx\":null}}\n");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(job.as_bytes()).expect("written");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("it runs").is_none(), "the document is no endless one");
    let start = Instant::now();
    // What the kernel does when the parent is killed.
    drop(input);
    while child.try_wait().expect("it runs").is_none() {
        if start.elapsed() > GONE {
            child.kill().expect("killed");
            panic!("it runs on without its parent");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
