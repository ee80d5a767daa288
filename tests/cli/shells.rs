//! Completions, asked of the shells themselves where they are installed.

use std::fs;
use std::process::{Command, Stdio};

use super::{folder, kratos_lint, stdout};

/// A line up to the cursor, a word that is offered there, and one that is not.
const ROWS: &[(&str, &str, &str)] = &[
    ("kratos-lint ho", "hooks", "init"),
    ("kratos-lint ev", "", "evaluate"),
    ("kratos-lint --rule unk", "unknown-key", "shadowed-hook"),
    ("kratos-lint check --on", "--only", "--kratos"),
    ("kratos-lint hooks --format s", "svg", "sarif"),
    ("kratos-lint hooks --kratos v1.3", "v1.3.1", "v1.2.0"),
    ("kratos-lint explain shad", "shadowed-hook", "--kratos"),
    ("kratos-lint explain session.lifes", "session.lifespan", "shadowed-hook"),
    ("kratos-lint init rec", "recipe", "list"),
    ("kratos-lint init recipe passk", "passkeys", "smtp"),
    ("kratos-lint init hook require_", "require_verified_address", "session"),
    ("kratos-lint init --flow reg", "registration", "login"),
    ("kratos-lint schema open", "openapi", "config"),
    ("kratos-lint ctx registration.a", "registration.after.pre_persist", "login.before"),
    ("kratos-lint man upg", "upgrade", "hooks"),
];

/// The output of a shell that reads a script from a file; none when the shell is not installed.
fn asked(shell: &str, script: &str) -> Option<String> {
    let here = folder(&[("script", script)]);
    let output = Command::new(shell).arg("script").current_dir(here.path()).stderr(Stdio::piped()).output().ok()?;
    assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    Some(stdout(&output))
}

fn completions(shell: &str) -> String {
    stdout(&kratos_lint(folder(&[]).path(), &["completions", shell]))
}

fn check(shell: &str, answer: &str) {
    let rows: Vec<&str> = answer.lines().collect();
    assert_eq!(rows.len(), ROWS.len(), "{shell}: {answer}");
    for ((line, offered, other), row) in ROWS.iter().zip(rows) {
        let words: Vec<&str> = row.split_whitespace().collect();
        assert!(offered.is_empty() || words.contains(offered), "{shell}: {line}: {row}");
        assert!(!words.contains(other), "{shell}: {line}: {row}");
    }
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_words() {
    let mut script = completions("bash");
    script += "try() {\n  COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=()\n  \
        local name; name=$(complete -p kratos-lint | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n  \
        \"$name\" kratos-lint \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n  echo \"${COMPREPLY[*]}\"\n}\n";
    for (line, ..) in ROWS {
        script += &format!("try {line}\n");
    }
    check("bash", &asked("bash", &script).expect("bash"));
}

#[cfg(unix)]
#[test]
fn fish_completes_commands_options_and_words() {
    let mut script = completions("fish");
    for (line, ..) in ROWS {
        script += &format!("echo (complete -C '{line}' | string split -f 1 \\t)\n");
    }
    if let Some(answer) = asked("fish", &script) {
        check("fish", &answer);
    }
}

/// A terminal would be needed to ask zsh; what its script must hold was seen to work in one.
#[test]
fn the_script_for_zsh_knows_files_and_commands_apart() {
    let script = completions("zsh");
    assert_eq!(script.matches("_arguments -A \"-*\"").count(), 1, "options after a command are those of the command");
    assert!(script.contains("\":: :{ _kratos-lint_commands; _files }\""), "the first word is a command or a file");
    assert!(
        script.contains("[[ -e $line[1] ]] && line[1]=check\n        words=($line[1]"),
        "after a file as after check"
    );
    let here = folder(&[]);
    fs::write(here.path().join("_kratos-lint"), script).expect("written");
    if let Ok(output) = Command::new("zsh").arg("-n").arg("_kratos-lint").current_dir(here.path()).output() {
        assert!(output.status.success(), "{output:?}");
    }
}
