//! `veto-too-late`: a hook that may refuse when it is too late.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "veto-too-late",
    aliases: &[],
    summary: "hook may refuse, but too late",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-VERIF-VETO", "H-RECOVERY-VETO", "H-SETBEFORE-LATE", "H-VERIF-SEES-UNVERIFIED"],
    docs: r#"
## What happens

- `verification.after` since v1.2.0: the address is already stored as verified (up to v1.1.0 the hook runs before that
  and still sees it unverified).
- `recovery.after` up to v1.0.0: the session is already saved and its cookie set.
- `settings.before`: it runs at the start, but also again after each save and after each recovery, where a refusal
  shows success and failure at once.

## Why

These hooks are called when there is nothing left to stop.

## What to do

Decide at another point, or use `response: {ignore: true}` for a notification.

## Versions

All versions.

## Source

selfservice/strategy/code/strategy_verification.go:verificationUseCode, strategy_recovery.go: recoveryIssueSession,
selfservice/flow/settings/hook.go:PostSettingsHook; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    verification:
      after:
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
      after:
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

/// Where a veto comes too late: flow, trigger, versions, what has already happened.
const TOO_LATE: [(&str, &str, Versions, &str); 3] = [
    ("verification", "after", Versions::since(Version::V1_2), "the address is already stored as verified"),
    ("recovery", "after", Versions::until(Version::V1_0), "the session is already saved and its cookie set"),
    ("settings", "before", Versions::ALL, "Kratos calls it again after saving, when the change is already stored"),
];

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists() {
        let row = TOO_LATE.iter().find(|(flow, trigger, versions, _)| {
            list.flow == *flow && list.trigger == *trigger && versions.contains(context.target)
        });
        let Some((.., already)) = row else { continue };
        for switch in list.hooks.iter().filter(|hook| hook.is_web_hook()).filter_map(|hook| hook.interrupts()) {
            out.report(switch, format!("this hook cannot stop anything: {already}"))
                .help("decide at another point, or set `response: {ignore: true}` for a notification");
        }
    }
}
