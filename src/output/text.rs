//! The edge: all that goes to a terminal, a log or a file passes here, and is made harmless on its way.
//!
//! What comes from files (keys, values, names of files, texts of Jsonnet) may hold escape codes, line breaks that begin a command
//! of a CI runner, or characters that show a line in another order. Writers get a [`Printer`]; it takes lines, and escapes each
//! line as a whole, so that no writer can forget it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::PrettyFormatter;

/// A text that is harmless on a terminal and in a log: one line, without control, bidirectional and invisible characters.
/// Only [`text`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown<'t>(Cow<'t, str>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Shown<'_> {
    /// The text itself.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character moves the cursor, starts an escape code, turns the direction of the text, or cannot be seen.
#[must_use]
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// A text as it may be shown: harmful characters as `\u{…}`, and no mark of a runner's command (`##[…]`, `##vso[…]`) in it.
#[must_use]
pub(crate) fn text(raw: &str) -> Shown<'_> {
    let is_plain = |byte: &u8| (0x20..0x7F).contains(byte);
    if raw.bytes().all(|byte| is_plain(&byte)) && !raw.contains("##") || !needs_escape(raw) {
        return Shown(Cow::Borrowed(raw));
    }
    let mut shown = String::with_capacity(raw.len() + 16);
    for (at, character) in raw.char_indices() {
        if is_harmful(character) || begins_command(raw, at) {
            _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Shown(Cow::Owned(shown))
}

fn needs_escape(raw: &str) -> bool {
    raw.chars().any(is_harmful) || raw.match_indices("##").any(|(at, _)| begins_command(raw, at))
}

/// `##[command]` of older runners of GitHub, `##vso[…]` of Azure, `##teamcity[…]`: read anywhere in a line.
fn begins_command(raw: &str, at: usize) -> bool {
    let Some(word) = raw.get(at..).and_then(|rest| rest.strip_prefix("##")) else { return false };
    word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[')
}

/// `::command::` of GitHub: a runner skips blanks before it looks for `::`.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// A text whose first colon is shown by its number.
fn without_colon(text: &str) -> String {
    text.replacen(':', "\\u{3a}", 1)
}

/// A path as a part of an address: blanks and characters with a meaning there are escaped.
#[must_use]
pub(crate) fn uri_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A piece of a line, and how it looks where there are colours.
#[derive(Clone, Debug)]
pub struct Piece {
    style: Style,
    text: String,
}

/// How a piece of a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As the terminal has it.
    #[default]
    Plain,
    /// Bold.
    Strong,
    /// In the background.
    Faint,
    /// An error.
    Red,
    /// A warning.
    Yellow,
    /// What is worth knowing.
    Cyan,
    /// What came.
    Green,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Strong => "\u{1b}[1m",
            Style::Faint => "\u{1b}[2m",
            Style::Red => "\u{1b}[1;31m",
            Style::Yellow => "\u{1b}[1;33m",
            Style::Cyan => "\u{1b}[1;36m",
            Style::Green => "\u{1b}[32m",
        }
    }
}

impl Piece {
    /// A text in a style.
    #[must_use]
    pub fn new(style: Style, text: impl Into<String>) -> Piece {
        Piece { style, text: text.into() }
    }

    /// A text as it is.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Piece {
        Piece::new(Style::Plain, text)
    }
}

/// Takes what is printed, line by line. A reader that is gone (`| head`) is no failure: what follows is thrown away.
pub struct Printer<'w> {
    out: Box<dyn Write + 'w>,
    closed: bool,
    terminal: bool,
}

impl fmt::Debug for Printer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer").field("closed", &self.closed).finish_non_exhaustive()
    }
}

impl<'w> Printer<'w> {
    /// Prints into any writer.
    #[must_use]
    pub fn new(out: impl Write + 'w) -> Printer<'w> {
        Printer { out: Box::new(out), closed: false, terminal: false }
    }

    /// The same, with files shown as code where the writer is a terminal.
    #[must_use]
    pub fn on_terminal(self, terminal: bool) -> Printer<'w> {
        Printer { terminal, ..self }
    }

