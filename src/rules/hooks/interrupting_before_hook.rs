//! `interrupting-before-hook`: a hook that reads its answer before the flow begins.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "interrupting-before-hook",
    aliases: &[],
    summary: "hook under `before` reads its answer although there is no identity yet",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-BEFORE-PARSE", "D142"],
    docs: r#"
## What happens

An answer that contains any field of the identity crashes the request (dropped connection; status 500 after v26.2.0).
Messages of a refusal never reach the form: users see an error page.

## Why

`before` hooks run when the flow is created; there is no identity and no form yet. A refusal by status alone works
without `response.parse` and `can_interrupt`.

## What to do

Decide in a hook under `after`, or refuse by status alone.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:ExecuteLoginPreHook, parseWebhookResponse; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      before:
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
    for list in context.hook_lists().iter().filter(|list| list.trigger == "before") {
        for hook in list.hooks.iter().filter(|hook| hook.is_web_hook()) {
            if let Some(switch) = hook.interrupts() {
                let message = "an answer with an identity crashes the request here, and messages reach no form";
                out.report(switch, message)
                    .help(format!("decide in `{}.after`, where there are an identity and a form", list.flow));
            }
        }
    }
}
