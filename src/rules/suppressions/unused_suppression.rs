//! `unused-suppression`: a suppression that silences nothing. Found where suppressions are applied, see [`crate::suppress`].

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unused-suppression",
    aliases: &[],
    summary: "suppression that silences nothing",
    category: "suppressions",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The comment or table has no effect, and may hide the next real finding.

## Why

A comment `# kratos-lint: ignore[rule] reason` silences a rule on its line, or, alone on a line, in the whole value of
the key below it; `ignore-file[rule]` does so in the whole file. In a Jsonnet file
`// kratos-lint: ignore[rule] reason` silences a rule on its line, or, alone on a line, on the next one;
`ignore-file[rule]` in the whole document. A table `[[ignore]]` in kratos-lint.toml does so by rule, file and key.
There is no such finding any more. Only reported when all rules ran against one version, and for a table when the
whole folder of kratos-lint.toml was checked.

## What to do

Remove the comment or the table.

## Versions

All versions.

## Source

The rules of kratos-lint.
"#,
    check,
};

/// Which suppressions are used is known only after all rules ran.
fn check(_: &Context, _: &mut Sink) {}
