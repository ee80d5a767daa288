//! `invalid-value`: a word that Kratos does not know.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "invalid-value",
    aliases: &[],
    summary: "word that Kratos does not accept",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &["D166", "D182", "D193", "D195"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Some keys accept only certain words (levels, algorithms, providers, names of hooks, `SameSite` …). Kratos compares
them to the letter: `info` is a log level, `INFO` is not.

## What to do

Write one of the allowed words.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
log:
  level: warn
```

```yaml good
log:
  level: warning
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::UnknownWord, out);
}
