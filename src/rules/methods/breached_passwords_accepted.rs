//! `breached-passwords-accepted`: no check against breached passwords.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "breached-passwords-accepted",
    aliases: &["breached-password-check"],
    summary: "breached passwords are not checked",
    category: "methods",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D118"],
    docs: r#"
## What happens

- `haveibeenpwned_enabled: false` lets users choose passwords that attackers try first (info).
- `haveibeenpwned_host` with a scheme sends the request to `https://https://…`. With `ignore_network_errors` (on by
  default) the check is silently off (error); with it off users cannot set a password.

When the host cannot be reached, each new password takes 15 seconds: Kratos tries five times, and then accepts the
password (or refuses it with `ignore_network_errors: false`).

## Why

The value is a host: Kratos puts the scheme before it.

## What to do

Remove the key. Without network access set `haveibeenpwned_host` to a mirror.

## Versions

All versions.

## Source

selfservice/strategy/password/validator.go:fetch; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  methods:
    password:
      config:
        haveibeenpwned_host: https://api.pwnedpasswords.com
```

```yaml good
selfservice:
  methods:
    password:
      config:
        haveibeenpwned_host: api.pwnedpasswords.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(config) = context.find("selfservice.methods.password.config") else { return };
    if let Some(off) = config.get("haveibeenpwned_enabled").filter(|node| node.as_bool() == Some(false)) {
        if !context.is_local() {
            out.report(off, "Kratos accepts passwords that are known from breaches")
                .help("remove it; without network access set `haveibeenpwned_host` to a mirror")
                .development("no check of breached passwords");
        }
        return;
    }
    let Some(node) = config.get("haveibeenpwned_host") else { return };
    if view::text(node).is_some_and(|host| host.contains('/')) {
        let strict = config.get("ignore_network_errors").is_some_and(|node| node.as_bool() == Some(false));
        let (message, effect) = if strict {
            ("users cannot set a password: this must be a host without scheme and path", Effect::RequestFails)
        } else {
            (
                "Kratos accepts breached passwords: this must be a host without scheme and path, the error is ignored",
                Effect::Unprotected,
            )
        };
        out.report(node, message).level(Level::Error).effect(effect).help("write the host alone");
    }
}
