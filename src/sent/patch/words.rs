//! Words of shell commands with their places.

use crate::text::{Piece, Source, Span};

/// Stands for what a variable or a command gives.
pub(super) const UNKNOWN: char = '\u{fffc}';

/// Most words of the scripts of a file.
pub(super) const MAX_WORDS: usize = 20_000;

/// A word without its quotes.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) pieces: Vec<Piece>,
}

impl Word {
    /// The word after a start, which takes so many bytes; none when it begins otherwise.
    pub(super) fn after(&self, length: usize, start: &str) -> Option<Word> {
        let text = self.text.get(length..).filter(|_| self.text.starts_with(start))?;
        Some(self.part(length, text))
    }

    /// The first bytes of the word.
    pub(super) fn before(&self, length: usize) -> Option<Word> {
        Some(self.part(0, self.text.get(..length)?))
    }

    fn part(&self, start: usize, text: &str) -> Word {
        let whole = Span::new(start, start + text.len());
        let cut = |piece: &Piece| {
            let inner = Span::new(piece.inner.start.max(whole.start), piece.inner.end.min(whole.end));
            let is_same = piece.inner.len() == piece.outer.len();
            let from = piece.outer.start + (inner.start.saturating_sub(piece.inner.start));
            let outer = if is_same { Span::new(from, from + inner.len()) } else { piece.outer };
            let moved = Span::new(inner.start.saturating_sub(start), inner.end.saturating_sub(start));
            (inner.start < inner.end).then_some(Piece { inner: moved, outer })
        };
        Word { text: text.to_owned(), pieces: self.pieces.iter().filter_map(cut).collect() }
    }

    /// The bytes of the script that it takes.
    pub(super) fn span(&self) -> Span {
        let ends = self.pieces.first().zip(self.pieces.last());
        ends.map_or(Span::default(), |(first, last)| Span::new(first.outer.start, last.outer.end))
    }

    fn push(&mut self, text: &str, outer: Span) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { inner: Span::new(start, self.text.len()), outer });
    }
}

/// The simple commands of a script, of which so many words are still read.
pub(super) fn commands(source: &Source, left: &mut usize) -> Vec<Vec<Word>> {
    let text = source.text();
    let (mut found, mut command) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") {
            at += rest.find('\n').map_or(1, |end| end + 1);
        } else if ";&|()\n".contains(first) {
            found.push(std::mem::take(&mut command));
            at += 1;
        } else if first.is_whitespace() {
            at += first.len_utf8();
        } else if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            let (word, end) = word(text, at);
            command.push(word);
            // Something is taken always.
            at = end.max(at + 1);
            *left = left.saturating_sub(1);
            if *left == 0 {
                break;
            }
        }
    }
    found.push(command);
    found.retain(|command| !command.is_empty());
    found
}

/// The word at a byte, and the byte after it.
fn word(text: &str, start: usize) -> (Word, usize) {
    let (mut word, mut at) = (Word::default(), start);
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        match first {
            '\'' => {
                let inner = rest.get(1..).unwrap_or_default();
                let length = inner.find('\'').unwrap_or(inner.len());
                word.push(inner.get(..length).unwrap_or_default(), Span::new(at + 1, at + 1 + length));
                at += length + 2;
            }
            '"' => at = double_quoted(text, at + 1, &mut word),
            '\\' => at = escaped(text, at, &mut word, |_| true),
            '$' | '`' => at = unknown(text, at, &mut word),
            c if c.is_whitespace() || ";&|()<>".contains(c) => break,
            _ => {
                let length = rest.find(|c: char| c.is_whitespace() || "'\"\\$`;&|()<>".contains(c));
                let length = length.unwrap_or(rest.len());
                word.push(rest.get(..length).unwrap_or_default(), Span::new(at, at + length));
                at += length;
            }
        }
    }
    (word, at.min(text.len()))
}

fn double_quoted(text: &str, start: usize, word: &mut Word) -> usize {
    let mut at = start;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        match first {
            '"' => return at + 1,
            '\\' => at = escaped(text, at, word, |sign| "$`\"\\\n".contains(sign)),
            '$' | '`' => at = unknown(text, at, word),
            _ => {
                let length = rest.find(['"', '\\', '$', '`']).unwrap_or(rest.len());
                word.push(rest.get(..length).unwrap_or_default(), Span::new(at, at + length));
                at += length;
            }
        }
    }
    text.len()
}

/// A backslash and the sign after it.
fn escaped(text: &str, at: usize, word: &mut Word, is_special: impl Fn(char) -> bool) -> usize {
    let sign = text.get(at + 1..).and_then(|rest| rest.chars().next());
    let Some(sign) = sign else { return at + 1 };
    let end = at + 1 + sign.len_utf8();
    match (is_special(sign), sign) {
        (true, '\n') => {}
        (true, _) => word.push(&sign.to_string(), Span::new(at, end)),
        (false, _) => word.push(text.get(at..end).unwrap_or_default(), Span::new(at, end)),
    }
    end
}

/// A variable or the output of a command.
fn unknown(text: &str, at: usize, word: &mut Word) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let after = rest.get(1..).unwrap_or_default();
    let length = if rest.starts_with('`') {
        after.find('`').map_or(rest.len(), |end| end + 2)
    } else if after.starts_with('(') {
        closing(rest)
    } else if after.starts_with('{') {
        after.find('}').map_or(rest.len(), |end| end + 2)
    } else {
        let name = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if name == 0 {
            word.push("$", Span::new(at, at + 1));
            return at + 1;
        }
        name + 1
    };
    word.push(&UNKNOWN.to_string(), Span::new(at, at + length));
    at + length
}

/// The length of `$(…)`.
fn closing(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, sign) in rest.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' if depth <= 1 => return at + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_places() {
        let script = "ory patch ic \\\n  --add '/a={\"b\":\"'\"$c\"'\"}' # no\nls; echo \"x\\\"y\"";
        let source = Source::new("a.sh", script);
        let found = commands(&source, &mut 100);
        let texts: Vec<Vec<&str>> =
            found.iter().map(|command| command.iter().map(|word| word.text.as_str()).collect()).collect();
        assert_eq!(
            texts,
            [vec!["ory", "patch", "ic", "--add", "/a={\"b\":\"\u{fffc}\"}"], vec!["ls"], vec!["echo", "x\"y"]]
        );
        let value = found[0][4].after(3, "").expect("there");
        assert_eq!(source.slice(value.span()), "{\"b\":\"'\"$c\"'\"}");
        for text in ["'", "\"", "$(", "`", "${", "\\", "a\\", "$"] {
            commands(&Source::new("a.sh", text), &mut 100);
        }
    }
}
