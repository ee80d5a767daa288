//! `thin-id-token`: an issuer whose ID token lacks what mappers read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "thin-id-token",
    aliases: &[],
    summary: "ID token of this issuer lacks claims that only userinfo has",
    category: "oidc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The mapper does not see the e-mail address or the name of the user: a mapper that reads them without a test fails, another mapper leaves the trait empty.

## Why
`provider: generic` takes the claims from the ID token. Okta, Zitadel, LinkedIn, GitLab and Twitch put little into it: the rest is
in the userinfo document, which Kratos reads with `claims_source: userinfo` only.

## What to do
Set `claims_source` to `userinfo`, or use the provider that is built into Kratos. `requested_claims` with a key `id_token` also
brings them where the issuer honours it.

## Versions
All versions. `claims_source` exists since v1.1.0.

## Source
`selfservice/strategy/oidc/provider_generic_oidc.go:verifyAndDecodeClaimsWithProvider`, the documents of the issuers.

## Examples
```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: okta
            provider: generic
            issuer_url: https://dev-1.okta.com
            scope: [profile, email]
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: okta
            provider: generic
            issuer_url: https://dev-1.okta.com
            scope: [profile, email]
            claims_source: userinfo
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for (node, _, issuer) in super::generic_issuers(context) {
        let Some(lacks) = issuer.thin else { continue };
        let provider = node.parent();
        let setting = |key: &str| provider.and_then(|provider| provider.get(key));
        let reads_userinfo = setting("claims_source").and_then(Node::as_str) == Some("userinfo");
        let asks = setting("requested_claims").is_some_and(|claims| claims.get("id_token").is_some());
        if reads_userinfo || asks {
            continue;
        }
        let has_source = context.target >= Version::V1_1;
        let built_in = issuer.built_in.filter(|(_, since)| *since <= context.target);
        let help = match (has_source, built_in) {
            (true, Some((provider, _))) => format!("set `claims_source` to `userinfo`, or use `provider: {provider}`"),
            (true, None) => "set `claims_source` to `userinfo`".to_owned(),
            (false, Some((provider, _))) => format!("use `provider: {provider}`"),
            (false, None) => "upgrade to v1.1.0 for `claims_source: userinfo`".to_owned(),
        };
        out.report(node, format!("the mapper sees no {lacks}: the ID token of {} has none", issuer.name)).help(help);
    }
}
