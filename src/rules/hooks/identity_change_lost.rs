//! `identity-change-lost`: a hook whose changes of the identity are not saved.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identity-change-lost",
    aliases: &[],
    summary: "changes of the identity that a hook returns are not saved",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-LOGIN-PARSE-NOSAVE", "H-RECOVERY-NOSAVE", "D139"],
    docs: r#"
## What happens

After login, API and SPA clients see the changes in that one answer and nothing is stored. After recovery and
verification Kratos drops the changes. A refusal works (except where `veto-too-late` says otherwise).

## Why

`response.parse` lets an endpoint change the identity, but Kratos saves such changes only at registration and
settings.

## What to do

Change identities with the admin API.

## Versions

All versions.

## Source

selfservice/flow/login/hook.go:PostLoginHook, strategy_recovery.go; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
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
    registration:
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
    let unsaved = ["login", "recovery", "verification"];
    for list in context.hook_lists().iter().filter(|list| list.trigger == "after" && unsaved.contains(&list.flow)) {
        for parse in list.hooks.iter().filter(|hook| hook.is_web_hook()).filter_map(|hook| hook.parse()) {
            out.report(
                parse,
                format!(
                    "Kratos does not save changes of the identity after {}: only a refusal has an effect",
                    list.flow
                ),
            )
            .help("change identities with the admin API");
        }
    }
}
