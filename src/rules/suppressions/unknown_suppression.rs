//! `unknown-suppression`: a suppression of a rule that does not exist. Found where suppressions are applied, see [`crate::suppress`].

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-suppression",
    aliases: &[],
    summary: "suppression of a rule that does not exist",
    category: "suppressions",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The comment has no effect.

## Why

The name in the brackets of `# kratos-lint: ignore[…]` is not a rule.

## What to do

Correct the name: `kratos-lint rules` lists them. Former names work too.

## Versions

All versions.

## Source

The rules of kratos-lint.
"#,
    check,
};

/// Which suppressions are used is known only after all rules ran.
fn check(_: &Context, _: &mut Sink) {}
