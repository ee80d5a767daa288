//! `malformed-value`: a value that is not in the format of its key.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "malformed-value",
    aliases: &[],
    summary: "value in the wrong format",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D085", "D086", "D191"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Kratos checks URLs, durations, e-mail addresses, host names and sizes when it starts, as Go reads them:
`localhost:3000` is a URL with the scheme `localhost`, `127.0.0.1:3000` is not a URL; durations have no days and no
fractions.

## What to do

Write the value in the format that is shown.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      lifespan: 1d
```

```yaml good
selfservice:
  flows:
    login:
      lifespan: 24h
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Malformed, out);
}
