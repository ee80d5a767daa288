//! `organization-provider-unusable`: a provider of an organization, for which the open source server has no callback.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "organization-provider-unusable",
    aliases: &[],
    summary: "provider of an organization, which the open source server cannot use",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The provider sends users back to `/self-service/methods/oidc/organization/<organization_id>/callback/<id>`. The open source
server has no such endpoint: every sign-in ends in 404, after the user signed in at the provider. Since v25.4.0 the forms of
login and registration do not show the provider at all.

## Why

With `organization_id` a provider belongs to an organization of the commercial editions. The schema is that of all editions.

## What to do

Remove `organization_id`, unless you run the Enterprise License or Ory Network.

With `pkce: force` users come back to another address; from v1.3.0 to v1.3.1 such a provider works, and nothing is reported.

## Versions

Since v1.1.0.

## Source

selfservice/strategy/oidc/provider_config.go:Redir, strategy.go:setRoutes, types.go:AddProviders; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: okta
            provider: generic
            organization_id: 3fa85f64-5717-4562-b3fc-2c963f66afa6
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: okta
            provider: generic
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.edition == Edition::OpenSource) else { return };
    let is_hidden = context.target >= Version::V25_4;
    for provider in view::providers(root) {
        let organization =
            provider.get("organization_id").filter(|node| node.as_str().is_some_and(|id| !id.is_empty()));
        let is_forced = provider.get("pkce").and_then(Node::as_str) == Some("force");
        let Some(organization) = organization.filter(|_| is_hidden || !is_forced) else { continue };
        let message = if is_hidden {
            "no form shows this provider: the open source build has no organizations"
        } else {
            "every sign-in by this provider ends in 404: the open source build has no organizations"
        };
        out.report_key(organization, message).help("remove `organization_id`");
    }
}
