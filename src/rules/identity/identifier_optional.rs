//! `identifier-optional`: identities without any login identifier are possible.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION, IDENTIFIERS};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identifier-optional",
    aliases: &[],
    summary: "identities without any login identifier are possible",
    category: "identity",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

An import, the admin API, a social sign-in or an OIDC mapper that leaves the identifiers out stores an identity that
can never sign in by password or code, and that recovery cannot find by its address.

## Why

None of the traits that are login identifiers is `required`. Silent when the schema combines conditions (`anyOf`,
`oneOf`, `allOf`, `if`) on the traits.

## What to do

Add the identifier to `required` of the object that holds it.

## Versions

All versions.

## Source

identity/validator.go, identity/extension_credentials.go (all versions): only the identity schema demands a trait.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        let Some(whole) = identity::traits_schema(root) else { continue };
        if identity::may_require_otherwise(whole) {
            continue;
        }
        let traits = identity::traits(root);
        let identifiers: Vec<_> = traits
            .iter()
            .filter(|part| part.schema.get(EXTENSION).is_some_and(is_identifier))
            .filter(|part| !identity::is_beside_reference(part.schema))
            .collect();
        let Some(first) = identifiers.first().filter(|_| identifiers.iter().all(|part| !part.required)) else {
            continue;
        };
        let place = whole.get("required").map_or_else(|| whole.key_place(), yaml::Node::key_place);
        let names: Vec<String> = identifiers.iter().map(|part| format!("`{}`", part.name)).collect();
        let message =
            format!("identities without any login identifier are possible: {} is not required", names.join(" or "));
        out.report_in(place, &schema.pointer, &schema.url_place, message)
            .help(format!("write \"required\": [\"{}\"] in the object that holds it", first.name));
    }
}

fn is_identifier(extension: yaml::Node<'_>) -> bool {
    IDENTIFIERS.iter().any(|row| extension.find(row.mark).is_some_and(yaml::Node::is_true))
}
