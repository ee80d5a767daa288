//! Tags, attributes and their values.

use super::code;
use super::step::{Step, blank_end, find, find_folded, refuse, url};
use super::{Attribute, Context, Element, Quote, Refusal, State, Stop};
use crate::text::Span;

/// Takes the next piece of a text, in which the content of a special element ends at `end`.
pub(super) fn after(context: Context, text: &[u8], end: usize) -> Step {
    if context.quote != Quote::None {
        return value(context, text);
    }
    if end == 0 {
        return Ok((Context::default(), 0));
    }
    step(context, text.get(..end).unwrap_or(text))
}

/// Takes the next piece of what ends neither a special element nor a value.
fn step(context: Context, text: &[u8]) -> Step {
    match context.state {
        State::Text => Ok(plain(context, text)),
        State::Tag => tag(context, text),
        State::AttributeName => {
            let end = name_end(text, 0)?;
            let state = if end < text.len() { State::AfterName } else { context.state };
            Ok((Context { state, ..context }, end))
        }
        State::AfterName => {
            let at = blank_end(text, 0);
            match text.get(at) {
                None => Ok((context, text.len())),
                // Without quotes Go 1.26 judges it in another way.
                Some(b'=')
                    if context.attribute == Attribute::MetaContent
                        && !text.get(blank_end(text, at + 1)).is_some_and(|next| b"\"'".contains(next)) =>
                {
                    Err(Stop::Unknown)
                }
                Some(b'=') => Ok((Context { state: State::BeforeValue, ..context }, at + 1)),
                Some(_) => Ok((Context { state: State::Tag, ..context }, at)),
            }
        }
        State::BeforeValue => {
            let at = blank_end(text, 0);
            let (quote, read) = match text.get(at) {
                None => return Ok((context, text.len())),
                Some(b'"') => (Quote::Double, at + 1),
                Some(b'\'') => (Quote::Single, at + 1),
                Some(_) => (Quote::Space, at),
            };
            Ok((Context { state: context.attribute.value(), quote, ..context }, read))
        }
        State::Comment => Ok(match find(text, b"-->") {
            Some(at) => (Context::default(), at + 3),
            None => (context, text.len()),
        }),
        State::Value if context.attribute == Attribute::MetaContent && find_folded(text, b"url").is_some() => {
            Err(Stop::Unknown)
        }
        State::Value | State::RawText | State::Dead => Ok((context, text.len())),
        State::Url | State::Srcset => Ok((url(context, text), text.len())),
        _ => code::step(context, text),
    }
}

/// Where the end tag of a special element begins, which is looked for once for all pieces of its content.
#[derive(Default)]
pub(super) struct ContentEnd {
    known: Option<(Element, usize)>,
}

impl ContentEnd {
    /// The bytes after `at` before the end tag, or the end of the text without one.
    pub(super) fn after(&mut self, context: Context, text: &[u8], at: usize) -> usize {
        // Texts and comments of a script do not end with it.
        let is_literal = context.element == Element::Script && !matches!(context.state, State::Script | State::Tag);
        if is_literal || context.quote != Quote::None {
            return text.len() - at;
        }
        let known = self.known.filter(|(element, end)| *element == context.element && *end >= at);
        let end = known.map_or_else(|| content_end(context.element, text, at), |(_, end)| end);
        self.known = Some((context.element, end));
        end - at
    }
}

fn content_end(element: Element, text: &[u8], mut from: usize) -> usize {
    let name: &[u8] = match element {
        Element::Other | Element::Meta => return text.len(),
        Element::Script => b"script",
        Element::Style => b"style",
        Element::Textarea => b"textarea",
        Element::Title => b"title",
    };
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, b"</")).map(|at| from + at) {
        from = at + 2;
        let Some(written) = text.get(from..from + name.len()) else { continue };
        let ends = text.get(from + name.len()).is_some_and(|next| b"> \t\n\x0c/".contains(next));
        if written.eq_ignore_ascii_case(name) && ends {
            return at;
        }
    }
    text.len()
}

fn plain(context: Context, text: &[u8]) -> (Context, usize) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, b"<")).map(|at| from + at) {
        let Some(rest) = text.get(at + 1..).filter(|rest| !rest.is_empty()) else { break };
        if rest.starts_with(b"!--") {
            return (Context { state: State::Comment, ..Context::default() }, at + 4);
        }
        let is_end = rest.starts_with(b"/");
        let start = at + 1 + usize::from(is_end);
        if start == text.len() {
            break;
        }
        let end = tag_name_end(text, start);
        if end > start {
            let element = if is_end { Element::Other } else { element(text.get(start..end).unwrap_or_default()) };
            return (Context { state: State::Tag, element, ..Context::default() }, end);
        }
        from = start;
    }
    (context, text.len())
}

fn element(name: &[u8]) -> Element {
    match name.to_ascii_lowercase().as_slice() {
        b"script" => Element::Script,
        b"style" => Element::Style,
        b"textarea" => Element::Textarea,
        b"title" => Element::Title,
        b"meta" => Element::Meta,
        _ => Element::Other,
    }
}

