//! Lines of a POSIX shell, as far as they can be read without running them.

use std::collections::HashMap;

use crate::kratos::env::Budget;

/// A word of a command; `None` where its text is not known.
pub(super) type Word = Option<String>;

/// One simple command.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Command {
    /// Assignments before the command.
    pub(super) assignments: Vec<(String, Word)>,
    /// The command and its arguments.
    pub(super) words: Vec<Word>,
    /// The file of `<`.
    pub(super) input: Option<Word>,
    /// The file of `>`.
    pub(super) output: Option<Word>,
    /// Whether a here-document is its input.
    pub(super) has_here_document: bool,
    /// First byte and the byte after the last one, in the script.
    pub(super) span: (usize, usize),
    /// Inside `if`, `for`, `case` or a function: it may not run.
    pub(super) is_conditional: bool,
}

/// Looks a variable up.
pub(super) type Lookup<'l> = &'l dyn Fn(&str) -> Option<&'l str>;

/// Most commands that are read of one script.
const MAX_COMMANDS: usize = 5_000;

/// Words after which what follows may not run, and those that end that.
const OPENS: [&str; 6] = ["if", "for", "while", "until", "case", "{"];
const CLOSES: [&str; 4] = ["fi", "done", "esac", "}"];
const BETWEEN: [&str; 6] = ["then", "else", "elif", "do", "!", "time"];

/// What the working folder is written as: in scripts, in recipes of a Makefile, whose `$(…)` are `${…}` here, and in pipelines.
const WORKING_FOLDER: [&str; 8] =
    ["$(pwd)", "`pwd`", "${PWD}", "$${pwd}", "$${PWD}", "${CURDIR}", "${CI_PROJECT_DIR}", "${{ github.workspace }}"];

/// The same as plain names.
const NAMES_OF_WORKING_FOLDER: [&str; 4] = ["$PWD", "$$PWD", "$CI_PROJECT_DIR", "$GITHUB_WORKSPACE"];

/// The name under which a lookup answers which folder a script is in, as it sees it.
pub(super) const OWN_FOLDER: &str = "$0";

/// What follows the folder of the script itself in a command that prints a folder: `dirname "$0"`, `cd "$(dirname "$0")/.." && pwd`.
fn own_folder(command: &str) -> Option<String> {
    if let Some(below) = of_dirname(command) {
        return Some(below);
    }
    let (folder, pwd) = command.trim().strip_prefix("cd ")?.split_once("&&")?;
    let folder = without_quotes(folder.trim_start().trim_start_matches("-- ").split(" >").next()?);
    let (inner, below) = folder.strip_prefix("$(")?.rsplit_once(')')?;
    let is_below = below.is_empty() || below.starts_with(['/', '"']);
    let found = of_dirname(inner).filter(|_| is_below && pwd.split_whitespace().next() == Some("pwd"))?;
    Some(found + below.trim_matches('"'))
}

fn without_quotes(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// Nothing for `dirname "$0"` and the like, which is the folder itself.
fn of_dirname(command: &str) -> Option<String> {
    const SCRIPT: [&str; 5] = ["$0", "${0}", "${BASH_SOURCE[0]}", "$BASH_SOURCE", "${BASH_SOURCE}"];
    let rest = without_quotes(command.trim().strip_prefix("dirname ")?.trim_start().trim_start_matches("-- "));
    let inner = rest.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest).trim();
    let program = ["realpath ", "readlink -f "].iter().find_map(|program| inner.strip_prefix(program));
    SCRIPT.contains(&without_quotes(program.unwrap_or(rest))).then(String::new)
}

/// Bytes of what names the working folder at the start of a text.
fn working_folder(text: &str) -> Option<usize> {
    let is_end = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    let plain = NAMES_OF_WORKING_FOLDER.iter().find(|name| text.strip_prefix(**name).is_some_and(is_end));
    WORKING_FOLDER.iter().find(|form| text.starts_with(**form)).or(plain).map(|form| form.len())
}

