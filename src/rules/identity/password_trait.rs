//! `password-trait`: a trait that holds a password.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::Versions;
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

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for part in identity::traits(root).into_iter().filter(|part| is_password(part.name, part.schema)) {
            let message = format!("passwords are stored readable: `{}` is a trait like any other", part.name);
            out.report_in(part.schema.key_place(), &schema.pointer, &schema.url_place, message)
                .help("remove it: Kratos asks for the password itself, and stores a hash");
        }
    }
}

fn is_password(name: &str, schema: Node<'_>) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_text = schema.get("type").is_none_or(|kind| kind.as_str() == Some("string"));
    is_text && NAMES.contains(&letters.to_ascii_lowercase().as_str())
}
