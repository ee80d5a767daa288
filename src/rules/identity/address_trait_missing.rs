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
- Where users sign in by another trait and the one with the address is optional, users without it cannot sign in
  either: `require_verified_address` answers 500 for them.

## Why

Recovery works with traits that have `recovery.via`, verification with traits that have `verification.via` (under
`ory.sh/kratos`). The rule is silent when an identity schema could not be read.

## What to do

Add the mark to the trait that holds the address, and require that trait where `require_verified_address` runs.

## Versions

All versions.

## Source

identity/extension_recovery.go, extension_verification.go, selfservice/hook/address_verifier.go (v0.8.2 to master); an
optional address seen on v26.2.0.
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
        return;
    }
    let Some(name) = schemas.iter().find_map(|schema| optional_address(*schema)) else { return };
    for guard in guards(context) {
        let message =
            format!("users without `{name}` cannot sign in: this hook needs an address, and the trait is optional");
        out.report(guard, message)
            .effect(Effect::RequestFails)
            .help(format!("add `{name}` to the `required` of the identity schema"));
    }
}

/// The trait with the address, in a schema that lets users sign in by another trait and do without this one.
fn optional_address(root: Node<'_>) -> Option<&str> {
    identity::traits_schema(root).filter(|whole| !identity::may_require_otherwise(*whole))?;
    let traits = identity::traits(root);
    let has_address = |part: &&identity::Trait<'_>| {
        part.schema.get(EXTENSION).is_some_and(|extension| extension.find("verification.via").is_some())
    };
    let first = traits.iter().find(has_address)?;
    let is_always = traits.iter().filter(has_address).any(|part| part.required);
    let is_identifier = |part: &&identity::Trait<'_>| {
        let marks = part.schema.get(EXTENSION).and_then(|extension| extension.find("credentials.password.identifier"));
        marks.is_some_and(Node::is_true)
    };
    let by_another = traits.iter().filter(|part| !has_address(part)).any(|part| is_identifier(&part));
    (!is_always && by_another).then_some(first.name)
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
