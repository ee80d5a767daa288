//! `machine-port-in-container`: a call of a neighbour by the port that the machine publishes.

use crate::diagnostic::{Effect, Level};
use crate::kratos::called;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "machine-port-in-container",
    aliases: &[],
    summary: "URL of a neighbour with the port of the machine",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Every call fails with "connection refused".

## Why

`ports: ["8080:3000"]` in a compose file publishes port 3000 of the container as port 8080 of the machine. Other containers do
not go through the machine: they reach the service by its name and the port of the container, 3000.

## What to do

Write the port after the colon.

The rule checks the URLs of web_hooks, the courier and the password migration hook, `courier.smtp.connection_uri`,
`oauth2_provider.url`, `dsn`, and the addresses of identity schemas and mappers.

## Versions

All versions.

## Source

The compose specification, `ports`.

## Examples

The rule needs a compose file that starts Kratos.

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

fn check(context: &Context, out: &mut Sink) {
    let deployment = context.deployment;
    let Some(root) = context.root().filter(|_| deployment.is_found()) else { return };
    let is_known = deployment.is_environment_known();
    for address in called::addresses(root).into_iter().filter(|address| is_known || !address.by_variable) {
        let Some((host, Some(port))) = address.host() else { continue };
        let Some(published) = deployment.published_by(host) else { continue };
        let is_inside = published.iter().any(|entry| entry.container == port);
        let Some(entry) = published.iter().find(|entry| entry.machine == port && !is_inside) else { continue };
        let text = format!("{}: containers reach this service at port {}", address.happens, entry.container);
        out.report(address.node, text)
            .help(format!("write port {}", entry.container))
            .label_start(deployment, "Kratos starts in a container here");
    }
}
