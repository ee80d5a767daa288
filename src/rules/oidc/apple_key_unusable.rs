//! `apple-key-unusable`: a provider `apple` that signs no one in, or brings no mail address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "apple-key-unusable",
    aliases: &["apple-provider"],
    summary: "provider `apple` cannot sign in, or gets no e-mail address",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D156", "D157"],
    docs: r#"
## What happens

Each sign-in fails, because no token can be signed. Without `email` or `name` in the scopes Apple sends no e-mail
address (warning).

## Why

`apple_private_key` must be a PKCS#8 key in PEM form, with its line breaks. A key on one line, or with `\n` as two
letters, is not one.

## What to do

Write the .p8 file from Apple as a block (`|`), and add the scope `email`.

## Versions

All versions.

## Source

selfservice/strategy/oidc/provider_apple.go:newClientSecret,AuthCodeURLOptions (read).

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: apple
            provider: apple
            apple_private_key: '-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMG\n-----END PRIVATE KEY-----'
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: apple
            provider: apple
            apple_private_key: |
              -----BEGIN PRIVATE KEY-----
              MIGTAgEAMBMG
              -----END PRIVATE KEY-----
            scope:
              - email
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root).into_iter().filter(|node| view::provider_kind(*node) == Some("apple")) {
        let key = provider.get("apple_private_key").and_then(|node| Some((node, view::text(node)?)));
        if let Some((node, text)) = key.filter(|(_, text)| text.contains("-----BEGIN")) {
            if !text.trim().contains('\n') {
                out.report(node, "each sign-in with Apple fails: a key in PEM form needs its line breaks")
                    .help("write it as a block (`|`), or with \\n inside double quotes");
            } else if !text.contains("-----BEGIN PRIVATE KEY-----") {
                out.report(node, "each sign-in with Apple fails: this is not a PKCS#8 key (BEGIN PRIVATE KEY)")
                    .help("use the .p8 file from Apple without a change");
            }
        }
        if let Some(scope) = provider.get("scope").filter(|node| node.is_sequence()) {
            let asks = scope.items().any(|item| item.is_unknown() || matches!(item.as_str(), Some("email" | "name")));
            if !asks {
                out.report_key(scope, "Apple sends no e-mail address: the scopes have neither `email` nor `name`")
                    .level(Level::Warning)
                    .effect(Effect::NoEffect)
                    .help("add `email`");
            }
        }
    }
}
