//! `provider-without-issuer`: a provider that cannot be found.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env;
use crate::kratos::issuers::{self, State};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "provider-without-issuer",
    aliases: &[],
    summary: "provider whose addresses Kratos cannot find",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D150", "D151", "D153", "D161"],
    docs: r#"
## What happens

- `generic` without `issuer_url`: sign-in fails with "unsupported protocol scheme".
- `auth0` and (since v1.3.0) `salesforce` without `issuer_url`: their addresses are relative, and sign-in fails.
- `apple` without `issuer_url` (v0.9.0 to v0.10.1): sign-in fails after the user has agreed.
- `microsoft` with an empty `microsoft_tenant` fails at use.
- An `issuer_url` that ends in `/.well-known/openid-configuration`: Kratos appends that itself, so discovery asks for
  it twice.
- `pkce: auto` without `issuer_url`: no PKCE, a warning at each sign-in (info).

## Why

`generic` uses discovery only: `auth_url` and `token_url` do not replace `issuer_url`.

## What to do

Set `issuer_url` to the address before `/.well-known/openid-configuration`.

## Versions

All versions.

## Source

selfservice/strategy/oidc/provider_generic_oidc.go:provider, provider_auth0.go, provider_salesforce.go,
provider_microsoft.go, provider_apple.go:NewProviderApple (v0.9.0, v0.10.1: read); the others seen on v1.0.0 to master;
ory/kratos issues 2558 and 3905.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: corp
            provider: generic
            auth_url: https://idp.example.com/authorize
            token_url: https://idp.example.com/token
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

/// What to do where the address without its last part is no issuer either.
fn other_issuer(node: Node<'_>, discovery: &str) -> Option<&'static str> {
    let url = url::parse(view::text(node)?).ok()?;
    let path = url.path.trim_end_matches('/').strip_suffix(discovery)?;
    match issuers::known(url.hostname(), path)?.state {
        State::OtherIssuer(_, help) => Some(help),
        _ => None,
    }
}

/// Kinds that need an issuer, and since when.
const NEED: [(&str, Versions); 4] = [
    ("generic", Versions::ALL),
    ("auth0", Versions::ALL),
    ("salesforce", Versions::since(Version::V1_3_0)),
    ("apple", super::APPLE_ISSUER_READ),
];

/// Whether this kind of provider needs `issuer_url`.
pub(crate) fn needs_issuer(kind: &str, version: Version) -> bool {
    NEED.iter().any(|(name, versions)| *name == kind && versions.contains(version))
}

/// The variable that may give the address: what the client is comes from the environment too, of which a part is not seen.
fn variable(context: &Context, provider: Node, issuer: Option<Node>) -> Option<String> {
    let is_open = context.deployment.more_variables || !context.unit.at.is_empty();
    let is_injected = issuer.is_none() && provider.get("client_id").is_none();
    (is_open && is_injected && !context.settings.no_config)
        .then(|| env::of_pointer(&format!("{}/issuer_url", provider.pointer())))
}

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        let Some(kind) = view::provider_kind(provider) else { continue };
        let issuer = provider.get("issuer_url");
        let missing = issuer.is_none_or(|node| node.as_str() == Some(""));
        if missing && needs_issuer(kind, context.target) {
            let why = if kind == "generic" && provider.get("auth_url").is_some() {
                "`generic` uses only `issuer_url`".to_owned()
            } else {
                format!("`{kind}` needs `issuer_url`")
            };
            let help = match kind {
                "apple" => "set `issuer_url` to `https://appleid.apple.com`",
                _ => "set `issuer_url` to the address before /.well-known/openid-configuration",
            };
            if let Some(variable) = variable(context, provider, issuer) {
                let message = format!("sign-in with this provider fails unless {variable} is set: {why}");
                out.report(provider, message).help(help).level(Level::Info).effect(Effect::Advice);
            } else {
                out.report(provider, format!("sign-in with this provider fails: {why}")).help(help);
            }
        }
        let discovery = "/.well-known/openid-configuration";
        // Azure AD B2C puts the policy into the query of that address.
        let is_discovery =
            |text: &str| text.split('?').next().unwrap_or(text).trim_end_matches('/').ends_with(discovery);
        if let Some(node) = issuer.filter(|node| view::text(*node).is_some_and(is_discovery)) {
            out.report(node, format!("sign-in with this provider fails: Kratos appends {discovery} itself"))
                .help(other_issuer(node, discovery).unwrap_or("remove the last part of the address"));
        }
        if let Some(tenant) =
            provider.get("microsoft_tenant").filter(|node| node.as_str().is_some_and(|text| text.trim().is_empty()))
        {
            out.report(tenant, "sign-in with this provider fails: the tenant is empty")
                .help("write the id of the tenant, or `common`, `organizations` or `consumers`");
        }
        if let Some(pkce) =
            provider.get("pkce").filter(|node| missing && node.as_str() == Some("auto") && kind != "amazon")
        {
            out.report(
                pkce,
                "Kratos uses no PKCE, with a warning at each sign-in: there is no `issuer_url` for `pkce: auto`",
            )
            .level(Level::Info)
            .effect(Effect::NoEffect)
            .help("write `force` if the provider supports PKCE, else `never`");
        }
    }
}
