//! `web-hook-blocked-address`: a `web_hook` on an address that Kratos may not call.

use crate::diagnostic::{Effect, Level};
use crate::kratos::private_addresses::Ban;
use crate::kratos::version::{Version, Versions};
use crate::kratos::{url, view};
use crate::rule::{Context, Rule, Sink};
use std::net::Ipv4Addr;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-blocked-address",
    aliases: &[],
    summary: "web_hook calls an address that Kratos must not call",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-PRIVATE-IP", "H-SPECIAL-RANGES"],
    docs: r#"
## What happens

Every call of the web_hook fails.

## Why

With `clients.http.disallow_private_ip_ranges: true` Kratos calls no private or loopback address, unless
`clients.http.private_ip_exception_urls` allows it: exact URLs up to v1.0.0, since v1.1.0 patterns over the whole URL,
in which `*` stops at dots and slashes and `**` does not.

Since v1.1.0 special ranges (100.64.0.0/10, 198.18.0.0/15, documentation and multicast ranges) are always blocked,
also without that setting and for exceptions.

## What to do

List the URL under `clients.http.private_ip_exception_urls`. For special ranges, use another address or a proxy.

## Versions

All versions.

## Source

ory/x httpx/ssrf.go, private_ip_validator.go; oryx/ipx/ssrf.go; seen on v1.0.0 to master (private addresses).

## Examples

```yaml bad
clients:
  http:
    disallow_private_ip_ranges: true
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: http://10.1.2.3/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: http://10.1.2.3/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
```
"#,
    check,
};

/// Ranges that are blocked always: address and length of the prefix (code.dny.dev/ssrf v0.2.0).
const ALWAYS: [([u8; 4], u32); 12] = [
    ([0, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let ban = Ban::of(root);
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("url") else { continue };
        let Some(text) = view::text(node) else { continue };
        let Some(host) = url::parse(text).ok().map(|url| url.hostname()) else { continue };
        if context.target >= Version::V1_1 && host.parse::<Ipv4Addr>().is_ok_and(is_special) {
            out.report(node, "every call of this web_hook fails: Kratos never calls addresses of this range")
                .help("use a host name or an address of another range, or a proxy");
        } else if let Some(ban) = ban.holds(text, context.target) {
            out.report(node, "every call of this web_hook fails: private addresses are not allowed")
                .label(ban.place(), "disallowed here")
                .help("add the URL to `clients.http.private_ip_exception_urls`");
        }
    }
}

fn is_special(ip: Ipv4Addr) -> bool {
    let bits = |octets: [u8; 4]| u32::from_be_bytes(octets);
    ALWAYS.iter().any(|(range, length)| bits(ip.octets()) >> (32 - length) == bits(*range) >> (32 - length))
}