/// Whether a script has more commands than are read of one.
pub(super) fn is_cut(commands: &[Command]) -> bool {
    commands.len() >= MAX_COMMANDS
}

/// Reads a script. `lookup` answers what variables are.
pub(super) fn commands<'t>(text: &'t str, lookup: Lookup<'t>) -> Vec<Command> {
    read(text, lookup, Mode::Sure)
}

/// The same when no one sets the variables that have a default: `${X:-default}`. What is likely, not what is sure.
pub(super) fn likely_commands<'t>(text: &'t str, lookup: Lookup<'t>) -> Vec<Command> {
    read(text, lookup, Mode::Likely)
}

/// The same with [`UNKNOWN`] in the place of each value that is not known: `values/$STAGE.yaml`.
pub(super) fn patterns<'t>(text: &'t str, lookup: Lookup<'t>) -> Vec<Command> {
    read(text, lookup, Mode::Pattern)
}

/// What becomes of variables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A word with an unknown one is not known.
    Sure,
    /// The default of one that is not set counts.
    Likely,
    /// A mark stands for an unknown one.
    Pattern,
}

fn read<'t>(text: &'t str, lookup: Lookup<'t>, mode: Mode) -> Vec<Command> {
    let mut reader = Reader {
        mode,
        text,
        at: 0,
        depth: 0,
        known: HashMap::new(),
        lookup,
        budget: Budget::default(),
        heredocs: Vec::new(),
    };
    let mut found = Vec::new();
    while found.len() < MAX_COMMANDS {
        let Some(command) = reader.command() else { break };
        if !command.words.is_empty() || !command.assignments.is_empty() {
            found.push(command);
        }
    }
    found
}

struct Reader<'t> {
    mode: Mode,
    text: &'t str,
    at: usize,
    depth: usize,
    /// Variables that the script set so far.
    known: HashMap<String, Word>,
    lookup: Lookup<'t>,
    /// How much of them may be put in.
    budget: Budget,
    /// Ends of here-documents that begin after this line.
    heredocs: Vec<String>,
}

