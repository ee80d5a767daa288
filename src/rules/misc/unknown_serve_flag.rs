//! `unknown-serve-flag`: a start command with a flag that `kratos serve` does not have.

use crate::deployment::Start;
use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::nearest;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-serve-flag",
    aliases: &[],
    summary: "start command has a flag that `kratos serve` does not know",
    category: "misc",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: it prints `unknown flag` and how it is used.

## Why

`kratos serve` has the flags `--config` (`-c`), `--dev`, `--watch-courier`, `--sqa-opt-out` and `--help`. All other
settings are keys of the configuration or variables of the environment.

## What to do

Correct the name of the flag, or remove it.

## Versions

Since v0.13.0: the flags of earlier releases are not known here.

## Source

cmd/serve/root.go:NewServeCmd. Only commands with the image of Ory are looked through; a word with a variable in it is
unknown and never reported.
"#,
    check,
};

/// The flags of `kratos serve`.
const FLAGS: [&str; 5] = ["config", "dev", "watch-courier", "sqa-opt-out", "help"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for start in context.deployment.starts.iter().filter(|start| serves(start)) {
        let (Some(words), Some(place)) = (start.arguments.known(), start.place_of_command()) else { continue };
        let Some(flag) = words.iter().flatten().find_map(|word| unknown(word)) else { continue };
        let message = format!("Kratos does not start: `kratos serve` has no flag `--{flag}`");
        let longer = FLAGS.iter().find(|known| flag.starts_with(**known)).copied();
        let help = match nearest(flag, &FLAGS).map(|(name, _)| name).or(longer) {
            Some(name) => format!("write `--{name}`, or remove it"),
            None => "remove it; the flags are --config, --dev, --watch-courier and --sqa-opt-out".to_owned(),
        };
        _ = out.report_at(place.clone(), Some(root.pointer()), message).help(help);
    }
}

/// Whether a start runs `serve` of the server that Ory publishes: other programs of that name have flags of their own.
fn serves(start: &Start) -> bool {
    let words = start.arguments.known().map(Vec::as_slice).unwrap_or_default();
    let is_serve = words.iter().flatten().find(|word| !word.starts_with('-')).is_some_and(|word| word == "serve");
    is_serve && start.is_of_ory()
}

/// The name of a flag that there is not.
fn unknown(word: &str) -> Option<&str> {
    let name = word.strip_prefix("--")?.split('=').next().filter(|name| !name.is_empty())?;
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (is_plain && !FLAGS.contains(&name)).then_some(name)
}
