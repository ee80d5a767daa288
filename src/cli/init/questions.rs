//! The questions of `kratos-lint init` on a terminal. They end in the same command line that one could have typed, and nothing is
//! written before the last answer.

use std::fmt;
use std::path::Path;

use clap::Parser;
use dialoguer::console::Term;
use dialoguer::theme::Theme;
use dialoguer::{Confirm, Input, MultiSelect, Select};

use super::run as run_init;
use crate::check::Target;
use crate::cli::{CLEAN, Cli, Command, Failure, Outcome, one};
use crate::init::project::whole;
use crate::init::{allowed_hooks, check as checks};
use crate::kratos::hooks;
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::output::Printer;
use crate::target::TargetSource;
use crate::unit::Unit;
use crate::yaml::Node;

/// A choice: the word for the command line, and what it does.
type Choice = (&'static str, &'static str);

const FLOWS: [Choice; 5] = [
    ("registration", "a user signs up"),
    ("login", "a user signs in"),
    ("settings", "a user changes the profile or credentials"),
    ("recovery", "a user gets an account back"),
    ("verification", "a user verifies an address"),
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
    ("none", "nothing: anyone who reaches the endpoint can call it"),
];

const BACKENDS: [Choice; 5] = [
    ("none", "no stub"),
    ("typescript", "Node"),
    ("go", "net/http"),
    ("python", "http.server"),
    ("rust", "std and serde"),
];

const METHODS: [Choice; 5] = [
    ("password", "a password"),
    ("code", "a code by mail"),
    ("passkey", "a passkey"),
    ("totp", "a second factor from an app"),
    ("lookup_secret", "recovery codes as a second factor"),
];

const DATABASES: [Choice; 3] = [("postgres", "PostgreSQL"), ("mysql", "MySQL"), ("sqlite", "a file")];

/// Asks, shows what would change, and writes it when that is wanted.
///
/// # Errors
/// When the terminal is gone, or as [`run_init`].
pub(super) fn run(out: &mut Printer<'_>) -> Outcome {
    // The signal must not end the process between the questions and the cursor that they hide.
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default())?;
    match ask(out) {
        Err(Failure(why)) if why == STOPPED => {
            crate::cli::terminal::note(why);
            Ok(INTERRUPTED)
        }
        outcome => outcome,
    }
}

/// What is said to users who press Ctrl-C.
const STOPPED: &str = "stopped: nothing is written";

/// The exit status that shells give a program which Ctrl-C ends.
const INTERRUPTED: u8 = 130;

/// The answer to a question.
trait Answered<T> {
    /// The answer, or that there is none.
    ///
    /// # Errors
    /// When users press Ctrl-C, or the terminal is gone.
    fn answered(self) -> Result<T, Failure>;
}

impl<T> Answered<T> for dialoguer::Result<T> {
    fn answered(self) -> Result<T, Failure> {
        self.map_err(|dialoguer::Error::IO(error)| {
            // Questions with a choice hide the cursor, and leave it hidden.
            _ = Term::stderr().show_cursor();
            _ = Term::stderr().write_line("");
            let is_stopped = error.kind() == std::io::ErrorKind::Interrupted;
            Failure(if is_stopped { STOPPED.to_owned() } else { error.to_string() })
        })
    }
}

/// How questions look: a question mark is enough.
struct Asked;

impl Asked {
    fn mark(prompt: &str) -> &'static str {
        if prompt.contains('?') { "" } else { ":" }
    }
}

impl Theme for Asked {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        write!(f, "{prompt}{}", Self::mark(prompt))
    }

    fn format_select_prompt_selection(&self, f: &mut dyn fmt::Write, prompt: &str, chosen: &str) -> fmt::Result {
        write!(f, "{prompt}{} {chosen}", Self::mark(prompt))
    }

    fn format_multi_select_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        chosen: &[&str],
    ) -> fmt::Result {
        write!(f, "{prompt}{} {}", Self::mark(prompt), chosen.join(", "))
    }
}

