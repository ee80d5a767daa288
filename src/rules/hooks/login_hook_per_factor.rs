//! `login-hook-per-factor`: a hook of `login.after.hooks` runs once for each factor.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "login-hook-per-factor",
    aliases: &[],
    summary: "web_hook of `login.after.hooks` runs once for each factor",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A user with a second factor signs in by two flows: one for the password (or another first factor), one for the second
factor. After each of them Kratos runs the hooks of `login.after.hooks`. The endpoint gets two requests for one sign-in.

## Why

`login.after.hooks` holds for each method that has no list of its own, and a second factor is a method too.

## What to do

Put the hook into the lists of the first factors (`login.after.password.hooks`), or let the endpoint look at
`ctx.flow.requested_aal`: it is `aal1` for the first factor and `aal2` for the second one.

## Versions

All versions.

## Source

driver/registry_default_login.go:PostLoginHooks; seen on v1.0.0 to master (totp, lookup_secret).

## Examples

```yaml bad
selfservice:
  methods:
    totp:
      enabled: true
  flows:
    login:
      after:
        hooks:
          - hook: web_hook
            config:
              url: https://hooks.example.org/a
              method: POST
              body: file:///etc/kratos/a.jsonnet
              response:
                ignore: true
```

```yaml good
selfservice:
  methods:
    totp:
      enabled: true
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
                  ignore: true
```
"#,
    check,
};

/// Methods that are only ever a second factor.
const SECOND_FACTORS: [&str; 2] = ["totp", "lookup_secret"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let on_web_authn = view::second_factor(root, context.target);
    let is_second = |method: &str| {
        SECOND_FACTORS.contains(&method)
            || method == "webauthn" && on_web_authn.is_some_and(|node| node.pointer().contains("/webauthn/"))
    };
    for list in context.hook_lists().iter().filter(|list| list.flow == "login" && list.is_global()) {
        for hook in list.hooks.iter().filter(|hook| hook.is_web_hook()) {
            let runs_at = |second: bool| {
                context.points_that_run(*hook).find(|point| {
                    let is_after_login = point.flow == "login" && point.trigger == "after" && point.enabled;
                    is_after_login && point.method.is_some_and(|method| is_second(method) == second)
                })
            };
            if let (Some(_), Some(method)) = (runs_at(false), runs_at(true).and_then(|point| point.method)) {
                out.report(
                    hook.node,
                    format!("this web_hook runs once for each factor: after the first one and after {method}"),
                )
                .help("move it to the lists of the first factors, or check `ctx.flow.requested_aal` in its body");
            }
        }
    }
}
