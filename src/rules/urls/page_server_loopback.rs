//! `page-server-loopback`: a server of pages that calls Kratos at its own address.

use crate::deployment::neighbours::variable;
use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "page-server-loopback",
    aliases: &[],
    summary: "server of the pages calls Kratos at its own loopback address",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The pages of login and registration end in an error: their server cannot reach Kratos ("connection refused").

## Why

`KRATOS_PUBLIC_URL` of Ory's example pages is for the server of the pages, which runs in a container. There `localhost` is that
container. The address for browsers is `KRATOS_BROWSER_URL`.

## What to do

Write the name of the service of Kratos, for example `http://kratos:4433/`, and the public address into `KRATOS_BROWSER_URL`.

## Versions

All versions.

## Source

ory/kratos-selfservice-ui-node, README (environment variables).

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

/// Variables for calls from the server of the pages.
const VARIABLES: [&str; 3] = ["KRATOS_PUBLIC_URL", "KRATOS_ADMIN_URL", "ORY_SDK_URL"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for (place, name) in context.deployment.each_service(loopback).into_iter().flatten() {
        let help = "write the name of the service of Kratos, and the address for browsers into KRATOS_BROWSER_URL";
        let message = format!("the server of the pages cannot call Kratos: {name} is the address of its own container");
        out.report_at(place, Some(root.pointer()), message).help(help);
    }
}

/// The variables of Ory's example pages that name a loopback address.
fn loopback(service: Node<'_>) -> Option<Vec<(Place, &'static str)>> {
    let image = service.get("image")?.as_str()?;
    if !image.contains("oryd/kratos-selfservice-ui-node") || service.get("network_mode").is_some() {
        return None;
    }
    let is_loopback = |text: &str| url::parse(text).is_ok_and(|url| url::is_loopback(url.hostname()));
    let found = |name: &&'static str| {
        let (node, _) = variable(service, name).filter(|(_, text)| is_loopback(text))?;
        Some((node.place(), *name))
    };
    Some(VARIABLES.iter().filter_map(found).collect())
}
