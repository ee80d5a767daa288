//! Offers are tried: the linter looks at the file as it would be with them, and what it refuses is not offered.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::offer::{Offer, PROPERTY, WORD};
use super::probe::{self, Role, pruned};
use super::snippet::Snippet;
use super::state::Snapshot;
use crate::check::{self, Target};
use crate::diagnostic::Level;
use crate::evaluation::Budget;
use crate::rule::Rule;
use crate::rules;
use crate::settings::Settings;
use crate::target::TargetSource;
use crate::text::{Source, Span};

/// Categories of the rules that are asked: they look at nothing but the configuration.
const CATEGORIES: [&str; 15] = [
    "cookies", "courier", "dsn", "hooks", "loading", "log", "methods", "misc", "oidc", "schema", "secrets", "serve",
    "session", "tracing", "urls",
];

/// The names of these rules.
static RULES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let is_asked = |rule: &&&Rule| CATEGORIES.contains(&rule.category) && !rule.name.starts_with("template-");
    let asked = rules::ALL.iter().filter(is_asked);
    asked.map(|rule| rule.name.to_owned()).collect()
});

/// Largest file of which offers are tried, in bytes: of a larger one each look takes too long for whoever types.
const LARGEST: usize = 64 << 10;

/// Most offers that are checked one by one.
const MAX_SINGLE: usize = 24;

/// Most offers that are tried once more with the keys that they need.
const MAX_NEEDY: usize = 8;

/// Most names that are tried for a key that has a value: those that are most like what is written.
const MAX_RENAMED: usize = 3;

/// A finding that counts: its rule and what it says. Its place moves with the lines.
type Finding = (&'static str, String);

/// What the linter says of a file with offers in it.
#[derive(Default)]
struct Found {
    /// Errors anywhere.
    errors: BTreeSet<Finding>,
    /// Warnings about what an offer writes, with the index of the offer.
    warnings: Vec<(usize, Finding)>,
}

/// What became of an offer.
enum Verdict {
    /// It may be written; a warning tells what else is needed.
    Accepted(Option<String>),
    /// It may not, and why.
    Refused(String),
}

/// The file into which offers are written.
pub(super) struct Trial<'t> {
    /// Its path.
    pub(super) path: &'t Path,
    /// Its text.
    pub(super) text: &'t str,
    /// The bytes that an offer replaces.
    pub(super) replaces: Span,
    /// The blanks at the start of the line.
    pub(super) indent: usize,
    /// The column at which an offer begins.
    pub(super) column: usize,
    /// What is between two keys on one line, in JSON; in YAML each has a line of its own.
    pub(super) is_json: bool,
    /// What is written in place of an offer to see what is wrong without one: JSON without a value cannot be read at all.
    pub(super) stand_in: String,
    /// Whether the rules for Jsonnet are asked too: other claims are there for another provider.
    pub(super) is_deep: bool,
    /// The release.
    pub(super) target: Target,
    /// The files around it.
    pub(super) snapshot: &'t Snapshot,
}

