//! `courier-worker`: numbers for the sender of messages that stop it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-worker",
    aliases: &[],
    summary: "numbers for the sender of messages that stop it",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D183", "D184"],
    docs: r#"
`message_retries` below zero gives up each message at once. `worker.pull_count` is cut to 8 bits: 256 fetches nothing.

Source: courier/courier_dispatcher.go:DispatchQueue; retries seen, the count on v1.1.0 to master.

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
        out.report(node, "no message goes out: with fewer than 0 retries each is given up at once")
            .help("write 5, the default");
    }
    let Some(node) = context.find("courier.worker.pull_count").filter(|_| context.target >= Version::V1_1) else {
        return;
    };
    let Some(count) = node.as_f64().filter(|count| !(1.0..256.0).contains(count)) else { return };
    let kept = count.rem_euclid(256.0).abs();
    let report = out
        .report(node, format!("{kept} messages are fetched at a time: the number is cut to 8 bits"))
        .help("write 1 to 255");
    if kept > 0.0 {
        _ = report.level(Level::Warning).effect(Effect::NoEffect);
    }
}
