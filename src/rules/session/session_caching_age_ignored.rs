//! `session-caching-age-ignored`: a caching age without caching.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-caching-age-ignored",
    aliases: &["session-caching-age"],
    summary: "caching age without caching",
    category: "session",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V1_2),
    fixable: false,
    facts: &["D092"],
    docs: r#"
## What happens

The age has no effect.

## Why

Kratos reads `feature_flags.cacheable_sessions_max_age` only when `feature_flags.cacheable_sessions` is true.

## What to do

Add `cacheable_sessions: true`, or remove the age.

## Versions

Since v1.2.0.

## Source

driver/config/config.go:SessionWhoAmICachingMaxAge; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
# kratos: v1.3.1
feature_flags:
  cacheable_sessions_max_age: 5m
```

```yaml good
# kratos: v1.3.1
feature_flags:
  cacheable_sessions: true
  cacheable_sessions_max_age: 5m
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(age) = context.find("feature_flags.cacheable_sessions_max_age") else { return };
    let on = context.find("feature_flags.cacheable_sessions");
    if on.is_none_or(|node| node.as_bool() == Some(false)) {
        out.report_key(
            age,
            "`cacheable_sessions_max_age` has no effect: `feature_flags.cacheable_sessions` is not true",
        )
        .help("set `feature_flags.cacheable_sessions: true`, or remove this");
    }
}
