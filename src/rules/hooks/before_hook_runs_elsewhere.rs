//! `before-hook-runs-elsewhere`: a `before` hook that runs at other moments than one thinks.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "before-hook-runs-elsewhere",
    aliases: &["before-hook-scope"],
    summary: "hook under `before` runs more often, or less often, than its place suggests",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-SETBEFORE-REPEAT"],
    docs: r#"
## What happens

- `verification.before` runs when a user opens a verification flow. It does not run for the flows that Kratos starts
  itself after registration, login or settings.
- `registration.before` also runs when a new user signs in with a provider from the login page: that sign-in becomes a
  registration. It runs when a signed-in user opens the registration page too.
- `settings.before` runs at the start, again inside every save, and after every recovery.

## Why

The flows have other entry points than the page that users open.

## What to do

Make the endpoint idempotent, or use a hook under `registration.after` or `settings.after`.

## Versions

All versions.

## Source

selfservice/flow/verification/handler.go:NewVerificationFlow, selfservice/flow/settings/hook.go:PostSettingsHook; seen
on v1.0.0 to master.

## Examples

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

/// What users do not expect of a `before` list.
const SCOPE: [(&str, &str); 2] = [
    ("verification", "not called for verification flows that Kratos starts itself"),
    ("settings", "called at the start, and again after every save and every recovery"),
];

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists().iter().filter(|list| list.trigger == "before") {
        let Some((flow, scope)) = SCOPE.iter().find(|(flow, _)| *flow == list.flow) else { continue };
        if let Some(hook) = list.hooks.iter().find(|hook| hook.is_web_hook()) {
            let help = if *flow == "settings" {
                "make the endpoint idempotent: it gets the same call more than once"
            } else {
                "use `registration.after` and `settings.after` for those flows"
            };
            out.report(hook.node, format!("`{flow}.before` is {scope}")).help(help);
        }
    }
}
