//! Completion in Jsonnet: what is there at the places that run the document, guards for what may be missing, `std`, and whole
//! documents where nothing is written yet.

use std::collections::BTreeMap;

use serde_json::json;

use super::bodies::{self, Seen};
use super::document::Document;
use super::offer::{FIELD, FUNCTION, Offer, SNIPPET};
use super::position::{is_name, word_at};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::{begun, fields, result, scope};
use crate::init::body;
use crate::jsonnet::braces::key_spot;
use crate::jsonnet::standard::{Function, functions};
use crate::jsonnet::types::{Field, JsonType, Text};
use crate::kratos::ctx::standard;
use crate::kratos::version::Version;
use crate::text::Span;

/// What may be written at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(
    document: Document<'_>,
    text: &str,
    byte: usize,
    snapshot: &Snapshot,
) -> (Vec<Offer>, Span, usize) {
    let replaces = word_at(text, byte, is_name).unwrap_or(Span::at(byte));
    let (before, after) = (text.get(..byte).unwrap_or_default(), text.get(byte..).unwrap_or_default());
    let end = replaces.end;
    let (head, rest) = (text.get(..replaces.start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    if head.trim().is_empty() && rest.trim().is_empty() {
        return (whole(document, snapshot), replaces, 0);
    }
    if is_header(head) && rest.trim().is_empty() {
        return (after_header(document, head, snapshot), replaces, 0);
    }
    if is_after_locals(head) && rest.trim().is_empty() {
        return (rest_of_whole(document, head, snapshot), replaces, 0);
    }
    let all = bodies::seen(document, snapshot);
    if let Some((offers, replaces)) = scope::variables(&all, before, after) {
        return (offers, replaces, 0);
    }
    if let Some(index) = Index::at(before, after) {
        return (index.offers(&all), index.replaces, 0);
    }
    let Some(expression) = head.strip_suffix('.') else {
        let keys = key_spot(text, replaces).map(|spot| result::offers(document, (text, end), &spot, snapshot));
        return (keys.unwrap_or_else(|| scope::words(&all, head, rest)), replaces, 0);
    };
    let word = expression.get(expression.trim_end_matches(is_name).len()..).unwrap_or_default();
    if word == "std" {
        return (of_library(&all, rest), replaces, 0);
    }
    let can_get = all.iter().all(|seen| standard::has("get", seen.version));
    let titles = bodies::titles(document.file(), expression, snapshot);
    let (found, ending) = fields_of(&all, expression, rest);
    let read = safely(&all, expression, &ending, can_get);
    let mut offers = Vec::new();
    for (name, field) in found {
        let missing = field.missing_when.is_some();
        let about = about(expression, (&name, &field), titles.get(&name).map(String::as_str));
        let detail = field.kind.in_words();
        if name == "request_cookies" {
            let offer = cookie((expression, rest), &read, end, can_get);
            offers.extend(offer.map(|offer| Offer { about, ..offer }));
            continue;
        }
        // Read as it is, what may be missing makes Kratos fail at times.
        if missing || !expression.ends_with(&read) {
            let offer = guarded((expression, rest), &read, (&name, &field.kind), end, can_get);
            offers.extend(offer.map(|offer| Offer { detail, about, ..offer }));
            continue;
        }
        let word = plain(&name, Span::new(expression.len(), end));
        offers.push(Offer { detail, about, is_first: true, ..word });
    }
    (offers, replaces, 0)
}

/// What a field is, when it is there, and what it may hold.
fn about(expression: &str, (name, field): (&str, &Field), title: Option<&str>) -> Option<String> {
    let missing = field.missing_when.as_ref().map(|when| format!("May be missing: {when}"));
    let example = super::about::example(name, &field.kind).map(|text| format!("Example:\n\n```json\n{text}\n```"));
    let what = fields::about(expression, name).map(str::to_owned);
    let parts: Vec<String> = [title.map(str::to_owned), what, missing, example].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The names that an expression ends with, as they are read where one of them may be missing: `std.get(claims, 'raw_claims', {})`.
fn safely(all: &[Seen], expression: &str, ending: &str, can_get: bool) -> String {
    let start = expression.trim_end_matches(|chr| is_name(chr) || chr == '.').len();
    let (before, object) = expression.split_at_checked(start).unwrap_or(("", expression));
    let mut names = object.split('.');
    let mut written = names.next().unwrap_or_default().to_owned();
    let mut read = written.clone();
    for name in names {
        let (way, dot) = (format!("{before}{written}{ending}"), before.len() + written.len());
        let field = bodies::fields(all, &way, dot).remove(name);
        // Of what is read instead of a missing one nothing is there.
        let is_there = read == written && field.is_none_or(|field| field.missing_when.is_none());
        read = match (is_there, can_get) {
            (true, _) => format!("{read}.{name}"),
            (false, true) => format!("std.get({read}, '{name}', {{}})"),
            (false, false) => format!("(if '{name}' in {read} then {read}.{name} else {{}})"),
        };
        written = format!("{written}.{name}");
    }
    read
}

/// The fields of an expression while more is written below it, and what ends it then: there may be no comma yet, nothing may be
/// closed, or values before it may be missing.
fn fields_of(all: &[Seen], expression: &str, rest: &str) -> (BTreeMap<String, Field>, String) {
    let read = |(before, ending): (String, String)| {
        let fields = bodies::fields(all, &format!("{before}{ending}"), before.len());
        (!fields.is_empty()).then_some((fields, ending))
    };
    begun::ways(expression, rest).into_iter().find_map(read).unwrap_or_default()
}

/// A field that is always there; after the dot at the start of `replaces` only names are read.
fn plain(name: &str, replaces: Span) -> Offer {
    let read = body::access(name);
    if read.starts_with('.') {
        return Offer::word(name, FIELD);
    }
    Offer {
        text: Snippet::of(read),
        filter: Some(format!(".{name}")),
        replaces: Some(replaces),
        ..Offer::word(name, FIELD)
    }
}

/// A name in brackets that is being written: `ctx.identity.traits['em`.
struct Index<'t> {
    /// What is before the bracket.
    expression: &'t str,
    quote: char,
    /// From the bracket on, what closes it included.
    replaces: Span,
    /// What follows.
    rest: &'t str,
}

impl<'t> Index<'t> {
    fn at(before: &'t str, after: &'t str) -> Option<Index<'t>> {
        let open = before.rfind(['\'', '"', '\n'])?;
        let quote = before.get(open..)?.chars().next().filter(|chr| *chr != '\n')?;
        let expression = before.get(..open)?.strip_suffix('[')?;
        if !expression.ends_with(|chr: char| is_name(chr) || chr == ')' || chr == ']') {
            return None;
        }
        let end = after.find([quote, '\n', ']', ',', ' ']).unwrap_or(after.len());
        let rest = after.get(end..)?;
        let rest = rest.strip_prefix(quote).map_or(rest, |rest| rest.strip_prefix(']').unwrap_or(rest));
        let replaces = Span::new(expression.len(), before.len() + after.len() - rest.len());
        Some(Index { expression, quote, replaces, rest })
    }

    fn offers(&self, all: &[Seen]) -> Vec<Offer> {
        let can_get = all.iter().all(|seen| standard::has("get", seen.version));
        let quote = self.quote;
        let (found, ending) = fields_of(all, self.expression, self.rest);
        let read = safely(all, self.expression, &ending, can_get);
        let is_safe = self.expression.ends_with(&read);
        let mut offers = Vec::new();
        for (name, field) in found {
            let detail = field.kind.in_words();
            let about = about(self.expression, (&name, &field), None);
            if is_safe && field.missing_when.is_none() && !name.contains([quote, '\\']) {
                offers.push(Offer {
                    detail,
                    about,
                    text: Snippet::of(format!("[{quote}{name}{quote}]")),
                    filter: Some(format!("[{quote}{name}")),
                    is_first: true,
                    ..Offer::word(&name, FIELD)
                });
            } else if let Some(offer) =
                guarded((self.expression, self.rest), &read, (&name, &field.kind), self.replaces.end, can_get)
            {
                let object = offer.replaces.and_then(|span| self.expression.get(span.start..)).unwrap_or_default();
                offers.push(Offer { detail, about, filter: Some(format!("{object}[{quote}{name}")), ..offer });
            }
        }
        offers
    }
}

/// A read of a field that may be missing, with what is written instead; nothing where it is not read from plain names, or where
/// more is read from it: what follows would read the default.
fn guarded(
    (expression, after): (&str, &str),
    read: &str,
    (name, kind): (&str, &JsonType),
    end: usize,
    can_get: bool,
) -> Option<Offer> {
    let start = chain(expression);
    let object = expression.get(start..)?;
    // What is called or indexed is read as it is.
    let read = if object.contains(['(', '[']) { object } else { read };
    let is_plain = object.starts_with(|chr: char| chr.is_ascii_alphabetic() || chr == '_') && !object.contains("..");
    if !is_plain || !scope::begins(expression.get(..start)?) || after.starts_with(['.', '[', '(']) {
        return None;
    }
    let default = match kind {
        JsonType::Text(_) => "''",
        JsonType::Bool(_) => "false",
        JsonType::List(_) => "[]",
        JsonType::Object(_) => "{}",
        _ => "null",
    };
    let label = format!("{name}, or {default}");
    let text = if name.chars().all(is_name) { format!("'{name}'") } else { json!(name).to_string() };
    let new = if can_get {
        format!("std.get({read}, {text}, {default})")
    } else {
        format!("(if {text} in {read} then {read}{} else {default})", body::access(name))
    };
    Some(Offer {
        text: Snippet::of(new),
        filter: Some(format!("{object}.{name}")),
        replaces: Some(Span::new(start, end)),
        ..Offer::word(&label, SNIPPET)
    })
}

/// Where the names, calls and indices begin that a text ends with: `std.extVar('claims').raw_claims`.
fn chain(text: &str) -> usize {
    let mut start = text.len();
    let mut depth = 0_usize;
    for (at, chr) in text.char_indices().rev() {
        match chr {
            ')' | ']' => depth += 1,
            '(' | '[' if depth == 0 => break,
            '(' | '[' => depth -= 1,
            '\n' => break,
            _ if depth == 0 && !is_name(chr) && chr != '.' => break,
            _ => {}
        }
        if depth == 0 {
            start = at;
        }
    }
    start
}

/// One cookie of the browser: all of them hold the session.
fn cookie((expression, after): (&str, &str), read: &str, end: usize, can_get: bool) -> Option<Offer> {
    let cookie = ("my_cookie", &JsonType::Text(Text::Any));
    let (cookies, read) = (format!("{expression}.request_cookies"), format!("{read}.request_cookies"));
    let mut offer = guarded((&cookies, after), &read, cookie, end, can_get)?;
    let start = offer.replaces?.start;
    offer.filter = Some(format!("{}.request_cookies", expression.get(start..)?));
    Some(Offer { label: "request_cookies: one of them".to_owned(), detail: "text".to_owned(), ..offer })
}

/// Whole documents for where nothing is written.
fn whole(document: Document<'_>, snapshot: &Snapshot) -> Vec<Offer> {
    let offer = |(at, text): (String, String)| Offer {
        text: Snippet::of(text),
        about: Some(format!("What Kratos needs at {at}, with what is there.")),
        is_first: true,
        ..Offer::word(if at == "oidc.mapper" { "a new mapper" } else { "a new body" }, SNIPPET)
    };
    bodies::whole(document, snapshot).map(offer).into_iter().collect()
}

/// Whether a text is `function(ctx)`, without what it returns.
fn is_header(head: &str) -> bool {
    let written = head.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect::<String>();
    written.strip_prefix("function").is_some_and(|rest| {
        let rest = rest.trim();
        rest.starts_with('(') && rest.ends_with(')') && rest.matches('(').count() == 1
    })
}

/// Whether locals of the document are written, and nothing after them.
fn is_after_locals(head: &str) -> bool {
    let written = head.trim_end();
    written.ends_with(';') && written.starts_with("local ") && begun::closing(written).is_empty()
}

/// What a document returns, with the locals that it needs and has not.
fn rest_of_whole(document: Document<'_>, head: &str, snapshot: &Snapshot) -> Vec<Offer> {
    let names: Vec<&str> = head.lines().filter_map(local).collect();
    let rest = |(at, text): (String, String)| {
        let lines: Vec<&str> =
            text.lines().filter(|line| local(line).is_none_or(|name| !names.contains(&name))).collect();
        Offer {
            text: Snippet::of(lines.join("\n")),
            about: Some(format!("What Kratos needs at {at}, with what is there.")),
            is_first: true,
            ..Offer::word(
                if at == "oidc.mapper" { "what this mapper returns" } else { "what this body returns" },
                SNIPPET,
            )
        }
    };
    bodies::whole(document, snapshot).map(rest).into_iter().collect()
}

/// The name of a local that begins a line of the document.
fn local(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("local ")?.split_once(" =")?;
    name.chars().all(is_name).then_some(name)
}

/// What `function(ctx)` returns.
fn after_header(document: Document<'_>, head: &str, snapshot: &Snapshot) -> Vec<Offer> {
    let blank = if head.ends_with(char::is_whitespace) { "" } else { " " };
    let body = |(at, text): (String, String)| {
        let (_, body) = text.split_once("function(ctx)")?;
        Some(Offer {
            text: Snippet::of(format!("{blank}{}", body.trim())),
            about: Some(format!("What Kratos needs at {at}, with what is there.")),
            is_first: true,
            ..Offer::word("what this body returns", SNIPPET)
        })
    };
    bodies::whole(document, snapshot).and_then(body).into_iter().collect()
}

/// The functions that all releases have in which the document runs; `after` follows the name.
fn of_library(all: &[Seen], after: &str) -> Vec<Offer> {
    let version = all.iter().map(|seen| seen.version).min().unwrap_or(Version::NEWEST);
    let variables: Vec<&str> = all.first().map(|seen| seen.variables().collect()).unwrap_or_default();
    // The others are the workings of the library itself. What `trace` writes makes workers fail.
    let is_offered = |function: &&Function| {
        standard::has(function.name, version)
            && !function.name.starts_with('_')
            && function.name != "trace"
            && (function.name != "extVar" || !variables.is_empty())
    };
    let known = functions().filter(is_offered);
    let is_called = after.trim_start().starts_with('(');
    known.map(|function| of_standard(function, is_called, &variables)).collect()
}

/// Arguments for which a sample of their type does not do.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("foldl", &["function(all, one) all + one", "[]", "''"]),
    ("foldr", &["function(one, all) one + all", "[]", "''"]),
    ("mapWithIndex", &["function(index, one) one", "[]"]),
    ("mapWithKey", &["function(key, value) value", "{}"]),
    ("filter", &["function(one) true", "[]"]),
    ("filterMap", &["function(one) true", "function(one) one", "[]"]),
    ("flatMap", &["function(one) [one]", "[]"]),
    ("makeArray", &["3", "function(index) index"]),
    ("char", &["65"]),
    ("codepoint", &["'a'"]),
    ("parseInt", &["'1'"]),
    ("parseHex", &["'ff'"]),
    ("parseOctal", &["'17'"]),
    ("parseJson", &["'{}'"]),
    ("parseYaml", &["'{}'"]),
    ("format", &["'%s'", "'one'"]),
    ("split", &["'a,b'", "','"]),
    ("splitLimit", &["'a,b'", "','", "1"]),
    ("splitLimitR", &["'a,b'", "','", "1"]),
    ("strReplace", &["'a b'", "' '", "'-'"]),
    ("mod", &["5", "3"]),
    ("manifestIni", &["{ sections: {} }"]),
    ("avg", &["[1, 2]"]),
    ("maxArray", &["[1, 2]"]),
    ("minArray", &["[1, 2]"]),
    ("removeAt", &["[1]", "0"]),
    ("manifestToml", &["{}"]),
    ("manifestTomlEx", &["{}", "'  '"]),
    ("manifestXmlJsonml", &["['div']"]),
    ("manifestYamlStream", &["[{}]"]),
];

