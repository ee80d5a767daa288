//! `jsonnet-unknown-trait`: a mapper sets a trait that the identity schema refuses.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "jsonnet-unknown-trait",
    aliases: &[],
    summary: "a mapper sets a trait that the identity schema refuses",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
The traits that a mapper yields are validated against the identity schema. Where the schema says `additionalProperties: false`, a
trait that it does not define makes each registration with the provider fail.

Source: strategy_registration.go:processRegistration@v1.0.0..master.
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::UnknownTrait);
}
