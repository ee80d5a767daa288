//! `zipkin-url-unusable`: an address of Zipkin that stops the start.

use crate::diagnostic::{Effect, Level};
use crate::kratos::formats;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "zipkin-url-unusable",
    aliases: &[],
    summary: "address of Zipkin without `http://` or host",
    category: "tracing",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: `invalid collector URL …: no scheme or host`.

## Why

The schema accepts `zipkin:9411/api/v2/spans` as a URL with the scheme `zipkin`. The exporter needs a scheme and a host, and
sends to this address as it is: the path is part of it.

## What to do

Write the whole URL: `http://zipkin:9411/api/v2/spans`.

## Versions

Since v0.13.0; earlier releases were not tried.

## Source

oryx/otelx/zipkin.go:SetupZipkin, exporters/zipkin:New; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
tracing:
  provider: zipkin
  providers:
    zipkin:
      server_url: zipkin:9411/api/v2/spans
      sampling:
        sampling_ratio: 1
```

```yaml good
tracing:
  provider: zipkin
  providers:
    zipkin:
      server_url: http://zipkin:9411/api/v2/spans
      sampling:
        sampling_ratio: 1
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.find("tracing.provider").and_then(Node::as_str) != Some("zipkin") {
        return;
    }
    let Some(node) = context.find("tracing.providers.zipkin.server_url") else { return };
    // What the schema refuses has a finding already.
    let Some(address) = view::text(node).filter(|address| formats::is_uri(address, false)) else { return };
    let has_host = url::parse(address).is_ok_and(|url| !url.host.is_empty());
    if !has_host {
        out.report(node, "Kratos does not start: the address of Zipkin has no scheme or no host")
            .stops_later()
            .help("write the whole URL: http://zipkin:9411/api/v2/spans");
    }
}
