//! One line for the settings of a development machine instead of an info for each.

use crate::diagnostic::{Diagnostic, Effect, Level, Marks};
use crate::rules::misc::development_settings::RULE;

/// Adds the line that replaces infos about settings that are usual on a development machine, so that it can be silenced as
/// any other; [`merge`] takes the infos out. Says whether it was added. `is_development` says that the configuration is for such
/// a machine.
pub(super) fn announce(found: &mut Vec<Diagnostic>, is_development: bool) -> bool {
    let line = if is_development { line(found, RULE.level) } else { None };
    let is_announced = line.is_some();
    found.extend(line);
    is_announced
}

/// Puts the infos together into one line. That line is left out where it was announced and is silenced since.
pub(super) fn merge(found: &mut Vec<Diagnostic>, is_development: bool, is_announced: bool) {
    let announced = found.iter().position(|one| one.rule == RULE.name).map(|index| found.swap_remove(index).level);
    let Some(line) = line(found, announced.unwrap_or(RULE.level)).filter(|_| is_development) else { return };
    found.retain(|one| phrase(one).is_none());
    if announced.is_some() || !is_announced {
        found.push(line);
    }
}

/// What an info says of a development machine.
fn phrase(one: &Diagnostic) -> Option<&'static str> {
    one.marks.development.filter(|_| one.level == Level::Info && !one.is_final)
}

/// One line for at least two infos.
fn line(found: &[Diagnostic], level: Level) -> Option<Diagnostic> {
    let mut phrases: Vec<&'static str> = found.iter().filter_map(phrase).collect();
    phrases.sort_unstable();
    phrases.dedup();
    let mut rules: Vec<&str> = found.iter().filter(|one| phrase(one).is_some()).map(|one| one.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let first = found.iter().find(|one| phrase(one).is_some()).filter(|_| phrases.len() > 1)?.clone();
    Some(Diagnostic {
        rule: RULE.name,
        level,
        effect: Effect::Advice,
        message: format!("development settings: {}", phrases.join(", ")),
        labels: Vec::new(),
        help: Some(format!("change them before real users sign in; `--only {}` shows each of them", rules.join(","))),
        fixes: Vec::new(),
        holds_for: None,
        marks: Marks::default(),
        identity: String::new(),
        ..first
    })
}
