//! `identity-change-lost`: a hook whose changes of the identity are not saved.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "identity-change-lost",
    aliases: &[],
    summary: "a hook whose changes of the identity are not saved",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-LOGIN-PARSE-NOSAVE", "H-RECOVERY-NOSAVE", "D139"],
    docs: r#"
`response.parse` lets an endpoint change the identity, but Kratos saves such changes only at registration and settings. After login
API and SPA clients see them in that one answer and nothing is stored; after recovery and verification they are dropped. A
refusal works (except where `veto-too-late` says otherwise).

All versions; seen on v1.0.0 to master. Source: selfservice/flow/login/hook.go:PostLoginHook, strategy_recovery.go.

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
                    "changes of the identity in the answer are not saved after {}; only a refusal counts",
                    list.flow
                ),
            )
            .help("change identities through the admin API");
        }
    }
}
