//! One line for the settings of a development machine instead of an info for each.

use crate::diagnostic::{Diagnostic, Effect, Level, Marks};
use crate::rules::misc::development_settings::RULE;

/// Puts infos about settings that are usual on a development machine together into one. `is_development` says that the
/// configuration is for such a machine.
pub(super) fn merge(found: &mut Vec<Diagnostic>, is_development: bool) {
    let phrase = |one: &Diagnostic| one.marks.development.filter(|_| one.level == Level::Info && !one.is_final);
    let mut phrases: Vec<&'static str> = found.iter().filter_map(phrase).collect();
    phrases.sort_unstable();
    phrases.dedup();
    if !is_development || phrases.len() < 2 {
        return;
    }
    let Some(first) = found.iter().find(|one| phrase(one).is_some()).cloned() else { return };
    found.retain(|one| phrase(one).is_none());
    found.push(Diagnostic {
        rule: RULE.name,
        level: RULE.level,
        effect: Effect::Advice,
        message: format!("development settings: {}", phrases.join(", ")),
        labels: Vec::new(),
        help: Some(
            "change them before real users sign in; `--only` with the name of a rule shows each of them".to_owned(),
        ),
        fixes: Vec::new(),
        holds_for: None,
        marks: Marks::default(),
        identity: String::new(),
        ..first
    });
}
