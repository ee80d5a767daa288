//! `second-factor-skipped`: users who sign in by code alone are not asked for their second factor.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "second-factor-skipped",
    aliases: &[],
    summary: "users who sign in by code alone are not asked for their second factor",
    category: "identity",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::before(Version::V1_3_0).from(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A user without a password who signs in by code, and who has set up a second factor, is never asked for it: with
`required_aal: highest_available` a code alone is enough for `/sessions/whoami` and for the settings. The same holds for all users whose second factor is a code (`code.mfa_enabled`).

## Why

Kratos counts the first factors of a user to find the highest level that the user can reach, and did not count codes. Without a
first factor the level is `aal0`, which each session has. Codes did not count as second factor either, so that the highest level of such a user was `aal1`.

## What to do

Use Kratos v1.3.0 or later, or switch `code.passwordless_enabled` off. Before v1.3.0 use `totp` or `webauthn` as second factor.

## Versions

v1.1.0 to v1.2.0 (GHSA-wc43-73w7-x2f5).

## Source

identity/identity.go:SetAvailableAAL, identity/manager.go:CountActiveFirstFactorCredentials and CountActiveMultiFactorCredentials, session/manager_http.go:DoesSessionSatisfy
(v1.1.0, v1.2.0); fixed in v1.3.0 (b0111d4bd).

## Examples

```yaml bad
# kratos: v1.2.0
selfservice:
  methods:
    code:
      enabled: true
      passwordless_enabled: true
    totp:
      enabled: true
      config:
        issuer: Example
```

```yaml good
# kratos: v1.3.0
selfservice:
  methods:
    code:
      enabled: true
      passwordless_enabled: true
    totp:
      enabled: true
      config:
        issuer: Example
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    // The settings ask for the highest level by default, whoami for the first.
    let asks =
        |path: &str, default: bool| root.find(path).map_or(default, |node| node.as_str() == Some("highest_available"));
    if !asks("session.whoami.required_aal", false) && !asks("selfservice.flows.settings.required_aal", true) {
        return;
    }
    let is_on = |key: &str| root.find(key).filter(|node| node.is_true());
    if let Some(switch) = is_on("selfservice.methods.code.mfa_enabled") {
        out.report(switch, "users whose second factor is a code are never asked for it where it is required")
            .help("use Kratos v1.3.0 or later, or `totp` or `webauthn` as second factor");
    }
    let Some(switch) = is_on("selfservice.methods.code.passwordless_enabled") else { return };
    let second = view::second_factor(root, context.target).and_then(Node::parent);
    let Some(second) = second.filter(|method| method.key() != Some("code")) else { return };
    out.report(switch, "users who sign in by code alone are never asked for their second factor")
        .label(second.key_place(), "the second factor")
        .help("use Kratos v1.3.0 or later");
}
