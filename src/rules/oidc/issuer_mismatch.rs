//! `issuer-mismatch`: an issuer that is not spelt as the provider spells it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::issuers::State;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "issuer-mismatch",
    aliases: &[],
    summary: "issuer is not spelled as the provider spells it",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Each sign-in with this provider fails ("issuer did not match the issuer returned by provider").

## Why

For `generic` Kratos compares `issuer_url` with the issuer in the discovery document of the provider, letter by
letter. Known spellings: Google, GitLab, Okta and Keycloak have no slash at the end, Auth0, authentik and netID have
one. Microsoft uses the id of the tenant and ends in `/v2.0`, so that `common`, `organizations`, `consumers` and
domains never match (`provider: microsoft` handles them). The address of Azure AD B2C contains a policy, its issuer
does not. LinkedIn's issuer is `https://www.linkedin.com/oauth`.

## What to do

Copy `issuer` from the discovery document of the provider.

## Versions

All versions.

## Source

go-oidc NewProvider (seen on v26.2.0); discovery documents of the providers.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: microsoft
            provider: generic
            issuer_url: https://login.microsoftonline.com/common/v2.0
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: generic
            issuer_url: https://accounts.google.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for (node, url, issuer) in super::generic_issuers(context) {
        let has_slash = url.path.ends_with('/');
        let (why, help) = match issuer.state {
            State::OtherIssuer(why, help) => (why.to_owned(), help.to_owned()),
            State::WithoutSlash if has_slash => (
                format!("{} spells its issuer without a slash at the end", issuer.name),
                "remove the last slash".to_owned(),
            ),
            State::WithSlash if !has_slash => (
                format!("{} spells its issuer with a slash at the end", issuer.name),
                "add a slash at the end".to_owned(),
            ),
            _ => continue,
        };
        out.report(node, format!("sign-in with this provider fails: {why}")).help(help);
    }
}
