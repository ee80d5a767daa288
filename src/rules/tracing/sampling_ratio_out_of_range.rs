//! `sampling-ratio-out-of-range`: a share of traces that means none, or all.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "sampling-ratio-out-of-range",
    aliases: &["sampling-ratio"],
    summary: "sampling ratio outside 0 to 1",
    category: "tracing",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_11_0),
    fixable: false,
    facts: &["D192", "D194"],
    docs: r#"
## What happens

Kratos samples no trace, or every trace: `10` for ten per cent samples all.

## Why

Ratios outside 0 to 1 pass the schema and are cut to it. A ratio of `zipkin` that is not set counts as 0, and so does
that of `otlp` before v25.4.0 (later as 1, as that of `jaeger`): Kratos then continues traces that a request brings with
it, and begins none.

## What to do

Write a number from 0 to 1.

## Versions

Since v0.11.0: v0.10 takes the settings of `zipkin` and `otlp`, and reads none of them. A missing ratio of `otlp`: v0.11.0
to v1.3.1.

## Source

oryx/configx/provider.go:TracingConfig (read), tracing schema (seen). A missing ratio of `otlp`: seen on v1.3.1 (no trace)
and v26.2.0 (all); ory/kratos issue 3626.

## Examples

```yaml bad
tracing:
  provider: zipkin
  providers:
    zipkin:
      server_url: http://zipkin:9411/api/v2/spans
```

```yaml good
tracing:
  provider: zipkin
  providers:
    zipkin:
      server_url: http://zipkin:9411/api/v2/spans
      sampling:
        sampling_ratio: 0.5
```
"#,
    check,
};

const RATIOS: [&str; 3] = [
    "tracing.providers.zipkin.sampling.sampling_ratio",
    "tracing.providers.otlp.sampling.sampling_ratio",
    "tracing.providers.jaeger.sampling.trace_id_ratio",
];

fn check(context: &Context, out: &mut Sink) {
    for node in RATIOS.iter().filter_map(|path| context.find(path)) {
        if let Some(ratio) = node.as_f64().filter(|ratio| !(0.0..=1.0).contains(ratio)) {
            let what = if ratio > 1.0 { "Kratos samples every trace" } else { "Kratos samples no trace" };
            out.report(node, format!("{what}: it cuts the ratio to 0 to 1")).help("write `0.1` for ten per cent");
        }
    }
    let Some(provider) = context.find("tracing.provider") else { return };
    let path = match provider.as_str() {
        Some("zipkin") => RATIOS[0],
        Some("otel") if context.target < Version::V25_4 => RATIOS[1],
        _ => return,
    };
    if context.find(path).is_none() {
        out.report(provider, "Kratos begins no trace: a missing sampling ratio counts as 0")
            .help(format!("set `{path}`, to `1` for all traces"));
    }
}
