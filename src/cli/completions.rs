//! `kratos-lint completions SHELL`: completions for a shell.

use std::fmt::Write as _;

use clap::builder::{PossibleValuesParser, Resettable};
use clap::{Arg, Command};
use clap_complete::Shell;

use super::{CLEAN, Outcome};
use crate::init::recipe;
use crate::kratos::ctx::Place;
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::schema::KEYS;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::rules;

/// Print completions for a shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
///
/// # Errors
/// None today.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let mut command = shown(&super::help::command());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "kratos-lint", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = match args.shell {
        // The generator names the program in two ways, so that no label is met after a command.
        Shell::Bash => script.replace("kratos__subcmd__lint", "kratos__lint"),
        Shell::Zsh => ZSH.iter().fold(script.into_owned(), |script, (from, to)| script.replacen(from, to, 1)),
        Shell::Fish => format!("{}{}", script.replacen(FISH.0, FISH.1, 1), words_of_fish(&command)),
        _ => script.into_owned(),
    };
    out.code(&script)?;
    Ok(CLEAN)
}

/// For zsh: options after a command are those of the command, the first word may be a file too, and after a file follows what
/// follows `check`.
const ZSH: [(&str, &str); 3] = [
    ("_arguments \"${_arguments_options[@]}\"", "_arguments -A \"-*\" \"${_arguments_options[@]}\""),
    ("\":: :_kratos-lint_commands\"", "\":: :{ _kratos-lint_commands; _files }\""),
    ("        words=($line[1]", "        [[ -e $line[1] ]] && line[1]=check\n        words=($line[1]"),
];

/// For fish: an option whose value is being written has none yet, which is no reason to offer nothing.
const FISH: (&str, &str) = (
    "    or return\n",
    "    or begin\n        set -e cmd[-1]\n        argparse -s (__fish_kratos_lint_global_optspecs) -- $cmd 2>/dev/null\n    end\n    or return\n",
);

/// The program as completions see it. Its own paths are left out: zsh would take a command for the first of them.
fn shown(program: &Command) -> Command {
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set()).cloned().map(with_words);
    let options = program.get_arguments().filter(|arg| !arg.is_positional());
    // What excludes the paths needs them.
    let options = options.cloned().map(|arg| arg.conflicts_with(Resettable::<clap::Id>::Reset));
    let about = program.get_about().cloned().unwrap_or_default();
    let command = Command::new("kratos-lint").about(about).version(env!("CARGO_PKG_VERSION"));
    with_words(command.args(options)).subcommands(commands)
}

/// The words that the program itself reads in another way: rules have former names, versions are ranges.
fn with_words(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let inner: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = inner.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_words));
    command.mut_args(|arg: Arg| match (name.as_str(), arg.get_id().as_str()) {
        (_, "rules" | "only") => arg.value_parser(PossibleValuesParser::new(rules::ALL.iter().map(|rule| rule.name))),
        ("explain", "name") => arg.value_parser(PossibleValuesParser::new(explained())),
        ("recipe", "name") => arg.value_parser(PossibleValuesParser::new(recipe::ALL.iter().map(|recipe| recipe.name))),
        ("man", "command") => {
            let names = super::help::EXAMPLES.iter().map(|(name, _)| *name);
            arg.value_parser(PossibleValuesParser::new(names))
        }
        ("hook", "name") => arg.value_parser(PossibleValuesParser::new(hooks())),
        (_, "kratos" | "from" | "to") => arg.value_parser(PossibleValuesParser::new(Version::all().map(Version::name))),
        ("respond", "point") => arg.value_parser(PossibleValuesParser::new(ANSWERED)),
        ("ctx" | "test", "point") => arg.value_parser(PossibleValuesParser::new(Place::all_ids().collect::<Vec<_>>())),
        _ => arg,
    })
}

/// What `explain` knows: rules, and keys that a file can hold as they are written here.
fn explained() -> Vec<&'static str> {
    let keys = KEYS.iter().map(|key| key.path).filter(|path| !path.contains(['#', '*', '[']) && !path.is_empty());
    let mut names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).chain(keys).collect();
    names.dedup();
    names.extend(hooks());
    names
}

/// The points whose hooks are answered, without their methods.
const ANSWERED: [&str; 10] = [
    "login.before",
    "login.after",
    "registration.before",
    "registration.after",
    "settings.before",
    "settings.after",
    "recovery.before",
    "recovery.after",
    "verification.before",
    "verification.after",
];

/// The hooks that Kratos knows at some place.
fn hooks() -> Vec<&'static str> {
    let mut names: Vec<&str> = HOOK_PLACES.iter().flat_map(|place| place.hooks).map(|(hook, _)| *hook).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The words that are no options, which the generator for fish leaves out.
fn words_of_fish(program: &Command) -> String {
    let mut lines = String::new();
    for command in program.get_subcommands() {
        let seen = format!("__fish_kratos_lint_using_subcommand {}", command.get_name());
        of_fish(command, &seen, &mut lines);
        for inner in command.get_subcommands() {
            let seen = format!("{seen}; and __fish_seen_subcommand_from {}", inner.get_name());
            of_fish(inner, &seen, &mut lines);
        }
    }
    lines
}

fn of_fish(command: &Command, seen: &str, lines: &mut String) {
    for arg in command.get_positionals() {
        let words: Vec<String> = arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
        if !words.is_empty() {
            _ = writeln!(lines, "complete -c kratos-lint -n \"{seen}\" -f -a \"{}\"", words.join(" "));
        }
    }
}
