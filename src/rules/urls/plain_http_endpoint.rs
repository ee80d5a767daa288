//! `plain-http-endpoint`: plain http to another machine on the internet.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "plain-http-endpoint",
    aliases: &[],
    summary: "plain http to a host on the internet",
    category: "urls",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone on the way can read and change what Kratos sends.

## Why

Kratos sends secrets, codes and traits to these endpoints, or trusts what comes back. Hosts inside a network (one
word, private addresses, `.local`, `.internal`, `.svc` …) are not reported.

## What to do

Use https.

## Versions

All versions.

## Source

By nature of plain http.

## Examples

```yaml bad
courier:
  http:
    request_config:
      url: http://mail.example.com/send
```

```yaml good
courier:
  http:
    request_config:
      url: http://mailer:8080/send
```
"#,
    check,
};

const KEYS: [&str; 8] = [
    "courier.http.request_config.url",
    "courier.channels[].request_config.url",
    "courier.sms.request_config.url",
    "selfservice.methods.password.config.migrate_hook.config.url",
    "selfservice.methods.oidc.config.providers[].issuer_url",
    "selfservice.methods.oidc.config.providers[].auth_url",
    "selfservice.methods.oidc.config.providers[].token_url",
    "oauth2_provider.url",
];

fn check(context: &Context, out: &mut Sink) {
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        if url.has_scheme("http") && !url.host.is_empty() && !url::is_internal(url.hostname()) {
            out.report(node, "anyone on the way can read and change what Kratos sends: plain http").help("use https");
        }
    }
}
