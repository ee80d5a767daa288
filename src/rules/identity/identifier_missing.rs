//! `identifier-missing`: an enabled sign-in method for which no trait is an identifier.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION, IDENTIFIERS, Identifier};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identifier-missing",
    aliases: &[],
    summary: "sign-in method for which no trait is an identifier",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos refuses each registration by that method ("Could not find any login identifiers"). Users that were imported, or
that registered in another way, cannot sign in with it, without any message about the reason.

## Why

A trait becomes a login identifier by `credentials.<method>.identifier: true` under `ory.sh/kratos`. Kratos never
checks whether an enabled method has one. Reported are methods that the configuration switches on, and `password` (on
unless switched off) when there is no other way to sign in. The rule is silent when an identity schema could not be
read.

## What to do

Mark the trait that users type to sign in.

## Versions

All versions.

## Source

identity/extension_credentials.go, schema/errors.go:NewMissingIdentifierError (v0.7.6 to master); seen on v1.3.1 and
v26.2.0.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(schemas) = context.identity_schema_roots() else { return };
    // Without any entry only what is on by itself is there, as long as nothing else may bring one.
    let is_sure = root.find("selfservice.methods").is_some() || context.deployment.is_all_known();
    let without = || root.get("selfservice").filter(|_| is_sure || !context.is_partial());
    let Some(methods) = root.find("selfservice.methods").or_else(without) else { return };
    let others = ["oidc.enabled", "saml.enabled", "passkey.enabled"];
    let other_ways = others.iter().any(|path| identity::switch(methods, path, false) != Some(false));
    let marked = |identifier: &Identifier| schemas.iter().any(|schema| identity::marks(*schema, identifier.mark));
    let usable =
        IDENTIFIERS.iter().any(|row| identity::switch(methods, row.switch, row.default) != Some(false) && marked(row));
    for identifier in IDENTIFIERS.iter().filter(|row| row.versions.contains(context.target)) {
        let written = methods.find(identifier.switch);
        let on = written.map_or(identifier.default, Node::is_true);
        if !on || marked(identifier) || has_fallback(methods, identifier) {
            continue;
        }
        let (method, mark) = (identifier.method, identifier.mark);
        let message = format!("users cannot sign in with `{method}`: no trait has `{mark}: true`");
        let report = match written {
            Some(switch) if !usable || !other_ways => out.report(switch, message),
            Some(switch) => out.report(switch, message).level(Level::Warning),
            None if !usable && !other_ways && is_sure => out.report_key(methods, message),
            None if !usable && !other_ways && method == "password" => {
                out.report_key(methods, message).level(Level::Info).effect(Effect::Advice)
            }
            None => continue,
        };
        let via = if method == "code" && context.target >= Version::V1_1 { ", \"via\": \"email\"" } else { "" };
        let help = format!("mark the trait that users type to sign in: \"{EXTENSION}\": {{{}}}", nested(mark, via));
        let report = report.help(help);
        // `credentials.password: {}` alone does not make an identifier.
        let begun = mark.rsplit_once('.').and_then(|(begin, _)| {
            let all = schemas.iter().flat_map(|schema| identity::extensions(*schema));
            all.into_iter().find_map(|extension| extension.find(begin))
        });
        if let Some(begun) = begun {
            _ = report.label(begun.key_place(), "this trait lacks it");
        } else if let Some(schema) = context.identity_schemas().first() {
            _ = report.label(schema.url_place.clone(), "in this identity schema");
        }
    }
}

/// Sign-in by code takes the addresses of other credentials when told so (v1.1.0 on).
fn has_fallback(methods: Node<'_>, identifier: &Identifier) -> bool {
    let switches = ["code.config.missing_credential_fallback_enabled", "code.passwordless_login_fallback_enabled"];
    identifier.method == "code" && switches.iter().any(|path| identity::switch(methods, path, false) != Some(false))
}

/// The mark as JSON, with what is beside it.
fn nested(path: &str, beside: &str) -> String {
    let keys: Vec<&str> = path.split('.').collect();
    let open = keys.iter().map(|key| format!("\"{key}\": ")).collect::<Vec<_>>().join("{");
    format!("{open}true{beside}{}", "}".repeat(keys.len() - 1))
}