/// How a function is called: `std.join(sep, arr)`.
pub(super) fn call(function: &Function) -> String {
    let parameters = function.parameters.iter();
    let parameters =
        parameters.map(|(name, _, is_optional)| if *is_optional { format!("{name}=…") } else { (*name).to_owned() });
    format!("std.{}({})", function.name, parameters.collect::<Vec<_>>().join(", "))
}

/// A function with a sample for each argument that it must have.
fn of_standard(function: &'static Function, is_called: bool, variables: &[&str]) -> Offer {
    let special = ARGUMENTS.iter().find(|(name, _)| *name == function.name).map(|(_, arguments)| *arguments);
    let samples =
        function.parameters.iter().filter(|(.., is_optional)| !is_optional).map(|(_, kinds, _)| sample(kinds));
    let mut arguments: Vec<String> = special
        .map_or_else(|| samples.map(str::to_owned).collect(), |all| all.iter().map(|one| (*one).to_owned()).collect());
    if let (Some(variable), "extVar") = (variables.first(), function.name) {
        arguments = vec![format!("'{variable}'")];
    }
    let mut text = Snippet::of(function.name);
    if !is_called {
        text.text("(");
        for (index, argument) in arguments.into_iter().enumerate() {
            text.text(if index == 0 { "" } else { ", " });
            text.place(argument);
        }
        text.text(")");
    }
    Offer { detail: call(function), text, ..Offer::word(function.name, FUNCTION) }
}

/// A value of the first of some types.
fn sample(kinds: &str) -> &'static str {
    match kinds.chars().next() {
        Some('n') => "1",
        Some('b') => "true",
        Some('a') => "[]",
        Some('o') => "{}",
        Some('f') => "function(one) one",
        Some('z') => "null",
        _ => "''",
    }
}
