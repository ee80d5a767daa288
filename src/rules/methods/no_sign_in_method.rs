//! `no-sign-in-method`: no way to sign in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "no-sign-in-method",
    aliases: &[],
    summary: "users cannot sign in: no method is on",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D102"],
    docs: r#"
## What happens

Users cannot sign in, and Kratos logs nothing.

## Why

Password is off, and no other method that signs in by itself is on: `oidc`, `code` with `passwordless_enabled`,
`webauthn` with `passwordless`, `passkey`.

## What to do

Switch one of them on.

## Versions

All versions.

## Source

driver/registry_default.go:LoginStrategies; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    password:
      enabled: false
```

```yaml good
selfservice:
  methods:
    password:
      enabled: false
    code:
      passwordless_enabled: true
```
"#,
    check,
};

/// Other methods that sign in by themselves: the one key that switches each on, and a second one if it needs that.
const OTHERS: [(&str, Option<&str>); 5] = [
    ("oidc.enabled", None),
    ("saml.enabled", None),
    ("code.passwordless_enabled", None),
    ("passkey.enabled", None),
    ("webauthn.enabled", Some("webauthn.config.passwordless")),
];

fn check(context: &Context, out: &mut Sink) {
    if context.lacks_layers() {
        return;
    }
    let Some(methods) = context.find("selfservice.methods").filter(|node| node.is_mapping()) else { return };
    let Some(password) = methods.find("password.enabled").filter(|node| node.as_bool() == Some(false)) else { return };
    let off = |key: &str| methods.find(key).is_none_or(|node| node.as_bool() == Some(false));
    if OTHERS.iter().all(|(key, second)| off(key) || second.is_some_and(off)) {
        out.report(
            password,
            "users cannot sign in: password is off, and no other method that signs in by itself is on",
        )
        .help("switch one on: password, oidc, passkey with `config.rp`, code with `passwordless_enabled`, webauthn with `passwordless`");
    }
}
