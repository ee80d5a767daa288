//! `duplicate-key`: a key that is there twice.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "duplicate-key",
    aliases: &[],
    summary: "YAML key that is there twice",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D005"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Its YAML reader refuses a map with the same key twice (`1` and `"1"` are the same), also two `<<`.

## What to do

Remove one of them, or merge their values.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
log:
  level: info
log:
  format: json
```

```yaml good
log:
  level: info
  format: json
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::DuplicateKey, out);
}
