//! `unknown-key`: a key that Kratos does not know.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-key",
    aliases: &[],
    summary: "key that Kratos does not know",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &["D021", "D074", "D154"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Kratos' configuration is closed almost everywhere: it refuses a misspelt or misplaced key, also `$schema` and `x-…`
keys. Some objects are open (`security`, `ciphers`, entries of `identity.schemas`, …): there any key passes and has no
effect.

## What to do

Correct the name, move the key, or remove it.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
session:
  lifesapn: 24h
```

```yaml good
session:
  lifespan: 24h
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::UnknownKey, out);
}
