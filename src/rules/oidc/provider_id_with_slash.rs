//! `provider-id-with-slash`: a provider id that is no segment of a path.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "provider-id-with-slash",
    aliases: &["provider-id"],
    summary: "provider id with a slash: the callback answers 404",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The provider sends the user back to `/self-service/methods/oidc/callback/<id>`. The id must be one segment of the path.
With a slash in it no endpoint matches: every sign-in ends in 404, after the user signed in at the provider.

## Why

The schema accepts every text as id, and the first half of the sign-in works.

## What to do

Use letters, digits, `-` and `_`. A changed id changes the callback URL: set the new one at the provider. Existing links
are stored under the old id.

## Versions

All versions.

## Source

selfservice/strategy/oidc/strategy.go:RouteCallback; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: google/staff
            provider: google
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: google-staff
            provider: google
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for node in view::providers(root).into_iter().filter_map(|provider| provider.get("id")) {
        if view::text(node).is_some_and(|id| id.contains('/')) {
            out.report(
                node,
                "every sign-in by this provider ends in 404: the id must be one segment of the callback path",
            )
            .help("use an id without a slash");
        }
    }
}
