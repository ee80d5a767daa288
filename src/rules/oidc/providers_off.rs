//! `providers-off`: providers of social sign-in that are not offered.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "providers-off",
    aliases: &[],
    summary: "providers of social sign-in are not offered",
    category: "oidc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D168"],
    docs: r#"
## What happens

Kratos offers no provider.

## Why

It offers them only while `selfservice.methods.oidc.enabled` is true, and the default is false. An info where `false`
is written.

## What to do

Set `selfservice.methods.oidc.enabled: true`, or remove the providers.

## Versions

All versions.

## Source

driver/registry_default.go:LoginStrategies; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: google
            provider: google
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|root| view::method(*root, "oidc").is_off()) else { return };
    let Some(list) = root.find("selfservice.methods.oidc.config.providers").filter(|list| list.items().len() > 0)
    else {
        return;
    };
    let written = root.find("selfservice.methods.oidc.enabled");
    // Beside a server that is started with another file, what alone starts none is a part, which some other file switches on.
    let is_beside = context.deployment.image.is_known() && !context.deployment.is_found();
    if context.lacks_layers() || (written.is_none() && root.get("identity").is_none() && is_beside) {
        return;
    }
    let report = out
        .report_key(list, "Kratos offers no provider: social sign-in is off")
        .help("set `selfservice.methods.oidc.enabled: true`");
    if let Some(written) = written {
        _ = report.level(Level::Info).label(written.place(), "switched off here");
    }
}