    /// One line. Line breaks in it are escaped like all else, and it never begins with the mark of a runner's command.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, line: impl AsRef<str>) -> io::Result<()> {
        let shown = text(line.as_ref());
        if !is_command(shown.as_str()) {
            return self.bytes(format!("{shown}\n").as_bytes());
        }
        self.bytes(format!("{}\n", without_colon(shown.as_str())).as_bytes())
    }

    /// One line of pieces, in colours if wanted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn painted(&mut self, pieces: &[Piece], color: bool) -> io::Result<()> {
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        if !color {
            return self.line(whole);
        }
        let mut is_command = is_command(&whole);
        let mut line = String::new();
        for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
            let code = piece.style.code();
            let mut shown = text(&piece.text).to_string();
            if is_command && shown.contains(':') {
                shown = without_colon(&shown);
                is_command = false;
            }
            _ = write!(line, "{code}{shown}{}", if code.is_empty() { "" } else { "\u{1b}[0m" });
        }
        line.push('\n');
        self.bytes(line.as_bytes())
    }

    /// Several lines: the line breaks of this text are meant.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn block(&mut self, text: &str) -> io::Result<()> {
        text.strip_suffix('\n').unwrap_or(text).split('\n').try_for_each(|line| self.line(line))
    }

    /// Source code that the program writes: its line breaks and tabs are meant.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn code(&mut self, code: &str) -> io::Result<()> {
        for line in code.strip_suffix('\n').unwrap_or(code).split('\n') {
            let parts: Vec<String> = line.split('\t').map(|part| text(part).to_string()).collect();
            self.bytes(format!("{}\n", parts.join("\t")).as_bytes())?;
        }
        Ok(())
    }

    /// A file that a program reads: byte for byte, but on a terminal, where it is shown as code.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn document(&mut self, document: &str) -> io::Result<()> {
        if self.terminal { self.code(document) } else { self.bytes(document.as_bytes()) }
    }

    /// A command to the runner of GitHub: the only line that may begin with `::`.
    pub(super) fn command(&mut self, command: &str) -> io::Result<()> {
        self.bytes(format!("::{}\n", text(command)).as_bytes())
    }

    /// A document of JSON, indented.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut lines = JsonLines { line: Vec::new(), out: self };
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut lines, PrettyFormatter::new()))?;
        lines.write_all(b"\n")
    }

    /// A value of JSON on one line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.json_text(&serde_json::to_string(value)?)
    }

    /// A text that is JSON already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json_text(&mut self, json: &str) -> io::Result<()> {
        let mut shown = escaped_json(json);
        shown.push('\n');
        self.bytes(shown.as_bytes())
    }

    /// Forwards what was printed, as after each line of a conversation.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        let result = if self.closed { Ok(()) } else { self.out.flush() };
        self.unless_closed(result)
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let result = if self.closed { Ok(()) } else { self.out.write_all(bytes) };
        self.unless_closed(result)
    }

    fn unless_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Prints a document of JSON line by line while it is made: a report can be longer than all that it is made of.
struct JsonLines<'o, 'w> {
    line: Vec<u8>,
    out: &'o mut Printer<'w>,
}

impl Write for JsonLines<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            // No text of JSON holds a line break.
            if part.ends_with(b"\n") {
                self.out.bytes(escaped_json(&String::from_utf8_lossy(&self.line)).as_bytes())?;
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON with harmful characters as `\u…`: a program reads the same text, a terminal sees nothing of them. They stand inside
/// strings only; line breaks between values stay.
fn escaped_json(json: &str) -> String {
    if !json.chars().any(|c| c != '\n' && is_harmful(c)) && !json.contains("##") {
        return json.to_owned();
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for (at, character) in json.char_indices() {
        if (character != '\n' && is_harmful(character)) || begins_command(json, at) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(print: impl FnOnce(&mut Printer<'_>)) -> String {
        let mut bytes = Vec::new();
        print(&mut Printer::new(&mut bytes));
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn harmful_characters_are_shown_by_their_numbers() {
        assert_eq!(text("a\u{1b}]0;x\u{7}\n\u{202e}b").as_str(), "a\\u{1b}]0;x\\u{7}\\u{a}\\u{202e}b");
        assert_eq!(text("zero\u{200b}width é 漢").as_str(), "zero\\u{200b}width é 漢");
        assert_eq!(
            text("x ##[error]y ##vso[task] ## heading").as_str(),
            "x \\u{23}#[error]y \\u{23}#vso[task] ## heading"
        );
        assert_eq!(printed(|out| out.line("  ::stop-commands::x").expect("memory")), "  \\u{3a}:stop-commands::x\n");
        let pieces = [Piece::plain(" "), Piece::new(Style::Strong, "::stop-commands::x")];
        let wanted = " \u{1b}[1m\\u{3a}:stop-commands::x\u{1b}[0m\n";
        assert_eq!(printed(|out| out.painted(&pieces, true).expect("memory")), wanted);
    }

    proptest! {
        #[test]
        fn one_line_is_one_line(raw in "[\u{0}-\u{ff}\u{200b}-\u{206f}\u{feff}:#a-z\\[]{0,40}") {
            let line = printed(|out| out.line(&raw).expect("memory"));
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert!(line.ends_with('\n') && !line.trim_end_matches('\n').chars().any(is_harmful));
            prop_assert!(!line.trim_start().starts_with("::") && !line.contains("##["));
        }

        #[test]
        fn json_means_the_same(raw in "[\u{0}-\u{ff}\u{200b}-\u{206f}\u{feff}#a-z\\[\u{e0001}]{0,40}") {
            let value = serde_json::json!({"a": [raw.as_str()], "b": 1});
            let shown = printed(|out| out.json(&value).expect("memory"));
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), &value);
            prop_assert!(!shown.chars().any(|c| c != '\n' && is_harmful(c)) && !shown.contains("##["));
        }
    }
}
