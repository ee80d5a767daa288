//! `kratos-lint completions SHELL`: completions for a shell.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::{CLEAN, Cli, Outcome};

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
pub fn run(args: &Args) -> Outcome {
    clap_complete::generate(args.shell, &mut Cli::command(), "kratos-lint", &mut io::stdout().lock());
    Ok(CLEAN)
}
