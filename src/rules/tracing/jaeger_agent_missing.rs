//! `jaeger-agent-missing`: traces for jaeger without its address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jaeger-agent-missing",
    aliases: &[],
    summary: "jaeger tracing without the address of its agent",
    category: "tracing",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_10),
    fixable: false,
    facts: &["D190"],
    docs: r#"
## What happens

Kratos does not start. The schema passes: `boots` in the JSON report is about the schema alone, and stays true.

## Why

`provider: jaeger` needs `providers.jaeger.local_agent_address`. A text in the environment
(`TRACING_PROVIDERS_JAEGER_LOCAL_AGENT_ADDRESS`) is enough.

## What to do

Set the key.

## Versions

Since v0.10.1. Before, traces go to the agent on the same machine.

## Source

oryx/otelx/jaeger.go:SetupJaeger, driver/registry.go:NewRegistryFromDSN; tracing/tracer.go:setup of ory/x for the releases
before; seen on v1.0.0 to master.

## Examples

```yaml bad
tracing:
  provider: jaeger
```

```yaml good
tracing:
  provider: jaeger
  providers:
    jaeger:
      local_agent_address: jaeger:6831
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(provider) = context.find("tracing.provider").filter(|node| node.as_str() == Some("jaeger")) else {
        return;
    };
    let address = context.find("tracing.providers.jaeger.local_agent_address");
    if address.is_none_or(|node| node.as_str() == Some("")) {
        out.report(provider, "Kratos does not start: `tracing.providers.jaeger.local_agent_address` is missing")
            .stops_later()
            .help("set `tracing.providers.jaeger.local_agent_address`");
    }
}
