//! Where the cursor is in a JSON text that is being written: a look at its tokens, which need not be complete.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::Span;

/// How deep the cursor may be.
const MAX_DEPTH: usize = 100;

/// The place of the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    /// The keys around it, outermost first; `None` is a list.
    pub(super) path: Vec<Option<String>>,
    /// Whether a key is written there, not a value.
    pub(super) is_key: bool,
    /// The token that is there; nothing where none is.
    pub(super) token: Span,
    /// The keys that its object has elsewhere.
    pub(super) others: BTreeSet<String>,
    /// The texts in the objects around it and in its own, outermost first.
    pub(super) texts: Vec<BTreeMap<String, String>>,
    /// Whether a colon follows the key.
    pub(super) has_value: bool,
    /// Where the comma is missing between the entry before and the key.
    pub(super) lacks_comma: Option<usize>,
    /// Whether an entry follows without a comma between.
    pub(super) needs_comma: bool,
}

/// An object or list that is open.
#[derive(Debug, Default)]
struct Frame {
    is_list: bool,
    key: Option<String>,
    keys: Vec<(Span, String)>,
    texts: BTreeMap<String, String>,
    /// A colon came after the last key.
    in_value: bool,
    /// Where its value ends.
    value_end: Option<usize>,
}

/// Looks around `byte` of a text; `None` outside of an object, or where a text cannot be JSON.
pub(super) fn spot(text: &str, byte: usize) -> Option<Spot> {
    let byte = byte.min(text.len());
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = 0;
    let mut found: Option<(Spot, usize)> = None;
    while at < text.len() {
        let token = token(text, at)?;
        if token.is_empty() {
            break;
        }
        if found.is_none() && byte <= token.start {
            found = Some((here(&frames, Span::at(byte))?, frames.len()));
        }
        let written = text.get(token.start..token.end)?;
        let is_word = !matches!(written, "{" | "}" | "[" | "]" | ":" | ",");
        if found.is_none() && is_word && token.start < byte && byte <= token.end {
            found = Some((here(&frames, token)?, frames.len()));
        }
        match written {
            "{" | "[" if frames.len() >= MAX_DEPTH => return None,
            "{" | "[" => frames.push(Frame { is_list: written == "[", ..Frame::default() }),
            "}" | "]" => {
                let closed = frames.len();
                let frame = frames.pop();
                if let (Some((spot, depth)), Some(frame)) = (&mut found, frame) {
                    finish(spot, frame, closed, *depth);
                }
                if let Some(around) = frames.last_mut().filter(|around| around.in_value) {
                    around.value_end = Some(token.end);
                }
            }
            ":" | "," => {
                let own = frames.last_mut()?;
                (own.in_value, own.value_end) = (written == ":", None);
            }
            _ => word(frames.last_mut()?, token, written),
        }
        at = token.end.max(at + 1);
    }
    let (mut spot, depth) = match found {
        Some(found) => found,
        None => (here(&frames, Span::at(byte))?, frames.len()),
    };
    while let Some(frame) = frames.pop() {
        finish(&mut spot, frame, frames.len() + 1, depth);
    }
    followed(spot, text)
}

/// What closes the objects and lists that a text leaves open.
pub(super) fn closers(text: &str) -> String {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(token) = token(text, at).filter(|token| !token.is_empty()) {
        match text.get(token.start..token.end) {
            Some("{") => open.push('}'),
            Some("[") => open.push(']'),
            Some("}" | "]") => _ = open.pop(),
            _ => {}
        }
        at = token.end;
    }
    open.iter().rev().collect()
}

fn word(frame: &mut Frame, token: Span, written: &str) {
    if !frame.is_list && (!frame.in_value || frame.value_end.is_some()) {
        let name = plain(written);
        frame.keys.push((token, name.clone()));
        frame.key = Some(name);
    } else if let Some(key) = frame.key.clone().filter(|_| written.starts_with('"')) {
        frame.texts.insert(key, plain(written));
    }
    if frame.in_value && frame.value_end.is_none() {
        frame.value_end = Some(token.end);
    }
}

/// What a word means; a text that does not end goes on to the end of its line.
fn plain(written: &str) -> String {
    let whole = serde_json::from_str::<String>(written).ok();
    whole.unwrap_or_else(|| written.strip_prefix('"').unwrap_or(written).to_owned())
}

/// The place between the frames that are open.
fn here(frames: &[Frame], token: Span) -> Option<Spot> {
    let own = frames.last()?;
    // After a whole value a key comes next: only the comma is missing.
    let lacks_comma = own.value_end.filter(|end| *end < token.start && !own.is_list);
    let is_key = !own.is_list && (!own.in_value || lacks_comma.is_some());
    let around = frames.split_last().map(|(_, around)| around).unwrap_or_default();
    let mut path: Vec<Option<String>> =
        around.iter().map(|frame| if frame.is_list { None } else { frame.key.clone() }).collect();
    if !is_key {
        path.push(if own.is_list { None } else { own.key.clone() });
    }
    Some(Spot { path, is_key, token, lacks_comma, ..Spot::default() })
}

