//! `courier-worker-stuck`: numbers for the sender of messages that stop it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-worker-stuck",
    aliases: &["courier-worker"],
    summary: "courier numbers with which no message is sent",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D183", "D184"],
    docs: r#"
## What happens

`courier.message_retries` below zero gives up each message at once. `courier.worker.pull_count: 256` fetches nothing.

## Why

Kratos keeps 8 bits of `pull_count`.

## What to do

Write 5 retries (the default), and 1 to 255 messages.

## Versions

All versions.

## Source

courier/courier_dispatcher.go:DispatchQueue; retries seen, the count on v1.1.0 to master.

## Examples

```yaml bad
courier:
  message_retries: -1
```

```yaml good
courier:
  message_retries: 5
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if let Some(node) =
        context.find("courier.message_retries").filter(|node| node.as_f64().is_some_and(|number| number < 0.0))
    {
        out.report(node, "no message is sent: with fewer than 0 retries Kratos gives up each one at once")
            .help("write 5, the default");
    }
    let Some(node) = context.find("courier.worker.pull_count").filter(|_| context.target >= Version::V1_1) else {
        return;
    };
    let Some(count) = node.as_f64().filter(|count| !(1.0..256.0).contains(count)) else { return };
    let kept = count.rem_euclid(256.0).abs();
    let report = out
        .report(
            node,
            format!("`courier.worker.pull_count` overflows: Kratos keeps 8 bits and fetches {kept} at a time"),
        )
        .help("use 1 to 255");
    if kept > 0.0 {
        _ = report.level(Level::Warning).effect(Effect::NoEffect);
    }
}
