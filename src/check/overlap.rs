//! One cause, one finding. Rules say which of their findings cover others ([`Covers`]); what is covered is dropped here, in
//! one pass over the findings.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Covers, Diagnostic, Effect, Level};
use crate::rules;
use crate::text::Span;

/// Categories whose rules read values for what they mean; those about secrets say something of their own.
const MEANING: [&str; 9] = ["serve", "urls", "hooks", "jsonnet", "courier", "cookies", "methods", "oidc", "tracing"];

/// Categories whose findings stay below a key that Kratos does not know.
const STAY: [&str; 4] = ["secrets", "security", "loading", "suppressions"];

/// Drops the findings that have the same cause as another one. A variable that Kratos does not expand takes over that Kratos
/// does not start with it.
pub(super) fn drop_overlaps(found: &mut Vec<Diagnostic>) {
    let mut here: HashMap<Spot, AtSpot> = HashMap::new();
    let mut unknown: HashSet<&str> = HashSet::new();
    for one in found.iter() {
        let at = here.entry(spot(one)).or_default();
        at.is_refused |= one.marks.covers == Covers::Value;
        at.is_placeholder |= one.marks.covers == Covers::Placeholder;
        at.needs_value |= is_stand_in(one);
        if let Some(pointer) = one.pointer.as_deref().filter(|_| one.marks.covers == Covers::Below) {
            unknown.insert(pointer);
        }
    }
    let channels: HashSet<String> = found.iter().filter_map(refused_channel).map(str::to_owned).collect();
    let fate = |one: &Diagnostic| {
        let at = here.get(&spot(one)).copied().unwrap_or_default();
        let by_placeholder = at.is_placeholder && is_stand_in(one);
        let by_refusal = at.is_refused && is_meaning(one);
        let by_unknown = !unknown.is_empty() && is_below(one, &unknown);
        let is_heir = at.needs_value && one.marks.covers == Covers::Placeholder;
        let by_channel = !channels.is_empty() && follows_channel(one, &channels);
        (by_placeholder || by_refusal || by_unknown || by_channel, is_heir)
    };
    let fates: Vec<(bool, bool)> = found.iter().map(fate).collect();
    drop(here);
    for (one, _) in found.iter_mut().zip(&fates).filter(|(_, (_, is_heir))| *is_heir) {
        one.effect = Effect::NoBoot;
    }
    let mut fates = fates.into_iter();
    found.retain(|_| fates.next().is_none_or(|(is_taken, _)| !is_taken));
}

/// A courier channel of a kind that Kratos does not have, by what is said of its key: all else that is wrong with it follows.
fn refused_channel(one: &Diagnostic) -> Option<&str> {
    let of_type = one.pointer.as_deref()?.strip_suffix("/type")?;
    let is_channel =
        of_type.strip_prefix(CHANNELS).is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()));
    (is_channel && one.marks.covers == Covers::Value).then_some(of_type)
}

/// Where channels of the courier are.
const CHANNELS: &str = "/courier/channels/";

/// Whether it is about another part of a courier channel of a kind that Kratos does not have.
fn follows_channel(one: &Diagnostic, refused: &HashSet<String>) -> bool {
    let Some(pointer) = one.pointer.as_deref().filter(|_| refused_channel(one).is_none()) else { return false };
    let Some(rest) = pointer.strip_prefix(CHANNELS) else { return false };
    let end = CHANNELS.len() + rest.find('/').unwrap_or(rest.len());
    pointer.get(..end).is_some_and(|channel| refused.contains(channel))
}

/// What there is at one place.
#[derive(Clone, Copy, Default)]
struct AtSpot {
    /// Kratos refuses the value in any case.
    is_refused: bool,
    /// The value is a variable that Kratos does not expand.
    is_placeholder: bool,
    /// Kratos does not start unless another value comes.
    needs_value: bool,
}

/// A place in a file and in the configuration.
type Spot = (Span, Option<String>, String);

fn spot(one: &Diagnostic) -> Spot {
    (one.place.span, one.pointer.clone(), one.place.source.path().to_owned())
}

/// Whether it is about something at or below a key that Kratos does not know.
fn is_below(one: &Diagnostic, unknown: &HashSet<&str>) -> bool {
    let Some(pointer) = one.pointer.as_deref() else { return false };
    let stays = category(one).is_none_or(|category| STAY.contains(&category));
    if stays || one.marks.covers == Covers::Below && unknown.contains(pointer) {
        return false;
    }
    let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
    ends.filter_map(|end| pointer.get(..end)).any(|around| unknown.contains(around))
}

fn is_stand_in(one: &Diagnostic) -> bool {
    one.level == Level::Info && one.effect == Effect::NoBoot && category(one) == Some("schema")
}

fn is_meaning(one: &Diagnostic) -> bool {
    one.effect != Effect::NoBoot && category(one).is_some_and(|category| MEANING.contains(&category))
}

fn category(one: &Diagnostic) -> Option<&'static str> {
    rules::named(one.rule).map(|rule| rule.category)
}
