//! `duplicate-key`: a key that is there twice.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
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

Kratos does not start. Up to v0.13.0 it starts, and the last of the two counts (warning).

## Why

Its YAML reader refuses a map with the same key twice (`1` and `"1"` are the same), also two `<<`. The one before v1.0.0
takes the last.

## What to do

Remove one of them, or merge their values.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 (since v1.0.0), gopkg.in/yaml.v2 (before) and encoding/json, as koanf calls them; reproduced
with the readers themselves and with the validation of v0.11.1.

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
    if context.target >= Version::V1_0 {
        return super::report(context, FaultKind::DuplicateKey, out);
    }
    for fault in context.unit.tree.faults().iter().filter(|fault| fault.kind == FaultKind::DuplicateKey) {
        let message = format!("{}: Kratos silently uses the last one", fault.message);
        _ = super::report_one(fault, message, out).level(Level::Warning).effect(Effect::NoEffect);
    }
}
