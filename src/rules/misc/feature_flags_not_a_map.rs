//! `feature-flags-not-a-map`: feature flags that are no map.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "feature-flags-not-a-map",
    aliases: &["feature-flags-type"],
    summary: "feature flags are not a map",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D201"],
    docs: r#"
## What happens

All flags are off.

## Why

The schema has no type for `feature_flags`: a list or a text passes.

## What to do

Write the flags below it, for example `cacheable_sessions: true`.

## Versions

All versions.

## Source

embedx/config.schema.json; seen on v1.0.0 to master.

## Examples

```yaml bad
feature_flags:
  - cacheable_sessions
```

```yaml good
feature_flags:
  cacheable_sessions: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("feature_flags") else { return };
    if !node.is_mapping() && !node.is_unknown() && !node.is_null() {
        out.report(node, format!("all flags are off: this is {}, not a map", node.type_name()))
            .help("write the flags below it, for example `cacheable_sessions: true`");
    }
}
