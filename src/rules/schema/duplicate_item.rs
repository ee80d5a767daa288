//! `duplicate-item`: a list that repeats an item.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "duplicate-item",
    aliases: &[],
    summary: "list that repeats an item",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D143"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Lists of URLs, origins and hooks must not contain two equal items (`uniqueItems`). Objects are equal when all their
keys are.

## What to do

Remove one of the items.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
serve:
  public:
    cors:
      allowed_origins:
        - https://example.org
        - https://example.org
```

```yaml good
serve:
  public:
    cors:
      allowed_origins:
        - https://example.org
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::DuplicateItem, out);
}
