//! The one pipeline: from a unit to its report. The command line, fixes, the documentation tests and fuzzers all call it.

use std::path::Path;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Effect};
use crate::files::Files;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::rules;
use crate::unit::Unit;

/// The target of a unit: which releases, and why.
#[derive(Clone, Debug)]
pub struct Target {
    /// The releases that it is checked against, oldest first; at least one.
    pub versions: Vec<Version>,
    /// `flag`, `config`, `image`, `file` or `default`.
    pub source: &'static str,
    /// `file:line` of what said so, if a file did.
    pub from: Option<String>,
}

/// What was found in one unit.
#[derive(Debug)]
pub struct UnitReport {
    /// The path of its file.
    pub file: String,
    /// JSON pointer of the unit in its file.
    pub at: String,
    /// What it was checked against.
    pub target: Target,
    /// Whether `kratos serve` of that version accepts it.
    pub boots: bool,
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more were suppressed.
    pub suppressed: usize,
}

/// Checks one unit against its target.
#[must_use]
pub fn unit(unit: &Unit, target: &Target, settings: &Settings) -> UnitReport {
    let files = Files::beside(Path::new(unit.path()), settings.root.as_deref());
    let mut merged: Vec<(Diagnostic, Vec<Version>)> = Vec::new();
    for version in &target.versions {
        for diagnostic in one_version(&Context::new(unit, *version, settings, &files)) {
            let same = merged.iter_mut().find(|(known, _)| is_same(known, &diagnostic));
            match same {
                Some((_, versions)) => versions.push(*version),
                None => merged.push((diagnostic, vec![*version])),
            }
        }
    }
    let mut diagnostics: Vec<Diagnostic> = merged
        .into_iter()
        .map(|(mut diagnostic, versions)| {
            if versions.len() < target.versions.len() {
                diagnostic.holds_for =
                    versions.first().zip(versions.last()).map(|(from, to)| Versions::between(*from, *to));
            }
            diagnostic
        })
        .collect();
    diagnostics.sort_by_key(|d| (d.place.in_file().span, d.rule, d.message.clone()));
    let boots = !diagnostics.iter().any(|diagnostic| diagnostic.effect == Effect::NoBoot);
    UnitReport {
        file: unit.path().to_owned(),
        at: unit.at.clone(),
        target: target.clone(),
        boots,
        diagnostics,
        suppressed: 0,
    }
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.rule == other.rule
        && one.place.span == other.place.span
        && one.pointer == other.pointer
        && one.message == other.message
        && one.place.source.path() == other.place.source.path()
}

/// All findings of all rules for one version, before suppressions and levels.
fn one_version(context: &Context) -> Vec<Diagnostic> {
    let wanted = |rule: &&&Rule| {
        let only = &context.settings.only;
        rule.versions.contains(context.target) && (only.is_empty() || only.iter().any(|name| name == rule.name))
    };
    rules::ALL.iter().filter(wanted).flat_map(|rule| run(rule, context)).collect()
}

fn run(rule: &Rule, context: &Context) -> Vec<Diagnostic> {
    let mut sink = Sink::new(rule);
    (rule.check)(context, &mut sink);
    sink.into_diagnostics()
}
