//! Lines of a POSIX shell, as far as they can be read without running them.

mod expansion;

use std::collections::HashMap;

use crate::kratos::env::Budget;

pub(super) use expansion::OWN_FOLDER;

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
    /// After `&&` or `||`, where it may not run either, or in a subshell: what it sets counts there.
    pub(super) is_apart: bool,
}

/// Looks a variable up.
pub(super) type Lookup<'l> = &'l dyn Fn(&str) -> Option<&'l str>;

/// Most commands that are read of one script.
const MAX_COMMANDS: usize = 5_000;

/// Most subshells inside each other.
const MAX_SUBSHELLS: usize = 64;

/// Words after which what follows may not run, and those that end that.
const OPENS: [&str; 6] = ["if", "for", "while", "until", "case", "{"];
const CLOSES: [&str; 4] = ["fi", "done", "esac", "}"];
const BETWEEN: [&str; 6] = ["then", "else", "elif", "do", "!", "time"];

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
        may_assign: true,
        known: HashMap::new(),
        lookup,
        budget: Budget::default(),
        heredocs: Vec::new(),
        link: Link::None,
        chain: Vec::new(),
        subshells: Vec::new(),
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
    /// Whether the next word may be an assignment before a command.
    may_assign: bool,
    /// Variables that the script set so far.
    known: HashMap<String, Word>,
    lookup: Lookup<'t>,
    /// How much of them may be put in.
    budget: Budget,
    /// Ends of here-documents that begin after this line.
    heredocs: Vec<String>,
    /// What is before the next command.
    link: Link,
    /// Variables that commands after `&&` set, up to the end of that chain.
    chain: Vec<String>,
    /// Variables that are set in each subshell that is open.
    subshells: Vec<Vec<String>>,
}

/// What joins a command to the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    None,
    And,
    Or,
}

