//! The words of `command` and `entrypoint`, as compose splits them.
//!
//! Facts: `types/command.go` of compose-go v2.16.2 and mattn/go-shellwords v1.0.12, which it calls, and what they made of the projects
//! in `testdata/readers`.

use super::written;
use crate::deployment::arguments::{MAX_WORDS, Word};
use crate::deployment::interpolate;
use crate::deployment::reading::Known;
use crate::yaml::{Node, Value, template};

/// Stands for what is filled in and not known.
const FILLED: &str = "\0";

/// The words of a node.
pub(super) fn of(node: Node<'_>, around: &Known) -> Vec<Word> {
    match node.as_str() {
        Some(text) => match interpolate::marked(text, FILLED, around) {
            Some(text) => split(&text).map_or_else(|| vec![None], |words| words.into_iter().map(whole).collect()),
            None => of_template(text),
        },
        None if node.is_unknown() => of_template(&written(node)),
        None if node.items().len() > MAX_WORDS => vec![None],
        None => {
            let word = |item: Node<'_>| match item.value() {
                Value::String(text) => interpolate::compose(text, around),
                Value::Bool(value) => Some(value.to_string()),
                Value::Number(number) => Some(number.text.to_string()),
                _ => None,
            };
            node.items().map(word).collect()
        }
    }
}

/// A word that is known, if nothing in it is filled in.
fn whole(word: String) -> Word {
    (!word.contains(FILLED)).then_some(word)
}

/// The words of a command that a template fills in: those with a placeholder are not known.
fn of_template(text: &str) -> Vec<Word> {
    let mut marked = String::new();
    let mut at = 0;
    for span in template::placeholders(text, false) {
        marked += text.get(at..span.start).unwrap_or_default();
        marked += FILLED;
        at = span.end;
    }
    marked += text.get(at..).unwrap_or_default();
    marked.split_whitespace().take(MAX_WORDS).map(|word| whole(word.to_owned())).collect()
}

/// The quotes that are open while a text is split; `)` stands for `$(`.
#[derive(Default)]
struct Open(Vec<char>);

impl Open {
    fn has_any(&self, quotes: &[char]) -> bool {
        self.0.iter().any(|open| quotes.contains(open))
    }

    /// Opens or closes a quote; whether it was open.
    fn turn(&mut self, quote: char) -> bool {
        let is_open = self.has_any(&[quote]);
        self.0.retain(|open| *open != quote);
        self.0.extend((!is_open).then_some(quote));
        is_open
    }
}

/// The words of a text up to the first sign that only a shell knows; none where compose refuses the text.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut is_word, mut open) = (Vec::new(), String::new(), false, Open::default());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if !open.has_any(&['\'']) => {
                word.push(characters.next()?);
                is_word = true;
                continue;
            }
            ' ' | '\t' | '\r' | '\n' => {
                if open.0.is_empty() {
                    words.extend(is_word.then(|| std::mem::take(&mut word)));
                    is_word = false;
                } else {
                    word.push(c);
                }
                continue;
            }
            '"' if !open.has_any(&['\'', ')']) => {
                is_word |= open.turn(c);
                continue;
            }
            '\'' if !open.has_any(&['"', ')']) => {
                is_word |= open.turn(c);
                continue;
            }
            '`' if !open.has_any(&['\'', '"', ')']) => _ = open.turn(c),
            ')' if !open.has_any(&['\'', '"', '`']) => _ = open.turn(c),
            '(' if !open.has_any(&['\'', '"', '`']) => {
                if open.has_any(&[')']) || !word.ends_with('$') {
                    return None;
                }
                _ = open.turn(')');
            }
            ';' | '&' | '|' | '<' | '>' if open.0.is_empty() => {
                // `2>` belongs to the shell too.
                is_word &= c != '>' || !word.starts_with(|first: char| first.is_ascii_digit());
                break;
            }
            _ => {}
        }
        word.push(c);
        is_word = true;
    }
    words.extend(is_word.then_some(word));
    open.0.is_empty().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_split_as_compose_splits_them() {
        let check = |text: &str, wanted: Option<&[&str]>| {
            let found = split(text);
            let found = found.as_ref().map(|words| words.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref(), wanted, "{text}");
        };
        check("serve -c 'a b' \"c\\\"d\" e\\ f \"\"", Some(&["serve", "-c", "a b", "c\"d", "e f", ""]));
        check("A=1 serve \"a\\nb\" 'c\\nd' # e", Some(&["A=1", "serve", "anb", "c\\nd", "#", "e"]));
        check("serve; ls", Some(&["serve"]));
        check("serve 2> x", Some(&["serve"]));
        check("serve `a b` $(c d)", Some(&["serve", "`a b`", "$(c d)"]));
        check("serve 'a", None);
        check("serve (a)", None);
        check("serve \\\n x", Some(&["serve", "\n", "x"]));
    }
}
