//! What the linter finds about a hook that is just written: some of it is what the hook is meant to do, and its comment says so.

use std::path::Path;
use std::sync::Arc;

use super::batch::Batch;
use crate::check::{self, Target};
use crate::config;
use crate::deployment::Project;
use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::disk::{Disk, Overlay};
use crate::init::edit;
use crate::init::given::{Known, REASONS};
use crate::init::scaffold::{Placed, Planned};
use crate::rules::loading::file_not_in_container;
use crate::settings::Settings;
use crate::unit::Unit;
use crate::yaml::Style;

/// A rule, the pointer of the hook that sets it off, and why that is meant.
type At = (&'static str, String, &'static str);

/// What the linter finds about new hooks.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Rules that the hooks set off, with the reason why they are meant so, and the path of the list.
    pub(super) meant: Vec<(&'static str, &'static str, String)>,
    /// The same, each with the pointer of its hook.
    places: Vec<At>,
}

impl Remarks {
    /// Rows for the settings of the linter at a path, about the hooks of a unit whose lists take no comments.
    pub(super) fn known(&self, planned: &Planned, unit: &Path, settings: &Path) -> Vec<Known> {
        let takes_comments = |pointer: &str| {
            let list = planned.unit.root().and_then(|root| root.at(pointer)?.parent());
            list.is_some_and(|list| list.style() == Style::Block)
        };
        let file = super::batch::relative(unit, settings);
        let row = |(rule, key, reason): &At| Known { file: file.clone(), rule, key: key.clone(), reason };
        self.places.iter().filter(|(_, pointer, _)| !takes_comments(pointer)).map(row).collect()
    }
}

/// What is found at the new hooks.
pub(super) fn of(planned: &Planned, texts: &Overlay, target: &Target) -> Remarks {
    let pointers: Vec<String> = planned.placed.iter().map(Placed::pointer).collect();
    let mut result = Remarks::default();
    if pointers.is_empty() {
        return result;
    }
    for found in findings(&planned.unit, texts, target) {
        let Some(pointer) = pointers.iter().find(|pointer| is_in(&found, pointer)) else { continue };
        let is_rule = |rule: &str| crate::rules::named(rule).is_some_and(|rule| rule.name == found.rule);
        let Some((_, reason)) = REASONS.iter().find(|(rule, _)| is_rule(rule)) else { continue };
        let path = edit::list_of(pointer).map(|(path, _)| path).unwrap_or_default();
        let meant = (found.rule, *reason, path);
        if !result.meant.contains(&meant) {
            result.meant.push(meant);
        }
        let place = (found.rule, pointer.clone(), *reason);
        if !result.places.contains(&place) {
            result.places.push(place);
        }
    }
    result
}

/// Whether a finding is about what a pointer names, or a part of it.
fn is_in(found: &Diagnostic, pointer: &str) -> bool {
    let rest = found.pointer.as_deref().and_then(|at| at.strip_prefix(pointer));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether Kratos does not see the file of the body of a new hook.
pub(super) fn is_unseen(planned: &Planned, texts: &Overlay, target: &Target) -> bool {
    let pointers: Vec<String> =
        planned.placed.iter().map(|placed| format!("{}/config/body", placed.pointer())).collect();
    findings(&planned.unit, texts, target).iter().any(|found| {
        found.rule == file_not_in_container::RULE.name && found.pointer.as_ref().is_some_and(|at| pointers.contains(at))
    })
}

/// What the linter finds after a change and did not find before, wherever it is. That a new hook never runs is said in
/// other words.
pub(super) fn begun(before: &Unit, after: &Unit, texts: &Overlay, target: &Target) -> Vec<Diagnostic> {
    let mut known = findings(before, &Overlay::default(), target);
    let mut new = findings(after, texts, target);
    new.retain(|found| found.rule != "unreachable-hook");
    new.retain(|found| {
        // What was a note for a development server may be a fault of the server that it becomes.
        let is_same =
            |old: &Diagnostic| old.rule == found.rule && old.message == found.message && old.level >= found.level;
        let same = known.iter().position(is_same);
        same.map(|index| known.swap_remove(index)).is_none()
    });
    new.sort_by_key(|found| std::cmp::Reverse(found.level));
    new
}

/// Says what began, as other reports name it.
pub(super) fn say(begun: &[Diagnostic], batch: &mut Batch) {
    for found in begun {
        batch.note(format!("new finding: {}", told(found)));
    }
}

/// Why a change is not written: a hook that is asked for would be an error. Faults of the hooks that it repeats are no reason.
pub(super) fn refusal(begun: &[Diagnostic], planned: &Planned) -> Option<String> {
    let pointers: Vec<String> = planned.placed.iter().map(Placed::pointer).collect();
    let is_own =
        |found: &&Diagnostic| found.level == Level::Error && pointers.iter().any(|pointer| is_in(found, pointer));
    begun.iter().find(is_own).map(refused)
}

/// Why a recipe is not written: Kratos starts with the configuration now, and would not with the one that it makes. Other new errors
/// are said.
pub(super) fn broken(begun: &[Diagnostic], before: &Unit, target: &Target) -> Option<String> {
    let ends_start = |found: &&Diagnostic| found.level == Level::Error && found.effect == Effect::NoBoot;
    let first = begun.iter().find(ends_start)?;
    let starts = !findings(before, &Overlay::default(), target).iter().any(|found| ends_start(&found));
    starts.then(|| refused(first))
}

fn refused(found: &Diagnostic) -> String {
    format!("nothing is written: {}; --force writes it anyway", told(found))
}

/// A finding and what to do about it, in one line.
fn told(found: &Diagnostic) -> String {
    let help = found.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}[{}] {}{help}", found.level.name(), found.rule, found.message)
}

/// What a run of the linter in the current folder says of the unit.
fn findings(unit: &Unit, texts: &Overlay, target: &Target) -> Vec<Diagnostic> {
    let disk = Disk::of_run(&[unit.path().into()], None).with_overlay(texts);
    let Ok(config) = config::find(&[unit.path().into()], &disk) else { return Vec::new() };
    let settings = Settings { project: Arc::new(Project::of(disk)), ..config.settings() };
    // With each rule named, nothing is summed up.
    let only = crate::rules::ALL.iter().map(|rule| rule.name.to_owned()).collect();
    let settings = Settings { only, ..config.for_unit(unit, &settings) };
    let mut found = check::unit(unit, target, &settings).diagnostics;
    found.retain(|found| !found.marks.is_optional || config.settings().names(found.rule));
    found
}
