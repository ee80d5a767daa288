//! `duplicate-json-key`: a JSON key that is there twice.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "duplicate-json-key",
    aliases: &[],
    summary: "JSON key that is there twice",
    category: "loading",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D006"],
    docs: r#"
## What happens

The value of the first key is lost.

## Why

In JSON the last of two equal keys wins, silently.

## What to do

Remove one of them.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::DuplicateKeyLastWins, out);
}
