//! `network-private-endpoint`: an endpoint that Ory Network cannot reach.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-private-endpoint",
    aliases: &[],
    summary: "endpoint that Ory Network cannot reach",
    category: "network",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Every call of this web_hook fails.

## Why
Ory Network calls endpoints over the internet: private addresses, loopback and names without a domain lead elsewhere there.

## What to do
Use an address that the internet reaches, with `auth`, and allow the addresses that Ory publishes for your region.

## Versions
Ory Network.

## Source
By nature of the addresses; what the service answers is not documented.

## Examples
```yaml bad
# kratos: network
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: http://10.0.0.7:8080/a
                method: POST
```

```yaml good
# kratos: network
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.edition != Edition::Network {
        return;
    }
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("url") else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        if url.is_web() && (url::is_internal(url.hostname()) || url::is_loopback(url.hostname())) {
            out.report(node, "every call fails: Ory Network cannot reach a private address")
                .help("use an address that the internet reaches, and protect it with `auth`");
        }
    }
}
