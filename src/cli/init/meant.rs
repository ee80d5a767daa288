//! What the linter finds about a hook that is just written: some of it is what the hook is meant to do, and its comment says so.

use std::sync::Arc;

use crate::check::{self, Target};
use crate::config::{self, Settings};
use crate::deployment::Project;
use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Overlay};
use crate::kratos::version::Version;
use crate::unit::Unit;

/// Rules about what was asked for, with the reason that the comment gives.
const REASONS: [(&str, &str); 11] = [
    ("blocking-notification", "the flow must stop if this endpoint fails"),
    ("web-hook-unauthenticated", "the endpoint needs no key"),
    ("before-hook-runs-elsewhere", "it may run whenever the flow is opened"),
    ("before-hook-scope", "it may run whenever the flow is opened"),
    ("veto-too-late", "its failure is shown to the user"),
    ("interrupting-before-hook", "it decides before the flow begins"),
    ("identity-change-lost", "its answer changes nothing"),
    ("recovery-unchecked", "recovery is checked elsewhere"),
    ("login-hook-per-factor", "it may run for each factor"),
    ("verification-hook-idle", "it may run for each address"),
    ("loopback-in-container", "the endpoint runs beside Kratos"),
];

/// A rule that the new hooks set off, with the reason why they are meant so.
pub(super) type Meant = (&'static str, &'static str);

/// What is found at the new hooks (their pointers) and is meant so, and what else is new there.
pub(super) fn of(unit: &Unit, pointers: &[String], texts: &Overlay, version: Version) -> (Vec<Meant>, Vec<String>) {
    let (mut meant, mut others) = (Vec::new(), Vec::new());
    for found in findings(unit, texts, version) {
        let at = found.pointer.as_deref().unwrap_or_default();
        let is_ours = |pointer: &String| {
            at.strip_prefix(pointer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !pointers.iter().any(is_ours) {
            continue;
        }
        match REASONS.iter().find(|(rule, _)| crate::rules::named(rule).is_some_and(|rule| rule.name == found.rule)) {
            Some((_, reason)) if meant.iter().all(|(rule, _)| *rule != found.rule) => meant.push((found.rule, *reason)),
            Some(_) => {}
            None => others.push(format!("{}: {}", found.rule, found.message)),
        }
    }
    others.dedup();
    (meant, others)
}

/// What a run of the linter in the current folder says of the unit.
fn findings(unit: &Unit, texts: &Overlay, version: Version) -> Vec<Diagnostic> {
    let disk = Disk::of_run(&[unit.path().into()], None).with_overlay(texts);
    let Ok(config) = config::find(std::path::Path::new("."), &disk) else { return Vec::new() };
    let settings = Settings { project: Arc::new(Project::of(disk)), ..config.settings() };
    let settings = config.for_unit(unit, &settings);
    check::unit(unit, &Target::one(version, "flag"), &settings).diagnostics
}
