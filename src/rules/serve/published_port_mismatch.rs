//! `published-port-mismatch`: a published port that does not fit the ports of Kratos.

use crate::deployment::Published;
use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "published-port-mismatch",
    aliases: &[],
    summary: "published port that does not fit the ports of Kratos",
    category: "serve",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Browsers and other programs get "connection refused" or "connection reset".

## Why

`ports: ["4433:4433"]` in a compose file leads from a port of the machine (before the colon) to a port of the container (after
it). Kratos listens at `serve.public.port` and `serve.admin.port`, 4433 and 4434 unless they are set. An address with
`localhost` in `serve.public.base_url` is that of the machine and needs the port before the colon.

## What to do

Publish the ports at which Kratos listens, and write the port of the machine into `serve.public.base_url`.

## Versions

All versions.

## Source

The compose specification, `ports`; driver/config/config.go:ListenOn.

## Examples

The rule needs a compose file that starts Kratos.

```yaml good
serve:
  public:
    base_url: http://127.0.0.1:4433/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let [start] = context.deployment.starts.as_slice() else { return };
    let Some(root) = context.root().filter(|_| start.is_of_ory()) else { return };
    let Some(published) = context.deployment.published_by(&start.name).filter(|all| all.len() == start.ports.len())
    else {
        return;
    };
    let [Some(public), Some(admin)] = ["public", "admin"].map(|api| view::port(root, api)) else { return };
    for (entry, place) in published.iter().zip(&start.ports) {
        if entry.container == public || entry.container == admin {
            continue;
        }
        let message = format!("nothing listens at port {}: Kratos uses {public} and {admin}", entry.container);
        out.report_at(place.clone(), Some(root.pointer()), message)
            .help(format!("publish port {public} of the container"));
    }
    let Some((node, base)) = view::public_url(root).filter(|(_, url)| url::is_loopback(url.hostname())) else { return };
    let is_own = base.port() == Some(public.as_str());
    let Some(entry) = published.iter().find(|entry| entry.container == public && is_own) else { return };
    if !start.laid_over.is_empty() {
        return;
    }
    let others = context.deployment.each_service(|service| Some(machine_ports(service)));
    if entry.machine != public && !others.into_iter().flatten().any(|port| port == public) {
        out.report(node, format!("browsers reach nothing at port {public} of the machine: it is {}", entry.machine))
            .help(format!("write port {}", entry.machine));
    }
}

/// The ports of the machine that a service publishes.
fn machine_ports(service: Node<'_>) -> Vec<String> {
    service.select("ports[]").into_iter().filter_map(Published::of).map(|entry| entry.machine).collect()
}
