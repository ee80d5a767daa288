//! `jsonnet-unknown-trait`: a mapper sets a trait that the identity schema refuses.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-unknown-trait",
    aliases: &[],
    summary: "mapper sets a trait that the identity schema refuses",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

Each registration with the provider fails.

## Why

Kratos validates the traits of a mapper against the identity schema. With `additionalProperties: false` the schema
refuses a trait that it does not define. It also refuses values of another type, items of lists included, and texts that
`enum` does not list.

## What to do

Define the trait in the identity schema, or use `metadata_public`. Give each trait a value that the schema takes.

## Versions

All versions.

## Source

strategy_registration.go:processRegistration@v1.0.0..master.
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::UnknownTrait);
}
