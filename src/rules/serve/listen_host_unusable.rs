//! `listen-host-unusable`: a host to listen on that cannot be used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
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

Kratos does not start. For a host that begins with `unix:` the port has no effect (info).

## Why

An IPv6 address needs brackets: from `::1` and the port Kratos makes `::1:4433`, which is not an address. The owner
and group of a socket must exist on the machine.

## What to do

Write `"[::1]"`.

## Versions

All versions.

## Source

oryx/configx/helpers.go:GetAddress, permission.go:SetPermission; seen on v1.0.0 to master.

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
        } else if host.parse::<std::net::Ipv6Addr>().is_ok() {
            out.report(node, "Kratos does not start: an IPv6 address to listen on needs brackets")
                .help(format!("write \"[{host}]\""));
        }
    }
}
