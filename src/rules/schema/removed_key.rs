//! `removed-key`: a key or word that an earlier Kratos had.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "removed-key",
    aliases: &[],
    summary: "key or word of an earlier Kratos",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start.

## Why

The key (or word) was renamed or removed before the version that the file is checked against. Kratos' configuration is
closed almost everywhere.

## What to do

Use the successor that the help names.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  whitelisted_return_urls:
    - https://example.org/
```

```yaml good
selfservice:
  allowed_return_urls:
    - https://example.org/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Removed, out);
}
