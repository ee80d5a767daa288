//! `kratos-lint man`: the man page.

use std::io;

use clap::CommandFactory;

use super::{CLEAN, Cli, Outcome};

/// Prints the man page.
///
/// # Errors
/// When stdout cannot be written.
pub fn run() -> Outcome {
    clap_mangen::Man::new(Cli::command()).render(&mut io::stdout().lock())?;
    Ok(CLEAN)
}
