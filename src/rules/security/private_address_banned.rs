//! `private-address-banned`: a call that the ban on private addresses stops.

use crate::diagnostic::{Effect, Level};
use crate::kratos::private_addresses::{self, Ban};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "private-address-banned",
    aliases: &[],
    summary: "private addresses are not allowed, and this URL has one",
    category: "security",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D145"],
    docs: r#"
## What happens

The call fails after three attempts.

## Why

With `clients.http.disallow_private_ip_ranges` Kratos calls no address of a private network, loopback included, unless
`clients.http.private_ip_exception_urls` lists it (the whole URL; since v1.1.0 as a glob). Reported for addresses that
are surely private: written as numbers, `localhost`, and names of one word, which exist inside a network only.

## What to do

Add the whole URL to `clients.http.private_ip_exception_urls`.

## Versions

All versions.

## Source

driver/registry_default.go:HTTPClient, oryx/httpx/ssrf.go; seen on v1.0.0 to master.

## Examples

```yaml bad
clients:
  http:
    disallow_private_ip_ranges: true
courier:
  http:
    request_config:
      url: http://mailer:8080/send
```

```yaml good
clients:
  http:
    disallow_private_ip_ranges: true
    private_ip_exception_urls:
      - http://mailer:8080/send
courier:
  http:
    request_config:
      url: http://mailer:8080/send
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let bans = Ban::of(root);
    for (node, text) in private_addresses::called(root) {
        // Those of web hooks are shown with what else is wrong with them.
        if node.pointer().starts_with("/selfservice/flows/") {
            continue;
        }
        if let Some(ban) = bans.holds(text, context.target) {
            let message = "each call here fails: private addresses are not allowed, and no exception lists this URL";
            out.report(node, message)
                .label(ban.place(), "not allowed here")
                .help("add the whole URL to `clients.http.private_ip_exception_urls`");
        }
    }
}
