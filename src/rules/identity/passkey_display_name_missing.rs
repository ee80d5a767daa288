//! `passkey-display-name-missing`: passkeys without a trait that names them.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity::{self, EXTENSION, IdentitySchema, Trait};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Report, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "passkey-display-name-missing",
    aliases: &["passkey-display-name"],
    summary: "passkeys without a trait that names them",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_2),
    fixable: false,
    facts: &["D116", "D214"],
    docs: r#"
## What happens

Up to v26.2.0:

- with no such trait, when every trait has a title, each registration in a browser answers 500 ("no identifier
  found"), also for users who choose a password (on v26.2.0 through API flows too);
- with no such trait, when traits have no title, Kratos uses one of those, at random where there are several;
- with a marked trait that shares its title, or the missing title, with another trait, Kratos uses a random one of
  them: 12 requests gave four different traits.

Later releases use the marked trait, and hide the method with a warning when there is none.

## Why

A passkey is shown to users by the trait that has `credentials.passkey.display_name: true` (or
`credentials.webauthn.identifier: true`). Up to v26.2.0 Kratos finds that trait by its `title`.

## What to do

Mark the trait with the address or the name, and give it its own title.

## Versions

Since v1.2.0.

## Source

selfservice/strategy/passkey/passkey_registration.go; seen on v1.2.0, v1.3.1, v26.2.0 and master.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(enabled) = context.find("selfservice.methods.passkey.enabled").filter(|node| node.is_true()) else {
        return;
    };
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        let traits = identity::traits(root);
        let any_object =
            traits.iter().any(|part| part.schema.get("properties").is_some() || part.schema.get("$ref").is_some());
        let marked = MARKS.iter().any(|mark| identity::marks(root, mark));
        let untitled = traits.iter().filter(|part| part.schema.get("title").is_none()).count();
        let by_title = context.target < Version::AFTER_V26_2;
        if marked {
            if by_title && !any_object {
                shared_title(schema, &traits, out);
            }
        } else if by_title && untitled == 0 && !traits.is_empty() {
            let message =
                "every registration in a browser answers 500: passkey is enabled and no trait names the passkey";
            report(schema, root, enabled, message, out);
        } else if !by_title {
            let message = "registration does not offer passkeys: no trait names the passkey";
            report(schema, root, enabled, message, out).level(Level::Warning).effect(Effect::NoEffect).help(HELP);
        } else if untitled > 1 && !any_object {
            let message = "no trait is marked to name the passkey: each registration uses a random trait without title";
            report(schema, root, enabled, message, out).level(Level::Warning).effect(Effect::Advice).help(HELP);
        }
    }
}

const MARKS: [&str; 2] = ["credentials.passkey.display_name", "credentials.webauthn.identifier"];

const HELP: &str = "add \"passkey\": {\"display_name\": true} under \"credentials\" of the trait with the address \
    or name, and give that trait its own title";

fn report<'s>(
    schema: &IdentitySchema,
    root: Node<'_>,
    enabled: Node<'_>,
    message: &str,
    out: &'s mut Sink,
) -> Report<'s> {
    let whole = root.place();
    let brace = Place::new(&whole.source, Span::new(whole.span.start, whole.span.start + 1));
    out.report_in(brace, &schema.pointer, &schema.url_place, message)
        .label(enabled.place(), "passkey is enabled here")
        .help(HELP)
}

fn shared_title(schema: &IdentitySchema, traits: &[Trait<'_>], out: &mut Sink) {
    let mark = |part: &&Trait| part.schema.get(EXTENSION).and_then(|e| e.find(MARKS[0])).is_some_and(Node::is_true);
    let title = |part: &Trait| part.schema.get("title").and_then(Node::as_str).map(str::to_owned);
    for part in traits.iter().filter(mark) {
        let same: Vec<&Trait> =
            traits.iter().filter(|other| other.name != part.name && title(other) == title(part)).collect();
        let Some(other) = same.first() else { continue };
        let shared = if title(part).is_some() { "shares its title with" } else { "has no title, like" };
        let message = format!(
            "the name of a passkey is random: `{}` {shared} `{}`, and the title decides",
            part.name, other.name
        );
        out.report_in(part.schema.key_place(), &schema.pointer, &schema.url_place, message)
            .level(Level::Warning)
            .effect(Effect::Advice)
            .help("give the marked trait a title that no other trait has");
    }
}
