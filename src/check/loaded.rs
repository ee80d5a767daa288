//! What is found in a file that the server never loads: a fault there stops nothing yet.

use std::collections::HashSet;

use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::loading::file_never_loaded::RULE;

/// Makes errors warnings where a finding says that the file is never loaded. What the files say that start the server holds.
pub(super) fn lower(found: &mut [Diagnostic], deployment: &Deployment) {
    if !found.iter().any(|one| one.rule == RULE.name) {
        return;
    }
    let of_variables = deployment.variables.iter().map(|variable| variable.name_place.source.path());
    let of_starts = deployment.starts.iter().map(|start| start.place.source.path());
    let in_effect: HashSet<&str> = of_variables.chain(of_starts).collect();
    for one in found.iter_mut().filter(|one| one.level == Level::Error) {
        if !in_effect.contains(one.place.in_file().source.path()) {
            one.level = Level::Warning;
        }
    }
}
