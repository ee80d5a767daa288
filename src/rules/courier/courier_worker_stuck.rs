//! `courier-worker-stuck`: numbers for the sender of messages that stop it, or that it reads as others.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-worker-stuck",
    aliases: &["courier-worker"],
    summary: "courier numbers with which no message is sent, or that do not limit",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D183", "D184"],
    docs: r#"
## What happens

- `courier.message_retries` below zero gives up each message at once.
- `courier.worker.pull_count` above 255 is another number: 257 fetches one message at a time (warning).
- `pull_count: 256` and `pull_count: 0` set no limit: Kratos fetches all messages of the queue at once (a warning, and an
  info for 0).

## Why

Kratos keeps 8 bits of `pull_count`, and asks the database without a limit when they are 0.

## What to do

Write 5 retries (the default), and 1 to 255 messages.

## Versions

All versions.

## Source

courier/courier_dispatcher.go:DispatchQueue, ory/pop sql_builder.go:buildPaginationClauses; retries seen, counts of 0, 256
and 257 on v1.3.1 and v26.2.0.

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
    let (message, level) = if count == 0.0 {
        ("`courier.worker.pull_count: 0` sets no limit: Kratos fetches all messages at once".to_owned(), Level::Info)
    } else if kept > 0.0 {
        let message =
            format!("`courier.worker.pull_count` overflows: Kratos keeps 8 bits and fetches {kept} at a time");
        (message, Level::Warning)
    } else {
        let message =
            "`courier.worker.pull_count` overflows to 0 and sets no limit: Kratos fetches all messages at once";
        (message.to_owned(), Level::Warning)
    };
    out.report(node, message).level(level).effect(Effect::NoEffect).help("use 1 to 255");
}
