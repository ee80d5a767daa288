//! `session-hook-missing`: users are signed in after one way to register and not after another.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "session-hook-missing",
    aliases: &[],
    summary: "users are signed in after one way to register and not after another",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-NO-SESSION"],
    docs: r#"
## What happens

With `session` under one method and not under `oidc`, a first social sign-in ends without a session and seems to do
nothing.

## Why

Only a `session` hook in the list of the method signs users in after registration. There is none by default, and the
list for all methods must not contain it.

## What to do

Add `- hook: session` under `registration.after.oidc.hooks`.

## Versions

All versions.

## Source

driver/registry_default_registration.go, selfservice/strategy/oidc/strategy_login.go; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
        oidc:
          hooks:
            - hook: session
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.is_unreadable() {
        return;
    }
    let session = |method: &str| {
        let points = context
            .plan()
            .iter()
            .filter(|point| point.flow == "registration" && point.method == Some(method) && point.enabled);
        points.map(|point| point.runs.iter().filter_map(|run| run.hook).find(|hook| hook.name == "session")).next()
    };
    if let (Some(Some(hook)), Some(None)) = (session("password"), session("oidc")) {
        out.report(hook.node, "users who register by oidc are not signed in: only the password list has `session`")
            .help("add `- hook: session` under `registration.after.oidc.hooks`");
    }
}
