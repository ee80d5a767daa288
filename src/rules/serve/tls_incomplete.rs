//! `tls-incomplete`: TLS that is not served for lack of a certificate or key.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "tls-incomplete",
    aliases: &[],
    summary: "TLS is off because certificate or key is missing",
    category: "serve",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D066", "D067"],
    docs: r#"
## What happens

Kratos logs an info line and serves plain HTTP. When all four keys are given, base64 wins (info). When one half is
missing, it may come from the environment: a warning then.

## Why

TLS needs a certificate and a key, both by `path` or both by `base64`.

## What to do

Give both in the same way.

## Versions

All versions.

## Source

oryx/configx/serve.go:GetCertFunc, driver/config/config.go:getTLSCertificates@v1.3.1; seen on v1.0.0 to master.

## Examples

```yaml bad
serve:
  public:
    tls:
      cert:
        path: /etc/tls/tls.crt
      key:
        base64: c2VjcmV0
```

```yaml good
serve:
  public:
    tls:
      cert:
        path: /etc/tls/tls.crt
      key:
        path: /etc/tls/tls.key
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for tls in context.select("serve.*.tls").into_iter().filter(|node| node.is_mapping()) {
        let has = |path: &str| tls.find(path).is_some();
        let ways = ["path", "base64"].map(|way| (has(&format!("cert.{way}")), has(&format!("key.{way}"))));
        let whole = |way: (bool, bool)| way.0 && way.1;
        if ways.iter().all(|way| whole(*way)) {
            out.report_key(tls, "the paths have no effect: certificate and key by `base64` win")
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help("remove one of the two ways");
        } else if !ways.iter().any(|way| whole(*way)) && ways.iter().any(|way| way.0 || way.1) {
            let both = ways.iter().any(|way| way.0) && ways.iter().any(|way| way.1);
            let (message, level) = if both {
                ("Kratos serves plain HTTP: certificate and key are not given in the same way", Level::Error)
            } else {
                (
                    "Kratos serves plain HTTP unless the environment sets the other half of `cert` and `key`",
                    Level::Warning,
                )
            };
            out.report_key(tls, message).level(level).help("give both by `path` or both by `base64`");
        }
    }
}
