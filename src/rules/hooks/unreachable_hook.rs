//! `unreachable-hook`: hooks where nobody comes.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::{Hook, HookList};
use crate::kratos::plan::Why;
use crate::kratos::version::Versions;
use crate::kratos::view::{self, Switch};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "unreachable-hook",
    aliases: &[],
    summary: "hooks where nobody comes",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-METHOD-OFF", "H-CODE-NOT-PASSWORDLESS", "H-WEBAUTHN-REG", "H-FLOW-OFF", "D144"],
    docs: r#"
Hooks of a method or flow that is off never run. `recovery` and `verification` are off unless enabled, `oidc`, `totp`, `lookup_secret`, `webauthn` and `passkey`
too; `code` signs people in only with `passwordless_enabled` or `mfa_enabled`; `registration.after.webauthn` needs
`methods.webauthn.config.passwordless`. Often that is left on purpose, so this is info; it is a warning for a web_hook.

All versions; seen on v1.0.0 to master. Source: driver/config/config.go:SelfServiceStrategy, strategies at each tag.

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
        let web_hook = own.iter().find(|hook| hook.is_web_hook());
        let level = if web_hook.is_some() { Level::Warning } else { Level::Info };
        out.report_key(list.node, format!("these hooks never run: {what}"))
            .level(level)
            .help("switch it on, or drop the list");
    }
}
