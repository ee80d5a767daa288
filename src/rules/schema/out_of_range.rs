//! `out-of-range`: a value that is too small, too large, too short or too long.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "out-of-range",
    aliases: &[],
    summary: "value that is too small, too large, too short or too long",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D065"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Kratos checks numbers, lengths and lists with bounds when it starts. Secrets need at least 16 characters, cipher
secrets exactly 32; a password has at least 6.

## What to do

Write a value within the bounds.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  methods:
    password:
      config:
        min_password_length: 4
```

```yaml good
selfservice:
  methods:
    password:
      config:
        min_password_length: 8
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::OutOfRange, out);
}
