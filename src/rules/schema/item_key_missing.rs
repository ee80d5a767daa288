//! `item-key-missing`: an item of a list without a key that it must have.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "item-key-missing",
    aliases: &[],
    summary: "item of a list without a required key",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D041", "D109", "D155"],
    docs: r#"
## What happens

Kratos does not start, or (level info) it starts only when the environment sets the key.

## Why

Hooks, identity schemas and providers are items of lists, and each needs its own keys. What the environment gives to the
whole configuration (`missing-key`) does not complete them: a comment that silences `missing-key` for a file leaves this
rule as it is.

## What to do

Add the key to the item.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: from-the-environment
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_id: me
            client_secret: from-the-environment
            mapper_url: file:///etc/kratos/google.jsonnet
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::MissingItemKey, out);
}
