//! `issuer-mismatch`: an issuer that is not spelt as the provider spells it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "issuer-mismatch",
    aliases: &[],
    summary: "an issuer that is not spelt as the provider spells it",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
For `generic` Kratos compares `issuer_url` with the issuer that the provider's discovery document names, letter by
letter, and refuses another ("issuer did not match the issuer returned by provider"). Known spellings: Google and GitLab
have no slash at the end, Auth0 has one, Microsoft names the tenant by its id and ends in `/v2.0`, so that `common`,
`organizations` and `consumers` never match (`provider: microsoft` knows how to treat them).

Source: go-oidc NewProvider; discovery documents of the providers.

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
    let Some(root) = context.root() else { return };
    for provider in view::providers(root).into_iter().filter(|node| view::provider_kind(*node) == Some("generic")) {
        let Some(node) = provider.get("issuer_url") else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(url::Url::is_web) else {
            continue;
        };
        if let Some((why, help)) = fault(url.hostname(), url.path) {
            out.report(node, format!("sign-in with this provider fails: {why}")).help(help);
        }
    }
}

fn fault(host: &str, path: &str) -> Option<(&'static str, &'static str)> {
    match host {
        "accounts.google.com" if path == "/" => {
            Some(("Google spells its issuer without a slash at the end", "write https://accounts.google.com"))
        }
        "gitlab.com" if path == "/" => {
            Some(("GitLab spells its issuer without a slash at the end", "write https://gitlab.com"))
        }
        "login.microsoftonline.com" => {
            let mut parts = path.trim_matches('/').split('/');
            let shared = matches!(parts.next(), Some("common" | "organizations" | "consumers"));
            let second = parts.next() == Some("v2.0");
            match (shared, second) {
                (true, _) => Some((
                    "Microsoft names the tenant of each person as issuer, never this one",
                    "use `provider: microsoft` with `microsoft_tenant`, or the id of your tenant",
                )),
                (false, false) => Some((
                    "Microsoft's issuer ends in /v2.0 here",
                    "write https://login.microsoftonline.com/<tenant id>/v2.0",
                )),
                (false, true) if path.ends_with('/') => {
                    Some(("Microsoft spells its issuer without a slash at the end", "leave the last slash out"))
                }
                (false, true) => None,
            }
        }
        _ if host.ends_with(".auth0.com") && path.is_empty() => {
            Some(("Auth0 spells its issuer with a slash at the end", "add the slash"))
        }
        _ => None,
    }
}
