//! `apple-provider`: a provider `apple` that signs nobody in, or brings no mail address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "apple-provider",
    aliases: &[],
    summary: "a provider `apple` that signs nobody in, or brings no mail address",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D156", "D157"],
    docs: r#"
`apple_private_key` must be a PKCS#8 key in PEM form, with its line breaks: on one line, or with `\n` as two letters, no
token can be signed and each sign-in fails. Without `email` or `name` among the scopes Apple is not asked to post its
answer, and no mail address arrives (warning).

Source: selfservice/strategy/oidc/provider_apple.go:newClientSecret,AuthCodeURLOptions (read).

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
                out.report(node, "each sign-in with Apple fails: this is no PKCS#8 key (BEGIN PRIVATE KEY)")
                    .help("use the .p8 file from Apple as it is");
            }
        }
        if let Some(scope) = provider.get("scope").filter(|node| node.is_sequence()) {
            let asks = scope.items().any(|item| item.is_unknown() || matches!(item.as_str(), Some("email" | "name")));
            if !asks {
                out.report_key(scope, "no mail address arrives: neither `email` nor `name` is asked for")
                    .level(Level::Warning)
                    .effect(Effect::NoEffect)
                    .help("add `email`");
            }
        }
    }
}
