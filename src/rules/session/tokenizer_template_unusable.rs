//! `tokenizer-template-unusable`: a tokenizer whose tokens are of no use.

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFile;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;
use crate::yaml::{self, Format, Node};

/// The rule.
pub const RULE: Rule = Rule {
    name: "tokenizer-template-unusable",
    aliases: &["tokenizer-template"],
    summary: "tokenizer template whose tokens cannot be used",
    category: "session",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["D088", "D089", "D090", "D091"],
    docs: r#"
## What happens

- Without `ttl` tokens are expired when they are made: the default of 1m in the schema is never applied.
- `jwks_url` with http(s) passes everywhere; master answers 500 ("allowed schemes: file, base64"). v1.1.0 to v26.2.0
  fetch it: an info there, for the upgrade. What is published below `/.well-known/` are public keys: each call fails
  (warning).
- The first key of the set signs; one without `alg`, or a public key, fails each call. Further keys have no effect (info).
- A name without any letter, digit, `-`, `_` or `.` escapes the schema: Kratos does not check its template (warning).

## Why

The schema does not cover these cases.

## What to do

Set `ttl`, use `file://` or `base64://`, and put one private key with `alg` into the set.

## Versions

Since v1.1.0.

## Source

session/tokenizer.go:TokenizeSession, oryx/configx/koanf_schema_defaults.go; seen on v1.1.0 to master.

## Examples

```yaml bad
session:
  whoami:
    tokenizer:
      templates:
        api:
          jwks_url: base64://eyJrZXlzIjpbXX0=
```

```yaml good
session:
  whoami:
    tokenizer:
      templates:
        api:
          ttl: 10m
          jwks_url: file:///etc/kratos/jwks.json
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(templates) = context.find("session.whoami.tokenizer.templates") else { return };
    for field in templates.fields().filter(|field| field.value.is_mapping()) {
        let template = field.value;
        if !field.key.contains(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            out.report_key(
                template,
                "Kratos does not check this template: its name has no letter, digit, `-`, `_` or `.`",
            )
            .level(Level::Warning)
            .effect(Effect::Advice)
            .help("give it a plain name");
        }
        if template.get("ttl").is_none() {
            out.report_key(
                template,
                "tokens of this template are expired at once: `ttl` is missing, and Kratos applies no default",
            )
            .help("add `ttl: 1m`");
        }
        if let Some(jwks) = template.get("jwks_url") {
            check_keys(context, jwks, out);
        }
    }
}

fn check_keys(context: &Context, node: Node, out: &mut Sink) {
    let Some(text) = view::text(node) else { return };
    if text.starts_with("http://") || text.starts_with("https://") {
        if context.target == Version::MASTER {
            out.report(node, "each call answers 500: keys must come from file:// or base64://")
                .help("use `file://` or `base64://`");
        } else if url::parse(text).is_ok_and(|url| url.path.contains("/.well-known/")) {
            out.report(node, "each call fails: keys below `/.well-known/` are public and cannot sign")
                .level(Level::Warning)
                .help("make a private key with `alg`, and give it as `file://` or `base64://`");
        } else {
            out.report(node, "after v26.2.0 each call answers 500: keys must come from file:// or base64://")
                .level(Level::Info)
                .effect(Effect::Advice)
                .help("use `file://` or `base64://`");
        }
        return;
    }
    let source = if let Some(encoded) = text.strip_prefix("base64://") {
        Source::from_base64(&node.place(), encoded).ok()
    } else if let FoundFile::Text(source) = context.files.find(text) {
        Some(source)
    } else {
        None
    };
    let Some(tree) = source.map(|source| yaml::parse(&source, Format::Json)) else { return };
    let Some(keys) = tree.root().and_then(|root| root.get("keys")).filter(|keys| keys.is_sequence()) else { return };
    match keys.items().next() {
        None => _ = out.report(node, "each call fails: the key set is empty").help("put one key with `alg` into it"),
        Some(first) if first.get("alg").is_none() => {
            out.report(node, "each call fails: the first key of the set has no `alg`")
                .help("add `alg` to the key, for example `ES256`");
        }
        Some(first) if is_public(first) => {
            out.report(node, "each call fails: the first key of the set is public and cannot sign")
                .help("put the private key there, which has the member `d`");
        }
        Some(_) if keys.items().len() > 1 => {
            out.report(node, "Kratos uses only the first key of this set")
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help("put the key that must sign first");
        }
        Some(_) => {}
    }
}

/// Whether a key has no private part: what verifies a signature does not make one.
fn is_public(key: Node) -> bool {
    matches!(key.get("kty").and_then(Node::as_str), Some("RSA" | "EC" | "OKP")) && key.get("d").is_none()
}
