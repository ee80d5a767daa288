//! `amazon-setting-refused`: settings that the provider `amazon` refuses.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "amazon-setting-refused",
    aliases: &["amazon-provider"],
    summary: "settings that the provider `amazon` refuses",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V25_4),
    fixable: false,
    facts: &["D163"],
    docs: r#"
## What happens

Each sign-in with Amazon fails.

## Why

`amazon` refuses a written `pkce: auto`, and other scopes than `profile`, `profile:user_id` and `postal_code`.

## What to do

Remove `pkce`, and use only these scopes.

## Versions

Since v25.4.0.

## Source

selfservice/strategy/oidc/provider_amazon.go:validateConfiguration; seen on v25.4.0 to master.

## Examples

```yaml bad
# kratos: v26.2.0
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: amazon
            provider: amazon
            scope:
              - email
```

```yaml good
# kratos: v26.2.0
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: amazon
            provider: amazon
            scope:
              - profile
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root).into_iter().filter(|node| view::provider_kind(*node) == Some("amazon")) {
        if let Some(pkce) = provider.get("pkce").filter(|node| node.as_str() == Some("auto")) {
            out.report(pkce, "each sign-in with Amazon fails: it refuses a written `pkce: auto`").help("remove it");
        }
        for scope in provider.select("scope[]") {
            if let Some(word) =
                view::text(scope).filter(|word| !["profile", "profile:user_id", "postal_code"].contains(word))
            {
                out.report(scope, format!("each sign-in with Amazon fails: it refuses the scope `{word}`"))
                    .help("use `profile`, `profile:user_id` and `postal_code`");
            }
        }
    }
}
