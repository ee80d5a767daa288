//! `session-extend-too-late`: sessions that can be extended only just before they end.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-extend-too-late",
    aliases: &[],
    summary: "sessions can be extended only just before they end",
    category: "session",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D084"],
    docs: r#"
## What happens

Calls that extend a session answer 200 and change nothing, until the last moments of the session.

## Why

`session.earliest_possible_extend` is not the age of a session. Kratos extends one while less than this time of it remains:
`1s` is the last second before the end.

## What to do

Write the time before the end from which a session may be extended, for example `24h`. Without the key a session can be
extended at any time (since v1.1.0).

Reported below one minute, for sessions of more than an hour.

## Versions

All versions.

## Source

session/session.go:CanBeRefreshed (v0.10.1 to master); seen on v1.3.1 and v26.2.0; ory/kratos issue 3750.

## Examples

```yaml bad
session:
  lifespan: 24h
  earliest_possible_extend: 1s
```

```yaml good
session:
  lifespan: 24h
  earliest_possible_extend: 1h
```
"#,
    check,
};

/// Seconds in which users hardly meet a session.
const SHORT: f64 = 60.0;

/// Seconds of sessions that are not there for a test.
const LONG: f64 = 3600.0;

/// `session.lifespan` unless it is set.
const DEFAULT: f64 = 86_400.0;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((node, extend)) = view::duration(root, "session.earliest_possible_extend") else { return };
    let lifespan = match root.find("session.lifespan") {
        None => Some(DEFAULT),
        Some(_) => view::duration(root, "session.lifespan").map(|(_, whole)| whole),
    };
    if lifespan.is_some_and(|whole| whole > LONG) && extend < SHORT {
        let shown = node.as_str().unwrap_or_default();
        out.report(node, format!("sessions can be extended only in their last {shown}"))
            .help("write how long before its end a session may be extended, for example `24h`");
    }
}
