//! `code-registration-crashes-on-list`: a trait with which registration by code drops the connection.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, Trait};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view::{self, Switch};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-registration-crashes-on-list",
    aliases: &["code-registration-list-trait"],
    summary: "list or null trait makes registration by code drop the connection",
    category: "identity",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::between(Version::V1_1, Version::V1_3_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The user registers by code and sends the code. If a trait holds a list or null, Kratos panics and drops the connection:
the account is not created, and the user sees no message. If the trait is required, every registration by code fails:
this is an error.

## Why

With the code Kratos gets the traits again and compares them with the nodes of the form. There is no node for an item of a
list, and Kratos uses it without a check.

## What to do

Upgrade to v25.4.0. Until then set `selfservice.methods.code.passwordless_enabled` to `false`, or store the list in
`metadata_public` instead.

## Versions

v1.1.0 to v1.3.1. v25.4.0 skips what has no node.

## Source

selfservice/strategy/code/strategy_registration.go:registrationVerifyCode at v1.1.0, v1.3.1 and v25.4.0; seen on v1.3.1.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let by_code = identity::switch(root, "selfservice.methods.code.passwordless_enabled", false) == Some(true);
    if !by_code || view::method(root, "code") != Switch::On || view::flow(root, "registration") != Switch::On {
        return;
    }
    for schema in context.identity_schemas() {
        let Some(root) = schema.root().filter(|root| identity::marks(*root, "credentials.code.identifier")) else {
            continue;
        };
        for part in identity::traits(root) {
            let Some((kind, word)) = uncomparable(&part) else { continue };
            let always = part.required && word == "a list";
            let when = if always { "always".to_owned() } else { format!("when `{}` is {word}", part.name) };
            let level = if always { Level::Error } else { Level::Warning };
            out.report_in(
                kind.place(),
                &schema.pointer,
                &schema.url_place,
                format!("registration by code {FAILS} {when}"),
            )
            .level(level)
            .label(kind.key_place(), format!("`{}` can be {word}", part.name))
            .help("upgrade to v25.4.0, or set `selfservice.methods.code.passwordless_enabled` to `false`");
        }
    }
}

const FAILS: &str = "panics and drops the connection";

/// The type of a trait that Kratos cannot compare, with a word for it.
fn uncomparable<'t>(part: &Trait<'t>) -> Option<(Node<'t>, &'static str)> {
    let kind = part.schema.get("type").filter(|_| !identity::is_beside_reference(part.schema))?;
    let may_be = |word: &str| kind.as_str() == Some(word) || kind.items().any(|item| item.as_str() == Some(word));
    if may_be("array") { Some((kind, "a list")) } else { may_be("null").then_some((kind, "null")) }
}
