//! `second-factor-by-recovery-address`: codes for recovery and for the second factor go to the same address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "second-factor-by-recovery-address",
    aliases: &[],
    summary: "codes for recovery and for the second factor go to the same address",
    category: "identity",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone who can read the mailbox of a user takes the account over: recovery sends a code there and signs in, and the second
factor is a code to the same address. `required_aal: highest_available` does not stop it.

## Why

A recovery is a first factor (`code_recovery` or `link_recovery`, aal1). With `code.mfa_enabled` a code by mail is a second
factor (aal2), and Kratos does not compare the addresses. The rule looks for a trait that has `recovery.via: email` and an
identifier for codes by e-mail.

## What to do

Use `totp`, `webauthn` or `lookup_secret` as second factor instead of codes, send the codes to another trait (`via: sms`), or
switch recovery off.

## Versions

Since v1.3.0.

## Source

selfservice/strategy/code/strategy_recovery.go and strategy_login.go, selfservice/strategy/link/strategy_recovery.go,
session/session.go:SetAuthenticatorAssuranceLevel, v1.3.0 to v26.2.0; reported for v1.3.1 (ory/kratos#4317).
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(switch) = root.find("selfservice.methods.code.mfa_enabled").filter(|node| node.is_true()) else { return };
    if !view::flow(root, "recovery").is_on() {
        return;
    }
    let says = |extension: Node<'_>, path: &str, word: &str| {
        extension.find(path).is_some_and(|node| node.as_str() == Some(word))
    };
    let is_both = |extension: &Node<'_>| {
        let is_identifier = extension.find("credentials.code.identifier").is_some_and(Node::is_true);
        is_identifier && says(*extension, "credentials.code.via", "email") && says(*extension, "recovery.via", "email")
    };
    let both = context.identity_schemas().iter().find_map(|schema| {
        let found = identity::extensions(schema.root()?).into_iter().find(is_both)?;
        Some(found.key_place())
    });
    if let Some(place) = both {
        out.report(
            switch,
            "a mailbox is enough for both factors: recovery and second factor send codes to the same trait",
        )
        .help("use totp or webauthn as second factor, or set `selfservice.flows.recovery.enabled: false`")
        .label(place, "this trait gets both");
    }
}
