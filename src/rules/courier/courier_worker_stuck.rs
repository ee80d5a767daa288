//! `courier-worker-stuck`: numbers for the sender of messages that stop it, or that it reads as others.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
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
- `courier.worker.pull_wait` is how long the courier waits between two looks at the queue, 1s by default. With five minutes and
  more each message arrives that much later (info); with the lifespan of its code or flow and more, codes and links can end
  before they are sent (warning). With less than 100ms the courier asks the database all the time (warning).

## Why

Kratos keeps 8 bits of `pull_count`, and asks the database without a limit when they are 0.

## What to do

Write 5 retries (the default), 1 to 255 messages, and a wait of some seconds.

## Versions

All versions.

## Source

courier/courier_dispatcher.go:DispatchQueue, courier/courier.go:watchMessages (since v1.1.0), ory/pop sql_builder.go:buildPaginationClauses; retries seen, counts of 0, 256
and 257 on v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  message_retries: -1
```

```yaml bad
courier:
  worker:
    pull_wait: 1h
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
    if context.target >= Version::V1_1 {
        check_count(context, out);
        check_wait(context, out);
    }
}

fn check_count(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("courier.worker.pull_count") else { return };
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

/// A wait that is hardly one, in seconds: the database is asked ten times a second and more.
const PAUSE: f64 = 0.1;

/// A wait with which messages arrive late, in seconds.
const LATE: f64 = 300.0;

/// What limits how long a code or link works, each one hour by default.
const LIFESPANS: [&str; 4] = [
    "selfservice.methods.code.config.lifespan",
    "selfservice.methods.link.config.lifespan",
    "selfservice.flows.recovery.lifespan",
    "selfservice.flows.verification.lifespan",
];

fn check_wait(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((node, wait)) = view::duration(root, "courier.worker.pull_wait") else { return };
    if wait < PAUSE {
        out.report(node, "the courier asks the database all the time: it hardly waits between two looks at the queue")
            .level(Level::Warning)
            .effect(Effect::Advice)
            .help("write some seconds, for example `1s`, the default");
    }
    if wait < LATE {
        return;
    }
    let written = view::text(node).unwrap_or_default();
    // Where no lifespan is readable, the default is not known to hold.
    let lifespans = LIFESPANS.iter().filter_map(|path| match root.find(path) {
        None => Some(3600.0),
        Some(_) => view::duration(root, path).map(|(_, lifespan)| lifespan),
    });
    let report = if lifespans.fold(f64::INFINITY, f64::min) <= wait {
        out.report(node, format!("codes and links can end before they are sent: the courier waits {written}"))
            .level(Level::Warning)
    } else {
        out.report(node, format!("each message can wait {written} before it is sent")).level(Level::Info)
    };
    _ = report.effect(Effect::Advice).help("write some seconds, for example `1s`, the default");
}
