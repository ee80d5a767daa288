//! `identity-schema-private-address`: an identity schema on an address that Kratos may not call.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identity-schema-private-address",
    aliases: &[],
    summary: "identity schema on an address that Kratos must not call",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D099"],
    docs: r#"
## What happens

Kratos does not start.

## Why

With `clients.http.disallow_private_ip_ranges: true` Kratos does not fetch an identity schema from a private or
loopback address. `clients.http.private_ip_exception_urls` does not help: Kratos ignores it when it loads identity
schemas.

## What to do

Mount the schema as a file, or give it as `base64://`.

## Versions

All versions.

## Source

driver/config/config.go:validateIdentitySchemas; seen on v1.3.1 and v26.2.0: it gives up after three attempts.

## Examples

```yaml bad
clients:
  http:
    disallow_private_ip_ranges: true
identity:
  schemas:
    - id: default
      url: http://10.0.0.3/identity.schema.json
```

```yaml good
clients:
  http:
    disallow_private_ip_ranges: true
identity:
  schemas:
    - id: default
      url: https://schemas.example.org/identity.schema.json
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(switch) = context.find("clients.http.disallow_private_ip_ranges").filter(|node| node.is_true()) else {
        return;
    };
    for url in context.select("identity.schemas[].url") {
        if url.as_str().is_some_and(is_private) {
            let message =
                "Kratos does not start: private addresses are not allowed, and exceptions ignore identity schemas";
            out.report(url, message)
                .stops_later()
                .label(switch.place(), "disallowed here")
                .help("mount the schema as a file, or give it as base64://");
        }
    }
}

/// Names of one word exist inside a network only.
fn is_private(text: &str) -> bool {
    let Some(url) = url::parse(text).ok().filter(Url::is_web) else { return false };
    let host = url.hostname();
    url::is_private_address(host) || url::is_loopback(host) || !host.contains(['.', ':'])
}
