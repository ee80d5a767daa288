//! The questions of `kratos-lint init` on a terminal. They end in the same command line that one could have typed.

use clap::Parser;
use dialoguer::{Confirm, Input, Select};

use super::run as run_init;
use crate::cli::{CLEAN, Cli, Command, Failure, Outcome};
use crate::output::Printer;

/// A choice: the word for the command line, and what it does.
type Choice = (&'static str, &'static str);

const FLOWS: [Choice; 5] = [
    ("registration", "somebody signs up"),
    ("login", "somebody signs in"),
    ("settings", "somebody changes their profile or credentials"),
    ("recovery", "somebody gets their account back"),
    ("verification", "somebody verifies an address"),
];

const TRIGGERS: [Choice; 2] = [
    ("--after", "when the flow ends; there is an identity"),
    ("--before", "when the flow begins, without an identity"),
];

const RESPONSES: [Choice; 3] = [
    ("ignore", "call it in the background: users never wait, failures are only logged"),
    ("parse", "wait for its answer, which may refuse or change the identity"),
    ("wait", "wait for it, and stop the flow when it fails; its answer is not read"),
];

const AUTHS: [Choice; 3] = [
    ("api_key", "a key in a header"),
    ("basic_auth", "user and password"),
    ("none", "nothing: anybody who reaches the endpoint can call it"),
];

/// Asks, shows the command and runs it.
///
/// # Errors
/// When the terminal is gone, or as [`run_init`].
pub(super) fn run(out: &mut Printer<'_>) -> Outcome {
    let config: String =
        Input::new().with_prompt("Configuration to write into").default("kratos.yml".to_owned()).interact_text()?;
    if !std::path::Path::new(&config).exists()
        && Confirm::new().with_prompt("It is not there. Write a new one?").default(true).interact()?
    {
        return call(&["--write", &config], out);
    }
    let flow = choose("When should the hook run?", &FLOWS)?;
    let trigger = choose("At which moment?", &TRIGGERS)?;
    let url: String = Input::new()
        .with_prompt("URL of the endpoint")
        .default("https://hooks.example.org/kratos".to_owned())
        .interact_text()?;
    let response = choose("What should Kratos do with the answer?", &RESPONSES)?;
    let auth = choose("How does the endpoint know that Kratos calls?", &AUTHS)?;
    let body: String = Input::new()
        .with_prompt("File for the Jsonnet body (empty: inside the configuration)")
        .allow_empty(true)
        .default(String::new())
        .interact_text()?;
    let mut args =
        vec!["--flow", flow, trigger, "--url", &url, "--response", response, "--auth", auth, "--write", &config];
    if !body.is_empty() {
        args.extend(["--body", &body]);
    }
    call(&args, out)
}

fn choose(question: &str, choices: &[Choice]) -> Result<&'static str, Failure> {
    let shown: Vec<String> =
        choices.iter().map(|(word, what)| format!("{} — {what}", word.trim_start_matches('-'))).collect();
    let index = Select::new().with_prompt(question).items(&shown).default(0).interact()?;
    Ok(choices.get(index).map_or("", |(word, _)| word))
}

fn call(args: &[&str], out: &mut Printer<'_>) -> Outcome {
    crate::output::note(format!("init {}", args.join(" ")));
    let line = ["kratos-lint", "init"].iter().chain(args);
    match Cli::try_parse_from(line)?.command {
        Some(Command::Init(args)) => run_init(&args, out),
        _ => Ok(CLEAN),
    }
}