enum Piece {
    Word(Word),
    Redirect(char),
    End,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next command; none at the end of the text.
    fn command(&mut self) -> Option<Command> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return None;
        }
        let start = self.at;
        let mut command = Command {
            assignments: Vec::new(),
            words: Vec::new(),
            input: None,
            output: None,
            has_here_document: false,
            span: (start, start),
            is_conditional: false,
        };
        let mut redirect = None;
        loop {
            match self.piece() {
                Piece::End => break,
                Piece::Redirect(kind) => redirect = Some(kind),
                Piece::Word(word) => match redirect.take() {
                    Some('<') => command.input = Some(word),
                    Some('>') => command.output = Some(word),
                    Some('h') => command.has_here_document = true,
                    Some(_) => {}
                    None => self.take(&mut command, word),
                },
            }
            command.span.1 = self.at;
        }
        self.skip_separators();
        command.is_conditional = self.depth > 0;
        if command.words.is_empty() && self.depth == 0 {
            self.known.extend(command.assignments.iter().cloned());
        } else if command.words.is_empty() {
            self.known.extend(command.assignments.iter().map(|(name, _)| (name.clone(), None)));
        }
        if command.words.first().is_some_and(|word| word.as_deref() == Some("export")) {
            for word in command.words.iter().skip(1).flatten() {
                if let Some((name, value)) = word.split_once('=') {
                    self.known.insert(name.to_owned(), known_value(value));
                }
            }
        }
        Some(command)
    }

    /// A word is an assignment, a word of control, or part of the command.
    fn take(&mut self, command: &mut Command, word: Word) {
        if let Some(text) = word.as_deref().filter(|_| command.words.is_empty()) {
            if OPENS.contains(&text) {
                self.depth += 1;
                return;
            }
            if CLOSES.contains(&text) {
                self.depth = self.depth.saturating_sub(1);
                return;
            }
            if BETWEEN.contains(&text) || text.ends_with("()") {
                return;
            }
            if let Some((name, value)) = assignment(text) {
                command.assignments.push((name.to_owned(), known_value(value)));
                return;
            }
        }
        command.words.push(word);
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '@']).len();
            let continued =
                rest.get(blanks..).and_then(|rest| rest.strip_prefix("\\\n").or(rest.strip_prefix("\\\r\n")));
            if blanks == 0 && continued.is_none() {
                return;
            }
            let left = continued.map_or(rest.len() - blanks, str::len);
            self.at = self.text.len() - left;
        }
    }

    /// Separators, comments and line breaks after a command.
    fn skip_separators(&mut self) {
        loop {
            self.skip_blanks();
            let rest = self.rest();
            if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(first) = rest.chars().next().filter(|first| ";&|()\n".contains(*first)) {
                self.at += first.len_utf8();
                if first == '\n' {
                    self.skip_heredocs();
                }
            } else {
                return;
            }
        }
    }

    fn skip_heredocs(&mut self) {
        for end in std::mem::take(&mut self.heredocs) {
            while !self.rest().is_empty() {
                let rest = self.rest();
                let line = rest.split_inclusive('\n').next().unwrap_or(rest);
                let length = line.len();
                let is_end = line.trim() == end;
                self.at += length;
                if is_end {
                    break;
                }
            }
        }
    }

    fn piece(&mut self) -> Piece {
        self.skip_blanks();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Piece::End };
        if first == '#' || ";&|()\n".contains(first) {
            return Piece::End;
        }
        if let Some(after) = rest.strip_prefix("<<") {
            let is_string = after.starts_with('<');
            self.at += if is_string { 3 } else { 2 };
            if !is_string {
                self.heredoc();
                return Piece::Redirect('h');
            }
            return Piece::Redirect('s');
        }
        // `2>&1` and the like are no files.
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).unwrap_or_default();
        if let Some(kind) = after.chars().next().filter(|kind| "<>".contains(*kind)) {
            self.at += digits + 1;
            if self.rest().starts_with('>') {
                self.at += 1;
            }
            if self.rest().starts_with('&') {
                self.at += 1;
                return Piece::Redirect('n');
            }
            return Piece::Redirect(if matches!(digits, 0) { kind } else { 'n' });
        }
        Piece::Word(self.word())
    }

    /// Remembers the word that ends a here-document.
    fn heredoc(&mut self) {
        let rest = self.rest().trim_start_matches('-').trim_start();
        let end = rest.find(|c: char| c.is_whitespace() || ";&|".contains(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().trim_matches(['"', '\'', '\\']).to_owned();
        self.heredocs.push(word);
    }

    /// A word with its quotes taken away and its variables put in.
    fn word(&mut self) -> Word {
        let mut word = String::new();
        let mut unknown = false;
        while let Some(first) = self.rest().chars().next() {
            match first {
                '\'' => {
                    let inner = self.text.get(self.at + 1..).unwrap_or_default();
                    let end = inner.find('\'').unwrap_or(inner.len());
                    word.push_str(inner.get(..end).unwrap_or_default());
                    self.at = (self.at + end + 2).min(self.text.len());
                }
                '"' => {
                    self.at += 1;
                    unknown |= !self.double_quoted(&mut word);
                }
                '\\' => {
                    self.at += 1;
                    if let Some(next) = self.rest().chars().next() {
                        if next != '\n' {
                            word.push(next);
                        }
                        self.at += next.len_utf8();
                    }
                }
                '$' | '`' => unknown |= !self.expansion(&mut word),
                // Other blanks of Unicode are letters of a word to a shell.
                c if " \t\r\n;&|()<>".contains(c) => {
                    // `name()` opens a function.
                    if c == '(' && self.rest().starts_with("()") && !word.is_empty() {
                        word.push_str("()");
                        self.at += 2;
                    }
                    break;
                }
                c => {
                    word.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        // An assignment of an unknown value is still an assignment.
        match (unknown, assignment(&word)) {
            (false, _) => Some(word),
            (true, Some((name, _))) => Some(format!("{name}={UNKNOWN}")),
            (true, None) => None,
        }
    }

    /// Whether all of it is known.
    fn double_quoted(&mut self, word: &mut String) -> bool {
        let mut known = true;
        while let Some(first) = self.rest().chars().next() {
            match first {
                '"' => {
                    self.at += 1;
                    return known;
                }
                '\\' => {
                    self.at += 1;
                    if let Some(next) = self.rest().chars().next() {
                        if !"$`\"\\\n".contains(next) {
                            word.push('\\');
                        }
                        if next != '\n' {
                            word.push(next);
                        }
                        self.at += next.len_utf8();
                    }
                }
                '$' | '`' => known &= self.expansion(word),
                c => {
                    word.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        known
    }

    /// Puts a variable in, or the mark of an unknown one; whether the word is known as far as it is asked.
    fn expansion(&mut self, word: &mut String) -> bool {
        let is_known = self.expanded(word);
        if !is_known && self.mode == Mode::Pattern {
            word.push_str(UNKNOWN);
        }
        is_known || self.mode == Mode::Pattern
    }

    /// Puts a variable in; whether its value is known.
    fn expanded(&mut self, word: &mut String) -> bool {
        let rest = self.rest();
        // Only a path that begins there is one below it.
        if let Some(length) = working_folder(rest).filter(|_| word.is_empty() || word.ends_with(['=', ','])) {
            word.push('.');
            self.at += length;
            return true;
        }
        if let Some(inner) = rest.strip_prefix('`') {
            self.at = (self.at + 2 + inner.find('`').unwrap_or(inner.len())).min(self.text.len());
            return false;
        }
        let after = rest.get(1..).unwrap_or_default();
        if after.starts_with('(') {
            let length = parenthesis(after);
            let inner = after.get(1..length.saturating_sub(1)).unwrap_or_default();
            let below = own_folder(inner).filter(|_| word.is_empty() || word.ends_with(['=', ',']));
            self.at += 1 + length;
            let (Some(below), Some(own)) = (below, (self.lookup)(OWN_FOLDER)) else { return false };
            word.push_str(own);
            word.push_str(&below);
            return true;
        }
        // An expression of a pipeline.
        if let Some(inner) = after.strip_prefix("{{") {
            self.at = (self.at + 5 + inner.find("}}").unwrap_or(inner.len())).min(self.text.len());
            return false;
        }
        if let Some(inner) = after.strip_prefix('{') {
            let end = inner.find('}').unwrap_or(inner.len());
            let text = inner.get(..end).unwrap_or_default().to_owned();
            self.at = (self.at + end + 3).min(self.text.len());
            return self.parameter(&text, word);
        }
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length == 0 {
            let is_special = after.starts_with(['@', '*', '#', '?', '!', '-', '$']);
            self.at += if is_special { 2 } else { 1 };
            if !is_special {
                word.push('$');
            }
            return !is_special;
        }
        let name = after.get(..length).unwrap_or_default().to_owned();
        self.at += 1 + length;
        self.put(&name, word)
    }

    /// `${…}`: the value, or what follows `:-` where defaults count.
    fn parameter(&self, text: &str, word: &mut String) -> bool {
        let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, operation) = text.split_at(length);
        if operation.is_empty() {
            return self.put(name, word);
        }
        let default = [":-", "-", ":="].iter().find_map(|sign| operation.strip_prefix(sign));
        let default = default.filter(|default| self.mode == Mode::Likely && !default.contains('$'));
        match default {
            Some(default) => self.put(name, word) || self.budget.put(word, default).is_some(),
            None => false,
        }
    }

    /// Puts the value of a variable in; whether it is known.
    fn put(&self, name: &str, word: &mut String) -> bool {
        let value = match self.known.get(name) {
            Some(value) => value.as_deref(),
            None => (self.lookup)(name),
        };
        value.is_some_and(|value| self.budget.put(word, value).is_some())
    }
}

/// Stands for a value that is not known, in a word `NAME=value` whose name is.
pub(super) const UNKNOWN: &str = "\u{1}";

/// A word whose value is only partly known is not known.
pub(super) fn whole(word: &Word) -> Word {
    word.clone().filter(|text| !text.contains(UNKNOWN))
}

/// The value of an assignment, if it is known.
pub(super) fn known_value(value: &str) -> Word {
    (!value.contains(UNKNOWN)).then(|| value.to_owned())
}

/// `NAME=value`.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}

/// Bytes up to and with the `)` that closes the `(` at the start.
fn parenthesis(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let lookup = |name: &str| (name == "HOME").then_some("/root");
        let shown = |command: &Command| {
            let word = |word: &Word| word.clone().unwrap_or_else(|| "?".to_owned());
            let words: Vec<String> = command.words.iter().map(word).collect();
            format!("{}{}", words.join(" "), if command.is_conditional { " (maybe)" } else { "" })
        };
        commands(text, &lookup).iter().filter(|command| !command.words.is_empty()).map(shown).collect()
    }

    #[test]
    fn scripts_are_read_as_far_as_they_are_sure() {
        let text = "#!/bin/sh\nset -eu\nA=1\nB=\"$A-$X\"\nexec kratos serve -c \"$HOME/k.yml\" \\\n  --dev # comment\n";
        assert_eq!(read(text), ["set -eu", "exec kratos serve -c /root/k.yml --dev"]);
        assert_eq!(
            read("a && b || c; d | e\nif x; then y; fi\nz"),
            ["a", "b", "c", "d", "e", "x (maybe)", "y (maybe)", "z"]
        );
        assert_eq!(read("cat <<EOF > f\nkratos serve\nEOF\nb"), ["cat", "b"]);
        assert_eq!(read("f() { kratos serve; }\nf \"$@\" $(a (b) c) `d`"), ["kratos serve (maybe)", "f ? ? ?"]);
        assert_eq!(read("a 'b c' \"d\\\"e\" f\\ g 2>&1 > out"), ["a b c d\"e f g"]);
        assert_eq!(read("A=1\nx $A ${A} ${B:-c}"), ["x 1 1 ?"]);
        assert_eq!(read("a\u{a0}b c\nd"), ["a\u{a0}b c", "d"]);
        let own = |text: &str| {
            let lookup = |name: &str| (name == OWN_FOLDER).then_some(".");
            let words = commands(text, &lookup).pop().map(|command| command.words).unwrap_or_default();
            words.into_iter().last().flatten()
        };
        let up = "\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\" && pwd)\"";
        assert_eq!(own(&format!("ROOT={up}\nx \"$ROOT/k.yml\"")).as_deref(), Some("./../k.yml"));
        assert_eq!(own("x $(dirname $0)/k.yml").as_deref(), Some("./k.yml"));
        assert_eq!(own("x \"$(dirname \"$(readlink -f \"$0\")\")/k.yml\"").as_deref(), Some("./k.yml"));
        for other in ["x $(dirname $1)/k.yml", "x $(cd /etc && pwd)/k.yml", "x $(cd \"$(dirname \"$0\")/..\" && ls)"] {
            assert_eq!(own(other), None, "{other}");
        }
        assert_eq!(read("x $(dirname $0)"), ["x ?"]);
        assert_eq!(read("a $(pwd)/b \"$PWD\"/c --d=${PWD}/e x$(pwd) \"$PWD/f\""), ["a ./b ./c --d=./e ? ./f"]);
    }

    #[test]
    fn half_written_scripts_end() {
        for text in [
            "'",
            "\"",
            "${",
            "$(",
            "`",
            "a <",
            "<<",
            "\\",
            "$",
            "a ()",
            "if",
            "(((",
            "é$é",
            "a\u{2028}b",
            "\u{a0}",
            "x \u{b}\u{c}\u{85}",
        ] {
            _ = read(text);
        }
    }
}
