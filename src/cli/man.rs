//! `kratos-lint man`: the man page.

use clap::CommandFactory;

use super::{CLEAN, Cli, Outcome};
use crate::output::Printer;

/// Prints the man page.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(out: &mut Printer<'_>) -> Outcome {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    out.code(&String::from_utf8_lossy(&page))?;
    Ok(CLEAN)
}
