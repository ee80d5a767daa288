//! `kratos-lint man [COMMAND]`: the man page of the program or of one command.

use super::{CLEAN, Failure, Outcome};
use crate::kratos::schema::nearest;
use crate::output::Printer;

/// Print a man page.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A command, such as `hooks` or `init hook`; without it the page of the whole program
    command: Vec<String>,
}

/// Prints the man page.
///
/// # Errors
/// When there is no such command, or stdout cannot be written.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let mut program = super::help::command();
    // Pages of commands carry the version and the names with their program.
    program.build();
    let mut command = program;
    let mut title = "kratos-lint".to_owned();
    for name in &args.command {
        let found = command.get_subcommands().find(|inner| inner.get_name() == name && !inner.is_hide_set());
        command = found.cloned().ok_or_else(|| Failure(unknown(&command, name)))?;
        title = format!("{title}-{name}");
    }
    let command = command.display_name(title);
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    out.code(&page.replacen(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n", 1))?;
    Ok(CLEAN)
}

/// Says that there is no such command, and which is likely meant.
fn unknown(command: &clap::Command, name: &str) -> String {
    let names: Vec<&str> =
        command.get_subcommands().filter(|inner| !inner.is_hide_set()).map(clap::Command::get_name).collect();
    match nearest(name, &names) {
        Some((meant, _)) => format!("no command {name}; did you mean {meant}?"),
        None if names.is_empty() => format!("no command {name}"),
        None => format!("no command {name}; there are {}", names.join(", ")),
    }
}
