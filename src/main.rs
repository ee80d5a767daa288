//! The program `kratos-lint`: all that it does is in [`kratos_lint`].

use std::process::ExitCode;

fn main() -> ExitCode {
    kratos_lint::cli::main()
}