fn ask(out: &mut Printer<'_>) -> Outcome {
    let found = one::only_unit().ok().map(|unit| unit.path().to_owned());
    let config: String = Input::new()
        .with_prompt("Configuration to write into")
        .default(found.unwrap_or_else(|| "kratos.yml".to_owned()))
        .interact_text()
        .answered()?;
    if !Path::new(&config).exists() {
        let is_new =
            Confirm::new().with_prompt("It is not there. Write a new project?").default(true).interact().answered()?;
        return if is_new { project(Path::new(&config), out) } else { Ok(CLEAN) };
    }
    let unit = one::read(Path::new(&config))?;
    let version = version_of(&unit)?;
    let mut args = vec!["--kratos".to_owned(), version.name().to_owned()];
    let flow = choose("When should the hook run?", &FLOWS)?;
    let trigger = choose("At which moment?", &TRIGGERS)?;
    args.extend(["--flow".to_owned(), flow.to_owned(), trigger.to_owned()]);
    let method = if trigger == "--after" { method(&unit, flow, version)? } else { None };
    let list = [Some("selfservice.flows"), Some(flow), Some(trigger.trim_start_matches('-')), method, Some("hooks")];
    let list = list.into_iter().flatten().collect::<Vec<_>>().join(".");
    args.extend(method.into_iter().flat_map(|method| ["--method".to_owned(), method.to_owned()]));
    let hook = hook(&list, version)?;
    if hook == "web_hook" {
        web_hook(&unit, &mut args)?;
    } else {
        args.extend(["--hook".to_owned(), hook.to_owned()]);
    }
    args.extend(["--write".to_owned(), config]);
    confirmed(&args, out)
}

/// Shows the change, and makes it when that is wanted.
fn confirmed(args: &[String], out: &mut Printer<'_>) -> Outcome {
    let shown = [args, &["--diff".to_owned()]].concat();
    let status = call(&shown, out)?;
    out.flush()?;
    if status != CLEAN || !Confirm::new().with_prompt("Write this?").default(true).interact().answered()? {
        return Ok(status);
    }
    crate::cli::terminal::note(format!("init {}", args.join(" ")));
    call(args, out)
}

/// A whole project; its folder is proposed by where the configuration was looked for.
fn project(config: &Path, out: &mut Printer<'_>) -> Outcome {
    let near = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder: String = Input::new()
        .with_prompt("Folder of the project")
        .default(near.to_string_lossy().into_owned())
        .interact_text()
        .answered()?;
    let newest = Version::NEWEST.name().to_owned();
    let version: String = Input::new()
        .with_prompt("Version of Kratos")
        .default(newest)
        .validate_with(|text: &String| Target::parse(text, TargetSource::Flag).map(|_| ()))
        .interact_text()
        .answered()?;
    let site = |question: &str, default: &str| {
        Input::new()
            .with_prompt(question)
            .default(default.to_owned())
            .validate_with(|text: &String| whole::site(text).map(|_| ()))
            .interact_text()
            .answered()
    };
    let public = site("URL under which browsers reach Kratos", whole::PUBLIC)?;
    let app = site("URL of your application, which shows the pages", whole::APP)?;
    let checked: Vec<bool> = METHODS.iter().map(|(name, _)| *name == "password").collect();
    let chosen = MultiSelect::with_theme(&Asked)
        .with_prompt("How do users sign in? (space chooses)")
        .items(words(&METHODS))
        .defaults(&checked)
        .interact()
        .answered()?;
    let methods: Vec<&str> = chosen.into_iter().filter_map(|index| METHODS.get(index)).map(|(name, _)| *name).collect();
    let methods = if methods.is_empty() { "password".to_owned() } else { methods.join(",") };
    let database = choose("Where are identities stored?", &DATABASES)?;
    let args = [
        "project",
        &folder,
        "--kratos",
        &version,
        "--public",
        &public,
        "--app",
        &app,
        "--methods",
        &methods,
        "--database",
        database,
    ];
    confirmed(&args.map(str::to_owned), out)
}

/// The release that is detected, or another one.
fn version_of(unit: &Unit) -> Result<Version, Failure> {
    let target = one::target_of(unit, None)?;
    let from = target.from.clone().unwrap_or_else(|| "nothing names one".to_owned());
    let text: String = Input::new()
        .with_prompt(format!("Version of Kratos (found: {from})"))
        .default(target.newest().name().to_owned())
        .validate_with(|text: &String| Target::parse(text, TargetSource::Flag).map(|_| ()))
        .interact_text()
        .answered()?;
    Ok(Target::parse(&text, TargetSource::Flag).map_err(Failure)?.newest())
}

