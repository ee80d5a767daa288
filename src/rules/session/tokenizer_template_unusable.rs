//! `tokenizer-template-unusable`: a tokenizer whose tokens are of no use.

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFile;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;
use crate::yaml::{self, FaultKind, Format, Node, Tree};

/// The rule.
pub(crate) const RULE: Rule = Rule {
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
- `jwks_url` with http(s) passes everywhere; v1.1.0 to v26.2.0 fetch it, later releases answer 500 ("allowed schemes: file,
  base64"): an info up to v26.2.0, for the upgrade. What is published below `/.well-known/` are public keys: each call fails
  (warning).
- The first key of the set signs; one without `alg`, or a public key, fails each call. Further keys have no effect (info).
- A text that is neither a JSON Web Key Set nor one JSON Web Key (a key in PEM form, a list, a key without `kty`) fails each
  call ("failed to parse JWK set"), also where only a further key of the set is wrong.
- `alg` must be one for the key: `ES256`, `ES384` and `ES512` for EC keys of the curves P-256, P-384 and P-521, `RS…` and `PS…`
  for RSA, `HS…` for `oct`, `EdDSA` for OKP. Kratos then answers "Unable to sign JSON Web Token", or that `alg` is not valid.
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
        if context.target >= Version::AFTER_V26_2 {
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
    let Some(source) = source else { return };
    let tree = yaml::parse(&source, Format::Json);
    match keys(&tree) {
        Some(keys) => check_set(&keys, node, out),
        // A stub, or a text that another program fills in.
        None if source.text().trim().is_empty() || FILLED_IN.iter().any(|mark| source.text().contains(mark)) => {}
        None => {
            let pem = source.text().contains("-----BEGIN");
            out.report(node, "each call fails: this is not a JSON Web Key Set").help(if pem {
                "convert the key from PEM to a JSON Web Key with `kty`, `alg` and `kid`"
            } else {
                "write `{\"keys\": […]}` with one private key, which has `kty` and `alg`"
            });
        }
    }
}

/// Marks of texts that are filled in before use.
const FILLED_IN: [&str; 4] = ["{{", "${", "<%", "{%"];

/// The keys of a set, or the one key that stands for a set; none where Kratos cannot parse it.
fn keys(tree: &Tree) -> Option<Vec<Node<'_>>> {
    let is_json = tree.faults().iter().all(|fault| fault.kind != FaultKind::Syntax);
    let root = tree.root().filter(|root| root.is_mapping() && is_json)?;
    let keys = match root.get("keys") {
        Some(keys) if keys.is_sequence() => keys.items().collect(),
        Some(_) => return None,
        None => vec![root],
    };
    let is_key = |key: &Node<'_>| matches!(kind(*key), Some("RSA" | "EC" | "OKP" | "oct"));
    keys.iter().all(is_key).then_some(keys)
}

fn kind(key: Node<'_>) -> Option<&str> {
    key.get("kty").and_then(Node::as_str)
}

fn check_set(keys: &[Node<'_>], node: Node, out: &mut Sink) {
    let Some(first) = keys.first() else {
        out.report(node, "each call fails: the key set is empty").help("put one key with `alg` into it");
        return;
    };
    let fitting = algorithms(*first);
    match first.get("alg").map(Node::as_str) {
        None => {
            out.report(node, "each call fails: the first key of the set has no `alg`")
                .help("add `alg` to the key, for example `ES256`");
        }
        _ if is_public(*first) => {
            out.report(node, "each call fails: the first key of the set is public and cannot sign")
                .help("put the private key there, which has the member `d`");
        }
        Some(Some(alg)) if !fitting.is_empty() && !fitting.contains(&alg) => {
            out.report(node, "each call fails: the first key of the set cannot sign with its `alg`")
                .help(format!("set `alg` of this key to `{}`", fitting.join("`, `")));
        }
        _ if keys.len() > 1 => {
            out.report(node, "Kratos uses only the first key of this set")
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help("put the key that must sign first");
        }
        _ => {}
    }
}

/// The values of `alg` with which a key signs (golang-jwt, seen for all of them on v1.3.1 and v26.2.0); none when unknown.
fn algorithms(key: Node<'_>) -> &'static [&'static str] {
    match (kind(key), key.get("crv").and_then(Node::as_str)) {
        (Some("EC"), Some("P-256")) => &["ES256"],
        (Some("EC"), Some("P-384")) => &["ES384"],
        (Some("EC"), Some("P-521")) => &["ES512"],
        (Some("OKP"), Some("Ed25519")) => &["EdDSA"],
        (Some("RSA"), _) => &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
        (Some("oct"), _) => &["HS256", "HS384", "HS512"],
        _ => &[],
    }
}

/// Whether a key has no private part: what verifies a signature does not make one.
fn is_public(key: Node) -> bool {
    matches!(kind(key), Some("RSA" | "EC" | "OKP")) && key.get("d").is_none()
}