impl Trial<'_> {
    /// The offers that the linter accepts, in their order, each with the keys that must be beside it.
    pub(super) fn accepted(&self, offers: Vec<Offer>, role: Role) -> Vec<Offer> {
        self.tried(offers, role).into_iter().map(|offer| self.whole(offer)).collect()
    }

    /// An offer with the keys that must be beside it.
    fn whole(&self, mut offer: Offer) -> Offer {
        let along = std::mem::take(&mut offer.along);
        if self.is_json && !along.is_empty() {
            let plain = offer.text.plain("");
            let written: String = along.iter().map(|(_, text)| format!(", {}", text.plain(""))).collect();
            let (own, comma) = plain.strip_suffix(',').map_or((plain.as_str(), ""), |own| (own, ","));
            offer.text = Snippet::of(format!("{own}{written}{comma}"));
            return offer;
        }
        for (_, text) in along {
            offer.text.line(self.column.saturating_sub(self.indent));
            offer.text.append(text);
        }
        offer
    }

    fn tried(&self, offers: Vec<Offer>, role: Role) -> Vec<Offer> {
        if offers.is_empty() || self.text.len() > LARGEST {
            return offers;
        }
        let mut offers = offers;
        // A key that is there already is perhaps mistyped.
        if matches!(role, Role::Key { has_value: true, .. }) {
            let written = self.text.get(self.replaces.start..self.replaces.end).unwrap_or_default().to_owned();
            offers.sort_by_key(|offer| std::cmp::Reverse(alike(&offer.label, &written)));
            offers.truncate(MAX_RENAMED);
        }
        let settings = self.settings();
        // What is wrong without an offer is asked only where something is wrong with it.
        let before = OnceCell::new();
        let try_out = |some: &[&Offer]| {
            let found = self.found(some, &settings);
            if found.errors.is_empty() && found.warnings.is_empty() {
                return Ok(vec![None; some.len()]);
            }
            let before: &Found = before.get_or_init(|| self.found(&[], &settings));
            if let Some((_, message)) = found.errors.difference(&before.errors).next() {
                return Err(message.clone());
            }
            let mut warnings = vec![None; some.len()];
            for (index, (_, message)) in found.warnings {
                if let Some(warning) = warnings.get_mut(index) {
                    *warning = Some(message);
                }
            }
            Ok(warnings)
        };
        let all: Vec<&Offer> = offers.iter().collect();
        let mut verdicts = Vec::new();
        // Keys may be in a mapping together; of values and items one is taken.
        if matches!(role, Role::Key { has_value: false, begins_item: false }) {
            halve(&all, &mut verdicts, &try_out);
        } else {
            for (index, offer) in all.iter().enumerate() {
                let tried = if index < MAX_SINGLE { try_out(&[offer]) } else { Ok(Vec::new()) };
                verdicts.push(match tried {
                    Ok(warnings) => Verdict::Accepted(warnings.into_iter().flatten().next()),
                    Err(why) => Verdict::Refused(why),
                });
            }
        }
        with_needs(&mut offers, &mut verdicts, &try_out);
        told(offers, verdicts)
    }

    fn settings(&self) -> Settings {
        let stopped = Arc::new(Budget::default());
        stopped.stop();
        let mut only = RULES.clone();
        only.extend(
            rules::ALL
                .iter()
                .filter(|rule| self.is_deep && rule.category == "jsonnet")
                .map(|rule| rule.name.to_owned()),
        );
        Settings { no_config: true, only, ..self.snapshot.settings(self.path, stopped) }
    }

    /// What counts in the file with these offers in it.
    fn found(&self, offers: &[&Offer], settings: &Settings) -> Found {
        let Some((text, written)) = self.with(offers) else { return Found::default() };
        let first = written.first().map_or(self.replaces.start, |span| span.start);
        let (text, start) = if self.is_json { (Cow::Borrowed(text.as_str()), first) } else { pruned(&text, first) };
        let source = Source::new(self.path.to_string_lossy(), &*text);
        let units = probe::units(&source);
        let reports = units.iter().map(|unit| check::unit(unit, &self.target, settings));
        let mut out = Found::default();
        for found in reports.flat_map(|report| report.diagnostics) {
            // What an offer brings up elsewhere is the next step: a method that is switched on has no hooks yet.
            let at = (found.place.in_file().span.start + first).saturating_sub(start);
            match found.level {
                Level::Error => _ = out.errors.insert((found.rule, found.message)),
                Level::Warning => {
                    let index = written.iter().position(|span| span.start <= at && at < span.end);
                    out.warnings.extend(index.map(|index| (index, (found.rule, found.message))));
                }
                Level::Info => {}
            }
        }
        out
    }

    /// The text with these offers, and where each of them is in it.
    fn with(&self, offers: &[&Offer]) -> Option<(String, Vec<Span>)> {
        let (before, after) = (self.text.get(..self.replaces.start)?, self.text.get(self.replaces.end..)?);
        let lead = " ".repeat(self.indent);
        let mut out = before.to_owned();
        let mut spans = Vec::new();
        let between = if self.is_json { ", ".to_owned() } else { format!("\n{}", " ".repeat(self.column)) };
        let mut is_open = false;
        for (index, offer) in offers.iter().enumerate() {
            let plain = offer.text.plain(&lead);
            is_open |= self.is_json && plain.ends_with(',');
            out.push_str(if index > 0 { &between } else { "" });
            let start = out.len();
            out.push_str(if self.is_json { plain.trim_end_matches(',') } else { &plain });
            spans.push(Span::new(start, out.len()));
        }
        // What an offer of a key alone would leave out is written once for all.
        let keys = offers.iter().filter(|offer| offer.kind == PROPERTY);
        let names: Vec<&str> = keys.map(|offer| offer.label.as_str()).collect();
        for (name, text) in
            offers.iter().flat_map(|offer| &offer.along).map(|(name, text)| (name, text)).collect::<BTreeMap<_, _>>()
        {
            if !names.contains(&name.as_str()) {
                out.push_str(&format!("{between}{}", text.plain(&lead)));
            }
        }
        out.push_str(if offers.is_empty() { &self.stand_in } else { "" });
        out.push_str(if is_open { "," } else { "" });
        out.push_str(after);
        Some((out, spans))
    }
}

