//! `verification-off`: a hook that needs verification while it is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "verification-off",
    aliases: &[],
    summary: "hook needs verification while verification is off",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-REQVER-VERIF-OFF", "H-SHOWUI-VERIF-OFF", "H-LOGINVERIF-OFF", "H-VNA-VERIF-OFF"],
    docs: r#"
## What happens

- `require_verified_address` lets unverified users in only when an administrator verifies them (info).
- A change after `verify_new_address` can never be confirmed (error).
- `show_verification_ui` has nothing to show, and `verification` after login mails codes for a flow that users cannot
  open.

## Why

`selfservice.flows.verification.enabled` is false unless set. Then users cannot verify an address.

## What to do

Set `selfservice.flows.verification.enabled: true`, or remove the hook.

## Versions

All versions.

## Source

selfservice/flow/verification/handler.go:getVerificationFlow, selfservice/hook; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: require_verified_address
```

```yaml good
selfservice:
  flows:
    verification:
      enabled: true
    login:
      after:
        password:
          hooks:
            - hook: require_verified_address
```
"#,
    check,
};

/// Hooks that need verification, and what happens without it.
const NEED: [(&str, Level, Effect, &str); 4] = [
    (
        "require_verified_address",
        Level::Info,
        Effect::RequestFails,
        "users with an unverified address cannot verify it: verification is off",
    ),
    (
        "verify_new_address",
        Level::Error,
        Effect::RequestFails,
        "users can never confirm a new address: verification is off",
    ),
    ("show_verification_ui", Level::Warning, Effect::NoEffect, "this hook shows nothing: verification is off"),
    (
        "verification",
        Level::Warning,
        Effect::RequestFails,
        "Kratos sends codes for a flow that users cannot open: verification is off",
    ),
];

/// Whether a hook fails every time in a configuration, because it needs verification.
pub(crate) fn refuses(hook: &str, root: Node<'_>) -> bool {
    let needs = NEED.iter().any(|(name, level, ..)| *name == hook && *level == Level::Error);
    needs && view::flow(root, "verification").is_off()
}

fn check(context: &Context, out: &mut Sink) {
    let switch = context.find("selfservice.flows.verification.enabled");
    if context.lacks_layers() || switch.is_some_and(|node| node.is_true() || node.is_unknown()) {
        return;
    }
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks) {
        let runs = || context.points_that_run(*hook).next().is_some();
        let Some((_, level, effect, message)) = NEED.iter().find(|(name, ..)| *name == hook.name && runs()) else {
            continue;
        };
        let mut report = out
            .report(hook.node, *message)
            .level(*level)
            .effect(*effect)
            .help("set `selfservice.flows.verification.enabled` to `true`");
        if let Some(switch) = switch {
            report = report.label(switch.place(), "off here");
        }
        _ = report;
    }
}
