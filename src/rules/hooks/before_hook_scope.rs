//! `before-hook-scope`: a `before` hook that runs at other moments than one thinks.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "before-hook-scope",
    aliases: &[],
    summary: "a `before` hook that runs at other moments than one thinks",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-SETBEFORE-REPEAT"],
    docs: r#"
- `verification.before` runs when somebody opens a verification flow, not for the flows that Kratos starts itself after registration, login or
  settings.
- `settings.before` runs at the start, again inside every save, and after every recovery.

All versions; seen on v1.0.0 to master. Source: selfservice/flow/verification/handler.go:NewVerificationFlow,
selfservice/flow/settings/hook.go:PostSettingsHook.

```yaml bad
selfservice:
  flows:
    verification:
      enabled: true
      before:
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
                ignore: true
```
"#,
    check,
};

/// What people do not expect of a `before` list.
const SCOPE: [(&str, &str); 2] = [
    (
        "verification",
        "not called for the verification flows that Kratos starts itself after registration, login or settings",
    ),
    ("settings", "called at the start, and again after every save and every recovery"),
];

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists().iter().filter(|list| list.trigger == "before") {
        let Some((flow, scope)) = SCOPE.iter().find(|(flow, _)| *flow == list.flow) else { continue };
        if let Some(hook) = list.hooks.iter().find(|hook| hook.is_web_hook()) {
            let help = if *flow == "settings" {
                "make the endpoint idempotent"
            } else {
                "use registration.after and settings.after for those"
            };
            out.report(hook.node, format!("{flow}.before is {scope}")).help(help);
        }
    }
}
