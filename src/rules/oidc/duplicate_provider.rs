//! `duplicate-provider`: two providers of social sign-in with one id.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "duplicate-provider",
    aliases: &[],
    summary: "two providers of social sign-in with the same id",
    category: "oidc",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D147", "D148", "D149"],
    docs: r#"
## What happens

- A second entry with the same id is never offered.
- An id with a colon is cut there when Kratos counts credentials: users with that provider alone count as having no
  way to sign in (warning).

## Why

Kratos uses the first entry with the id. The id is also part of the callback URL and of what is stored: a changed id
orphans existing links.

## What to do

Give each provider its own id, without a colon.

## Versions

All versions.

## Source

selfservice/strategy/oidc/provider_config.go:Provider (seen), strategy.go:CountActiveFirstFactorCredentials (read).

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
          - id: google
            provider: google
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
          - id: google-workspace
            provider: google
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let ids: Vec<(Node, &str)> = view::providers(root)
        .into_iter()
        .filter_map(|provider| provider.get("id"))
        .filter_map(|id| Some((id, view::text(id)?)))
        .collect();
    let mut known: HashMap<&str, Node> = HashMap::new();
    for (node, id) in &ids {
        let first = *known.entry(id).or_insert(*node);
        if first.id() != node.id() {
            out.report(*node, format!("this provider is never offered: the first one with the id `{id}` wins"))
                .label(first.place(), "the first one")
                .help("give it its own id");
        }
        if id.contains(':') {
            out.report(
                *node,
                "users with only this provider count as having no way to sign in: names are cut at the colon",
            )
            .level(Level::Warning)
            .effect(Effect::Advice)
            .help("use an id without colon");
        }
    }
}
