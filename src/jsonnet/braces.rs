//! Where a key is being written in a text in Jsonnet, which need not be whole.

use std::collections::BTreeSet;

use super::comments::{PieceKind, Pieces};
use crate::text::Span;

/// An object of the result in which a key is being written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeySpot {
    /// The keys that lead to the object from the result; none for the result itself.
    pub way: Vec<String>,
    /// The other keys of the object.
    pub others: BTreeSet<String>,
}

/// Most brackets around a key.
const MAX_OPEN: usize = 64;

/// The object in which the word at `word` is a key; none where it is anything else, or where the object is not plainly a part of
/// the result.
#[must_use]
pub(crate) fn key_spot(text: &str, word: Span) -> Option<KeySpot> {
    let (before, after) = (text.get(..word.start)?, text.get(word.end..)?);
    let mut reader = Reader::default();
    if reader.read(before, |reader| reader.frames.len() > MAX_OPEN) {
        return None;
    }
    let own = reader.frames.pop().filter(|own| own.is_object && !own.in_value && matches!(reader.last, "{" | ","))?;
    let way = own.way.clone()?;
    let mut rest = Reader { frames: vec![own], ..Reader::default() };
    rest.read(after, |reader| reader.frames.is_empty() || reader.frames.len() > MAX_OPEN);
    let own = rest.outermost.or_else(|| rest.frames.into_iter().next())?;
    Some(KeySpot { way, others: own.keys })
}

/// Whether a key of an object comes next after a text.
pub(crate) fn is_key_next(before: &str) -> bool {
    let mut reader = Reader::default();
    if reader.read(before, |reader| reader.frames.len() > MAX_OPEN) {
        return false;
    }
    let is_key = |own: &Frame| own.is_object && !own.in_value;
    reader.frames.last().is_some_and(is_key) && matches!(reader.last, "{" | ",")
}

/// An open bracket.
#[derive(Default)]
struct Frame {
    is_object: bool,
    /// The parameters of the function that the document is.
    is_header: bool,
    /// The keys that lead to this object, where it is plainly a part of the result.
    way: Option<Vec<String>>,
    /// The key that was read last; in brackets the text that was.
    name: Option<String>,
    /// A colon came after it.
    in_value: bool,
    /// All keys of the object.
    keys: BTreeSet<String>,
}

#[derive(Default)]
struct Reader<'t> {
    frames: Vec<Frame>,
    /// What was read last: a word, a text in quotes or a sign.
    last: &'t str,
    /// What was read before it.
    before: &'t str,
    /// The bracket around all others that was closed last.
    outermost: Option<Frame>,
}

impl<'t> Reader<'t> {
    /// Reads a text; says whether it ended early.
    fn read(&mut self, text: &'t str, ends: impl Fn(&Self) -> bool) -> bool {
        let mut word = Span::at(0);
        for (kind, span) in Pieces::of(text) {
            let piece = text.get(span.start..span.end).unwrap_or_default();
            if kind == PieceKind::Other && piece.chars().all(|chr| chr.is_ascii_alphanumeric() || chr == '_') {
                word = if word.end == span.start && !word.is_empty() { word.cover(span) } else { span };
                continue;
            }
            self.token(text.get(word.start..word.end).unwrap_or_default());
            word = Span::at(span.end);
            if kind != PieceKind::Comment {
                self.token(piece.trim());
            }
            if ends(self) {
                return true;
            }
        }
        self.token(text.get(word.start..word.end).unwrap_or_default());
        false
    }

    fn token(&mut self, token: &'t str) {
        let mut last = token;
        match token {
            "" => return,
            "{" | "[" | "(" => self.open(token == "{"),
            // What follows the header is the result.
            "}" | "]" | ")" => last = if self.close() { ";" } else { token },
            "," | ":" => {
                if let Some(own) = self.frames.last_mut().filter(|own| own.is_object) {
                    own.in_value = token == ":";
                    let name = if own.in_value { own.name.clone() } else { own.name.take() };
                    own.keys.extend(name);
                }
            }
            _ => {
                if let Some(own) = self.frames.last_mut().filter(|own| !own.in_value) {
                    let is_name = token.starts_with(|chr: char| chr.is_ascii_alphabetic() || "_'\"".contains(chr));
                    own.name = is_name.then(|| token.trim_matches(['\'', '"']).to_owned()).or(own.name.take());
                }
            }
        }
        self.before = std::mem::replace(&mut self.last, last);
    }

