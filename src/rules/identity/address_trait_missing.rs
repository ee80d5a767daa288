//! `address-trait-missing`: a flow that needs an address, and no trait is one.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Report, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "address-trait-missing",
    aliases: &[],
    summary: "flow needs an address, and no trait is one",
    category: "identity",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D107", "D108", "D140", "H-REQVER-NO-ADDRESS", "H-SHOWUI-NO-VIA", "H-VNA-NO-VIA"],
    docs: r#"
## What happens

- Recovery treats each request as an unknown address and sends nothing.
- Verification has nothing to verify, and the login hook `require_verified_address` lets no user in (error).

## Why

Recovery works with traits that have `recovery.via`, verification with traits that have `verification.via` (under
`ory.sh/kratos`). The rule is silent when an identity schema could not be read.

## What to do

Add the mark to the trait that holds the address.

## Versions

All versions.

## Source

identity/extension_recovery.go, extension_verification.go, selfservice/hook/address_verifier.go (v0.13.0 to master).
"#,
    check,
};

/// A switch and the words under the keyword that it needs.
const NEEDS: [(&str, &str, &str); 2] = [
    ("selfservice.flows.recovery.enabled", "recovery.via", "recovery never sends anything"),
    ("selfservice.flows.verification.enabled", "verification.via", "there is nothing to verify"),
];

fn check(context: &Context, out: &mut Sink) {
    let Some(schemas) = context.identity_schema_roots() else { return };
    let missing = |path: &str| schemas.iter().all(|schema| identity::words(*schema, path).is_empty());
    for (switch, path, effect) in NEEDS {
        if let Some(node) = context.find(switch).filter(|node| node.is_true() && missing(path)) {
            let message = format!("{effect}: no trait has `{path}`");
            explain(context, out.report(node, message), path);
        }
    }
    if missing("verification.via") {
        for name in guards(context) {
            let message = "no user passes this hook: no trait has `verification.via`, so no address is ever verified";
            explain(
                context,
                out.report(name, message).level(Level::Error).effect(Effect::RequestFails),
                "verification.via",
            );
        }
    }
}

fn explain(context: &Context, report: Report<'_>, path: &str) {
    let flow = path.trim_end_matches(".via");
    let report = report
        .help(format!("add \"{flow}\": {{\"via\": \"email\"}} under \"{EXTENSION}\" of the trait with the address"));
    if let Some(schema) = context.identity_schemas().first() {
        _ = report.label(schema.url_place.clone(), "in this identity schema");
    }
}

/// Names of the `require_verified_address` hooks that act: up to v1.3.1 those of the password method alone.
fn guards<'a>(context: &Context<'a>) -> Vec<Node<'a>> {
    let lists: &[&str] = if context.target <= Version::V1_3_1 {
        match context.find("selfservice.flows.login.after.password.hooks") {
            Some(list) if list.items().len() > 0 => &["selfservice.flows.login.after.password.hooks[].hook"],
            _ => &["selfservice.flows.login.after.hooks[].hook"],
        }
    } else {
        &["selfservice.flows.login.after.hooks[].hook", "selfservice.flows.login.after.*.hooks[].hook"]
    };
    let names = lists.iter().flat_map(|path| context.select(path));
    names.filter(|name| name.as_str() == Some("require_verified_address")).collect()
}
