//! `tls-base64-unusable`: a certificate or key in base64 that stops the start.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "tls-base64-unusable",
    aliases: &[],
    summary: "certificate or key in base64 that Kratos cannot read",
    category: "serve",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: `unable to load TLS certificate for interface public`.

## Why

`cert.base64` and `key.base64` hold the PEM file, encoded with standard base64. The key has no address: `base64://` is not
removed. The PEM text itself is not base64.

## What to do

Write the output of `base64 -w0 tls.crt`, without a prefix.

## Versions

All versions.

## Source

oryx/tlsx/cert.go:CertificateFromBase64; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
serve:
  public:
    tls:
      cert:
        base64: base64://LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
      key:
        base64: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==
```

```yaml good
serve:
  public:
    tls:
      cert:
        base64: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
      key:
        base64: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for tls in context.select("serve.*.tls").into_iter().filter(|node| node.is_mapping()) {
        // One alone is not read.
        let part = |path: &str| tls.find(path).filter(|node| view::text(*node) != Some(""));
        let (Some(cert), Some(key)) = (part("cert.base64"), part("key.base64")) else { continue };
        for (node, block, what) in [(cert, "CERTIFICATE", "certificate"), (key, "PRIVATE KEY", "private key")] {
            if let Some((why, help)) = refused(node, block) {
                out.report(node, format!("Kratos does not start: this {what} {why}")).stops_later().help(help);
            }
        }
    }
}

/// Why Go cannot read the PEM file, and what to write. What another program fills in is not known.
fn refused(node: Node<'_>, block: &str) -> Option<(&'static str, &'static str)> {
    let encoded = view::text(node).filter(|text| !text.is_empty() && !text.contains(['$', '{', '<']))?;
    let encode = "write the output of `base64 -w0 FILE`, without a prefix";
    if encoded.starts_with("base64://") {
        return Some(("begins with `base64://`, which is not removed here", "remove `base64://`"));
    }
    if encoded.contains("-----BEGIN") {
        return Some(("is PEM text, not base64", encode));
    }
    // `op://vault/item`, `ref+vault://…`, `((name))`: other programs put the value of an address or a mark in.
    if !encoded.starts_with('/')
        && !encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_ \t\r\n".contains(&byte))
    {
        return None;
    }
    // Go skips line breaks, as a block of lines has them.
    match text::decode_base64(&encoded.replace(['\r', '\n'], "")) {
        Err(_) => Some(("is not standard base64", encode)),
        Ok(pem) if !String::from_utf8_lossy(&pem).contains(block) => Some(("is not that of a PEM file", encode)),
        Ok(_) => None,
    }
}
