//! `flow-method-off`: a flow whose method is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "flow-method-off",
    aliases: &[],
    summary: "a flow whose method is off",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D106"],
    docs: r#"
`recovery.use` and `verification.use` name `code` (the default, and on by default) or `link` (off by default). When the method is off, each start of the flow
answers with an error.

Source: driver/registry_default_recovery.go:GetActiveRecoveryStrategies, registry_default_verification.go; seen on v1.0.0 to master.

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
    let Some(root) = context.root() else { return };
    for name in ["recovery", "verification"] {
        let Some(enabled) = root.find(&format!("selfservice.flows.{name}.enabled")).filter(|node| node.is_true())
        else {
            continue;
        };
        let using = root.find(&format!("selfservice.flows.{name}.use"));
        let method = match using.map(Node::as_str) {
            None => "code",
            Some(Some(method @ ("code" | "link"))) => method,
            Some(_) => continue,
        };
        let passwordless = root
            .find("selfservice.methods.code.passwordless_enabled")
            .is_some_and(|node| node.as_bool() != Some(false));
        if !view::method(root, method).is_off() || (method == "code" && passwordless) {
            continue;
        }
        let report = out
            .report(
                using.unwrap_or(enabled),
                format!("each {name} answers with an error: the method `{method}` is off"),
            )
            .help(format!("set `selfservice.methods.{method}.enabled: true`"));
        if let Some(off) = root.find(&format!("selfservice.methods.{method}.enabled")) {
            _ = report.label(off.place(), "switched off here");
        }
    }
}
