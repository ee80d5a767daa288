//! `not-a-mapping`: a configuration that is no map.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "not-a-mapping",
    aliases: &[],
    summary: "configuration that is not a map",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start.

## Why

The top of a configuration is a map of keys. `a:1` without a blank after the colon is a text.

## What to do

Write `key: value`.

## Versions

All versions.

## Source

koanf parsers/yaml, parsers/json.

## Examples

```yaml bad
- dsn: memory
```

```yaml good
dsn: memory
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if let Some(root) = context.root().filter(|root| !root.is_mapping() && !root.is_null() && !root.is_unknown()) {
        let message = format!("Kratos does not start: a configuration is a map of keys, this is {}", root.type_name());
        out.report(root, message).help("write `key: value`, with a blank after the colon");
    }
}
