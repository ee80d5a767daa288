//! `generic-instead-of-built-in`: an issuer for which Kratos has a provider of its own.

use crate::diagnostic::{Effect, Level};
use crate::kratos::issuers::State;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "generic-instead-of-built-in",
    aliases: &["built-in-provider"],
    summary: "`provider: generic` for an issuer that Kratos has a provider for",
    category: "oidc",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Sign-in may work, without what Kratos does for this provider alone.

## Why
The built-in providers know what their issuer does differently: `google` asks for offline access and takes ID tokens of native
apps, `apple` makes the client secret from your key (a secret for `generic` ends after six months at the latest) and reads the
name from the form, `facebook` asks the Graph API, `gitlab` and `linkedin_v2` read the userinfo document, `netid` needs no issuer.

## What to do
Use the built-in provider. The id of the provider stays the same, but the claims differ: test the mapper.

## Versions
All versions, from the release on that has the provider (`linkedin_v2` since v1.2.0).

## Source
`selfservice/strategy/oidc/provider_*.go`

## Examples
```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: apple
            provider: generic
            issuer_url: https://appleid.apple.com
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: corp
            provider: generic
            issuer_url: https://idp.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for (node, url, issuer) in super::generic_issuers(context) {
        let Some((provider, since)) = issuer.built_in else { continue };
        let fails = match issuer.state {
            State::OtherIssuer(..) | State::Unusable(..) | State::Endpoint(..) => true,
            State::WithoutSlash => url.path.ends_with('/'),
            State::WithSlash => !url.path.ends_with('/'),
            State::Found => false,
        };
        // What fails, or lacks claims, is the matter of another rule.
        if fails || issuer.thin.is_some() || since > context.target {
            continue;
        }
        // Ran: a text in `updated_at` ends the sign-in, and Auth0 sends one with this scope.
        let scopes = node.parent().and_then(|entry| entry.get("scope")).into_iter().flat_map(Node::items);
        if issuer.name == "Auth0" && scopes.filter_map(Node::as_str).any(|scope| scope == "profile") {
            out.report(node, "every sign-in fails: Auth0 sends `updated_at` as text, and `generic` refuses it")
                .level(Level::Warning)
                .effect(Effect::RequestFails)
                .help("set `provider` to `auth0`, or remove the scope `profile`");
            continue;
        }
        let message = format!("Kratos has its own provider for {}: `{provider}`", issuer.name);
        let keys = match provider {
            "apple" => ", replace `client_secret` by the `apple_*` keys,",
            "microsoft" => " with a `microsoft_tenant`",
            _ => "",
        };
        let issuer = if super::has_fixed_issuer(provider, context.target) { ", remove `issuer_url`" } else { "" };
        out.report(node, message)
            .help(format!("set `provider` to `{provider}`{issuer}{keys} and test the mapper: its claims differ"));
    }
}
