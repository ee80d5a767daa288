//! `file-too-large`: a file beyond the limits.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "file-too-large",
    aliases: &[],
    summary: "file is larger than the limits",
    category: "loading",
    level: Level::Error,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

kratos-lint does not read this part of the file.

## Why

Files of more than 16 MiB, nesting deeper than 200 and aliases that expand to hundreds of thousands of values are not
read. Kratos' own reader stops at excessive aliases too.

## What to do

Make the file smaller.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Limit, out);
}
