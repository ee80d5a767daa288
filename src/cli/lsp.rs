//! `kratos-lint lsp`: the language server for editors, over stdin and stdout.

use std::io::{self, BufReader};

use super::{CLEAN, FINDINGS, Outcome, terminal};
use crate::lsp;

/// The language server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Talk over stdin and stdout, as always; editors give it
    #[arg(long)]
    stdio: bool,
}

/// Serves one editor until it leaves.
///
/// # Errors
/// None.
pub fn run(_: &Args) -> Outcome {
    Ok(match lsp::serve(BufReader::new(io::stdin()), io::stdout()) {
        Ok(()) => CLEAN,
        Err(why) => {
            terminal::note(why);
            FINDINGS
        }
    })
}
