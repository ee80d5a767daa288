//! `tokens-in-clear`: provider tokens stored in clear text.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "tokens-in-clear",
    aliases: &[],
    summary: "provider tokens are stored in clear text",
    category: "secrets",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D042"],
    docs: r#"
## What happens

The tokens of social sign-in providers are readable in the database, with one warning in the log at the first use.

## Why

`ciphers.algorithm` is `noop` unless set. Cipher secrets alone have no effect: when they are set and the algorithm is
not, it is a warning.

## What to do

Set `ciphers.algorithm: xchacha20-poly1305`, with a secret of 32 bytes in `secrets.cipher`.

## Versions

All versions.

## Source

driver/registry_default.go:Cipher; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
ciphers:
  algorithm: xchacha20-poly1305
secrets:
  cipher:
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let algorithm = root.find("ciphers.algorithm");
    if algorithm.is_some_and(|node| node.as_str() != Some("noop")) || root.get("ciphers").is_some_and(Node::is_unknown)
    {
        return;
    }
    let help = "set `ciphers.algorithm: xchacha20-poly1305`, with a secret of 32 bytes in `secrets.cipher`";
    let enabled = root.find("selfservice.methods.oidc.enabled").filter(|node| node.is_true());
    if let Some(list) = root.find("secrets.cipher").filter(|list| list.items().len() > 0) {
        let report =
            out.report_key(list, "`secrets.cipher` has no effect while `ciphers.algorithm` is `noop`").help(help);
        // Without social sign-in there are no tokens to encrypt.
        _ = if enabled.is_some() { report.level(Level::Warning) } else { report.optional() };
    } else if let Some(enabled) = enabled {
        let noop = if algorithm.is_some() { "is `noop`" } else { "is not set, so `noop`" };
        let message = format!("Kratos stores tokens of providers in clear text: `ciphers.algorithm` {noop}");
        out.report_key(enabled, message).help(help).development("provider tokens in clear text");
    }
}
