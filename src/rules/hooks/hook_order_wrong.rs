//! `hook-order-wrong`: hooks in an order that undoes what they are for.

use std::collections::HashSet;

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::Hook;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::NodeId;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "hook-order-wrong",
    aliases: &["hook-order"],
    summary: "order of hooks defeats their purpose",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-REQVER-ORDER", "H-REVOKE-ORDER", "H-VNA-ORDER"],
    docs: r#"
## What happens

- Before `require_verified_address`, notifications are sent and sessions end for sign-ins that Kratos then refuses.
- Before a hook that can refuse, `revoke_active_sessions` ends all sessions although the login fails.
- After `verify_new_address`, a hook that reads its answer is not called when an address changes, neither
  then nor when the change is confirmed (error).

## Why

Hooks of a list run one after another, and an error stops the rest.

## What to do

Put hooks that decide first, and hooks that notify or end sessions after them.

## Versions

All versions.

## Source

selfservice/flow/login/hook.go:PostLoginHook, selfservice/hook/verify_new_address.go; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: revoke_active_sessions
            - hook: require_verified_address
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: require_verified_address
            - hook: revoke_active_sessions
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    // A check that never runs refuses no one.
    let running = context.plan().iter().flat_map(|point| &point.runs).filter_map(|run| run.hook.as_ref());
    let guards: HashSet<NodeId> =
        running.filter(|hook| hook.name == "require_verified_address").map(|hook| hook.node.id()).collect();
    for list in context.hook_lists() {
        // The nearest guard and the nearest hook that can refuse after each hook.
        let (mut next_guard, mut next_veto): (Option<&Hook>, Option<&Hook>) = (None, None);
        let mut behind = Vec::new();
        for hook in list.hooks.iter().rev() {
            behind.push((hook, next_guard, next_veto));
            if guards.contains(&hook.node.id()) {
                next_guard = Some(hook);
            }
            if hook.is_web_hook() && hook.interrupts().is_some() {
                next_veto = Some(hook);
            }
        }
        for (hook, guard, veto) in behind.into_iter().rev() {
            let side_effect =
                hook.name == "revoke_active_sessions" || hook.is_web_hook() && hook.interrupts().is_none();
            let guard = guard.filter(|_| side_effect);
            if let Some(guard) = guard {
                out.report(hook.node, "this hook runs for users whom `require_verified_address` then refuses")
                    .label(guard.node.place(), "the check comes after it")
                    .help("put `require_verified_address` first");
            } else if let Some(veto) = veto.filter(|_| hook.name == "revoke_active_sessions") {
                out.report(hook.node, "all sessions end even if the next hook refuses the login")
                    .label(veto.node.place(), "this hook can refuse")
                    .help("put `revoke_active_sessions` last");
            } else if let Some(veto) = veto.filter(|_| hook.name == "verify_new_address") {
                out.report(
                    veto.node,
                    "this hook is not called when an address changes: `verify_new_address` before it ends the flow",
                )
                .level(Level::Error)
                .label(hook.node.place(), "`verify_new_address` is here")
                .help("put the hook that decides first");
            }
        }
    }
}
