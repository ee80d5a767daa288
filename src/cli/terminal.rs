//! The streams of the process: the report goes to stdout, what users should know besides to stderr.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};

use crate::output::Printer;

/// Prints to the standard output of the process.
pub(super) fn stdout() -> Printer<'static> {
    Printer::new(io::BufWriter::with_capacity(1 << 16, io::stdout())).on_terminal(is_terminal())
}

/// Whether stdout is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Prints one line to stderr that begins with the name of the program.
pub(super) fn note(message: impl AsRef<str>) {
    // Without stderr there is no other place for it.
    _ = Printer::new(io::stderr()).line(format!("kratos-lint: {}", without_endless(message.as_ref())));
}

/// Longest word of a note, in characters: paths are shorter, and one that is longer was given by mistake.
const LONGEST_WORD: usize = 400;

/// A message in which no word is endless.
fn without_endless(message: &str) -> Cow<'_, str> {
    let short = |word: &str| match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word.to_owned(),
    };
    if message.len() <= LONGEST_WORD {
        Cow::Borrowed(message)
    } else {
        message.split_inclusive(' ').map(short).collect()
    }
}

/// Prints several lines to stderr as they are.
pub(super) fn notes(lines: &str) {
    _ = Printer::new(io::stderr()).block(lines);
}
