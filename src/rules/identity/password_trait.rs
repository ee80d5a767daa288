//! `password-trait`: a trait that holds a password.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, Trait};
use crate::kratos::version::Versions;
use crate::kratos::view::{self, Switch};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "password-trait",
    aliases: &[],
    summary: "trait that holds a password",
    category: "identity",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

What users type into this field is stored as it is, and each answer about the session or the identity shows it. The form
asks for a password twice where the method `password` is on, and Kratos checks the other one.

## Why

Traits are data about the user. The method `password` adds its own field to the forms, takes it beside `traits`, and
stores a hash.

## What to do

Remove the trait, also from `required`. Mark the trait with the address or name that users type beside the password:
`"ory.sh/kratos": {"credentials": {"password": {"identifier": true}}}`.

## Versions

All versions.

## Source

selfservice/strategy/password/registration.go (`password` beside `traits`), identity/identity.go (traits in each answer).
"#,
    check,
};

/// Names without capitals and signs. Names of other things that contain one (`wifi_password`) are not meant.
const NAMES: [&str; 10] = [
    "password",
    "passwd",
    "pwd",
    "userpassword",
    "newpassword",
    "confirmpassword",
    "passwordconfirm",
    "passwordconfirmation",
    "repeatpassword",
    "passwordrepeat",
];

/// Objects of traits in which users would look for their password. Elsewhere it is that of another thing (`wifi.password`).
const PARENTS: [&str; 9] =
    ["credentials", "auth", "authentication", "login", "account", "user", "security", "signin", "signup"];

/// Keywords of a text that is chosen or written by a program, as no password is.
const CHOSEN: [&str; 3] = ["enum", "const", "oneOf"];

fn check(context: &Context, out: &mut Sink) {
    let asks = context.root().is_some_and(|root| view::method(root, "password") != Switch::Off);
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for part in identity::traits(root).into_iter().filter(|part| is_password(part, root)) {
            let message = format!("passwords are stored readable: `{}` is a trait like any other", part.name);
            let help = if asks {
                "remove it: Kratos asks for the password itself, and stores a hash"
            } else {
                "remove it: with the method `password` on, Kratos asks for the password itself, and stores a hash"
            };
            out.report_in(part.schema.key_place(), &schema.pointer, &schema.url_place, message).help(help);
        }
    }
}

fn is_password(part: &Trait<'_>, root: Node<'_>) -> bool {
    let schema = part.schema;
    let letters: String = part.name.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_string = |kind: Node<'_>| kind.as_str() == Some("string");
    let is_text = schema.get("type").is_none_or(|kind| is_string(kind) || kind.items().any(is_string));
    let is_chosen = CHOSEN.iter().any(|key| schema.get(key).is_some())
        || schema.get("format").is_some_and(|format| format.as_str() != Some("password"));
    is_text && !is_chosen && NAMES.contains(&letters.to_ascii_lowercase().as_str()) && is_of_user(schema, root)
}

/// Whether a trait is one of the user, not of a thing that the traits name.
fn is_of_user(schema: Node<'_>, root: Node<'_>) -> bool {
    let Some(object) = schema.parent().and_then(Node::parent) else { return false };
    let is_outermost = identity::traits_schema(root).is_some_and(|traits| traits.id() == object.id());
    is_outermost || object.key().is_some_and(|key| PARENTS.contains(&key))
}
