//! `code-fallback-idle`: a fallback of method `code` that is never used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-fallback-idle",
    aliases: &[],
    summary: "fallback of method `code`, with which no user signs in",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Users without a code credential still cannot sign in with a code.

## Why

`missing_credential_fallback_enabled` lets users sign in with a code whom Kratos has stored no code credential for. It is read
where a code signs users in: with `passwordless_enabled`, or with `mfa_enabled` as second factor. `enabled` alone is for
recovery and verification.

## What to do

Set `passwordless_enabled: true` or `mfa_enabled: true`, or remove the key.

## Versions

Since v1.3.0. An export of Ory Network has the key by default: nothing is reported there.

## Source

selfservice/strategy/code/strategy_login.go; seen on v26.2.0: with and without the key the same answers.

## Examples

```yaml bad
selfservice:
  methods:
    code:
      enabled: true
      config:
        missing_credential_fallback_enabled: true
```

```yaml good
selfservice:
  methods:
    code:
      enabled: true
      mfa_enabled: true
      config:
        missing_credential_fallback_enabled: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    // An export of Ory Network shows it as its default.
    let Some(code) = context.find("selfservice.methods.code").filter(|_| context.edition != Edition::Network) else {
        return;
    };
    let fallback = code.find("config.missing_credential_fallback_enabled");
    let is_off = |key: &str| code.get(key).is_none_or(|node| node.as_bool() == Some(false));
    if let Some(key) = fallback.filter(|node| node.is_true())
        && is_off("passwordless_enabled")
        && is_off("mfa_enabled")
    {
        out.report_key(key, "this fallback has no effect: no user signs in with method `code`")
            .help("set `passwordless_enabled` or `mfa_enabled` of `code` to true, or remove this");
    }
}
