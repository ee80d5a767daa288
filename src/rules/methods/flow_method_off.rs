//! `flow-method-off`: a flow whose method is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "flow-method-off",
    aliases: &[],
    summary: "method of the flow is off",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D106", "H-VERIFY-STRATEGY-OFF", "H-REQVER-STRATEGY-OFF"],
    docs: r#"
## What happens

Each start of the flow answers with an error. Verification also starts by itself: then every registration answers 400
after the account is created (a second try tells the user that it exists), and so does every change in the settings,
which is saved anyway. Since v25.4.0 `require_verified_address` starts it too: users with an unverified address get
400 about the strategy, also while the verification flow is off.

## Why

`recovery.use` and `verification.use` name `code` (the default, and on by default) or `link` (off by default).

## What to do

Switch the method on, or change `use`.

## Versions

Since v0.13.0.

## Source

driver/registry_default_recovery.go:GetActiveRecoveryStrategies, registry_default_verification.go; seen on v1.0.0 to
master.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
      use: link
```

```yaml good
selfservice:
  methods:
    link:
      enabled: true
  flows:
    recovery:
      enabled: true
      use: link
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.lacks_layers() {
        return;
    }
    let enabled = |name: &str| context.find(&format!("selfservice.flows.{name}.enabled")).filter(|node| node.is_true());
    if let (Some(enabled), Some(method)) = (enabled("recovery"), method_off(context, "recovery")) {
        report(context, "recovery", enabled, method, "each recovery answers with an error", out);
    }
    let Some(method) = method_off(context, "verification") else { return };
    if let Some(enabled) = enabled("verification") {
        let what = "every registration answers 400 after the account is created";
        report(context, "verification", enabled, method, what, out);
    } else if context.target >= Version::V25_4 {
        let lists = ["selfservice.flows.login.after.hooks[].hook", "selfservice.flows.login.after.*.hooks[].hook"];
        let hooks = lists.iter().flat_map(|path| context.select(path));
        if let Some(hook) = hooks.into_iter().find(|hook| hook.as_str() == Some("require_verified_address")) {
            let what = "users with an unverified address get an error instead of a verification";
            report(context, "verification", hook, method, what, out);
        }
    }
}

/// The method that a flow uses, when it is surely off.
fn method_off(context: &Context, flow: &str) -> Option<&'static str> {
    let root = context.root()?;
    let method = match root.find(&format!("selfservice.flows.{flow}.use")).map(Node::as_str) {
        None | Some(Some("code")) => "code",
        Some(Some("link")) => "link",
        Some(_) => return None,
    };
    let passwordless = root.find("selfservice.methods.code.passwordless_enabled");
    let runs_anyway = method == "code" && passwordless.is_some_and(|node| node.as_bool() != Some(false));
    (view::method(root, method).is_off() && !runs_anyway).then_some(method)
}

fn report(context: &Context, flow: &str, at: Node, method: &str, what: &str, out: &mut Sink) {
    let using = context.find(&format!("selfservice.flows.{flow}.use"));
    let report = out
        .report(using.unwrap_or(at), format!("{what}: the method `{method}` is off"))
        .help(format!("set `selfservice.methods.{method}.enabled: true`"));
    if let Some(off) = context.find(&format!("selfservice.methods.{method}.enabled")) {
        _ = report.label(off.place(), "switched off here");
    }
}