enum Piece {
    Words(Vec<Word>),
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
        if self.link != Link::And {
            let chain = std::mem::take(&mut self.chain);
            self.forget(chain);
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
            is_apart: self.link != Link::None || !self.subshells.is_empty(),
        };
        let mut redirect = None;
        loop {
            match self.piece() {
                Piece::End => break,
                Piece::Redirect(kind) => redirect = Some(kind),
                Piece::Words(words) => match redirect.take() {
                    Some('<') => command.input = Some(joined(words)),
                    Some('>') => command.output = Some(joined(words)),
                    Some('h') => command.has_here_document = true,
                    Some(_) => {}
                    None => words.into_iter().for_each(|word| self.take(&mut command, word)),
                },
            }
            self.may_assign = command.words.is_empty();
            command.span.1 = self.at;
        }
        self.may_assign = true;
        command.is_conditional = self.depth > 0;
        self.remember(&mut command);
        self.link = Link::None;
        self.skip_separators();
        Some(command)
    }

    /// Remembers the variables that a command sets.
    fn remember(&mut self, command: &mut Command) {
        let is_sure = self.depth == 0 && self.link != Link::Or;
        if command.words.is_empty() {
            for (name, value) in command.assignments.clone() {
                self.set(&name, value.filter(|_| is_sure));
            }
        }
        let first = command.words.first().and_then(|word| word.as_deref()).unwrap_or_default();
        let is_giving = matches!(first, "export" | "readonly" | "local" | "declare" | "typeset");
        let is_changing = matches!(first, "unset" | "read" | "eval" | "getopts") || is_loop(&command.words);
        if !is_giving && !is_changing {
            return;
        }
        for word in command.words.iter_mut().flatten() {
            match word.split_once('=') {
                Some((name, value)) if is_giving => self.set(name, known_value(value).filter(|_| is_sure)),
                None if is_giving => {
                    // `export NAME`: with the value that it has.
                    if let Some(Some(value)) = self.known.get(word.as_str()) {
                        *word = format!("{word}={value}");
                    }
                }
                Some((name, _)) => self.set(name, None),
                None => self.set(word, None),
            }
        }
    }

    /// Sets a variable to what is known of it. After the end of a chain or of a subshell it is what it was, or this.
    fn set(&mut self, name: &str, value: Word) {
        if self.link == Link::And {
            self.chain.push(name.to_owned());
        }
        if let Some(inner) = self.subshells.last_mut() {
            inner.push(name.to_owned());
        }
        self.known.insert(name.to_owned(), value);
    }

    /// Forgets variables.
    fn forget(&mut self, names: Vec<String>) {
        self.known.extend(names.into_iter().map(|name| (name, None)));
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
                self.join(first, rest.starts_with("&&"), rest.starts_with("||"));
                self.at += first.len_utf8();
                if first == '\n' {
                    self.skip_heredocs();
                }
            } else {
                return;
            }
        }
    }

    /// What a separator does to what follows: line breaks keep what `&&` and `||` say.
    fn join(&mut self, sign: char, is_and: bool, is_or: bool) {
        let before = self.text.get(..self.at).unwrap_or_default();
        self.link = match sign {
            _ if is_and => Link::And,
            _ if is_or => Link::Or,
            '\n' => self.link,
            '&' | '|' if before.ends_with(sign) => self.link,
            _ => Link::None,
        };
        match sign {
            '(' if self.subshells.len() < MAX_SUBSHELLS => self.subshells.push(Vec::new()),
            ')' => {
                let inner = self.subshells.pop().unwrap_or_default();
                self.forget(inner);
            }
            _ => {}
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
        Piece::Words(self.words())
    }

    /// Remembers the word that ends a here-document.
    fn heredoc(&mut self) {
        let rest = self.rest().trim_start_matches('-').trim_start();
        let end = rest.find(|c: char| c.is_whitespace() || ";&|".contains(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().trim_matches(['"', '\'', '\\']).to_owned();
        self.heredocs.push(word);
    }

    /// A word with its quotes taken away and its variables put in: none, or more than one, where the value of a variable without
    /// quotes says so.
    fn words(&mut self) -> Vec<Word> {
        let mut word = String::new();
        let (mut unknown, mut is_quoted, mut before) = (false, false, Vec::new());
        while let Some(first) = self.rest().chars().next() {
            match first {
                '\'' => {
                    self.single_quoted(&mut word);
                    is_quoted = true;
                }
                '"' => {
                    self.at += 1;
                    unknown |= !self.double_quoted(&mut word);
                    is_quoted = true;
                }
                '\\' => is_quoted |= self.escaped(&mut word),
                '$' | '`' => {
                    // Shells differ in what `$'…'` is.
                    unknown |= self.rest().starts_with("$'");
                    let length = word.len();
                    unknown |= !self.expansion(&mut word);
                    let value = word.split_off(length);
                    let is_assigned = self.may_assign && assignment(&word).is_some();
                    if is_assigned {
                        word.push_str(&value);
                    } else {
                        // It may be the name of any file.
                        unknown |= value.contains(['*', '?', '[']) && self.mode == Mode::Sure;
                        fields(&value, &mut word, &mut is_quoted, &mut before);
                    }
                }
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
            (true, Some((name, _))) => vec![Some(format!("{name}={UNKNOWN}"))],
            (true, None) => vec![None],
            (false, _) => {
                before.extend((is_quoted || !word.is_empty()).then_some(word));
                before.into_iter().map(Some).collect()
            }
        }
    }

    fn single_quoted(&mut self, word: &mut String) {
        let inner = self.text.get(self.at + 1..).unwrap_or_default();
        let end = inner.find('\'').unwrap_or(inner.len());
        word.push_str(inner.get(..end).unwrap_or_default());
        self.at = (self.at + end + 2).min(self.text.len());
    }

    /// The character after a `\`; whether there is one, for a line break is nothing.
    fn escaped(&mut self, word: &mut String) -> bool {
        self.at += 1;
        let Some(next) = self.rest().chars().next() else { return false };
        self.at += next.len_utf8();
        let is_one = next != '\n';
        word.extend(is_one.then_some(next));
        is_one
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
}

/// Adds the value of a variable without quotes to a word: its blanks end words.
fn fields(value: &str, word: &mut String, is_quoted: &mut bool, before: &mut Vec<String>) {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n');
    let mut parts = value.split(is_blank);
    word.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if *is_quoted || !word.is_empty() {
            before.push(std::mem::take(word));
            *is_quoted = false;
        }
        word.push_str(part);
    }
}

/// The one word that is the name of a file.
fn joined(words: Vec<Word>) -> Word {
    match <[Word; 1]>::try_from(words) {
        Ok([word]) => word,
        Err(_) => None,
    }
}

/// Whether words begin a loop, which sets a variable: `i in 1 2`.
fn is_loop(words: &[Word]) -> bool {
    words.get(1).is_some_and(|word| word.as_deref() == Some("in"))
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
