//! `session-extend-unlimited`: a limit of session extension that limits nothing.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-extend-unlimited",
    aliases: &["session-extend"],
    summary: "limit of session extension has no effect",
    category: "session",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D084"],
    docs: r#"
## What happens

A session can be extended at any time.

## Why

Kratos extends a session while less than `session.earliest_possible_extend` of it remains. At or above
`session.lifespan` that is always so. When it is not set, it is the lifespan since v1.1.0, so the same holds; v1.0.0
used 24h.

## What to do

Write less than `session.lifespan`.

## Versions

All versions.

## Source

driver/config/config.go:SessionRefreshMinTimeLeft; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
session:
  lifespan: 24h
  earliest_possible_extend: 48h
```

```yaml good
session:
  lifespan: 24h
  earliest_possible_extend: 1h
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((node, extend)) = view::duration(root, "session.earliest_possible_extend") else { return };
    let Some((lifespan, whole)) = view::duration(root, "session.lifespan") else { return };
    if extend > whole {
        out.report(node, "sessions can be extended at any time: `earliest_possible_extend` exceeds `session.lifespan`")
            .label(lifespan.place(), "sessions end after this")
            .help("write less than `session.lifespan`");
    }
}
