//! `conflicting-keys`: keys that exclude each other.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "conflicting-keys",
    aliases: &[],
    summary: "keys that exclude each other",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D104", "D111", "D135"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Some keys of Kratos exclude each other, or belong to one kind only: `response.ignore: true` with `parse` or
`can_interrupt`, `origin` with `origins`, `microsoft_tenant` with another provider than `microsoft`, `apple_*` keys
with another than `apple` and `client_secret` with `apple`, the keys of `api_key` with `basic_auth`, and
`passwordless_enabled` with `mfa_enabled` of the method `code`.

## What to do

Remove one of the keys.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  methods:
    code:
      passwordless_enabled: true
      mfa_enabled: true
```

```yaml good
selfservice:
  methods:
    code:
      passwordless_enabled: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Conflict, out);
}
