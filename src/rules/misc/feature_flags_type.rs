//! `feature-flags-type`: feature flags that are no map.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "feature-flags-type",
    aliases: &[],
    summary: "feature flags that are no map",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D201"],
    docs: r#"
The schema has no type for `feature_flags`: a list or a text passes, and all flags are off.

Source: embedx/config.schema.json; seen on v1.0.0 to master.

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
        out.report(node, format!("all flags are off: this is {}, not a mapping", node.type_name()))
            .help("write `flag: true` below it");
    }
}
