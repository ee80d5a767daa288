//! The words of command lines, and the arguments of Kratos among them.

use super::{Fact, Role, Start, shell};
use crate::text::Place;

/// A word of a command line; `None` where it is not known.
pub(super) type Word = Option<String>;

/// Most words of a command line.
pub(super) const MAX_WORDS: usize = 1_000;

/// Sets the arguments of Kratos, and what it does with them.
pub(super) fn set_arguments(start: &mut Start, arguments: Vec<Word>, place: &Place) {
    // The image's own command is `serve`.
    let arguments = if arguments.is_empty() { vec![Some("serve".to_owned())] } else { arguments };
    start.role = role(&arguments);
    let is_read = arguments.len() <= MAX_WORDS;
    start.arguments = if is_read { Fact::Known(arguments, place.clone()) } else { Fact::Unknown };
}

/// What Kratos does with arguments.
pub(super) fn role(arguments: &[Word]) -> Role {
    let has = |text: &str| arguments.iter().flatten().any(|word| word == text);
    // The image's own command is `serve`; whoever gives flags alone means it too.
    if has("serve") || arguments.is_empty() || flags_alone(arguments) {
        Role::Serve
    } else if has("courier") {
        Role::Courier
    } else {
        Role::Other
    }
}

/// Whether a command line names a configuration and has no word that is not a flag or its value, as cobra looks for the command.
pub(super) fn flags_alone(arguments: &[Word]) -> bool {
    /// Flags of `kratos serve` without a value.
    const SWITCHES: [&str; 3] = ["--dev", "--watch-courier", "--sqa-opt-out"];
    let is_configuration = |word: &str| matches!(word, "-c" | "--config") || word.starts_with("--config=");
    let mut words = arguments.iter();
    if !arguments.iter().flatten().any(|word| is_configuration(word)) {
        return false;
    }
    while let Some(word) = words.next() {
        let Some(word) = word.as_deref().filter(|word| word.starts_with('-')) else { return false };
        if !SWITCHES.contains(&word) && !word.contains('=') {
            _ = words.next();
        }
    }
    true
}

/// `NAME=value` words of a text, with quotes as in a shell.
pub(super) fn pairs(text: &str) -> Vec<(String, Word)> {
    let lookup = |_: &str| None;
    let Some(command) = shell::commands(text, &lookup).into_iter().next() else { return Vec::new() };
    let words = command.words.iter().flatten().filter_map(|word| shell::assignment(word));
    let more: Vec<(String, Word)> = words.map(|(name, value)| (name.to_owned(), shell::known_value(value))).collect();
    command.assignments.into_iter().chain(more).collect()
}

/// The words of a command that is written as one text, as compose and Docker split it.
pub(super) fn split(text: &str) -> Vec<Word> {
    let lookup = |_: &str| None;
    let commands = shell::commands(text, &lookup);
    commands.into_iter().next().map(|command| command.words).unwrap_or_default()
}
