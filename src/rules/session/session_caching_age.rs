//! `session-caching-age`: a caching age without caching.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "session-caching-age",
    aliases: &[],
    summary: "a caching age without caching",
    category: "session",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V1_2),
    fixable: false,
    facts: &["D092"],
    docs: r#"
`feature_flags.cacheable_sessions_max_age` is looked at only when `feature_flags.cacheable_sessions` is true.

Source: driver/config/config.go:SessionWhoAmICachingMaxAge (read).

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
        out.report_key(age, "this age is looked at by nobody: sessions are not cacheable")
            .help("add `cacheable_sessions: true`, or leave this out");
    }
}
