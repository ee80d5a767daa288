//! Findings of several rules at one place for one cause: only the one that says most stays.

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::rules;

/// The rule about variables that nobody puts in.
const VARIABLE: &str = "env-not-expanded";

/// A value that Kratos refuses in any case: what other rules read out of it says nothing more.
const REFUSED: [&str; 3] = ["malformed-value", "wrong-type", "invalid-value"];

/// Categories whose rules read values for what they mean; those about secrets say something of their own.
const MEANING: [&str; 8] = ["serve", "urls", "hooks", "courier", "cookies", "methods", "oidc", "tracing"];

/// Drops what another finding at the same place says already. A variable that is not put in takes over that Kratos does not
/// start with it.
pub(super) fn drop_overlaps(found: &mut Vec<Diagnostic>) {
    let stands_in = |one: &Diagnostic| one.level == Level::Info && one.effect == Effect::NoBoot && is_schema(one);
    let taken: Vec<bool> = found
        .iter()
        .map(|one| {
            let others = || found.iter().filter(|other| other.rule != one.rule && is_at_same_place(one, other));
            let by_variable = stands_in(one) && others().any(|other| other.rule == VARIABLE);
            let by_refusal = is_meaning(one) && others().any(|other| REFUSED.contains(&other.rule) && is_error(other));
            by_variable || by_refusal
        })
        .collect();
    let heirs: Vec<bool> = found
        .iter()
        .map(|one| one.rule == VARIABLE && found.iter().any(|other| stands_in(other) && is_at_same_place(one, other)))
        .collect();
    for (one, _) in found.iter_mut().zip(heirs).filter(|(_, is_heir)| *is_heir) {
        one.effect = Effect::NoBoot;
    }
    let mut taken = taken.into_iter();
    found.retain(|_| !taken.next().unwrap_or_default());
}

fn is_error(one: &Diagnostic) -> bool {
    one.level == Level::Error && one.effect == Effect::NoBoot
}

fn is_schema(one: &Diagnostic) -> bool {
    rules::named(one.rule).is_some_and(|rule| rule.category == "schema")
}

fn is_meaning(one: &Diagnostic) -> bool {
    one.effect != Effect::NoBoot && rules::named(one.rule).is_some_and(|rule| MEANING.contains(&rule.category))
}

fn is_at_same_place(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.place.span == other.place.span
        && one.pointer == other.pointer
        && one.place.source.path() == other.place.source.path()
}
