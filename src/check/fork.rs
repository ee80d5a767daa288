//! What is found where the project builds Kratos from sources of its own: its server may read keys and files that Ory's does not.

use crate::deployment::{Builder, Deployment};
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::courier::{courier_sms_ignored, template_file_unread};
use crate::rules::misc::ignored_key;
use crate::rules::schema::{key_too_new, unknown_key};

/// Rules about what a release of Kratos does not read.
const RULES: [&str; 5] = [
    courier_sms_ignored::RULE.name,
    ignored_key::RULE.name,
    key_too_new::RULE.name,
    template_file_unread::RULE.name,
    unknown_key::RULE.name,
];

/// Makes errors of these rules warnings where the server may be a fork, and says so.
pub(super) fn lower(found: &mut [Diagnostic], deployment: &Deployment) -> Option<String> {
    if deployment.builder == Builder::Ory {
        return None;
    }
    let mut is_any = false;
    for one in found.iter_mut().filter(|one| one.level == Level::Error && RULES.contains(&one.rule)) {
        one.level = Level::Warning;
        is_any = true;
    }
    is_any.then(|| "keys that no release has are warnings: the project builds Kratos from its own sources".to_owned())
}
