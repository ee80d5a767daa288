//! `otlp-port-speaks-grpc`: traces that are sent to the gRPC port of a collector.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "otlp-port-speaks-grpc",
    aliases: &[],
    summary: "traces are sent to the gRPC port of the collector",
    category: "tracing",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_11_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

No trace arrives. Kratos runs on, and its log names a failed export.

## Why

Kratos sends traces over HTTP. Port 4317 of a collector expects gRPC, port 4318 HTTP.

## What to do

Use port 4318, and enable the HTTP receiver of the collector.

## Versions

Since v0.11.0.

## Source

oryx/otelx/otlp.go:SetupOTLP (otlptracehttp; read at each tag).

## Examples

```yaml bad
tracing:
  provider: otel
  providers:
    otlp:
      server_url: collector:4317
      sampling:
        sampling_ratio: 1
```

```yaml good
tracing:
  provider: otel
  providers:
    otlp:
      server_url: collector:4318
      sampling:
        sampling_ratio: 1
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let is_used = context.find("tracing.provider").is_some_and(|node| node.as_str() == Some("otel"));
    let server = context.find("tracing.providers.otlp.server_url").filter(|_| is_used);
    let Some((node, address)) = server.and_then(|node| Some((node, node.as_str()?))) else { return };
    if address.ends_with(":4317") && !address.contains('/') {
        out.report(node, "no trace arrives: collectors expect gRPC on port 4317, and Kratos sends over HTTP")
            .help("use the port for HTTP, 4318 by default");
    }
}
