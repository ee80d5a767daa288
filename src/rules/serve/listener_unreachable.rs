//! `listener-unreachable`: a listener on the loopback address of a container.

use crate::deployment::{By, Start};
use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "listener-unreachable",
    aliases: &[],
    summary: "listener on the loopback address of a container",
    category: "serve",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Nothing outside the container reaches the API, although its port is published: browsers see an empty answer or "connection
reset".

## Why

`serve.public.host: 127.0.0.1` makes Kratos listen on the loopback address. In a container that is the address of the container
alone. In Kubernetes the probes fail too, and the pod is never ready.

## What to do

Leave `host` out, or write `0.0.0.0`. To keep the admin API private, do not publish its port.

For the admin API outside Ory's chart it is a note: nothing else may have to call it.

## Versions

All versions.

## Source

driver/config/config.go:ListenOn (v1.0.0 to master, read); Docker and Kubernetes networks.

## Examples

The rule needs a compose file that starts Kratos.

```yaml good
serve:
  public:
    host: 0.0.0.0
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let deployment = context.deployment;
    let is_apart = |start: &Start| {
        matches!(start.by, By::Compose | By::Kubernetes | By::Helm) && start.is_of_ory() && start.has_own_network()
    };
    let Some(start) = deployment.starts.first() else { return };
    if !deployment.starts.iter().all(|start| is_apart(start)) {
        return;
    }
    for api in ["public", "admin"] {
        let Some(node) = context.find(&format!("serve.{api}.host")) else { continue };
        if !view::text(node).is_some_and(|host| host != "0.0.0.0" && url::is_loopback(host)) {
            continue;
        }
        let report = out
            .report(node, format!("nothing outside the container reaches the {api} API: this is its loopback address"))
            .label(start.place.clone(), "Kratos starts in a container here")
            .help("remove `host`, or write `0.0.0.0`");
        // The probes of the chart ask the admin API.
        if api == "admin" && start.by != By::Helm {
            _ = report.level(Level::Info).effect(Effect::Advice);
        }
    }
}
