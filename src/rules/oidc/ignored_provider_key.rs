//! `ignored-provider-key`: a key that this kind of provider does not read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "ignored-provider-key",
    aliases: &[],
    summary: "key that this kind of provider ignores",
    category: "oidc",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D152", "D165", "D167"],
    docs: r#"
## What happens

The key has no effect.

## Why

Kratos sets `issuer_url` itself for providers with a fixed one. It reads `claims_source: userinfo` for `generic` only.
`microsoft_tenant` and `subject_source` are for `microsoft`, `net_id_token_origin_header` for `netid`, and the keys that begin
with `apple_` for `apple`. `auth_url` and `token_url` are read by no provider: `generic` asks the issuer for its addresses, the others have their own.
`fedcm_config_url` and `account_linking_mode` have an effect in the commercial build only.

## What to do

Remove the key.

## Versions

All versions. From v0.9.0 to v0.10.1 Kratos reads `issuer_url` for `apple`.

## Source

selfservice/strategy/oidc/provider_*.go:New*, provider_generic_oidc.go:Claims, provider_config.go (read).

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            issuer_url: https://accounts.google.com/other
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
```
"#,
    check,
};

/// Keys that the open build does not use.
const COMMERCIAL: [&str; 2] = ["fedcm_config_url", "account_linking_mode"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        let Some(kind) = view::provider_kind(provider) else { continue };
        if let Some(issuer) = provider.get("issuer_url").filter(|_| super::has_fixed_issuer(kind, context.target)) {
            out.report_key(issuer, format!("`issuer_url` has no effect: Kratos sets its own for `{kind}`"))
                .help("remove it");
        }
        let source = provider.get("claims_source").filter(|node| node.as_str() == Some("userinfo"));
        if let Some(source) = source.filter(|_| kind != "generic") {
            out.report_key(
                source,
                format!("`claims_source` has no effect: Kratos reads `userinfo` for `generic`, not for `{kind}`"),
            )
            .help("remove it");
        }
        let only = super::ONLY_READ_BY.iter().filter(|(_, reader)| *reader != kind);
        for (key, reader, node) in only.filter_map(|(key, reader)| Some((key, reader, provider.get(key)?))) {
            out.report_key(node, format!("`{key}` has no effect for `{kind}`: Kratos reads it for `{reader}` alone"))
                .help("remove it");
        }
        // Only the commercial build has a provider that reads them.
        for (key, node) in ["auth_url", "token_url"].iter().filter_map(|key| Some((key, provider.get(key)?))) {
            let why = if kind == "generic" { "Kratos asks the issuer for its addresses" } else { "Kratos has its own" };
            out.report_key(node, format!("`{key}` has no effect for `{kind}`: {why}")).help("remove it");
        }
        for (key, node) in COMMERCIAL.iter().filter_map(|key| Some((key, provider.get(key)?))) {
            out.report_key(node, format!("`{key}` has no effect in the open source build of Kratos"))
                .help("remove it unless you run the commercial build");
        }
    }
}
