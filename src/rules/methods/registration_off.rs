//! `registration-off`: social sign-in of newcomers while registration is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "registration-off",
    aliases: &[],
    summary: "social sign-in of new users while registration is off",
    category: "methods",
    level: Level::Info,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D129"],
    docs: r#"
## What happens

The first social sign-in of a user fails.

## Why

It is a registration: while registration is off, only users who have already linked a provider get in.

## What to do

Switch registration on, or keep it off if new users must not get in.

## Versions

All versions.

## Source

driver/config/config.go:SelfServiceFlowRegistrationEnabled; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      enabled: false
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      enabled: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|root| view::method(*root, "oidc").is_on()) else { return };
    if context.lacks_layers() {
        return;
    }
    let off = root.find("selfservice.flows.registration.enabled").filter(|node| node.as_bool() == Some(false));
    if let Some(off) = off {
        out.report(off, "the first social sign-in of a user fails: it is a registration")
            .help("set `selfservice.flows.registration.enabled: true`; ignore this if new users must not get in");
    }
}
