//! `recovery-unchecked`: recovery signs users in past the hooks of login.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::Mode;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "recovery-unchecked",
    aliases: &[],
    summary: "recovery signs users in without the hooks of login",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-RECOVERY-NO-LOGIN-HOOKS"],
    docs: r#"
## What happens

A web_hook in `login.after` that can refuse (a ban, a tenant check) is not called, and a blocked user gets a session
by recovery.

## Why

Recovery issues the session itself. No `login.after` hook runs.

## What to do

Repeat the hook in `recovery.after.hooks` (it can refuse since v1.1.0).

## Versions

All versions.

## Source

selfservice/strategy/code/strategy_recovery.go:recoveryIssueSession; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  parse: true
```

```yaml good
selfservice:
  flows:
    recovery:
      enabled: true
      after:
        hooks:
          - hook: web_hook
            config:
              url: https://hooks.example.org/a
              method: POST
              body: file:///etc/kratos/a.jsonnet
              response:
                parse: true
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  parse: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if !context.root().is_some_and(|root| view::flow(root, "recovery").is_on()) {
        return;
    }
    let runs = |flow: &str| {
        let points =
            context.plan().iter().filter(move |point| point.flow == flow && point.trigger == "after" && point.enabled);
        points.flat_map(|point| &point.runs).filter(|run| run.mode == Mode::Interrupting).find_map(|run| run.hook)
    };
    if let (Some(hook), None) = (runs("login"), runs("recovery")) {
        out.report(hook.node, "recovery signs users in without this web_hook")
            .help("repeat the hook in `recovery.after.hooks`");
    }
}
