//! `second-factor-unreachable`: a second factor by code that no user can give, and that some releases ask all users for.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "second-factor-unreachable",
    aliases: &[],
    summary: "second factor by code that no identity has an address for",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Up to v1.3.1 Kratos counts a second factor for each user with `code.mfa_enabled`, and with `highest_available` it asks for
it. The page of the second factor is empty: no code can be asked for. `/sessions/whoami` and the settings answer
`session_aal2_required` for all users. Since v25.4.0 such users have no second factor, and are not asked.

## Why

Codes go to the addresses of the credentials of type `code`, which come from traits with `credentials.code.identifier: true`.
Verified addresses are used only with `missing_credential_fallback_enabled`. The rule is silent when an identity schema
could not be read. It is a warning where no user is asked: since v25.4.0, or where both `required_aal` are `aal1`.

## What to do

Mark the trait that codes are sent to: `"credentials": {"code": {"identifier": true, "via": "email"}}`.

## Versions

Since v1.3.0; locks users out up to v1.3.1.

## Source

selfservice/strategy/code/strategy.go:CountActiveMultiFactorCredentials, strategy_mfa.go:FindCodeAddressCandidates, v1.3.0 to
v26.2.0; seen on v1.3.1. Since v25.4.0 only an address in the credentials counts.
"#,
    check,
};

/// What Kratos compares the assurance of a session with.
const REQUIRED: [&str; 2] = ["session.whoami.required_aal", "selfservice.flows.settings.required_aal"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(switch) = root.find("selfservice.methods.code.mfa_enabled").filter(|node| node.is_true()) else { return };
    let Some(schemas) = context.identity_schema_roots() else { return };
    let is_marked = schemas.iter().any(|schema| identity::marks(*schema, "credentials.code.identifier"));
    let fallback = "selfservice.methods.code.config.missing_credential_fallback_enabled";
    if is_marked || identity::switch(root, fallback, false) != Some(false) {
        return;
    }
    let is_counted = context.target < Version::V25_4;
    let is_asked =
        is_counted && REQUIRED.iter().any(|path| root.find(path).is_none_or(|node| node.as_str() != Some("aal1")));
    let message = if is_asked {
        "users with a password cannot pass the second factor: no trait has `credentials.code.identifier: true`"
    } else {
        "no user gets a code as second factor: no trait has `credentials.code.identifier: true`"
    };
    let report = out
        .report(switch, message)
        .level(if is_asked { Level::Error } else { Level::Warning })
        .help(format!("mark the trait that codes go to: \"{EXTENSION}\": {{\"credentials\": {{\"code\": {{\"identifier\": true, \"via\": \"email\"}}}}}}"));
    if let Some(schema) = context.identity_schemas().first() {
        _ = report.label(schema.url_place.clone(), "in this identity schema");
    }
}
