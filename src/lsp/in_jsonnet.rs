//! Completion in Jsonnet: what is there at the places that run the document, guards for what may be missing, `std`, and whole
//! documents where nothing is written yet.

use std::path::Path;

use super::about;
use super::bodies::{self, Seen};
use super::completion::{FIELD, FUNCTION, Offer, SNIPPET, WORD};
use super::snippet::Snippet;
use super::state::Snapshot;
use crate::jsonnet::standard::{Function, functions};
use crate::jsonnet::types::JsonType;
use crate::kratos::ctx::standard;
use crate::kratos::version::Version;
use crate::text::Span;

/// What may be written at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let before = text.get(..byte).unwrap_or_default();
    let start = before.trim_end_matches(is_name).len();
    let after = text.get(byte..).unwrap_or_default();
    let end = byte + (after.len() - after.trim_start_matches(is_name).len());
    let replaces = Span::new(start, end);
    if text.get(..start).unwrap_or_default().trim().is_empty() && text.get(end..).unwrap_or_default().trim().is_empty()
    {
        return (whole(path, snapshot), replaces, 0);
    }
    let all = bodies::seen(path, snapshot);
    let Some(expression) = before.get(..start).and_then(|before| before.strip_suffix('.')) else {
        return (words(&all, text.get(..start).unwrap_or_default()), replaces, 0);
    };
    let word = expression.get(expression.trim_end_matches(is_name).len()..).unwrap_or_default();
    if word == "std" {
        let version = all.iter().map(|seen| seen.version).min().unwrap_or(Version::NEWEST);
        let known = functions().filter(|function| standard::has(function.name, version));
        return (known.map(of_standard).collect(), replaces, 0);
    }
    let trial = format!("{expression}{}", text.get(end..).unwrap_or_default());
    let can_get = all.iter().all(|seen| standard::has("get", seen.version));
    let titles = bodies::titles(path, expression, snapshot);
    let mut offers = Vec::new();
    for (name, field) in bodies::fields(&all, &trial, expression.len()) {
        if !name.chars().all(is_name) {
            continue;
        }
        let title = titles.get(&name).map(|title| format!("{title}\n\n")).unwrap_or_default();
        let missing = field.missing_when.as_ref().map(|when| format!("may be missing: {when}"));
        let about = format!("{title}{}", missing.as_deref().unwrap_or_default());
        let about = Some(about.trim_end().to_owned()).filter(|about| !about.is_empty());
        let detail = about::kind(&field.kind);
        if missing.is_some() {
            offers.extend(guarded(expression, &name, &field.kind, end, can_get).map(|offer| Offer {
                detail: detail.clone(),
                about: about.clone(),
                ..offer
            }));
        }
        offers.push(Offer { detail, about, is_first: missing.is_none(), ..Offer::word(&name, FIELD) });
    }
    (offers, replaces, 0)
}

fn is_name(chr: char) -> bool {
    chr.is_ascii_alphanumeric() || chr == '_'
}

/// A read of a field that may be missing, with what is written instead; nothing where it is not read from plain names.
fn guarded(expression: &str, name: &str, kind: &JsonType, end: usize, can_get: bool) -> Option<Offer> {
    let start = expression.trim_end_matches(|chr| is_name(chr) || chr == '.').len();
    let object = expression.get(start..)?;
    let is_plain = object.starts_with(|chr: char| chr.is_ascii_alphabetic() || chr == '_') && !object.contains("..");
    // What follows would read the default.
    let before = expression.get(..start)?.trim_end();
    if !is_plain || !before.ends_with([':', '(', ',', '[', '=']) {
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
    let new = if can_get {
        format!("std.get({object}, '{name}', {default})")
    } else {
        format!("(if '{name}' in {object} then {object}.{name} else {default})")
    };
    Some(Offer {
        text: Snippet::of(new),
        filter: Some(format!("{object}.{name}")),
        replaces: Some(Span::new(start, end)),
        ..Offer::word(&label, SNIPPET)
    })
}

/// The words with which an expression begins.
fn words(all: &[Seen], before: &str) -> Vec<Offer> {
    let before = before.trim_end();
    let begins = before.ends_with([':', '(', '=', '+'])
        || ["then", "else", "return"].iter().any(|word| before.ends_with(&format!(" {word}")));
    if all.is_empty() || !begins {
        return Vec::new();
    }
    let mut words = vec!["std"];
    if all.iter().all(Seen::is_ctx) {
        words.push("ctx");
    }
    words.into_iter().map(|word| Offer::word(word, WORD)).collect()
}

/// Whole documents for where nothing is written.
fn whole(path: &Path, snapshot: &Snapshot) -> Vec<Offer> {
    let offer = |(at, text): (String, String)| Offer {
        text: Snippet::of(text),
        about: Some(format!("What Kratos needs at {at}, with what is there.")),
        is_first: true,
        ..Offer::word(if at == "oidc.mapper" { "a new mapper" } else { "a new body" }, SNIPPET)
    };
    bodies::whole(path, snapshot).map(offer).into_iter().collect()
}

fn of_standard(function: &'static Function) -> Offer {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|(name, _, is_optional)| if *is_optional { format!("{name}=…") } else { (*name).to_owned() })
        .collect();
    Offer {
        detail: format!("std.{}({})", function.name, parameters.join(", ")),
        ..Offer::word(function.name, FUNCTION)
    }
}
