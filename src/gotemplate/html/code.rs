//! Scripts and styles.

use super::step::{Step, blank_end, find, refuse, url};
use super::{Context, Refusal, Slash, State, Stop};

/// Takes the next piece of a script or a style.
pub(super) fn step(context: Context, text: &[u8]) -> Step {
    match context.state {
        State::Script => script(context, text),
        State::ScriptText(_) | State::ScriptPattern => literal(context, text),
        State::Style => Ok(style(context, text)),
        State::StyleText(_) | State::StyleUrl(_) => style_text(context, text),
        State::ScriptBlockComment | State::StyleBlockComment => Ok(match find(text, b"*/") {
            Some(at) => (Context { state: around(context.state), ..context }, at + 2),
            None => (context, text.len()),
        }),
        State::ScriptLineComment | State::StyleLineComment => Ok(match line_end(context.state, text) {
            Some(at) => (Context { state: around(context.state), ..context }, at),
            None => (context, text.len()),
        }),
        _ => Err(Stop::Unknown),
    }
}

/// What a comment is in.
fn around(comment: State) -> State {
    match comment {
        State::StyleBlockComment | State::StyleLineComment => State::Style,
        _ => State::Script,
    }
}

fn line_end(comment: State, text: &[u8]) -> Option<usize> {
    if comment == State::StyleLineComment {
        return text.iter().position(|byte| b"\n\x0c\r".contains(byte));
    }
    let is_end = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        rest.starts_with(b"\n")
            || rest.starts_with(b"\r")
            || ["\u{2028}", "\u{2029}"].iter().any(|end| rest.starts_with(end.as_bytes()))
    };
    (0..text.len()).find(is_end)
}

fn script(context: Context, text: &[u8]) -> Step {
    let Some(at) = text.iter().position(|byte| b"\"`'/{}<-#".contains(byte)) else {
        return Ok((Context { slash: next_slash(text, context.slash), ..context }, text.len()));
    };
    let before = text.get(..at).unwrap_or_default();
    let rest = text.get(at..).unwrap_or_default();
    let context = Context { slash: next_slash(before, context.slash), ..context };
    let into = |state, read| Ok((Context { state, ..context }, at + read));
    match rest.first() {
        Some(quote @ (b'"' | b'\'')) => {
            Ok((Context { state: State::ScriptText(*quote), slash: Slash::Pattern, ..context }, at + 1))
        }
        // Actions there are refused by some releases of Go.
        Some(b'`') => Err(Stop::Unknown),
        Some(b'/') if rest.starts_with(b"//") => into(State::ScriptLineComment, 2),
        Some(b'/') if rest.starts_with(b"/*") => into(State::ScriptBlockComment, 2),
        Some(b'/') => match context.slash {
            Slash::Pattern => into(State::ScriptPattern, 1),
            Slash::Division => Ok((Context { slash: Slash::Pattern, ..context }, at + 1)),
            Slash::Ambiguous => refuse(at, at + 1, Refusal::Slash),
            Slash::Either => Err(Stop::Unknown),
        },
        // Comments as in HTML, and the first line of a program.
        Some(b'<') if rest.starts_with(b"<!--") => into(State::ScriptLineComment, 4),
        Some(b'-') if rest.starts_with(b"-->") => into(State::ScriptLineComment, 3),
        Some(b'#') if rest.starts_with(b"#!") => into(State::ScriptLineComment, 2),
        // Before Go 1.26 what is before the brace counts.
        Some(b'{' | b'}') => {
            let slash = if context.slash == Slash::Pattern { Slash::Pattern } else { Slash::Either };
            Ok((Context { slash, ..context }, at + 1))
        }
        _ => into(State::Script, 1),
    }
}

/// A quoted text or a pattern of a script.
fn literal(context: Context, text: &[u8]) -> Step {
    let (end, is_pattern) = match context.state {
        State::ScriptText(quote) => (quote, false),
        _ => (b'/', true),
    };
    let mut in_charset = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if at + 1 == text.len() => return refuse(at, at + 1, Refusal::Escape),
            b'\\' => at += 1,
            b'[' if is_pattern => in_charset = true,
            b']' if is_pattern => in_charset = false,
            byte if *byte == end && !in_charset => {
                return Ok((Context { state: State::Script, slash: Slash::Division, ..context }, at + 1));
            }
            _ => {}
        }
        at += 1;
    }
    if in_charset { refuse(text.len(), text.len(), Refusal::Charset) } else { Ok((context, text.len())) }
}

