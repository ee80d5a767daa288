//! `unreachable-hook`: hooks that no flow reaches.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::{Hook, HookList};
use crate::kratos::plan::Why;
use crate::kratos::version::Versions;
use crate::kratos::view::{self, Switch};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unreachable-hook",
    aliases: &[],
    summary: "hook never runs because its flow or method is off",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-METHOD-OFF", "H-CODE-NOT-PASSWORDLESS", "H-WEBAUTHN-REG", "H-FLOW-OFF", "D144"],
    docs: r#"
## What happens

Hooks of a method or flow that is off never run. This is often on purpose, so it is an info.

## Why

`recovery` and `verification` are off unless enabled; so are `oidc`, `totp`, `lookup_secret`, `webauthn` and
`passkey`. `code` signs users in only with `passwordless_enabled` or `mfa_enabled`; `registration.after.webauthn`
needs `methods.webauthn.config.passwordless`.

## What to do

Switch the flow or method on, or remove the list.

## Versions

All versions.

## Source

driver/config/config.go:SelfServiceStrategy, strategies at each tag; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      after:
        hooks:
          - hook: revoke_active_sessions
```

```yaml good
selfservice:
  flows:
    recovery:
      enabled: true
      after:
        hooks:
          - hook: revoke_active_sessions
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.lacks_layers() {
        return;
    }
    for point in context.plan().iter().filter(|point| !point.enabled) {
        let own: Vec<Hook> =
            point.never.iter().filter(|never| never.why == Why::Disabled).map(|never| never.hook).collect();
        let of_point =
            |list: &&HookList| list.flow == point.flow && list.trigger == point.trigger && list.method == point.method;
        let Some(list) = context.hook_lists().iter().find(of_point).filter(|_| !own.is_empty()) else { continue };
        let flow_off = view::flow(list.node.tree().root().unwrap_or(list.node), point.flow) == Switch::Off;
        let what = match point.method.filter(|_| !flow_off) {
            Some(method) => format!("the method `{method}` is off for {}", point.flow),
            None => format!("the flow `{}` is off", point.flow),
        };
        let switch = switch(context, point.flow, point.method.filter(|_| !flow_off));
        out.report_key(list.node, format!("these hooks never run: {what}"))
            .help(format!("set `{switch}` to `true`, or remove the list"));
    }
}

/// The key that switches a flow on, or a method for it.
fn switch(context: &Context, flow: &str, method: Option<&str>) -> String {
    let Some(method) = method else { return format!("selfservice.flows.{flow}.enabled") };
    let own = format!("selfservice.methods.{method}.enabled");
    let is_on = |default: bool| context.find(&own).map_or(default, Node::is_true);
    match (method, flow) {
        ("code", "login" | "registration") if is_on(true) => "selfservice.methods.code.passwordless_enabled".to_owned(),
        ("webauthn", "registration") if is_on(false) => "selfservice.methods.webauthn.config.passwordless".to_owned(),
        _ => own,
    }
}
