//! `network-services-order`: the keys of a project in the wrong order.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::{Edition, IN_PROJECT_WRONG};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-services-order",
    aliases: &[],
    summary: "configuration of a project under keys in the wrong order",
    category: "network",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The Ory CLI refuses the file: none of the services is in it.

## Why
The configuration of a project is at `services.identity.config`. The help of `ory update project` shows `identity.services.config`.

## What to do
Write `services`, below it `identity`, below it `config`.

## Versions
Ory Network.

## Source
github.com/ory/cli v1.3.3, cmd/cloudx/project/update.go.

## Examples
```yaml bad
# kratos: network
identity:
  services:
    config:
      identity:
        default_schema_id: preset://email
      selfservice:
        default_browser_return_url: /ui/welcome
```

```yaml good
# kratos: network
services:
  identity:
    config:
      identity:
        default_schema_id: preset://email
      selfservice:
        default_browser_return_url: /ui/welcome
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.edition != Edition::Network || !context.unit.at.ends_with(IN_PROJECT_WRONG) {
        return;
    }
    let Some(place) = context.root().map(crate::yaml::Node::place) else { return };
    let start = Place::new(&place.source, Span::new(place.span.start, place.span.start));
    out.report_at(start, Some(String::new()), "the Ory CLI refuses this: the order is `services.identity.config`")
        .help("write `services`, below it `identity`, below it `config`");
}
