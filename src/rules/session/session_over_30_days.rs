//! `session-over-30-days`: sessions that are meant to last over 30 days, and do not.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-over-30-days",
    aliases: &[],
    summary: "sessions end after 30 days in this version",
    category: "session",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::until(Version::V0_11_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Users are signed out after 30 days, whatever the lifespan is.

## Why

Before v0.13.0 the codec of the session cookie has its own limit of 30 days.

## What to do

Write 720h or less, or use v0.13.0 or later.

## Versions

Up to v0.11.1.

## Source

driver/registry_default.go:CookieManager@v0.11.1 (fixed by 1180c051b); ory/kratos issue 3208.

## Examples

```yaml bad
# kratos: v0.11.1
session:
  lifespan: 1440h
```

```yaml good
# kratos: v0.11.1
session:
  lifespan: 720h
```
"#,
    check,
};

/// The limit of gorilla/securecookie, in seconds.
const LIMIT: f64 = 30.0 * 86_400.0;

fn check(context: &Context, out: &mut Sink) {
    let lifespan = context.root().and_then(|root| view::duration(root, "session.lifespan"));
    if let Some((node, _)) = lifespan.filter(|(_, seconds)| *seconds > LIMIT) {
        out.report(node, "users are signed out after 30 days: this Kratos refuses older session cookies")
            .help("write 720h or less, or use v0.13.0 or later");
    }
}
