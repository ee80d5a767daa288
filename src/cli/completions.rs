//! `kratos-lint completions SHELL`: completions for a shell.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use clap_complete::Shell;

use super::{CLEAN, Outcome};
use crate::kratos::ctx::Place;
use crate::kratos::schema::keys::KEYS;
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
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_words(super::help::command()), "kratos-lint", &mut script);
    out.code(&String::from_utf8_lossy(&script))?;
    Ok(CLEAN)
}

/// The words that the program itself reads in another way: rules have former names, versions are ranges.
fn with_words(command: Command) -> Command {
    let (is_ctx, is_explain) = (matches!(command.get_name(), "ctx" | "test"), command.get_name() == "explain");
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_words));
    command.mut_args(|arg: Arg| match arg.get_id().as_str() {
        "rules" | "only" => arg.value_parser(PossibleValuesParser::new(rules::ALL.iter().map(|rule| rule.name))),
        "name" if is_explain => arg.value_parser(PossibleValuesParser::new(explained())),
        "kratos" | "from" | "to" => arg.value_parser(PossibleValuesParser::new(Version::all().map(Version::name))),
        "point" if is_ctx => arg.value_parser(PossibleValuesParser::new(Place::all_ids().collect::<Vec<_>>())),
        _ => arg,
    })
}

/// What `explain` knows: rules, and keys that a file can hold as they are written here.
fn explained() -> Vec<&'static str> {
    let keys = KEYS.iter().map(|key| key.path).filter(|path| !path.contains(['#', '*', '[']) && !path.is_empty());
    let mut names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).chain(keys).collect();
    names.dedup();
    names
}