    fn open(&mut self, is_object: bool) {
        // Only what follows these is the value itself, or one of several, or added to it.
        let leads = matches!(self.last, "" | ";" | ":" | "+" | "then" | "else");
        let way = match self.frames.last() {
            None => Some(Vec::new()),
            Some(own) if own.is_object && own.in_value => {
                own.way.clone().zip(own.name.clone()).map(|(mut way, name)| {
                    way.push(name);
                    way
                })
            }
            Some(_) => None,
        };
        let is_header = self.frames.is_empty() && self.last == "function" && matches!(self.before, "" | ";");
        self.frames.push(Frame { is_object, is_header, way: way.filter(|_| leads && is_object), ..Frame::default() });
    }

    /// Closes a bracket; whether it was that of the header.
    fn close(&mut self) -> bool {
        let Some(closed) = self.frames.pop() else { return false };
        let is_header = closed.is_header;
        match self.frames.last_mut() {
            None => self.outermost = Some(closed),
            // `[if … then 'name']`
            Some(own) if own.is_object && !own.in_value && !closed.is_object => own.name = closed.name,
            Some(_) => {}
        }
        is_header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, String)> {
        let (before, rest) = text.split_once('<').expect("a start");
        let (word, after) = rest.split_once('>').expect("an end");
        let span = Span::new(before.len(), before.len() + word.len());
        let spot = key_spot(&format!("{before}{word}{after}"), span)?;
        Some((spot.way.join("."), spot.others.into_iter().collect::<Vec<_>>().join(" ")))
    }

    #[test]
    fn keys_of_the_result_have_a_way() {
        let found = |text: &str| at(text).unwrap_or_else(|| panic!("{text}"));
        let of = |way: &str, others: &str| (way.to_owned(), others.to_owned());
        assert_eq!(found("local c = std.extVar('claims'); {<>}"), of("", ""));
        assert_eq!(found("{ identity: { traits: { a: 1, <em> } } }"), of("identity.traits", "a"));
        assert_eq!(found("{ identity: { <>: 1, traits: {} } }"), of("identity", "traits"));
        assert_eq!(found("{ identity: { <> traits: {} } }"), of("identity", "traits"));
        assert_eq!(found("// {\nif c then { } else { \"identity\"+: { <>"), of("identity", ""));
        assert_eq!(found("{ a: [1, { b: 2 }], [if x == 'y' then 'k']: {}, <>, 'l': f({ m: 1 }) }"), of("", "a k l"));
        assert_eq!(found("{ identity: base + { <> } }"), of("identity", ""));
        assert_eq!(found("// a\nfunction(ctx) { a: 1, <> }"), of("", "a"));
        assert_eq!(found("local x = {}; function (ctx, y={}) { user: { <> } }"), of("user", ""));
    }

    #[test]
    fn keys_are_told_from_values() {
        for (text, is_key) in [("{ a: 1, ", true), ("f({ ", true), ("[1, ", false), ("{ a: ", false), ("f(1, ", false)]
        {
            assert_eq!(is_key_next(text), is_key, "{text}");
        }
    }

    #[test]
    fn what_is_no_key_of_the_result_has_none() {
        for text in [
            "<>",
            "{ a: <> }",
            "{ a <> }",
            "local x = { <> }; {}",
            "{ identity: f({ <> }) }",
            "{ identity: [{ <> }] }",
            "{ a: 'x {<>' }",
            "{ # {\n a: 1 <> }",
            "std.mergePatch({}, { <> })",
            "f(x) { <> }",
            "local f = function(x) { <> }; {}",
            "function(ctx) f(ctx) { <> }",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
        assert_eq!(at(&format!("{}<>", "{ a: ".repeat(100_000))), None);
    }
}
