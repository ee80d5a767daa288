//! `kratos-lint man [COMMAND]`: the man page of the program or of one command.

use super::{CLEAN, Failure, Outcome};
use crate::output::Printer;

/// Print a man page.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A command; without it the page of the whole program
    command: Option<String>,
}

/// Prints the man page.
///
/// # Errors
/// When there is no such command, or stdout cannot be written.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let mut program = super::help::command();
    // Pages of commands carry the version and the names with their program.
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => {
            let found = program.get_subcommands().find(|command| command.get_name() == name && !command.is_hide_set());
            let known = found.ok_or_else(|| {
                let meant = super::nearest_command(name).map(|meant| format!("did you mean {meant}?"));
                Failure(format!("no command {name}; {}", meant.unwrap_or("`kratos-lint help` lists them".to_owned())))
            })?;
            known.clone().display_name(format!("kratos-lint-{name}"))
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    out.code(&String::from_utf8_lossy(&page))?;
    Ok(CLEAN)
}
