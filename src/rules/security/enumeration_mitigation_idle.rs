//! `enumeration-mitigation-idle`: a protection against finding out accounts that never acts.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "enumeration-mitigation-idle",
    aliases: &[],
    summary: "protection of account names that has no effect",
    category: "security",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

`security.account_enumeration.mitigate` has no effect: sign-in answers the same with `true` and `false`. Registration tells
in any case that an account exists.

## Why

Kratos asks for this key only where it chooses which methods to show for an identifier, and it does that only with
`selfservice.flows.login.style: identifier_first`. The default is `unified`.

## What to do

Set `selfservice.flows.login.style` to `identifier_first`, or remove the key.

## Versions

Since v1.3.0.

## Source

selfservice/strategy/{idfirst,password,code,oidc,passkey,webauthn}: `SecurityAccountEnumerationMitigate`; seen on v1.3.1 and
v26.2.0 with both styles, for sign-in by code and for registration.

## Examples

```yaml bad
security:
  account_enumeration:
    mitigate: true
```

```yaml good
security:
  account_enumeration:
    mitigate: true
selfservice:
  flows:
    login:
      style: identifier_first
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("security.account_enumeration.mitigate").filter(|node| node.is_true()) else {
        return;
    };
    let style = context.find("selfservice.flows.login.style");
    if style.is_some_and(|style| style.as_str() != Some("unified")) {
        return;
    }
    let report = out
        .report(node, "this protects no account name: it acts only with `style: identifier_first` of login")
        .help("set `selfservice.flows.login.style` to `identifier_first`, or remove the key");
    if let Some(style) = style {
        _ = report.label(style.place(), "the style is chosen here");
    }
}
