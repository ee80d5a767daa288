//! `private-exception-never-matches`: an exception from the ban on private addresses that excepts nothing.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::private_addresses::{self, Ban, MAX_GLOBS};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "private-exception-never-matches",
    aliases: &[],
    summary: "exception for private addresses that never matches",
    category: "security",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D146"],
    docs: r#"
## What happens

The exception has no effect, and the calls fail after three attempts:

- a host without scheme;
- an entry on the host of a URL of this configuration that does not match that URL;
- since v1.1.0 a broken glob (a `[` without `]`): then every outgoing call fails, also those to public addresses.

Without `clients.http.disallow_private_ip_ranges` the list has no effect (info). Exceptions do not help identity
schemas on private addresses at start.

## Why

Kratos compares entries with the whole URL of the call: up to v1.0.0 they must be equal to it without query; since
v1.1.0 they are globs, in which `*` stops at `.` and `/`, and `**` does not.

## What to do

Write the whole URL of the call, or since v1.1.0 a glob: `http://svc.internal:8080/**`.

## Versions

All versions.

## Source

ory/x httpx/private_ip_validator.go, oryx/httpx/ssrf.go:RoundTrip; seen on v1.0.0 to master.

## Examples

```yaml bad
# kratos: v1.3.1
courier:
  http:
    request_config:
      url: http://10.0.4.7:8080/send
clients:
  http:
    disallow_private_ip_ranges: true
    private_ip_exception_urls:
      - http://10.0.4.7:8080
```

```yaml good
# kratos: v1.3.1
courier:
  http:
    request_config:
      url: http://10.0.4.7:8080/send
clients:
  http:
    disallow_private_ip_ranges: true
    private_ip_exception_urls:
      - http://10.0.4.7:8080/**
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let ban = context.find("clients.http.disallow_private_ip_ranges");
    let Some(list) = context.find("clients.http.private_ip_exception_urls") else { return };
    if ban.is_none_or(|node| node.as_bool() == Some(false)) {
        if list.items().len() > 0 {
            out.report_key(list, "these exceptions have no effect: private addresses are allowed")
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help("set `clients.http.disallow_private_ip_ranges: true`, or remove the list");
        }
        return;
    }
    if context.root().is_some_and(|root| Ban::of(root).has_too_many()) {
        let message =
            format!("there are more than {MAX_GLOBS} exceptions without a host: no URL is compared with them");
        out.left_out(list, message);
    }
    let mut called = Called::new();
    for (node, text) in context.root().map(private_addresses::called).unwrap_or_default() {
        if let Ok(url) = url::parse(text) {
            called.entry(url.hostname()).or_default().push((node, text));
        }
    }
    if called.values().any(|urls| urls.len() > MAX_OF_HOST) {
        let message = format!("a host has more than {MAX_OF_HOST} URLs: exceptions are not compared with them");
        out.left_out(list, message);
    }
    for entry in list.items() {
        let Some(text) = view::text(entry) else { continue };
        let glob = context.target >= Version::V1_1;
        let help = "write the whole URL of the call, or since v1.1.0 a glob: http://svc.internal:8080/**";
        if glob && is_unclosed(text) {
            out.report(entry, "every outgoing call fails: this glob has a `[` without `]`").help("close the bracket");
        } else if !text.contains("://") && !text.starts_with('*') {
            out.report(entry, "this exception never matches: Kratos compares it with the whole URL of the call")
                .help(help);
        } else if let Some((node, _)) = missed(context, text, &called) {
            out.report(
                entry,
                "this exception does not match the URL of this configuration: Kratos compares the whole URL",
            )
            .label(node.place(), "this URL")
            .help(help);
        }
    }
}

fn is_unclosed(glob: &str) -> bool {
    glob.rsplit_once('[').is_some_and(|(_, after)| !after.contains(']'))
}

/// The called URLs by their hosts.
type Called<'t> = HashMap<&'t str, Vec<(Node<'t>, &'t str)>>;

/// So many URLs on one host are compared with an exception.
const MAX_OF_HOST: usize = 200;

/// A called URL on the host of the entry that the entry does not match, when it matches none at all: it cannot match one on
/// another host.
fn missed<'t>(context: &Context, entry: &str, called: &Called<'t>) -> Option<(Node<'t>, &'t str)> {
    if context.target >= Version::V1_1 && private_addresses::is_elaborate(entry) {
        return None;
    }
    let host = url::parse(entry).ok().map(|url| url.hostname()).filter(|host| !host.contains('*'))?;
    let called = called.get(host).filter(|called| called.len() <= MAX_OF_HOST)?;
    let is_matched = called.iter().any(|(_, url)| private_addresses::excepts(entry, url, context.target));
    called.first().copied().filter(|_| !is_matched)
}
