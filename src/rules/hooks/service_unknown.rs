//! `service-unknown`: a call of a name that the compose file does not know.

use crate::deployment::{By, Deployment};
use crate::diagnostic::{Effect, Level};
use crate::kratos::called;
use crate::kratos::schema::nearest;
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "service-unknown",
    aliases: &[],
    summary: "URL with a name that is no service of the compose file",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Every call fails with "no such host".

## Why

Kratos runs in a container of a compose file. There a host without a dot is the name of another service of that file, and
this file has none of that name.

## What to do

Write the name of the service. The key below `services` counts, not the name of the image or of the project.

It is a warning where a service has nearly that name. Without one it is a note: something else may join the network.

The rule checks the URLs of web_hooks, the courier and the password migration hook, `courier.smtp.connection_uri`,
`oauth2_provider.url`, `dsn`, and the addresses of identity schemas and mappers. Not reported: a name that is anywhere else
in the compose file (`container_name`, `hostname`, `aliases`, `extra_hosts`), projects with a second compose file, and files
with external networks, `include` or a DNS server.

## Versions

All versions.

## Source

Docker's name resolution; GaloyMoney/blink pull request 1975.

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
    let knows = |deployment: &Deployment| {
        let mut starts = deployment.starts.iter();
        starts.len() > 0 && starts.all(|start| start.by == By::Compose && start.complete.services)
    };
    let Some(root) = context.root().filter(|_| knows(deployment)) else { return };
    let is_known = deployment.is_environment_known();
    for address in called::addresses(root) {
        // What a variable may replace is not sure.
        if address.by_variable && !is_known {
            continue;
        }
        let Some((host, _)) = address.host().filter(|(host, _)| is_name(host) && !is_written(deployment, host)) else {
            continue;
        };
        let neighbours: Vec<&str> = deployment.neighbours().collect();
        let text = format!("{}: the compose file has no service of this name", address.happens);
        let report = match nearest(host, &neighbours).map(|(name, _)| name) {
            Some(name) => out.report(address.node, text).help(format!("write `{name}`")),
            // Another file may start it on the same network.
            None => out
                .report(address.node, text)
                .level(Level::Info)
                .effect(Effect::Advice)
                .help("write the name of the service that answers there, or add it to the compose file"),
        };
        _ = report.label_start(deployment, "Kratos starts in a container here");
    }
}

/// Whether a host can only be the name of a service: one word, and none that Docker itself knows.
fn is_name(host: &str) -> bool {
    let is_word = host.chars().all(|chr| chr.is_ascii_alphanumeric() || matches!(chr, '-' | '_'));
    is_word && !url::is_loopback(host) && host.chars().any(|chr| chr.is_ascii_alphabetic())
}

/// Whether a name is anywhere in the files that start the server.
fn is_written(deployment: &Deployment, host: &str) -> bool {
    let is_part = |chr: char| chr.is_ascii_alphanumeric() || matches!(chr, '-' | '_');
    let holds = |text: &str| text.split(|chr| !is_part(chr)).any(|word| word.eq_ignore_ascii_case(host));
    deployment.starts.iter().any(|start| holds(start.place.source.text()))
}
