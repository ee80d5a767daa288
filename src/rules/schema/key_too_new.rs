//! `key-too-new`: a key, word or hook that a later Kratos brings.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "key-too-new",
    aliases: &[],
    summary: "key, word or hook of a later Kratos",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start.

## Why

Kratos' configuration is closed almost everywhere: a key, word or hook of a later release is an unknown one. The
message names the release that has it and the version that the file is checked against. `kratos-lint versions FILE`
lists the versions that accept all of it.

## What to do

Upgrade Kratos, or remove the key.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad kratos=v1.1.0
selfservice:
  methods:
    passkey:
      enabled: false
```

```yaml good kratos=v1.2.0
selfservice:
  methods:
    passkey:
      enabled: false
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::TooNew, out);
}
