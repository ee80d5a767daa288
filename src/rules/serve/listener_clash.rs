//! `listener-clash`: the public and the admin API on one port.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "listener-clash",
    aliases: &[],
    summary: "public and admin API on the same port",
    category: "serve",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D062"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Both listeners use the same host and port, and the second one fails.

## What to do

Give each API its own port.

## Versions

All versions.

## Source

cmd/daemon/serve.go:ServeAll; seen on v1.0.0 to master.

## Examples

```yaml bad
serve:
  public:
    port: 4434
```

```yaml good
serve:
  public:
    port: 4433
  admin:
    port: 4434
```
"#,
    check,
};

/// Default ports of the public and the admin API (embedx/config.schema.json, all versions).
const DEFAULTS: [f64; 2] = [4433.0, 4434.0];

fn check(context: &Context, out: &mut Sink) {
    let api = |name: &str, default: f64| {
        let host = context.find(&format!("serve.{name}.host"));
        let port = context.find(&format!("serve.{name}.port"));
        let number = port.map_or(Some(default), Node::as_f64);
        let host_text = host.map_or(Some("0.0.0.0"), Node::as_str);
        Some((port, number?, host_text?))
    };
    let (Some(public), Some(admin)) = (api("public", DEFAULTS[0]), api("admin", DEFAULTS[1])) else { return };
    let any = |host: &str| matches!(host, "" | "0.0.0.0" | "[::]");
    let same_host = public.2 == admin.2 || (any(public.2) && any(admin.2));
    #[allow(clippy::float_cmp)] // Whole numbers, as written.
    let same = public.1 == admin.1 && same_host && !public.2.starts_with("unix:");
    let Some(node) = admin.0.or(public.0).filter(|_| same) else { return };
    let message = format!("Kratos does not start: the public and the admin API both use port {}", public.1);
    let report = out.report(node, message).help("give each API its own port");
    if let Some(other) = public.0.filter(|other| other.id() != node.id()) {
        _ = report.label(other.place(), "the same port");
    }
}
