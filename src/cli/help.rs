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
            ("kratos-lint explain 'kratos.yml:36:3: error[unknown-key] …'", "the rule of a line that a report printed"),
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
        "init hook",
        &[
            ("kratos-lint init hook session --flow registration --method password", "print it"),
            ("kratos-lint init hook require_verified_address --flow login --write kratos.yml", "insert it"),
        ],
    ),
    ("init project", &[("kratos-lint init project auth --methods password,code", "write it into the folder auth")]),
    (
        "init recipe",
        &[
            ("kratos-lint init recipe", "all recipes"),
            ("kratos-lint init recipe social-sign-in google --write kratos.yml", "put one in"),
        ],
    ),
    ("init list", &[("kratos-lint init list kratos.yml", "all hooks with their pointers")]),
    (
        "init remove",
        &[("kratos-lint init remove /selfservice/flows/login/after/hooks/0 kratos.yml", "comments about it go too")],
    ),
    (
        "init move",
        &[(
            "kratos-lint init move /selfservice/flows/login/after/hooks/0 --method password kratos.yml",
            "into the list of a method",
        )],
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
    ("schema config", &[("kratos-lint schema config --kratos 1.3.1", "for editors")]),
    ("schema identity", &[("kratos-lint schema identity", "for editors")]),
    ("schema kratos-lint", &[("kratos-lint schema kratos-lint", "for editors")]),
    (
        "schema request",
        &[
            ("kratos-lint schema request --hook /selfservice/flows/login/after/hooks/0 kratos.yml", "of one hook"),
            ("kratos-lint schema request --flow login --phase after", "of any hook there"),
        ],
    ),
    (
        "schema response",
        &[("kratos-lint schema response --hook /selfservice/flows/login/after/hooks/0 kratos.yml", "of one hook")],
    ),
    ("schema openapi", &[("kratos-lint schema openapi kratos.yml", "one document for all endpoints")]),
    ("schema examples", &[("kratos-lint schema examples --out examples kratos.yml", "for tests of an endpoint")]),
    ("schema types", &[("kratos-lint schema types --language go kratos.yml", "one file of types")]),
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

/// The same for `init`, before those.
const OF_INIT: &[(&str, &[&str])] = &[
    ("The web_hook", &["url", "http_method", "auth", "response", "body", "inline", "traits", "backend"]),
    ("Changes to files", &["repeat_global", "no_repeat_global"]),
];

/// The command line with its help.
pub(super) fn command() -> Command {
    let program = of_subcommands(Cli::command(), "").mut_subcommand("ctx", with_places);
    grouped(with_examples(program, "check"), "")
}

/// The same for the commands below one, `name` and a blank before theirs.
fn of_subcommands(command: Command, name: &str) -> Command {
    command.mut_subcommands(|inner| {
        let name = format!("{name}{}", inner.get_name());
        of_subcommands(grouped(with_examples(inner, &name), &name), &format!("{name} "))
    })
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

fn grouped(command: Command, name: &str) -> Command {
    let own = if name.starts_with("init") { OF_INIT } else { &[] };
    command.mut_args(|arg| {
        let id = arg.get_id().as_str();
        match own.iter().chain(GROUPS).find(|(_, ids)| ids.contains(&id)) {
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
        let program = command();
        let mut names: Vec<String> = Vec::new();
        for command in program.get_subcommands().filter(hidden) {
            let inner = command.get_subcommands().filter(hidden);
            names.extend(inner.map(|inner| format!("{} {}", command.get_name(), inner.get_name())));
            names.push(command.get_name().to_owned());
        }
        let bare: Vec<&String> =
            names.iter().filter(|name| EXAMPLES.iter().all(|(known, _)| known != &name.as_str())).collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}