/// Notes what a frame held that was around the cursor: the `closed`th, where its own is the `depth`th. They close one by one,
/// the innermost first; what else closes later was opened later.
fn finish(spot: &mut Spot, frame: Frame, closed: usize, depth: usize) {
    if depth.checked_sub(spot.texts.len()) != Some(closed) {
        return;
    }
    if closed == depth {
        let others = frame.keys.into_iter().filter(|(span, _)| *span != spot.token);
        spot.others = others.map(|(_, name)| name).collect();
    }
    spot.texts.push(frame.texts);
}

/// Notes what follows; none where the value is there already.
fn followed(mut spot: Spot, text: &str) -> Option<Spot> {
    let rest = text.get(spot.token.end..).unwrap_or_default().trim_start();
    spot.has_value = spot.is_key && rest.starts_with(':');
    spot.needs_comma = rest.starts_with('"');
    let is_member = !spot.is_key && spot.path.last().is_some_and(Option::is_some) && spot.token.is_empty();
    let next = token(rest, 0).filter(|token| is_member && !token.is_empty());
    let is_key = next.is_some_and(|next| rest.get(next.end..).is_some_and(|rest| rest.trim_start().starts_with(':')));
    if next.is_some() && !is_key && !rest.starts_with(['}', ']', ',', ':']) {
        return None;
    }
    spot.texts.reverse();
    Some(spot)
}

/// The next token at or after a byte; an empty one at the end.
fn token(text: &str, at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    let start = at + rest.len() - rest.trim_start().len();
    let rest = text.get(start..)?;
    let length = match rest.chars().next() {
        None => 0,
        Some('"') => string(rest),
        Some('{' | '}' | '[' | ']' | ':' | ',') => 1,
        Some(_) => rest.find(|chr: char| chr.is_whitespace() || "{}[]:,\"".contains(chr)).unwrap_or(rest.len()),
    };
    Some(Span::new(start, start + length))
}

/// The length of a text in quotes; one that does not end goes to the end of its line.
fn string(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, chr) in rest.char_indices().skip(1) {
        match chr {
            '\n' | '\r' => return at,
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = chr == '\\' && !is_escaped,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, bool, String)> {
        let byte = text.find('|').expect("a cursor");
        let plain = text.replace('|', "");
        let spot = spot(&plain, byte)?;
        let path: Vec<String> = spot.path.into_iter().map(|part| part.unwrap_or_else(|| "[]".to_owned())).collect();
        Some((path.join("/"), spot.is_key, plain[spot.token.start..spot.token.end].to_owned()))
    }

    fn found(path: &str, is_key: bool, token: &str) -> (String, bool, String) {
        (path.to_owned(), is_key, token.to_owned())
    }

    #[test]
    fn keys_and_values_are_told_apart_in_texts_that_are_not_complete() {
        assert_eq!(at("|"), None);
        assert_eq!(at("{|"), Some(found("", true, "")));
        assert_eq!(at("{\"a\": {\"b\": 1, |}}"), Some(found("a", true, "")));
        assert_eq!(at("{\"a\": {\"b|\": 1}}"), Some(found("a", true, "\"b\"")));
        assert_eq!(at("{\"a\": {\"b\": |"), Some(found("a/b", false, "")));
        assert_eq!(at("{\"a\": {\"b\": tr|ue}}"), Some(found("a/b", false, "true")));
        assert_eq!(at("{\"a\": [{\"b\": \"x|\n\"}]}"), Some(found("a/[]/b", false, "\"x")));
        assert_eq!(at("{\"a\": \"x\"\n |\n}"), Some(found("", true, "")));
        assert_eq!(at("{\"a\": {\"b\": {}\n \"c|\n}}"), Some(found("a", true, "\"c")));
        assert_eq!(at("{\"a\": [|]}"), Some(found("a/[]", false, "")));
        assert_eq!(at("{\"a\\\"\": {\"ü|\": 1}}"), Some(found("a\"", true, "\"ü\"")));
        assert_eq!(at(&("{\"a\":".repeat(200) + "|")), None);
    }

    #[test]
    fn what_is_around_counts() {
        let text = "{\"a\": 1, \n \"b\": {\"x\": 1}, \"c\": 2}";
        let found = spot(text, 8).expect("a spot");
        assert_eq!(found.others, BTreeSet::from(["a".to_owned(), "b".to_owned(), "c".to_owned()]));
        assert!(found.needs_comma && !found.has_value);
        assert!(spot(text, 3).expect("a spot").has_value);
        let text = "{\"a\": {\"k\": {  }, \"m\": {\"n\": \"no\"}, \"format\": \"tel\"}, \"z\": \"y\"}";
        let texts = spot(text, 13).expect("a spot").texts;
        let one = |key: &str, text: &str| BTreeMap::from([(key.to_owned(), text.to_owned())]);
        assert_eq!(texts, [one("z", "y"), one("format", "tel"), BTreeMap::new()]);
        for (text, is_followed) in
            [("{\"a\": | \"x\"}", true), ("{\"a\": |\n{}}", true), ("{\"a\": |\n\"b\": 1}", false)]
        {
            let byte = text.find('|').expect("a cursor");
            assert_eq!(spot(&text.replace('|', ""), byte).is_none(), is_followed, "{text}");
        }
        assert!(spot("{\"a\": 1}\n", 1).is_some_and(|spot| spot.is_key));
    }
}
