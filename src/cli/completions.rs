//! `kratos-lint completions SHELL`: completions for a shell.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use clap_complete::Shell;

use super::{CLEAN, Outcome};
use crate::kratos::ctx::Place;
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
    let mut program = super::help::command();
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        program = program.mut_subcommand(name, with_words);
    }
    clap_complete::generate(args.shell, &mut with_words(program), "kratos-lint", &mut script);
    out.code(&String::from_utf8_lossy(&script))?;
    Ok(CLEAN)
}

/// The words that the program itself reads in another way: rules have former names, versions are ranges.
fn with_words(command: Command) -> Command {
    let is_ctx = command.get_name() == "ctx";
    command.mut_args(|arg: Arg| match arg.get_id().as_str() {
        "rule" | "only" => arg.value_parser(PossibleValuesParser::new(rules::ALL.iter().map(|rule| rule.name))),
        "kratos" | "from" | "to" => arg.value_parser(PossibleValuesParser::new(Version::all().map(Version::name))),
        "point" if is_ctx => arg.value_parser(PossibleValuesParser::new(Place::all_ids().collect::<Vec<_>>())),
        _ => arg,
    })
}
