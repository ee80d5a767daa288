//! `issuer-without-discovery`: an issuer at which Kratos finds nothing that it can use.

use crate::diagnostic::{Effect, Level};
use crate::kratos::issuers::State;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "issuer-without-discovery",
    aliases: &[],
    summary: "`provider: generic` with an issuer that has no usable discovery document",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Each sign-in with this provider fails with status 500.

## Why
`provider: generic` reads `<issuer_url>/.well-known/openid-configuration` at each sign-in. GitHub, X, Facebook, UAE PASS and
Steam have no such document for users, the hosted page of an AWS Cognito pool has none at its own domain, and LINE signs the ID
tokens of web sign-ins with a key that it does not publish. Below the address of an endpoint of Keycloak
(`/realms/<realm>/protocol/…`) there is no document either.

## What to do
Use the provider that is built into Kratos, or the address that the provider documents as its issuer.

## Versions
All versions. `provider: x` exists since v1.2.0, `line` since v25.4.0, `uaepass` since v26.2.0.

## Source
`selfservice/strategy/oidc/provider_generic_oidc.go`, the documents of the providers.

## Examples
```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: github
            provider: generic
            issuer_url: https://github.com
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: github
            provider: github
            scope: [user:email]
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for (node, url, issuer) in super::generic_issuers(context) {
        let (why, help, is_endpoint) = match issuer.state {
            State::Unusable(why, help) => (why, help, false),
            State::Endpoint(why, help) => (why, help, true),
            _ => continue,
        };
        let help = match issuer.built_in {
            Some((provider, since)) if since > context.target => {
                format!("upgrade to {since} for `provider: {provider}`")
            }
            _ => help.to_owned(),
        };
        let place = if is_endpoint { String::new() } else { format!(" at {}", url.hostname()) };
        out.report(node, format!("every sign-in fails: {why}{place}")).help(help);
    }
}
