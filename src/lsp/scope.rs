//! What an expression of Jsonnet may begin with: `std`, the argument, local variables, and what `std.extVar` reads.

use super::begun;
use super::bodies::{self, Seen};
use super::fields;
use super::offer::{FUNCTION, Offer, VARIABLE, WORD};
use super::position::is_name;
use super::snippet::Snippet;
use crate::jsonnet::braces::is_key_next;
use crate::text::Span;

/// A name that no document has.
const NAME: &str = "kratos_lint_cursor";

/// Most local variables that are offered.
const MAX_LOCALS: usize = 30;

/// The words with which an expression begins, after a text and before another one.
pub(super) fn words(all: &[Seen], before: &str, after: &str) -> Vec<Offer> {
    let Some(first) = all.first() else { return Vec::new() };
    let is_body = all.iter().all(Seen::is_ctx);
    if is_parameter(before) {
        return (is_body && is_of_document(before)).then(|| named("ctx")).into_iter().collect();
    }
    if !begins(before) || is_key_next(before) || is_followed(after) {
        return Vec::new();
    }
    let mut offers = vec![named("std")];
    offers.extend(is_body.then(|| named("ctx")));
    offers.extend(locals(first, before, after).into_iter().filter(|offer| !is_body || offer.label != "ctx"));
    let is_read = |name: &str| [before, after].iter().any(|text| reads(text, name));
    offers.extend(common(all).filter(|name| !is_read(name)).map(|name| Offer {
        about: Some(variable(name)),
        is_first: true,
        ..Offer::word(&format!("std.extVar('{name}')"), FUNCTION)
    }));
    offers
}

fn named(word: &str) -> Offer {
    let about = match word {
        "ctx" => "What Kratos gives this body: the flow, the identity, and the request of the user.",
        _ => "The standard library of Jsonnet: texts, lists, objects, numbers.",
    };
    Offer { about: Some(about.to_owned()), ..Offer::word(word, WORD) }
}

/// The external variables that are there at all places.
fn common(all: &[Seen]) -> impl Iterator<Item = &str> {
    let of_first = all.first().into_iter().flat_map(Seen::variables);
    of_first.filter(|name| all.iter().all(|seen| seen.variables().any(|other| other == *name)))
}

fn variable(name: &str) -> String {
    format!("What Kratos gives this document as `{name}`.")
}

fn reads(text: &str, name: &str) -> bool {
    ['\'', '"'].iter().any(|quote| text.contains(&format!("extVar({quote}{name}{quote})")))
}

/// The external variables inside of `std.extVar(`, and what they replace.
pub(super) fn variables(all: &[Seen], before: &str, after: &str) -> Option<(Vec<Offer>, Span)> {
    let written = before.trim_end_matches(is_name);
    let head = written.strip_suffix(['\'', '"']).unwrap_or(written);
    if !head.ends_with("std.extVar(") {
        return None;
    }
    let rest = after.trim_start_matches(is_name);
    let rest = rest.strip_prefix(['\'', '"']).unwrap_or(rest);
    let closer = if rest.trim_start().starts_with(')') { "" } else { ")" };
    let quote = written.strip_prefix(head).unwrap_or_default();
    let offer = |name: &str| Offer {
        text: Snippet::of(format!("'{name}'{closer}")),
        about: Some(variable(name)),
        filter: Some(format!("{quote}{name}")),
        is_first: true,
        ..Offer::word(name, VARIABLE)
    };
    let replaces = Span::new(head.len(), before.len() + after.len() - rest.len());
    Some((common(all).map(offer).collect(), replaces))
}

/// The local variables and parameters that are in scope, with their types.
fn locals(seen: &Seen, before: &str, after: &str) -> Vec<Offer> {
    let found = begun::ways(before, after).into_iter().find_map(|(before, ending)| {
        let names = bodies::in_scope(&format!("{before}{NAME}{ending}"), NAME);
        (!names.is_empty()).then_some((names, before, ending))
    });
    let Some((names, before, ending)) = found else { return Vec::new() };
    let offer = |name: String| {
        let span = Span::new(before.len(), before.len() + name.len());
        let types = seen.types(&format!("{before}{name}{ending}"), before.len());
        let kind = types.as_ref().and_then(|types| types.of(span)).map(fields::in_words);
        Offer { detail: kind.unwrap_or_default(), is_first: true, ..Offer::word(&name, VARIABLE) }
    };
    names.into_iter().take(MAX_LOCALS).map(offer).collect()
}

/// Whether an expression begins after this text.
pub(super) fn begins(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with([':', '(', ',', '[', '=', '+', '-', '*', '%', '<', '>', '!', '&', '|'])
        || ["then", "else", "if", "in", "assert"]
            .iter()
            .any(|word| before.strip_suffix(word).is_some_and(|rest| rest.ends_with(|chr: char| !is_name(chr))))
}

/// Whether an expression follows, to which no other can be put; a key that follows only waits for its comma.
fn is_followed(after: &str) -> bool {
    let rest = after.trim_start();
    let length = match rest.chars().next() {
        Some(quote @ ('\'' | '"')) => rest.get(1..).and_then(|rest| rest.find(quote)).map_or(rest.len(), |at| at + 2),
        Some(chr) if is_name(chr) || "$@".contains(chr) => {
            rest.trim_start_matches(['$', '@']).find(|chr| !is_name(chr)).unwrap_or(rest.len())
        }
        Some('{') => return true,
        _ => return false,
    };
    let (word, next) = rest.split_at_checked(length).unwrap_or((rest, ""));
    !["then", "else", "in", "for"].contains(&word) && !next.trim_start().starts_with(':')
}

/// Whether the names of parameters are written here.
fn is_parameter(before: &str) -> bool {
    before.rfind('(').is_some_and(|at| {
        let inside = before.get(at + 1..).unwrap_or_default();
        let is_list = inside.chars().all(|chr| is_name(chr) || ", \n\t".contains(chr));
        is_list && before.get(..at).is_some_and(|before| before.trim_end().ends_with("function"))
    })
}

/// Whether the function in whose parameters a text ends is the document.
fn is_of_document(before: &str) -> bool {
    let Some((head, inside)) = before.rsplit_once('(') else { return false };
    let head = head.trim_end().strip_suffix("function").map(str::trim_end);
    inside.trim().is_empty()
        && head.is_some_and(|head| (head.is_empty() || head.ends_with(';')) && begun::closing(head).is_empty())
}
