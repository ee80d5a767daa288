//! `admin-port-published`: the admin API open to the network.

use crate::deployment::traefik;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "admin-port-published",
    aliases: &[],
    summary: "admin API is open to the network",
    category: "security",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone who can reach the port can read, change and sign in as every identity.

## Why

The admin API has no authentication. A compose file beside the configuration publishes its port on all addresses of
the machine, its labels let Traefik send requests to it, or the values of Ory's Helm chart open it (`service.admin.type`,
`ingress.admin.enabled`). An info where
the configuration is for this machine only, or Kratos runs with `--dev`.

## What to do

Remove the port, or publish it on 127.0.0.1 only. Put a proxy with authentication before it where others need it.

## Versions

All versions.

## Source

Kratos documentation: admin API; values of the chart; docker compose `ports`.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    check_chart(context, root, out);
    let Some(port) = view::port(root, "admin") else { return };
    check_routers(context, root, &port, out);
    for place in context.deployment.ports.iter().filter(|place| publishes(place.source.slice(place.span), &port)) {
        let report = out
            .report_at(
                place.clone(),
                root.find("serve.admin").map(Node::pointer),
                "the admin API has no authentication and is published on all interfaces",
            )
            .help(format!(
                "remove it: containers of one network reach each other without; or write 127.0.0.1:{port}:{port}"
            ));
        if context.is_local() || !context.deployment.dev.is_absent() {
            _ = report.level(Level::Info).development("admin API on all interfaces");
        }
    }
}

/// The routers of Traefik that no middleware protects.
fn check_routers(context: &Context, root: Node, port: &str, out: &mut Sink) {
    let mut routers = traefik::routers(context.deployment).into_iter();
    let is_admin = |router: &traefik::Router| router.port.as_ref().is_some_and(|(written, _)| written.trim() == port);
    let Some(router) = routers.find(is_admin) else { return };
    let Some((_, place)) = router.port else { return };
    let public = view::port(root, "public").map_or_else(String::new, |port| format!("{port}, "));
    let message = "the admin API has no authentication, and Traefik sends requests to it";
    let report = out
        .report_at(place, root.find("serve.admin").map(Node::pointer), message)
        .help(format!("write {public}the port of the public API, or add a middleware that asks who it is"));
    let is_near = |host: &str| host == "localhost" || host.ends_with(".localhost") || !host.contains('.');
    if context.is_local() || !context.deployment.dev.is_absent() || router.host.as_deref().is_some_and(is_near) {
        _ = report.level(Level::Info).development("admin API on all interfaces");
    }
}

/// The values of Ory's chart around the configuration: `service.admin.type` and `ingress.admin.enabled`.
fn check_chart(context: &Context, root: Node, out: &mut Sink) {
    let Some(values) = &context.deployment.values else { return };
    let open_type =
        values.find("service.admin.type").filter(|node| matches!(node.as_str(), Some("LoadBalancer" | "NodePort")));
    let ingress = values.find("ingress.admin.enabled").filter(|node| node.is_true());
    for node in open_type.into_iter().chain(ingress) {
        let message = "the admin API has no authentication, and the chart opens it to the outside";
        out.report_at(node.place(), Some(root.get("serve").map_or_else(String::new, Node::pointer)), message).help(
            "leave it at ClusterIP and without ingress; put a proxy with authentication before \
                it if others need it",
        );
    }
}

/// Whether a port mapping of compose (short form) opens the port of the container on all addresses.
fn publishes(written: &str, port: &str) -> bool {
    let text = written.trim_matches(['"', '\'', ' ']);
    let text = text.split('/').next().unwrap_or(text);
    match text.split(':').collect::<Vec<_>>().as_slice() {
        [_, inside] => *inside == port,
        [address, _, inside] => *inside == port && *address == "0.0.0.0",
        _ => false,
    }
}