fn tag(context: Context, text: &[u8]) -> Step {
    let at = blank_end(text, 0);
    match text.get(at) {
        None => return Ok((context, text.len())),
        Some(b'>') => {
            let (state, element) = match context.element {
                Element::Script => (State::Script, context.element),
                Element::Style => (State::Style, context.element),
                Element::Textarea | Element::Title => (State::RawText, context.element),
                Element::Other | Element::Meta => (State::Text, Element::Other),
            };
            return Ok((Context { state, element, ..Context::default() }, at + 1));
        }
        Some(_) => {}
    }
    let end = name_end(text, at)?;
    if end == at {
        return refuse(at, at + 1, Refusal::NoAttributeName);
    }
    let name = String::from_utf8_lossy(text.get(at..end).unwrap_or_default()).to_ascii_lowercase();
    let attribute = match context.element {
        Element::Script if name == "type" => Attribute::ScriptType,
        Element::Meta if name == "content" => Attribute::MetaContent,
        _ => attribute(&name),
    };
    let state = if end == text.len() { State::AttributeName } else { State::AfterName };
    // Known since Go 1.26 only: it must not meet another attribute.
    if attribute == Attribute::MetaContent && state == State::AttributeName {
        return Err(Stop::Unknown);
    }
    Ok((Context { state, attribute, element: context.element, ..Context::default() }, end))
}

/// Attributes with a URL.
const URLS: [&str; 17] = [
    "action",
    "archive",
    "background",
    "cite",
    "classid",
    "codebase",
    "data",
    "formaction",
    "href",
    "icon",
    "longdesc",
    "manifest",
    "poster",
    "profile",
    "src",
    "usemap",
    "xmlns",
];

/// Attributes without one whose name has `src`, `uri` or `url` in it, or begins with `on`.
const PLAIN: [&str; 2] = ["srcdoc", "srclang"];

fn attribute(name: &str) -> Attribute {
    let short = match name.strip_prefix("data-") {
        Some(rest) => rest,
        None => match name.split_once(':') {
            Some(("xmlns", _)) => return Attribute::Url,
            Some((_, rest)) => rest,
            None => name,
        },
    };
    let looks_like_url = ["src", "uri", "url"].iter().any(|part| short.contains(part));
    match short {
        "style" => Attribute::Style,
        "srcset" => Attribute::Srcset,
        _ if URLS.contains(&short) => Attribute::Url,
        _ if PLAIN.contains(&short) => Attribute::Plain,
        _ if short.starts_with("on") => Attribute::Script,
        _ if looks_like_url => Attribute::Url,
        _ => Attribute::Plain,
    }
}

/// The value of an attribute, up to its end or that of the text.
fn value(context: Context, text: &[u8]) -> Step {
    let ends: &[u8] = match context.quote {
        Quote::Double => b"\"",
        Quote::Single => b"'",
        _ => b" \t\n\x0c\r>",
    };
    let end = text.iter().position(|byte| ends.contains(byte)).unwrap_or(text.len());
    let inside = text.get(..end).unwrap_or(text);
    if context.quote == Quote::Space
        && let Some(at) = inside.iter().position(|byte| b"\"'<=`".contains(byte))
    {
        let wrong = inside.get(at).copied().unwrap_or_default();
        return refuse(at, at + 1, Refusal::Unquoted(char::from(wrong)));
    }
    if end == text.len() {
        // Entities may be quotes and the like.
        let has_entity = match context.state {
            State::Value => false,
            State::Url | State::Srcset => find(text, b"&#").is_some(),
            _ => text.contains(&b'&'),
        };
        let (mut context, mut rest) = (context, text);
        while !rest.is_empty() {
            if has_entity {
                return Err(Stop::Unknown);
            }
            let (next, read) = step(context, rest)?;
            if read == 0 && next == context {
                return Err(Stop::Unknown);
            }
            (context, rest) = (next, rest.get(read..).unwrap_or_default());
        }
        return Ok((context, text.len()));
    }
    let is_other_type = context.element == Element::Script
        && context.attribute == Attribute::ScriptType
        && context.state == State::Value
        && !code::is_script_type(&String::from_utf8_lossy(inside));
    let element = if is_other_type { Element::Other } else { context.element };
    let quoted = usize::from(context.quote != Quote::Space);
    Ok((Context { state: State::Tag, element, ..Context::default() }, end + quoted))
}

/// Where the name of an attribute ends.
fn name_end(text: &[u8], from: usize) -> Result<usize, Stop> {
    for (at, byte) in text.iter().enumerate().skip(from) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' | b'=' | b'>' => return Ok(at),
            b'\'' | b'"' | b'<' => {
                let wrong = Refusal::AttributeName(char::from(*byte));
                return Err(Stop::Refused(0, Span { start: at, end: at + 1 }, wrong));
            }
            _ => {}
        }
    }
    Ok(text.len())
}

fn tag_name_end(text: &[u8], start: usize) -> usize {
    let is_word = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if !text.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return start;
    }
    let mut at = start + 1;
    loop {
        match text.get(at) {
            Some(_) if is_word(at) => at += 1,
            // `x-y` and `x:y`, not `x-`.
            Some(b':' | b'-') if is_word(at + 1) => at += 2,
            _ => return at,
        }
    }
}
