//! `listen-host-unusable`: a host to listen on that cannot be used.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "listen-host-unusable",
    aliases: &["listen-host"],
    summary: "listener address that cannot be used",
    category: "serve",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D063", "D064"],
    docs: r#"
## What happens

Kratos does not start: the value is a URL, has a port, is an IPv6 address without brackets, or is no address at all
(`*`). For a host that begins with `unix:` the port has no effect (info).

## Why

Kratos joins host and port with a colon. `::1` becomes `::1:4433`, `0.0.0.0:4433` becomes `0.0.0.0:4433:4433`: neither is
an address. The owner and group of a socket must exist on the machine.

## What to do

Write an address of the machine: `0.0.0.0`, `127.0.0.1`, `"[::1]"`, or leave the key out to listen on all.

## Versions

All versions.

## Source

oryx/configx/helpers.go:GetAddress, permission.go:SetPermission; IPv6 seen on v1.0.0 to master, the others on
v1.3.1 and v26.2.0.

## Examples

```yaml bad
serve:
  public:
    host: "::1"
```

```yaml good
serve:
  public:
    host: "[::1]"
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for api in ["public", "admin"] {
        let Some(node) = context.find(&format!("serve.{api}.host")) else { continue };
        let Some(host) = view::text(node) else { continue };
        if host.starts_with("unix:") {
            if let Some(port) = context.find(&format!("serve.{api}.port")) {
                out.report(port, "this port has no effect: the host is a socket")
                    .level(Level::Info)
                    .effect(Effect::NoEffect)
                    .label(node.place(), "the socket")
                    .help("remove the port");
            }
        } else if let Some((message, help)) = refused(host, api) {
            out.report(node, message).help(help);
        }
    }
}

/// Why Go does not listen on a host, and what to write. What another program fills in is not known.
fn refused(host: &str, api: &str) -> Option<(&'static str, String)> {
    if host.contains(['$', '{', '<', '%']) {
        return None;
    }
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let after = bracketed.map_or(host, |(_, after)| after);
    if host.parse::<Ipv6Addr>().is_ok() {
        let message = "Kratos does not start: an IPv6 address to listen on needs brackets";
        return Some((message, format!("write \"[{host}]\"")));
    }
    if host.contains('/') {
        let message = "Kratos does not start: this is a URL or path, not a host to listen on";
        let is_socket = host.starts_with(['/', '.']);
        let help = if is_socket {
            format!("for a socket write `unix:{host}`, for a port write the host only: `0.0.0.0`")
        } else {
            format!("write the host only, for example `0.0.0.0`; URLs are for `serve.{api}.base_url`")
        };
        return Some((message, help));
    }
    if after.contains(':') {
        let message = "Kratos does not start: the host to listen on cannot hold a port";
        return Some((message, format!("write the host only, and the port as `serve.{api}.port`")));
    }
    let is_numbers = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if host.contains([' ', '*']) || is_numbers && host.parse::<Ipv4Addr>().is_err() {
        let message = "Kratos does not start: no machine has this address to listen on";
        return Some((message, "write an address of the machine, for example `0.0.0.0`".to_owned()));
    }
    None
}
