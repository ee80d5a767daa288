//! `linkedin-scope-withdrawn`: scopes that the provider gives to no new app.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "linkedin-scope-withdrawn",
    aliases: &[],
    summary: "scope that LinkedIn gives to no new app",
    category: "oidc",
    level: Level::Info,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

With an app that was made at LinkedIn after 1 August 2023 each sign-in ends with `unauthorized_scope_error`.

## Why

LinkedIn replaced "Sign In with LinkedIn" by "Sign In with LinkedIn using OpenID Connect". `provider: linkedin` calls the old
interface, which needs the scopes `r_liteprofile` and `r_emailaddress`.

## What to do

Use `provider: linkedin_v2` with the scopes `openid`, `profile` and `email`. Before v1.2.0 use `provider: generic` with
`issuer_url: https://www.linkedin.com/oauth`.

## Versions

All versions. `linkedin_v2` is new in v1.2.0.

## Source

Documentation of LinkedIn (Sign In with LinkedIn, deprecated), ory/docs (social sign-in with LinkedIn).

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: linkedin
            provider: linkedin
            scope: [r_emailaddress, r_liteprofile]
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: linkedin
            provider: linkedin_v2
            scope: [openid, profile, email]
```
"#,
    check,
};

/// What only the old interface knows.
const WITHDRAWN: [&str; 2] = ["r_emailaddress", "r_liteprofile"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let help = if context.target >= Version::V1_2 {
        "use `provider: linkedin_v2` with the scopes openid, profile and email"
    } else {
        "use `provider: generic` with `issuer_url: https://www.linkedin.com/oauth`"
    };
    for provider in view::providers(root) {
        let Some(kind) = view::provider_kind(provider).filter(|kind| kind.starts_with("linkedin")) else { continue };
        let scopes = provider.get("scope").into_iter().flat_map(Node::items);
        let withdrawn = scopes.filter_map(|item| Some((item, item.as_str()?)));
        let Some((node, scope)) = withdrawn.into_iter().find(|(_, scope)| WITHDRAWN.contains(scope)) else { continue };
        let help = if kind == "linkedin" { help } else { "ask for openid, profile and email" };
        out.report(node, format!("apps made since August 2023 cannot ask for `{scope}`")).help(help);
    }
}
