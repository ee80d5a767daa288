//! `second-factor-removable`: settings that a password alone opens, where a second factor can be removed.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "second-factor-removable",
    aliases: &[],
    summary: "settings open without the second factor, and can remove it",
    category: "security",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V0_8_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Whoever has the password of a user signs in with it alone, opens the settings, and removes the authenticator app, replaces
the recovery codes or adds a security key. From then on nothing asks for the old second factor.

## Why

With `selfservice.flows.settings.required_aal: aal1` the settings flow takes a session of one factor. To remove a factor it asks
only for a fresh sign-in (`privileged_session_max_age`), not for that factor. `session.whoami.required_aal` protects other
pages, not this one.

## What to do

Remove `selfservice.flows.settings.required_aal`, or set it to `highest_available`, its default: users without a second factor
still reach the settings with one.

Where second factors are voluntary everywhere, `session.whoami.required_aal` is `aal1` too, and nothing is reported.

## Versions

Since v0.8.0.

## Source

selfservice/flow/settings/handler.go:updateSettingsFlow, selfservice/strategy/totp/settings.go,
selfservice/strategy/lookup/settings.go: no other check of the factor, v0.8.0 to v26.2.0.

## Examples

```yaml bad
selfservice:
  methods:
    totp:
      enabled: true
  flows:
    settings:
      required_aal: aal1
```

```yaml good
selfservice:
  methods:
    totp:
      enabled: true
  flows:
    settings:
      required_aal: highest_available
```

```yaml good
session:
  whoami:
    required_aal: aal1
selfservice:
  methods:
    totp:
      enabled: true
  flows:
    settings:
      required_aal: aal1
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(asks) = context.find("selfservice.flows.settings.required_aal") else { return };
    let whoami = context.find("session.whoami.required_aal");
    if asks.as_str() != Some("aal1") || whoami.is_some_and(|node| node.as_str() != Some("highest_available")) {
        return;
    }
    let Some(factor) = view::second_factor(root, context.target) else { return };
    out.report(asks, "a stolen password is enough to remove the second factor: the settings open without it")
        .label(factor.place(), "the second factor is on here")
        .help("set `selfservice.flows.settings.required_aal` to `highest_available`, or remove it");
}
