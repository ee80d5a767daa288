//! `mapper-url-not-fetchable`: a mapper that cannot be fetched.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mapper-url-not-fetchable",
    aliases: &["mapper-url-scheme"],
    summary: "mapper that cannot be fetched",
    category: "oidc",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D159"],
    docs: r#"
## What happens

Each sign-in with this provider fails.

## Why

Kratos fetches `mapper_url` at each sign-in, and only by `file://`, `http(s)://` and `base64://`. Jsonnet instead of
an address is not possible since the key has the format uri.

## What to do

Use one of these schemes.

## Versions

All versions.

## Source

oryx/fetcher/fetcher.go:FetchBytes; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: s3://bucket/mapper.jsonnet
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: file:///etc/kratos/mapper.jsonnet
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for node in context.select("selfservice.methods.oidc.config.providers[].mapper_url") {
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        let known = ["file", "http", "https", "base64"].iter().any(|scheme| url.has_scheme(scheme));
        if !known && !url.scheme.is_empty() {
            out.report(node, format!("each sign-in with this provider fails: Kratos cannot fetch by `{}`", url.scheme))
                .help("use `file://`, `https://` or `base64://`");
        }
    }
}
