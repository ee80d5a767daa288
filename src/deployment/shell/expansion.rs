//! What a shell puts into words: variables, and the output of commands as far as that is known.

use super::{Mode, Reader, UNKNOWN};

/// What the working folder is written as: in scripts, in recipes of a Makefile, whose `$(…)` are `${…}` here, and in pipelines.
const WORKING_FOLDER: [&str; 8] =
    ["$(pwd)", "`pwd`", "${PWD}", "$${pwd}", "$${PWD}", "${CURDIR}", "${CI_PROJECT_DIR}", "${{ github.workspace }}"];

/// The same as plain names.
const NAMES_OF_WORKING_FOLDER: [&str; 4] = ["$PWD", "$$PWD", "$CI_PROJECT_DIR", "$GITHUB_WORKSPACE"];

/// The name under which a lookup answers which folder a script is in, as it sees it.
pub(in crate::deployment) const OWN_FOLDER: &str = "$0";

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

impl Reader<'_> {
    /// Puts a variable in, or the mark of an unknown one; whether the word is known as far as it is asked.
    pub(super) fn expansion(&mut self, word: &mut String) -> bool {
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
            let end = closing(inner).unwrap_or(inner.len());
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
        let (form, other) =
            operation.split_at(operation.find(['-', '=', '?', '+']).map_or(operation.len(), |at| at + 1));
        if !matches!(form, "-" | ":-" | "=" | ":=" | "?" | ":?" | "+" | ":+") {
            return false;
        }
        // What is quoted or filled in again is not read.
        let other = Some(other).filter(|other| !other.contains(['$', '`', '\\', '"', '\'']));
        let value = self.value(name).filter(|value| !value.is_empty() || !form.starts_with(':'));
        let is_default = form.ends_with(['-', '=']);
        match (value, other) {
            (Some(_), Some(other)) if form.ends_with('+') => self.budget.put(word, other).is_some(),
            (Some(_), None) if form.ends_with('+') => false,
            (Some(value), _) => self.budget.put(word, value).is_some(),
            // An empty one is known to be so.
            (None, Some(other)) if is_default && (self.mode == Mode::Likely || self.value(name).is_some()) => {
                self.budget.put(word, other).is_some()
            }
            (None, _) => false,
        }
    }

    /// The value of a variable, if it is known.
    fn value(&self, name: &str) -> Option<&str> {
        match self.known.get(name) {
            Some(value) => value.as_deref(),
            None => (self.lookup)(name),
        }
    }

    /// Puts the value of a variable in; whether it is known.
    fn put(&self, name: &str, word: &mut String) -> bool {
        self.value(name).is_some_and(|value| self.budget.put(word, value).is_some())
    }
}

/// The byte of the `}` that closes an opened `${`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            b'$' if bytes.next_if(|(_, next)| *next == b'{').is_some() => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
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
