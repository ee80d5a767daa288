//! Which findings hold for a part of a configuration: only those about what is written, none about what is missing, off or
//! elsewhere.

use crate::diagnostic::{Diagnostic, Level};
use crate::rules;
use crate::unit::Unit;
use crate::unit::sent::{By, Remark, RemarkKind};

/// Subjects whose rules are about the text at hand.
const SUBJECTS: [&str; 3] = ["jsonnet", "network", "suppressions"];

/// Rules of these subjects that need the rest of the configuration.
const NEED_MORE: [&str; 3] = ["jsonnet-unknown-trait", "jsonnet-verification-idle", "network-default-schema"];

/// Rules of other subjects that are about the text at hand.
const OWN: [&str; 48] = [
    "amazon-setting-refused",
    "apple-key-unusable",
    "base64-undecodable",
    "before-hook-runs-elsewhere",
    "blocking-notification",
    "conflicting-keys",
    "duplicate-provider",
    "env-not-expanded",
    "file-too-large",
    "generic-instead-of-built-in",
    "hook-order-wrong",
    "identity-change-lost",
    "identity-schema-refused",
    "identity-schema-unusable",
    "ignored-provider-key",
    "ignored-trait-keyword",
    "interrupting-before-hook",
    "invalid-value",
    "issuer-mismatch",
    "malformed-value",
    "mapper-in-error-page",
    "misplaced-hook",
    "object-trait-always-required",
    "out-of-range",
    "plain-text-secret",
    "provider-id-with-slash",
    "provider-scope-missing",
    "sample-secret",
    "settings-parse-too-late",
    "template-call-refused",
    "template-define-clash",
    "template-missing",
    "template-nested-field",
    "template-no-value",
    "template-syntax-error",
    "template-undefined",
    "template-unknown-field",
    "template-unknown-function",
    "tokenizer-template-unusable",
    "trait-contradiction",
    "unknown-key",
    "unsendable-header",
    "url-placeholder",
    "veto-too-late",
    "web-hook-content-type-refused",
    "web-hook-endpoint-not-allowed",
    "web-hook-method-refused",
    "web-hook-unauthenticated",
];

/// Rules about a text that Terraform may not send as it is written (it makes a number of `"5"`, not of `"five"`), or about an order that it
/// does not fix.
const OWN_OF_CLI: [&str; 5] = [
    "web-hook-body-missing",
    "web-hook-body-not-a-url",
    "web-hook-header-ignored",
    "web-hook-url-unusable",
    "wrong-type",
];

/// Subjects whose rules are about the value at hand where variables are all of a configuration.
const OF_VALUES: [&str; 6] = ["dsn", "env", "log", "schema", "secrets", "security"];

/// Whether a finding holds for the unit. `is_open` says that variables may come which the project does not show.
pub(super) fn holds(unit: &Unit, found: &Diagnostic, is_open: bool) -> bool {
    if unit.start.is_some() && is_open {
        let category = rules::named(found.rule).map_or("", |rule| rule.category);
        return found.level == Level::Info || OF_VALUES.contains(&category) || OWN.contains(&found.rule);
    }
    let Some(sent) = unit.sent.as_ref().filter(|sent| sent.is_part) else { return true };
    let category = rules::named(found.rule).map_or("", |rule| rule.category);
    let is_own = SUBJECTS.contains(&category) && !NEED_MORE.contains(&found.rule) || OWN.contains(&found.rule);
    let is_not_converted = || {
        let is_it = |remark: &Remark| Some(remark.word.as_str()) == found.pointer.as_deref();
        sent.remarks.iter().any(|remark| remark.kind == RemarkKind::NotConverted && is_it(remark))
    };
    match sent.by {
        By::Terraform if found.rule == "wrong-type" => is_not_converted(),
        By::Terraform => is_own && found.rule != "hook-order-wrong" || found.rule == "web-hook-url-unusable",
        By::Cli => is_own || OWN_OF_CLI.contains(&found.rule),
    }
}
