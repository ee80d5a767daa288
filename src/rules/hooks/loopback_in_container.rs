//! `loopback-in-container`: a call of this machine from inside a container.

use crate::deployment::{By, Deployment, Loopback, Start};
use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::rules::schema::variable_at;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
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

/// Addresses beside those of requests that the server calls.
const CALLED: [&str; 2] = ["courier.smtp.connection_uri", "oauth2_provider.url"];

/// Documents that it fetches at each sign-in.
const MAPPERS: &str = "selfservice.methods.oidc.config.providers[].mapper_url";

/// Those without which it does not start.
const FETCHED: [&str; 1] = ["identity.schemas[].url"];

/// Words that say that a container shares a network, or its pod has others.
const SHARED_NETWORK: [&str; 6] = ["network_mode", "--network", "--net=", "--net ", "hostNetwork", "extraContainers"];

/// The ports of Kratos itself, unless it says others.
const OWN_PORTS: [(&str, &str); 2] = [("serve.public.port", "4433"), ("serve.admin.port", "4434")];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let requests = view::request_configs(root).into_iter().filter_map(|config| config.get("url"));
    let own: Vec<String> = OWN_PORTS
        .iter()
        .map(|(path, default)| {
            root.find(path).and_then(Node::as_f64).map_or((*default).to_owned(), |port| port.to_string())
        })
        .collect();
    let called = CALLED.iter().flat_map(|path| root.select(path));
    let fetched = FETCHED.iter().flat_map(|path| root.select(path));
    // Variables that the project does not show replace such addresses as a rule.
    let is_sure = context.deployment.is_environment_known();
    let dsn = root.find("dsn").filter(|_| is_sure);
    let nodes = requests.chain(root.select(MAPPERS)).map(|node| (node, "every call fails", true));
    let nodes = nodes.chain(called.map(|node| (node, "every call fails", is_sure)));
    let nodes = nodes.chain(fetched.chain(dsn).map(|node| (node, "Kratos does not start", true)));
    let mut has_own_network = None;
    for (node, what, is_sure) in nodes {
        let Some(host) = view::text(node).and_then(|text| loopback(text, &own)) else { continue };
        // Asked last: whole files are searched for it.
        if !*has_own_network.get_or_insert_with(|| self::has_own_network(context.deployment)) {
            return;
        }
        let mut report = if is_sure {
            out.report(node, format!("{what}: inside the container, `{host}` is Kratos itself"))
        } else {
            let variable = variable_at(&node.pointer());
            let text = format!("`{host}` is Kratos itself in its container: calls fail unless {variable} is set");
            out.report(node, text).level(Level::Info)
        };
        report = report.help(help(context.deployment));
        if let Some(start) = context.deployment.starts.first() {
            report = report.label(start.place.clone(), "Kratos starts in a container here");
        }
        _ = report;
    }
}

/// The loopback host of an address, unless it is a port of Kratos itself.
fn loopback<'t>(text: &'t str, own: &[String]) -> Option<&'t str> {
    // mysql://user:word@tcp(127.0.0.1:3306)/name
    if let Some((_, rest)) = text.rsplit_once("@tcp(").filter(|_| text.starts_with("mysql://")) {
        let host = rest.split([':', ')']).next()?;
        return Some(host).filter(|host| url::is_loopback(host));
    }
    let url = url::parse(text).ok()?;
    let is_own = url.port().is_some_and(|port| own.iter().any(|own| own == port));
    Some(url.hostname()).filter(|host| url::is_loopback(host) && !is_own)
}

fn help(deployment: &Deployment) -> String {
    // A migration ends before anything is called.
    let serves = |name: &&str| !name.contains("migrat") && !name.ends_with("-init");
    let names: Vec<String> = deployment.neighbours().filter(serves).take(4).map(|name| format!("`{name}`")).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    // A cluster has no such name.
    let is_cluster = deployment.starts.iter().any(|start| matches!(start.by, By::Helm | By::Kubernetes));
    let machine = if is_cluster { "" } else { ", or `host.docker.internal`" };
    format!("use the name of the service that listens there{names}{machine}")
}

/// Whether Kratos surely runs in a container whose loopback address is its own.
fn has_own_network(deployment: &Deployment) -> bool {
    let says = |start: &Start| match start.by {
        By::Compose | By::Script | By::Helm | By::Kubernetes => true,
        By::Dockerfile => start.arguments.is_known(),
        _ => false,
    };
    deployment.container.is_known()
        && deployment.starts.iter().all(|start| {
            says(start)
                && start.loopback == Loopback::Own
                && !SHARED_NETWORK.iter().any(|word| start.place.source.holds(word))
        })
}
