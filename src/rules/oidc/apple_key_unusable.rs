//! `apple-key-unusable`: a provider `apple` that signs no one in, or brings no mail address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
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

With `email` or `name` in the scopes Apple sends its answer as a form, and before v25.4.0 Kratos accepts that only at the
callback of a provider with the id `apple`: other ids end in a CSRF violation.

## Why

`apple_private_key` must be a PKCS#8 key in PEM form, with its line breaks. A key on one line, or with `\n` as two
letters, is not one. Kratos does not read files here: the path of the .p8 file, a `file://` or `base64://` address, and
the text of the key without its first and last line are no keys either.

## What to do

Write the .p8 file from Apple as a block (`|`), and add the scope `email`. Before v25.4.0 write `id: apple`.

## Versions

All versions.

## Source

selfservice/strategy/oidc/provider_apple.go:newClientSecret,AuthCodeURLOptions (read); paths and `base64://` seen on v1.3.1 and v26.2.0 ("failed to
decode PEM block"); selfservice/strategy/oidc/strategy.go:setRoutes, seen on v1.3.1 (403) and v26.2.0 (302).

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

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: apple
            provider: apple
            apple_private_key: /etc/config/kratos/AuthKey_ABC123.p8
            scope:
              - email
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
        } else if let Some((node, why)) = key.and_then(|(node, text)| Some((node, not_a_key(text)?))) {
            out.report(node, format!("each sign-in with Apple fails: {why}"))
                .help("write the text of the .p8 file from Apple as a block (`|`)");
        }
        csrf(context, provider, out);
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

/// Reports an id whose callback refuses what Apple posts.
fn csrf(context: &Context, provider: Node<'_>, out: &mut Sink) {
    if context.target < Version::V0_8_0 || context.target >= Version::V25_4 {
        return;
    }
    let Some(id) = provider.get("id") else { return };
    let is_other = view::text(id).is_some_and(|id| id != "apple");
    let mut scopes = provider.get("scope").into_iter().flat_map(Node::items).filter_map(Node::as_str);
    if is_other && scopes.any(|scope| matches!(scope, "email" | "name")) {
        out.report(id, "each sign-in with Apple ends in a CSRF violation: before v25.4.0 only the id `apple` works")
            .help("write `apple`, or upgrade to v25.4.0 or later");
    }
}

/// Why a text without the first line of a key in PEM form is surely none, and no stand-in for one either.
fn not_a_key(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_file = ["/", "./", "../"].iter().any(|start| text.starts_with(start))
        || text.strip_suffix("p8").is_some_and(|name| name.ends_with('.'));
    if is_file && !text.contains(char::is_whitespace) {
        return Some("Kratos takes the key itself, this is the path of a file");
    }
    if ["file://", "base64://", "http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Some("Kratos takes the key itself, this is an address");
    }
    // The body of a key on its own: DER begins with a sequence, which is `M` in base64.
    let is_body = text.len() > 100
        && text.starts_with("MI")
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+/=\n ".contains(c));
    is_body.then_some("the key has no line `-----BEGIN PRIVATE KEY-----`")
}