/// The method whose list takes the hook; none for all.
fn method(unit: &Unit, flow: &str, version: Version) -> Result<Option<&'static str>, Failure> {
    let known: Vec<&'static str> = hooks::methods(flow, version).collect();
    if known.is_empty() {
        return Ok(None);
    }
    let state = |method: &&str| {
        let is_off = unit.root().is_some_and(|root| view::method(root, method).is_off());
        if is_off { format!("{method} (off)") } else { (*method).to_owned() }
    };
    let shown: Vec<String> =
        std::iter::once("all that are enabled".to_owned()).chain(known.iter().map(state)).collect();
    let index =
        Select::with_theme(&Asked).with_prompt("For which method?").items(&shown).default(0).interact().answered()?;
    Ok(index.checked_sub(1).and_then(|index| known.get(index)).copied())
}

fn hook(list: &str, version: Version) -> Result<&'static str, Failure> {
    let mut allowed = allowed_hooks(list, version);
    allowed.retain(|hook| hooks::is_known(hook, version));
    allowed.sort_by_key(|hook| *hook != "web_hook");
    let index =
        Select::with_theme(&Asked).with_prompt("Which hook?").items(&allowed).default(0).interact().answered()?;
    Ok(allowed.get(index).copied().unwrap_or("web_hook"))
}

/// What a `web_hook` needs more.
fn web_hook(unit: &Unit, args: &mut Vec<String>) -> Result<(), Failure> {
    let url: String = Input::new()
        .with_prompt("URL of the endpoint")
        .default("https://hooks.example.org/kratos".to_owned())
        .validate_with(|text: &String| checks::url(text))
        .interact_text()
        .answered()?;
    let response = choose("What should Kratos do with the answer?", &RESPONSES)?;
    let auth = choose("How does the endpoint know that Kratos calls?", &AUTHS)?;
    let pairs = [("--url", url.as_str()), ("--response", response), ("--auth", auth)];
    args.extend(pairs.iter().flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()]));
    let traits = traits_of(unit);
    if !traits.is_empty() {
        let chosen = MultiSelect::with_theme(&Asked)
            .with_prompt("Which traits should the body send? (space chooses)")
            .items(&traits)
            .defaults(&vec![true; traits.len()])
            .interact()
            .answered()?;
        if chosen.len() < traits.len() {
            let chosen: Vec<&str> =
                chosen.into_iter().filter_map(|index| traits.get(index)).map(String::as_str).collect();
            args.push(format!("--traits={}", chosen.join(",")));
        }
    }
    let backend = choose("Should init print a stub of the endpoint?", &BACKENDS)?;
    if backend != "none" {
        args.extend(["--backend".to_owned(), backend.to_owned()]);
    }
    Ok(())
}

/// Names of the traits of all identity schemas.
fn traits_of(unit: &Unit) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for schema in super::hook::schemas_of(unit) {
        let traits = schema.root().and_then(|root| root.find("properties.traits.properties"));
        for field in traits.into_iter().flat_map(Node::fields) {
            if !names.iter().any(|name| name == field.key) {
                names.push(field.key.to_owned());
            }
        }
    }
    names
}

fn words(choices: &[Choice]) -> Vec<String> {
    choices.iter().map(|(word, what)| format!("{}: {what}", word.trim_start_matches('-'))).collect()
}

fn choose(question: &str, choices: &[Choice]) -> Result<&'static str, Failure> {
    let index =
        Select::with_theme(&Asked).with_prompt(question).items(words(choices)).default(0).interact().answered()?;
    Ok(choices.get(index).map_or("", |(word, _)| word))
}

fn call(args: &[String], out: &mut Printer<'_>) -> Outcome {
    let line = ["kratos-lint", "init"].into_iter().chain(args.iter().map(String::as_str));
    match Cli::try_parse_from(line)?.command {
        Some(Command::Init(args)) => run_init(&args, out),
        _ => Ok(CLEAN),
    }
}
