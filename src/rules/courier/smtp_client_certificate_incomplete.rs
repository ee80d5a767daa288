//! `smtp-client-certificate-incomplete`: half a client certificate.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-client-certificate-incomplete",
    aliases: &["smtp-client-certificate"],
    summary: "half a client certificate",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D176"],
    docs: r#"
## What happens

Kratos ignores the key, and sends mail without a certificate.

## Why

`client_cert_path` and `client_key_path` work only together.

## What to do

Add the missing one.

## Versions

All versions.

## Source

courier/smtp.go:NewSMTPClient; seen on v1.0.0 to master.

## Examples

```yaml bad
courier:
  smtp:
    client_cert_path: /etc/kratos/smtp.crt
```

```yaml good
courier:
  smtp:
    client_cert_path: /etc/kratos/smtp.crt
    client_key_path: /etc/kratos/smtp.key
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(smtp) = context.find("courier.smtp") else { return };
    let half = match (smtp.get("client_cert_path"), smtp.get("client_key_path")) {
        (Some(one), None) => (one, "client_key_path"),
        (None, Some(one)) => (one, "client_cert_path"),
        _ => return,
    };
    let message = format!("Kratos sends mail without a certificate: `courier.smtp.{}` is missing", half.1);
    out.report_key(half.0, message).help(format!("add `{}`", half.1));
}
