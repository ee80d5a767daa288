//! `privileged-session-age-unreachable`: re-authentication that is never asked for.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "privileged-session-age-unreachable",
    aliases: &["privileged-session-age"],
    summary: "re-authentication is never required",
    category: "session",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D083"],
    docs: r#"
## What happens

Users can change a password or another credential without a new sign-in.

## Why

Kratos requires a new sign-in when the session is older than `selfservice.flows.settings.privileged_session_max_age`.
A session that ends before never reaches that age.

## What to do

Write less than `session.lifespan`: `15m` is usual.

## Versions

All versions.

## Source

driver/config/config.go:SelfServiceFlowSettingsPrivilegedSessionMaxAge (read, all versions).

## Examples

```yaml bad
session:
  lifespan: 1h
selfservice:
  flows:
    settings:
      privileged_session_max_age: 24h
```

```yaml good
session:
  lifespan: 24h
selfservice:
  flows:
    settings:
      privileged_session_max_age: 15m
```
"#,
    check,
};

/// Kratos' default of `session.lifespan`, in seconds (24 h, all versions).
const LIFESPAN: f64 = 86_400.0;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((node, age)) = view::duration(root, "selfservice.flows.settings.privileged_session_max_age") else {
        return;
    };
    let lifespan = match root.find("session.lifespan") {
        None => LIFESPAN,
        Some(node) => match view::text(node).and_then(view::seconds) {
            Some(seconds) => seconds,
            None => return,
        },
    };
    if age <= lifespan {
        return;
    }
    let message = "users never have to sign in again before they change a credential: sessions end before this age";
    let report = out.report(node, message).help("write less than `session.lifespan`: `15m` is usual");
    if let Some(lifespan) = root.find("session.lifespan") {
        _ = report.label(lifespan.place(), "sessions end after this");
    }
}
