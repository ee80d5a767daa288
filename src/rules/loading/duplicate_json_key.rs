//! `duplicate-json-key`: a JSON key that stands twice.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "duplicate-json-key",
    aliases: &[],
    summary: "a JSON key that stands twice",
    category: "loading",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D006"],
    docs: r#"
In JSON the last of two equal keys wins, silently; what the first one holds is lost.

All versions. Source: gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.


"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::DuplicateKeyLastWins, out);
}
