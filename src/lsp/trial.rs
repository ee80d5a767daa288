//! Offers are tried: the linter looks at the file as it would be with them, and what it refuses is not offered.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::offer::Offer;
use super::probe::{Role, pruned};
use super::state::Snapshot;
use crate::check::{self, Target};
use crate::diagnostic::{Diagnostic, Level};
use crate::evaluation::Budget;
use crate::rule::Rule;
use crate::settings::Settings;
use crate::target::TargetSource;
use crate::text::{Source, Span};
use crate::{discover, rules};

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

/// Most names that are tried for a key that has a value: those that are most like what is written.
const MAX_RENAMED: usize = 3;

/// A finding that counts: its rule and what it says. Its place moves with the lines.
type Finding = (&'static str, String);

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
    /// The release.
    pub(super) target: Target,
    /// The files around it.
    pub(super) snapshot: &'t Snapshot,
}

impl Trial<'_> {
    /// The offers that the linter accepts, in their order.
    pub(super) fn accepted(&self, offers: Vec<Offer>, role: Role) -> Vec<Offer> {
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
        let is_accepted = |some: &[&Offer]| {
            let found = self.found(some, &settings);
            found.is_empty() || found.is_subset(before.get_or_init(|| self.found(&[], &settings)))
        };
        let all: Vec<&Offer> = offers.iter().collect();
        let mut kept = vec![false; all.len()];
        // Keys may be in a mapping together; of values and items one is taken.
        if matches!(role, Role::Key { has_value: false, begins_item: false }) {
            halve(&all, &mut kept, &is_accepted);
        } else {
            for (index, (offer, kept)) in all.iter().zip(&mut kept).enumerate() {
                *kept = index >= MAX_SINGLE || is_accepted(&[offer]);
            }
        }
        offers.into_iter().zip(kept).filter_map(|(offer, kept)| kept.then_some(offer)).collect()
    }

    fn settings(&self) -> Settings {
        let stopped = Arc::new(Budget::default());
        stopped.stop();
        Settings { no_config: true, only: RULES.clone(), ..self.snapshot.settings(self.path, stopped) }
    }

    /// What counts in the file with these offers in it.
    fn found(&self, offers: &[&Offer], settings: &Settings) -> BTreeSet<Finding> {
        let Some((text, written)) = self.with(offers) else { return BTreeSet::new() };
        let (text, start) =
            if self.is_json { (Cow::Borrowed(text.as_str()), written.start) } else { pruned(&text, written.start) };
        let written = Span::new(start, start + written.len());
        let source = Source::new(self.path.to_string_lossy(), &*text);
        let units = discover::named(&source);
        let reports = units.iter().map(|unit| check::unit(unit, &self.target, settings));
        let found = reports.flat_map(|report| report.diagnostics);
        // What an offer brings up elsewhere is the next step: a method that is switched on has no hooks yet.
        let is_written = |found: &Diagnostic| {
            let span = found.place.in_file().span;
            written.start <= span.start && span.start < written.end
        };
        let counts = found.filter(|found| match found.level {
            Level::Error => true,
            Level::Warning => is_written(found),
            Level::Info => false,
        });
        counts.map(|found| (found.rule, found.message)).collect()
    }

    /// The text with these offers, and where they are in it.
    fn with(&self, offers: &[&Offer]) -> Option<(String, Span)> {
        let (before, after) = (self.text.get(..self.replaces.start)?, self.text.get(self.replaces.end..)?);
        let lead = " ".repeat(self.indent);
        let plain = |offer: &&Offer| offer.text.plain(&lead);
        let written: Vec<String> = offers.iter().map(plain).collect();
        let written = if self.is_json {
            let is_open = written.iter().any(|text| text.ends_with(','));
            let each: Vec<&str> = written.iter().map(|text| text.trim_end_matches(',')).collect();
            format!("{}{}", each.join(", "), if is_open { "," } else { "" })
        } else {
            written.join(&format!("\n{}", " ".repeat(self.column)))
        };
        let span = Span::new(before.len(), before.len() + written.len());
        Some((format!("{before}{written}{after}"), span))
    }
}

/// How many characters two names have in common at their beginning.
fn alike(one: &str, other: &str) -> usize {
    one.chars().zip(other.trim_matches('"').chars()).take_while(|(one, other)| one == other).count()
}

/// Tries offers together, and halves of them where something is refused, down to single ones.
fn halve(offers: &[&Offer], kept: &mut [bool], is_accepted: &dyn Fn(&[&Offer]) -> bool) {
    if is_accepted(offers) {
        kept.fill(true);
    } else if offers.len() > 1 {
        let middle = offers.len() / 2;
        let ((first, second), (kept_first, kept_second)) = (offers.split_at(middle), kept.split_at_mut(middle));
        halve(first, kept_first, is_accepted);
        halve(second, kept_second, is_accepted);
    }
}

/// The release that offers are tried for.
pub(super) fn target(version: crate::kratos::version::Version) -> Target {
    Target::one(version, TargetSource::Flag)
}
