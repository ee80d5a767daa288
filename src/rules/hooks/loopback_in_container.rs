//! `loopback-in-container`: a call of this machine from inside a container.

use crate::deployment::neighbours::Published;
use crate::deployment::neighbours::is_database_image;
use crate::deployment::{By, Deployment, Image};
use crate::diagnostic::{Effect, Level};
use crate::kratos::called::{self, Address};
use crate::kratos::env;
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "loopback-in-container",
    aliases: &[],
    summary: "URL of `localhost` inside a container",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos runs in a container. There `localhost` and `127.0.0.1` are the container itself, not the machine around it and
not another service: nothing listens there, and every call fails with "connection refused".

## Why

Each container has a network of its own. The address works from the terminal of the developer, where the port of the
other service is published.

## What to do

Use the name of the service in the compose file (`http://api:3000`) or in the cluster
(`http://api.default.svc.cluster.local`), or `host.docker.internal` for a program on the machine itself.

The rule checks URLs of web_hooks, the courier and the password migration hook, `courier.smtp.connection_uri`,
`oauth2_provider.url`, `dsn`, and the addresses of identity schemas and mappers. Not reported: the ports of Kratos
itself, containers that share a network (`network_mode`, `--network host`), pods with several containers, which share
one, and images whose command starts other programs beside Kratos. Where the project does not show all variables of
the server (a Dockerfile alone), `dsn` is not checked, and `courier.smtp.connection_uri` and `oauth2_provider.url` are
a note: a variable may replace them.

## Versions

All versions.

## Source

Docker and Kubernetes networks; ory/kratos issue 2587.

## Examples

The rule needs a file that starts Kratos in a container: compose, a Dockerfile, a manifest of Kubernetes, Helm values.

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: http://api:3000/hooks/login
                method: POST
                body: file:///etc/kratos/a.jsonnet
```
"#,
    check,
};

/// The ports of Kratos itself, unless it says others.
const OWN_PORTS: [(&str, &str); 2] = [("serve.public.port", "4433"), ("serve.admin.port", "4434")];

/// Services that a help names at most.
const MOST_NAMES: usize = 4;
/// Services that are compared for it at most.
const MOST_NEIGHBOURS: usize = 64;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let own: Vec<String> = OWN_PORTS
        .iter()
        .map(|(path, default)| {
            root.find(path).and_then(Node::as_f64).map_or((*default).to_owned(), |port| port.to_string())
        })
        .collect();
    // Variables that the project does not show replace such addresses as a rule.
    let is_known = context.deployment.is_environment_known();
    let (mut has_own_network, mut known_neighbours) = (None, None);
    for address in called::addresses(root).into_iter().filter(|address| is_known || !address.is_database()) {
        let Some(host) = loopback(&address, &own) else { continue };
        // Asked last: whole files are searched for it.
        if !*has_own_network.get_or_insert_with(|| context.deployment.has_own_network()) {
            return;
        }
        let (node, what) = (address.node, address.happens);
        let report = if is_known || !address.by_variable {
            out.report(node, format!("{what}: inside the container, `{host}` is Kratos itself"))
        } else {
            let variable = env::of_pointer(&node.pointer());
            let text = format!("`{host}` is Kratos itself in its container: calls fail unless {variable} is set");
            out.report(node, text).level(Level::Info)
        };
        let neighbours = known_neighbours.get_or_insert_with(|| neighbours(context.deployment));
        let help = help(context.deployment, neighbours, &address);
        _ = report.help(help).label_start(context.deployment, "Kratos starts in a container here");
    }
}

/// The loopback host of an address, unless it is a port of Kratos itself.
fn loopback<'t>(address: &Address<'t>, own: &[String]) -> Option<&'t str> {
    let (host, port) = address.host()?;
    let is_own = !address.is_database() && port.is_some_and(|port| own.iter().any(|own| own == port));
    Some(host).filter(|host| url::is_loopback(host) && !is_own)
}

/// A service that the container reaches by its name.
struct Neighbour<'d> {
    name: &'d str,
    published: Vec<Published>,
    is_database: bool,
}

fn neighbours(deployment: &Deployment) -> Vec<Neighbour<'_>> {
    // A migration ends before anything is called, and the courier takes no calls.
    let serves = |name: &&str| !name.contains("migrat") && !name.ends_with("-init");
    let names = deployment.neighbours().filter(serves).take(MOST_NEIGHBOURS);
    let names = names.filter(|name| !is_kratos(deployment, name) && deployment.shares_network(name));
    names
        .map(|name| Neighbour {
            name,
            published: deployment.published_by(name).unwrap_or_default(),
            is_database: deployment.image_of(name).is_some_and(|image| is_database_image(&image)),
        })
        .collect()
}

fn is_kratos(deployment: &Deployment, service: &str) -> bool {
    deployment.image_of(service).as_deref().and_then(Image::parse).is_some()
}

/// What to write instead: the service that publishes the port, else those that may listen there.
fn help(deployment: &Deployment, neighbours: &[Neighbour<'_>], address: &Address<'_>) -> String {
    let port = address.host().and_then(|(_, port)| port);
    let mut publishing =
        neighbours.iter().flat_map(|service| service.published.iter().map(move |entry| (service, entry)));
    if let Some((service, entry)) = publishing.find(|(_, entry)| port == Some(entry.machine.as_str())) {
        return format!("write `{}:{}`: this service publishes port {}", service.name, entry.container, entry.machine);
    }
    let may_listen =
        |service: &&Neighbour<'_>| service.published.is_empty() && (!service.is_database || address.is_database());
    let listed = neighbours.iter().filter(may_listen).take(MOST_NAMES);
    let names: Vec<String> = listed.map(|service| format!("`{}`", service.name)).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    // A cluster has no such name.
    let is_cluster = deployment.starts.iter().any(|start| matches!(start.by, By::Helm | By::Kubernetes));
    let machine = if is_cluster { "" } else { ", or `host.docker.internal`" };
    format!("use the name of the service that listens there{names}{machine}")
}
