//! `kratos-lint lsp`: the language server for editors, over stdin and stdout.

use std::io::{self, BufReader};

use super::{CLEAN, FINDINGS, Outcome};
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
    let is_orderly = lsp::serve(BufReader::new(io::stdin()), io::stdout());
    Ok(if is_orderly { CLEAN } else { FINDINGS })
}