fn style(context: Context, text: &[u8]) -> (Context, usize) {
    let mut from = 0;
    while let Some(at) = text.iter().skip(from).position(|byte| b"(\"'/".contains(byte)).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        let into = |state, read| (Context { state, ..context }, read);
        match rest.first() {
            Some(b'(') if is_url(text.get(..at).unwrap_or_default()) => {
                let start = blank_end(text, at + 1);
                return match text.get(start) {
                    Some(quote @ (b'"' | b'\'')) => into(State::StyleUrl(*quote), start + 1),
                    _ => into(State::StyleUrl(b' '), start),
                };
            }
            Some(b'/') if rest.starts_with(b"//") => return into(State::StyleLineComment, at + 2),
            Some(b'/') if rest.starts_with(b"/*") => return into(State::StyleBlockComment, at + 2),
            Some(quote @ (b'"' | b'\'')) => return into(State::StyleText(*quote), at + 1),
            _ => from = at + 1,
        }
    }
    (context, text.len())
}

/// Whether this ends in the word `url`.
fn is_url(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let Some((before, word)) = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) else { return false };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte) || !byte.is_ascii();
    word.eq_ignore_ascii_case(b"url") && !before.last().is_some_and(is_name)
}

fn style_text(context: Context, text: &[u8]) -> Step {
    let ends: &[u8] = match context.state {
        State::StyleText(b'"') | State::StyleUrl(b'"') => b"\"",
        State::StyleText(_) | State::StyleUrl(b'\'') => b"'",
        _ => b"\t\n\x0c\r )",
    };
    match text.iter().position(|byte| *byte == b'\\' || ends.contains(byte)) {
        None => Ok((url(context, text), text.len())),
        // What an escape stands for may begin the query.
        Some(at) if text.get(at) == Some(&b'\\') => {
            if at + 1 == text.len() {
                refuse(at, at + 1, Refusal::Escape)
            } else {
                Err(Stop::Unknown)
            }
        }
        Some(at) => Ok((Context { state: State::Style, ..context }, at + 1)),
    }
}

/// Words after which a pattern may begin.
const BEFORE_PATTERNS: [&[u8]; 14] = [
    b"break",
    b"case",
    b"continue",
    b"delete",
    b"do",
    b"else",
    b"finally",
    b"in",
    b"instanceof",
    b"return",
    b"throw",
    b"try",
    b"typeof",
    b"void",
];

/// What a slash means after these tokens.
fn next_slash(text: &[u8], before: Slash) -> Slash {
    let text = String::from_utf8_lossy(text);
    let blank = |c: char| c.is_whitespace() && c != '\u{85}' || c == '\u{feff}';
    let text = text.trim_end_matches(blank).as_bytes();
    let Some(last) = text.last() else { return before };
    match last {
        b'+' | b'-' => {
            let same = text.iter().rev().take_while(|byte| *byte == last).count();
            if same % 2 == 1 { Slash::Pattern } else { Slash::Division }
        }
        b'.' => {
            let number = text.iter().rev().nth(1).is_some_and(u8::is_ascii_digit);
            if number { Slash::Division } else { Slash::Pattern }
        }
        b',' | b'<' | b'>' | b'=' | b'*' | b'%' | b'&' | b'|' | b'^' | b'?' | b'!' | b'~' | b'(' | b'[' | b':'
        | b';' | b'{' | b'}' => Slash::Pattern,
        _ => {
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"$_".contains(byte);
            let start = text.iter().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1);
            let word = text.get(start..).unwrap_or_default();
            if BEFORE_PATTERNS.contains(&word) { Slash::Pattern } else { Slash::Division }
        }
    }
}

/// Whether the `type` of a `<script>` says that it is JavaScript or JSON.
pub(super) fn is_script_type(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_lowercase();
    let name = kind.strip_prefix("application/").or_else(|| kind.strip_prefix("text/"));
    let Some(name) = name else { return kind.is_empty() || kind == "module" };
    let is_text = kind.starts_with("text/");
    match name {
        "ecmascript" | "javascript" | "x-ecmascript" | "x-javascript" => true,
        "json" | "ld+json" => !is_text,
        "jscript" | "livescript" => is_text,
        _ => is_text && matches!(name.strip_prefix("javascript1."), Some("0" | "1" | "2" | "3" | "4" | "5")),
    }
}
