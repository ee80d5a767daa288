//! The command line. One subcommand, one file under `cli/`, each with its `Args` and a `run`. Arguments that other files ask for too
//! are beside: `check_args`, `test_case`, and `one` for commands that take one configuration.

pub mod check;
mod check_args;
pub mod completions;
pub mod ctx;
pub mod deployment;
pub mod evaluate;
pub mod explain;
mod gather;
mod help;
pub mod hooks;
pub mod init;
mod known;
pub mod lsp;
pub mod man;
pub mod mask;
mod one;
mod owner;
pub mod pack;
pub mod render;
mod report;
pub mod respond;
pub mod rules;
mod run;
pub mod schema;
mod started;
mod terminal;
pub mod test;
mod test_case;
mod test_init;
pub mod unpack;
pub mod upgrade;
mod values;
pub mod versions;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::cli::terminal::{note, notes};
use crate::discover;
use crate::disk::Disk;
use crate::evaluation;
use crate::kratos::schema::nearest;
use crate::text::Source;

/// The work is done and nothing at or above `--fail-on` was found.
pub const CLEAN: u8 = 0;
/// There are findings at or above `--fail-on`.
pub const FINDINGS: u8 = 1;
/// The work could not be done.
pub const FAILED: u8 = 2;

/// How a command prints its answer that has these two forms only.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TextFormat {
    Text,
    Json,
}

/// Linter and generator for Ory Kratos configuration: reports what the running server does with it.
#[derive(Debug, Parser)]
#[command(name = "kratos-lint", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check_args::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files and folders (what happens without a command)
    Check(check_args::Args),
    /// Print what a Jsonnet document can read at a place
    Ctx(ctx::Args),
    /// Evaluate Jsonnet from stdin (the child process of the linter)
    #[command(hide = true)]
    Evaluate,
    /// Evaluate a Jsonnet document as Kratos would
    Render(render::Args),
    /// Show what Kratos does with the answer of an endpoint
    Respond(respond::Args),
    /// Show how the project starts the Kratos of each configuration
    Deployment(deployment::Args),
    /// Show which hooks really run, in which order, and which never do
    Hooks(hooks::Args),
    /// Run the tests of Jsonnet documents
    Test(test_case::Args),
    /// Show the page of a rule, or what a key does
    Explain(explain::Args),
    /// Write hook blocks, or a whole new configuration
    Init(init::Args),
    /// Serve an editor (language server, over stdin and stdout)
    Lsp(lsp::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print a text without its secrets (for the playground)
    #[command(hide = true)]
    Mask(mask::Args),
    /// Print the man page of the program or of a command
    Man(man::Args),
    /// Print schemas, types and examples of web hook requests and responses
    Schema(schema::Args),
    /// Show which releases of Kratos accept a configuration
    Versions(versions::Args),
    /// Show what changes between two releases of Kratos
    Upgrade(upgrade::Args),
    /// Embed the files that a configuration refers to as base64://
    Pack(pack::Args),
    /// Write content that is embedded as base64:// into files
    Unpack(unpack::Args),
    /// List all rules
    Rules(rules::Args),
}

/// A failure to do the work: what went wrong, for stderr, and status 2.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(error.to_string())
    }
}

/// How a command ended: its exit status, or why it could not do its work.
pub type Outcome = Result<u8, Failure>;

/// Runs the program on the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(apologise));
    evaluation::announce_program();
    ExitCode::from(std::panic::catch_unwind(run).unwrap_or(FAILED))
}

fn run() -> u8 {
    // The texts of the help take longer than the rest of the command line, and only what ends here shows them.
    let matches = Cli::command().try_get_matches().or_else(|_| help::command().try_get_matches());
    let parsed = matches.and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let mut printer = terminal::stdout();
    let out = &mut printer;
    let outcome = match cli.command {
        None => check::run(&cli.check, out),
        Some(Command::Check(args)) => check::run(&args, out),
        Some(Command::Ctx(args)) => ctx::run(&args, out),
        Some(Command::Evaluate) => evaluate::run(),
        Some(Command::Render(args)) => render::run(&args, out),
        Some(Command::Respond(args)) => respond::run(&args, out),
        Some(Command::Deployment(args)) => deployment::run(&args, out),
        Some(Command::Hooks(args)) => hooks::run(&args, out),
        Some(Command::Test(args)) => test::run(&args, out),
        Some(Command::Explain(args)) => explain::run(&args, out),
        Some(Command::Init(args)) => init::run(&args, out),
        Some(Command::Lsp(args)) => lsp::run(&args),
        Some(Command::Completions(args)) => completions::run(&args, out),
        Some(Command::Man(args)) => man::run(&args, out),
        Some(Command::Mask(args)) => mask::run(&args, out),
        Some(Command::Schema(args)) => schema::run(&args, out),
        Some(Command::Versions(args)) => versions::run(&args, out),
        Some(Command::Upgrade(args)) => upgrade::run(&args, out),
        Some(Command::Pack(args)) => pack::run(&args, out),
        Some(Command::Unpack(args)) => unpack::run(&args, out),
        Some(Command::Rules(args)) => rules::run(&args, out),
    };
    evaluation::remarks().iter().for_each(note);
    // A reader that has seen enough (`| head`) changes nothing of the status.
    let written = printer.flush().map_err(Failure::from);
    match outcome.and_then(|status| written.map(|()| status)) {
        Ok(status) => status,
        Err(Failure(why)) => {
            note(why);
            FAILED
        }
    }
}

/// A file that the user named.
fn read(path: &Path) -> Result<Arc<Source>, Failure> {
    discover::read_named(path, &Disk::of_run(&[path.to_path_buf()], None)).map_err(Failure)
}

/// The command that was likely meant by a word.
fn nearest_command(word: &str) -> Option<String> {
    let program = help::command();
    let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
    let names: Vec<&str> = shown.map(clap::Command::get_name).collect();
    nearest(word, &names).map(|(name, _)| name.to_owned())
}

/// A failure about a word that has to be one of these.
fn unknown(what: &str, word: &str, names: &[&str]) -> Failure {
    Failure(match nearest(word, names) {
        Some((name, _)) => format!("{what} {word:?}; did you mean {name}?"),
        None => format!("{what} {word:?}; known are {}", names.join(", ")),
    })
}

/// Help, the version, or why the arguments are refused. They may hold names of files that others chose (`kratos-lint *`).
fn refused(error: &clap::Error) -> u8 {
    if error.use_stderr() {
        notes(&error.render().to_string());
        if is_file_for_init(error) {
            note("init writes into a file with --write FILE");
        }
        return FAILED;
    }
    // The texts are our own: they keep their colours.
    _ = error.print();
    CLEAN
}

/// Whether `init` was given a file where it takes one of its commands.
fn is_file_for_init(error: &clap::Error) -> bool {
    let is_init = std::env::args().nth(1).is_some_and(|word| word == "init");
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) => Some(word),
        _ => None,
    };
    let is_command = |word: &str| matches!(word, "hook" | "project" | "recipe" | "list" | "remove" | "move" | "help");
    is_init && word.is_some_and(|word| !is_command(word))
}

/// Says in one line that the program is at fault: where, and nothing of the input.
fn apologise(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    note(format!("internal error{place}: please report it, with the file if you can"));
}
