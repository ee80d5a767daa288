//! What `--help` shows beside the options themselves: groups of options, and examples.

use clap::{Command, CommandFactory};

use super::Cli;
use crate::kratos::ctx::Place;

/// Examples of each command; the first is of the program itself.
pub(super) const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "check",
        &[
            ("kratos-lint", "all configurations below the current folder"),
            ("kratos-lint --kratos 1.3.1 kratos.yml", "one file, for one release"),
            ("kratos-lint --fix kratos.yml", "apply the safe fixes"),
            ("kratos-lint -f github -o sarif=report.sarif", "annotations, and a report in a file"),
            ("kratos-lint --baseline known.json --update-baseline", "accept all present findings"),
        ],
    ),
    (
        "ctx",
        &[
            ("kratos-lint ctx registration.after.post_persist --method password", "a sample"),
            ("kratos-lint ctx oidc.mapper --format schema", "a JSON Schema"),
        ],
    ),
    (
        "render",
        &[
            ("kratos-lint render hooks/body.jsonnet", "with a sample of ctx"),
            ("kratos-lint render body.jsonnet --ctx ctx.json", "with a ctx of your own"),
        ],
    ),
    (
        "respond",
        &[("kratos-lint respond registration.after.password --status 200 --body answer.json", "status 1 if refused")],
    ),
    ("deployment", &[("kratos-lint deployment", "what was found of each Kratos: image, flags, environment")]),
    (
        "hooks",
        &[
            ("kratos-lint hooks", "the only configuration below the current folder"),
            ("kratos-lint hooks kratos.yml --format svg", "a picture"),
            ("kratos-lint hooks --table --kratos 1.3.1", "which hooks are allowed where"),
        ],
    ),
    (
        "test",
        &[
            ("kratos-lint test hooks", "all tests below a folder"),
            ("kratos-lint test --init hooks/body.jsonnet", "write hooks/body.test.yml"),
            ("kratos-lint test --init body.jsonnet --point login.after --ctx ctx.json", "with a ctx of your own"),
        ],
    ),
    (
        "explain",
        &[
            ("kratos-lint explain blocking-notification", "what it means and what to do"),
            ("kratos-lint explain session.lifespan", "what a key does, and which releases know it"),
        ],
    ),
    (
        "init",
        &[
            (
                "kratos-lint init --flow registration --url https://crm.example.org/hook --write kratos.yml",
                "put a hook into the list that really runs",
            ),
            ("kratos-lint init hook require_verified_address --flow login", "print a hook of Kratos"),
            ("kratos-lint init recipe passkeys", "show a complete set-up"),
            ("kratos-lint init project auth", "write a new project"),
        ],
    ),
    (
        "completions",
        &[
            ("kratos-lint completions bash", "a script for ~/.bashrc"),
            ("kratos-lint completions zsh", "a file `_kratos-lint` for a folder of $fpath"),
            ("kratos-lint completions fish", "a file for ~/.config/fish/completions"),
        ],
    ),
    ("man", &[("kratos-lint man hooks", "the page of one command")]),
    ("schema", &[("kratos-lint schema config --kratos 1.3.1", "for editors")]),
    (
        "versions",
        &[
            ("kratos-lint versions kratos.yml", "which releases start with it"),
            ("kratos-lint versions network kratos.yml", "what Ory Network does with its keys"),
        ],
    ),
    (
        "upgrade",
        &[
            ("kratos-lint upgrade", "from the release that the files name to the newest"),
            ("kratos-lint upgrade --from 1.3.1 --to 26.2 kratos.yml", "from one release to another"),
        ],
    ),
    ("pack", &[("kratos-lint pack kratos.yml", "one file that needs no others")]),
    ("unpack", &[("kratos-lint unpack --into files kratos.yml", "its documents as files")]),
    ("rules", &[("kratos-lint rules --format json", "for programs")]),
];

/// Options by what they are about; all others stay under `Options`.
const GROUPS: &[(&str, &[&str])] = &[
    ("What Kratos sees", &["kratos", "layers", "env_file", "kratos_config", "root", "stdin_filename"]),
    ("Report", &["format", "output", "show_info", "min_level", "quiet", "statistics", "color"]),
    (
        "What counts",
        &["fail_on", "rules", "only", "config", "no_config", "require_config", "baseline", "update_baseline"],
    ),
    ("Changes to files", &["fix", "unsafe_fixes", "diff", "add_ignores", "write", "force"]),
];

/// The command line with its help.
pub(super) fn command() -> Command {
    let named: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
    let program = named.iter().filter(|name| **name != "init").fold(Cli::command(), |program, name| {
        program.mut_subcommand(*name, |command| grouped(with_examples(command, name)))
    });
    let program = program.mut_subcommand("init", |command| with_examples(command, "init"));
    let program = program.mut_subcommand("ctx", with_places);
    grouped(with_examples(program, "check"))
}

/// The places of a Jsonnet document, below the help of `ctx`.
fn with_places(command: Command) -> Command {
    let rows = Place::all_rows().map(|(id, fires)| format!("  {id}\n      {fires}"));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let before = command.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    command.after_help(format!("{before}Places:\n{rows}"))
}

fn with_examples(command: Command, name: &str) -> Command {
    let Some((_, examples)) = EXAMPLES.iter().find(|(known, _)| *known == name) else { return command };
    let rows = examples.iter().map(|(line, about)| format!("  {line}\n      {about}"));
    let text = format!("Examples:\n{}", rows.collect::<Vec<_>>().join("\n"));
    let more = command.get_after_help().map(|help| format!("\n\n{help}")).unwrap_or_default();
    command.after_help(text + &more)
}

fn grouped(command: Command) -> Command {
    command.mut_args(|arg| {
        let id = arg.get_id().as_str();
        match GROUPS.iter().find(|(_, ids)| ids.contains(&id)) {
            Some((heading, _)) => arg.help_heading(*heading),
            None => arg,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_understood() {
        for (name, examples) in EXAMPLES {
            assert!(!examples.is_empty(), "{name}");
            for (line, _) in *examples {
                let parsed = command().try_get_matches_from(line.split(' '));
                assert!(parsed.is_ok(), "{line}: {:?}", parsed.err());
            }
        }
    }

    #[test]
    fn every_command_has_an_example() {
        let hidden = |command: &&Command| !command.is_hide_set() && !matches!(command.get_name(), "lsp" | "help");
        let bare: Vec<String> = command()
            .get_subcommands()
            .filter(hidden)
            .filter(|command| EXAMPLES.iter().all(|(name, _)| *name != command.get_name()))
            .map(|command| command.get_name().to_owned())
            .collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}
