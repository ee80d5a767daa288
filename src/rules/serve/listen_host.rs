//! `listen-host`: a host to listen on that cannot be used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "listen-host",
    aliases: &[],
    summary: "a host to listen on that cannot be used",
    category: "serve",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D063", "D064"],
    docs: r#"
An IPv6 address needs brackets: from `::1` and the port Kratos makes `::1:4433`, which is no address, and the process
ends. For a host that begins with `unix:` the port is not used (info); owner and group of the socket must exist on the
machine.

Source: oryx/configx/helpers.go:GetAddress, permission.go:SetPermission; seen on v1.0.0 to master.

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
                out.report(port, "this port is not used: the host is a socket")
                    .level(Level::Info)
                    .effect(Effect::NoEffect)
                    .label(node.place(), "the socket")
                    .help("leave the port out");
            }
        } else if host.parse::<std::net::Ipv6Addr>().is_ok() {
            out.report(node, "Kratos does not start: an IPv6 address to listen on needs brackets")
                .help(format!("write \"[{host}]\""));
        }
    }
}
