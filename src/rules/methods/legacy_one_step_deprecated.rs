//! `legacy-one-step-deprecated`: an old switch that overrides the style of registration.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "legacy-one-step-deprecated",
    aliases: &["legacy-one-step"],
    summary: "`enable_legacy_one_step` is deprecated and overrides `style`",
    category: "methods",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: changes::versions("one-step-key"),
    fixable: false,
    facts: &["D127"],
    docs: r#"
## What happens

Once set to true, the old switch wins over `registration.style`, with a warning in the log.

## Why

Since v25.4.0 `registration.style` sets how users register.

## What to do

Remove `enable_legacy_one_step`, and set `style: unified` if one step is meant.

## Versions

Since v25.4.0.

## Source

driver/config/config.go:SelfServiceFlowRegistrationTwoSteps; seen on v25.4.0 to master.

## Examples

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
            out.report_key(old, "`style` has no effect: the deprecated `enable_legacy_one_step` wins over it")
                .label(style.place(), "never read")
                .help("remove it");
        }
        None if old.is_true() => {
            out.report_key(old, "`enable_legacy_one_step` is deprecated, with a warning in the log")
                .help("set `style: unified` instead");
        }
        None => _ = out.report_key(old, "`enable_legacy_one_step` is deprecated").help("remove it"),
    }
}