/// Tries offers that were refused once more, each with the keys that it needs.
fn with_needs(offers: &mut [Offer], verdicts: &mut [Verdict], try_out: &Try<'_>) {
    let refused = offers
        .iter_mut()
        .zip(verdicts)
        .filter(|(offer, verdict)| matches!(verdict, Verdict::Refused(_)) && !offer.needs.is_empty());
    for (offer, verdict) in refused.take(MAX_NEEDY) {
        offer.along.append(&mut offer.needs);
        if let Ok(warnings) = try_out(&[offer]) {
            let names: Vec<String> = offer.along.iter().map(|(name, _)| format!("`{name}`")).collect();
            offer.say(&format!("Written with it: {}.", names.join(", ")));
            *verdict = Verdict::Accepted(warnings.into_iter().flatten().next());
        }
    }
}

/// The offers that may be written, with what the linter says of them.
fn told(offers: Vec<Offer>, verdicts: Vec<Verdict>) -> Vec<Offer> {
    let mut refused = String::new();
    let mut kept = Vec::new();
    for (mut offer, verdict) in offers.into_iter().zip(verdicts) {
        match verdict {
            Verdict::Accepted(warning) => {
                if let Some(warning) = warning {
                    offer.say(&format!("Next: {warning}"));
                    // A key is wanted in its order, whatever is to be done next.
                    offer.is_last = !offer.is_first && offer.kind != PROPERTY;
                }
                kept.push(offer);
            }
            Verdict::Refused(why) if offer.kind == WORD => {
                refused.push_str(&format!("\n\nNot possible here: `{}`: {why}", offer.label));
            }
            Verdict::Refused(_) => {}
        }
    }
    if kept.len() == 1 && !refused.is_empty() {
        for offer in &mut kept {
            offer.say(refused.trim_start());
        }
    }
    kept
}

/// How many characters two names have in common at their beginning.
fn alike(one: &str, other: &str) -> usize {
    one.chars().zip(other.trim_matches('"').chars()).take_while(|(one, other)| one == other).count()
}

/// What the linter says of offers together: a warning for each, or why one is refused.
type Try<'t> = dyn Fn(&[&Offer]) -> Result<Vec<Option<String>>, String> + 't;

/// Tries offers together, and halves of them where something is refused, down to single ones.
fn halve(offers: &[&Offer], verdicts: &mut Vec<Verdict>, try_out: &Try<'_>) {
    match try_out(offers) {
        Ok(warnings) => verdicts.extend(warnings.into_iter().map(Verdict::Accepted)),
        Err(_) if offers.len() > 1 => {
            let (first, second) = offers.split_at(offers.len() / 2);
            halve(first, verdicts, try_out);
            halve(second, verdicts, try_out);
        }
        Err(why) => verdicts.extend(offers.iter().map(|_| Verdict::Refused(why.clone()))),
    }
}

/// The release that offers are tried for.
pub(super) fn target(version: crate::kratos::version::Version) -> Target {
    Target::one(version, TargetSource::Flag)
}
