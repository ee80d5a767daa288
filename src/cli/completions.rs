//! `kratos-lint completions SHELL`: completions for a shell.

use clap_complete::Shell;

use super::{CLEAN, Outcome};
use crate::output::Printer;

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
    clap_complete::generate(args.shell, &mut super::help::command(), "kratos-lint", &mut script);
    out.code(&String::from_utf8_lossy(&script))?;
    Ok(CLEAN)
}
