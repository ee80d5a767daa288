//! Findings of several rules at one place for one cause: only the one that says most stays.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::rules;
use crate::text::Span;

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
    let mut at_place: HashMap<Spot, Vec<&Diagnostic>> = HashMap::new();
    for one in found.iter() {
        at_place.entry(spot(one)).or_default().push(one);
    }
    let fates: Vec<(bool, bool)> = found
        .iter()
        .map(|one| {
            // Rules that say a thing more than once at a place say it some few times.
            let here = at_place.get(&spot(one)).map(Vec::as_slice).unwrap_or_default();
            let others = || here.iter().take(MOST_AT_PLACE).filter(|other| other.rule != one.rule);
            let by_variable = stands_in(one) && others().any(|other| other.rule == VARIABLE);
            let by_refusal = is_meaning(one) && others().any(|other| REFUSED.contains(&other.rule) && is_error(other));
            let is_heir = one.rule == VARIABLE && here.iter().take(MOST_AT_PLACE).any(|other| stands_in(other));
            (by_variable || by_refusal, is_heir)
        })
        .collect();
    drop(at_place);
    for (one, _) in found.iter_mut().zip(&fates).filter(|(_, (_, is_heir))| *is_heir) {
        one.effect = Effect::NoBoot;
    }
    let mut fates = fates.into_iter();
    found.retain(|_| fates.next().is_none_or(|(is_taken, _)| !is_taken));
}

/// How many findings at one place are compared with each other.
const MOST_AT_PLACE: usize = 100;

/// A place in a file and in the configuration.
type Spot = (Span, Option<String>, String);

fn spot(one: &Diagnostic) -> Spot {
    (one.place.span, one.pointer.clone(), one.place.source.path().to_owned())
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
