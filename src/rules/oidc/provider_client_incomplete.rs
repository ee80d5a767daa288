//! `provider-client-incomplete`: a provider without its secret, or with another callback than before.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "provider-client-incomplete",
    aliases: &["provider-client"],
    summary: "provider without its secret, or with a changed callback",
    category: "oidc",
    level: Level::Info,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D158", "D162"],
    docs: r#"
## What happens

- An empty `client_secret` passes the schema and fails at the first sign-in, unless the environment sets it.
- A `client_id` or `client_secret` with a space or a line break around it (YAML `|`) is sent as it is, and the provider
  refuses it (warning).
- `pkce: force` removes the provider from the callback URL: register the shorter one at the provider.

## Why

The schema checks only that the key exists.

## What to do

Set the secret in the environment, and register the callback URL that Kratos uses.

## Versions

All versions.

## Source

embedx/config.schema.json, selfservice/strategy/oidc/provider_config.go:Redir; seen on v1.0.0 (pkce: v1.3.0) to
master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: ""
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: s3
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root).into_iter().filter(|node| view::provider_kind(*node) != Some("apple")) {
        if let Some(secret) = provider.get("client_secret").filter(|node| node.as_str() == Some("")) {
            out.report(
                secret,
                "sign-in with this provider fails unless the environment sets the secret: it is empty here",
            )
            .help(format!(
                "set {} in the environment (Kratos also needs a variable for every earlier list entry)",
                env::of_pointer(&secret.pointer())
            ));
        }
        for key in ["client_id", "client_secret"] {
            let padded = |text: &str| text != text.trim() && !view::is_placeholder(text);
            let Some(node) = provider.get(key).filter(|node| node.as_str().is_some_and(padded)) else { continue };
            out.report(node, format!("the provider refuses this `{key}`: a space or line break around it is sent too"))
                .level(Level::Warning)
                .help(format!("write `{key}` on one line, without a space around it"));
        }
        if let Some(pkce) = provider.get("pkce").filter(|node| node.as_str() == Some("force")) {
            out.report(
                pkce,
                "the callback URL has no provider: register <public URL>/self-service/methods/oidc/callback",
            )
            .effect(Effect::Advice)
            .help("register the shorter callback at the provider");
        }
    }
}
