//! `breached-password-check`: no check against breached passwords.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "breached-password-check",
    aliases: &[],
    summary: "no check against breached passwords",
    category: "methods",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D118"],
    docs: r#"
`haveibeenpwned_enabled: false` lets people choose passwords that everyone tries first (info). `haveibeenpwned_host` is
a host: with a scheme the request goes to `https://https://…`, and with `ignore_network_errors` (on by default) the
check is silently off (error); with it off nobody can set a password.

Source: selfservice/strategy/password/validator.go:fetch (read).

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
        if !context.root().is_some_and(view::is_local) {
            out.report(off, "passwords that are known from breaches are accepted")
                .help("leave it out; without network access set `haveibeenpwned_host` to a mirror");
        }
        return;
    }
    let Some(node) = config.get("haveibeenpwned_host") else { return };
    if view::text(node).is_some_and(|host| host.contains('/')) {
        let strict = config.get("ignore_network_errors").is_some_and(|node| node.as_bool() == Some(false));
        let (message, effect) = if strict {
            ("nobody can set a password: the host must be a host, without scheme and path", Effect::RequestFails)
        } else {
            (
                "breached passwords are accepted: the host must be a host, without scheme and path, and its failure is ignored",
                Effect::Unprotected,
            )
        };
        out.report(node, message).level(Level::Error).effect(effect).help("write the host alone");
    }
}
