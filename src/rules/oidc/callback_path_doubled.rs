//! `callback-path-doubled`: the base address of callbacks already holds the path that Kratos appends.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "callback-path-doubled",
    aliases: &[],
    summary: "base address of callbacks that already holds the path of the callback",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos appends `/self-service/methods/oidc/callback/<id>` to `base_redirect_uri`. When the path is already there, it is
there twice: the provider refuses the address, or sends the user to a page that does not exist.

## Why

The console of the provider needs the whole address of the callback, Kratos only its beginning. It reads no path from it.

## What to do

Write the address up to `/self-service`. The whole address belongs into the console of the provider.

## Versions

All versions that have the key.

## Source

selfservice/strategy/oidc/provider_config.go:Redir, v0.13.0 to v26.2.0; seen on v26.2.0.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        base_redirect_uri: https://auth.example.com/self-service/methods/oidc/callback/google
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        base_redirect_uri: https://auth.example.com/
```
"#,
    check,
};

/// What Kratos appends, without the id of the provider.
const CALLBACK: &str = "/self-service/methods/oidc/callback";

fn check(context: &Context, out: &mut Sink) {
    let node = context.root().and_then(|root| root.find("selfservice.methods.oidc.config.base_redirect_uri"));
    let Some((node, text)) = node.and_then(|node| view::text(node).map(|text| (node, text))) else { return };
    let Some(at) = text.find(CALLBACK) else { return };
    let base = text.get(..at).unwrap_or_default();
    out.report(node, format!("every sign-in by a provider fails: Kratos appends `{CALLBACK}` once more"))
        .help(format!("write `{base}/`"));
}
