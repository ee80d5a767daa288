//! `init` on a terminal: its questions, and Ctrl-C. A script of Python is the terminal; without Python nothing is tried.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{base, kratos_lint};

const TERMINAL: &str = r#"
import json, os, pty, select, sys, time
folder, steps, program = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.environ["TERM"] = "xterm"
    os.execv(program[0], program)
seen, end = b"", time.time() + 50
def read():
    global seen
    if not select.select([fd], [], [], 0.2)[0]:
        return True
    try:
        data = os.read(fd, 65536)
    except OSError:
        return False
    seen += data
    return bool(data)
start = 0
for text, keys in steps:
    while text.encode() not in seen[start:] and time.time() < end and read():
        pass
    start = len(seen)
    # The question is read with the terminal in another mode, which comes after its text.
    time.sleep(0.1)
    try:
        os.write(fd, keys.encode())
    except OSError:
        break
while time.time() < end and read():
    pass
status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"#;

/// What the terminal showed after these answers, each to the question with a text in it, and the exit status.
fn play(folder: &Path, steps: &[(&str, &str)]) -> Option<(String, i32)> {
    let steps = serde_json::to_string(steps).expect("JSON");
    let program = env!("CARGO_BIN_EXE_kratos-lint");
    let output = Command::new("python3").args(["-c", TERMINAL]).arg(folder).args([&steps, program, "init"]).output();
    let Ok(output) = output else {
        eprintln!("skipped: there is no python3 here");
        return None;
    };
    Some((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap_or(-1)))
}

const ENTER: &str = "\r";
const STOP: &str = "\u{3}";

const PROJECT: [&str; 9] = [
    "Configuration to write into",
    "Write a new project?",
    "Folder of the project",
    "Version of Kratos",
    "browsers reach Kratos",
    "your application",
    "How do users sign in?",
    "Where are identities stored?",
    "Write this?",
];

const HOOK: [&str; 12] = [
    "Configuration to write into",
    "Version of Kratos",
    "When should the hook run?",
    "At which moment?",
    "For which method?",
    "Which hook?",
    "URL of the endpoint",
    "What should Kratos do with the answer?",
    "How does the endpoint know",
    "Which traits should the body send?",
    "stub of the endpoint",
    "Write this?",
];

fn with_enter<'q>(questions: &[&'q str]) -> Vec<(&'q str, &'static str)> {
    questions.iter().map(|question| (*question, ENTER)).collect()
}

#[test]
fn the_defaults_make_a_project_and_then_a_hook() {
    let here = tempfile::tempdir().expect("a folder");
    let Some((shown, status)) = play(here.path(), &with_enter(&PROJECT)) else { return };
    assert_eq!(status, 0, "{shown}");
    assert!(here.path().join("compose.yml").exists(), "{shown}");
    let report = || String::from_utf8_lossy(&kratos_lint(here.path(), &["-f", "concise"]).stdout).into_owned();
    assert_eq!(report(), "");
    let folder = here.path().join("kratos");
    let (shown, status) = play(here.path(), &with_enter(&HOOK)).expect("as before");
    let written = fs::read_to_string(folder.join("kratos.yml")).expect("there");
    assert!(status == 0 && written.contains("- hook: web_hook"), "{shown}");
    assert!(folder.join("hooks/registration-after.jsonnet").exists(), "{shown}");
    assert_eq!(report(), "");
}

#[test]
fn a_project_has_the_folder_that_is_asked_for() {
    let here = tempfile::tempdir().expect("a folder");
    let mut steps = with_enter(&PROJECT);
    steps[2].1 = "login\r";
    let Some((shown, status)) = play(here.path(), &steps) else { return };
    assert!(status == 0 && here.path().join("login/kratos/kratos.yml").exists(), "{shown}");
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    for (questions, is_new) in [(&PROJECT[..], true), (&HOOK[..], false)] {
        for last in (0..questions.len()).rev() {
            let here = tempfile::tempdir().expect("a folder");
            if !is_new {
                base(here.path(), "26.2.0");
            }
            let texts = || {
                let names = fs::read_dir(here.path()).expect("readable").map(|entry| entry.expect("readable").path());
                let mut files: Vec<_> = names.map(|path| (path.clone(), fs::read(path).expect("readable"))).collect();
                files.sort();
                files
            };
            let before = texts();
            let mut steps = with_enter(&questions[..last]);
            steps.push((questions[last], STOP));
            let Some((shown, status)) = play(here.path(), &steps) else { return };
            assert_eq!(status, 130, "{} {shown}", questions[last]);
            assert_eq!(texts(), before, "{shown}");
            let (hidden, visible) = (shown.rfind("\u{1b}[?25l"), shown.rfind("\u{1b}[?25h"));
            assert!(visible >= hidden && shown.trim_end().ends_with("nothing is written"), "{shown:?}");
        }
    }
}
