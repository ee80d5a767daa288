//! `legacy-one-step`: an old switch that overrides the style of registration.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "legacy-one-step",
    aliases: &[],
    summary: "an old switch that overrides the style of registration",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V25_4),
    fixable: false,
    facts: &["D127"],
    docs: r#"
Since v25.4.0 `registration.style` says how people register. `enable_legacy_one_step`, once set to true, wins over it,
with a warning in the log.

Source: driver/config/config.go:SelfServiceFlowRegistrationTwoSteps; seen on v25.4.0 to master.

```yaml bad
# kratos: v26.2.0
selfservice:
  flows:
    registration:
      enable_legacy_one_step: true
      style: profile_first
```

```yaml good
# kratos: v26.2.0
selfservice:
  flows:
    registration:
      style: unified
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(registration) = context.find("selfservice.flows.registration") else { return };
    let Some(old) = registration.get("enable_legacy_one_step") else { return };
    match registration.get("style").filter(|_| old.is_true()) {
        Some(style) => {
            out.report_key(old, "this old switch wins over `style`")
                .label(style.place(), "not looked at")
                .help("leave it out");
        }
        None if old.is_true() => {
            out.report_key(old, "this switch is deprecated, with a warning in the log")
                .help("write `style: unified` instead");
        }
        None => _ = out.report_key(old, "this switch is deprecated").level(Level::Info).help("leave it out"),
    }
}
