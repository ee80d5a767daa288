//! `courier-channel-unusable`: a channel that sends nothing, or stops the others.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "courier-channel-unusable",
    aliases: &["courier-channel"],
    summary: "courier channel that sends nothing, or stops the others",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["D179", "D181", "D211"],
    docs: r#"
## What happens

- Without `type` the schema passes. Up to v1.3.1 no channel works then, e-mail included: Kratos does not start with
  `--watch-courier`, and without it each flow that sends a message answers 500 ("unknown courier channel type"). Since v25.4.0
  only the messages of this channel fail.
- A second channel with the same id is never used.
- On v1.1.0 one entry switches all e-mail off: Kratos uses only the list, not `delivery_strategy`, `http` and `smtp`.
  Since v1.2.0 both work.

## Why

Kratos looks for the first channel with the id that it needs (`email`, `sms`).

## What to do

Write `id` and `type: http` for each channel, and use each id once.

## Versions

Since v1.1.0.

## Source

courier/courier_dispatcher.go:channels, driver/config/config.go:CourierChannels@v1.1.0,
courier/courier.go:NewCourier@v1.3.1; seen on v1.1.0 to master.

## Examples

```yaml bad
# kratos: v1.3.1
courier:
  channels:
    - id: sms
      request_config:
        url: https://sms.example.com/
```

```yaml good
# kratos: v1.3.1
courier:
  channels:
    - id: sms
      type: http
      request_config:
        url: https://sms.example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(list) = context.find("courier.channels").filter(|list| list.items().len() > 0) else { return };
    let mut ids: Vec<(&str, Node)> = Vec::new();
    for channel in list.items().filter(|channel| channel.is_mapping()) {
        if channel.get("type").is_none() {
            report_without_type(context, channel, out);
        }
        let Some(id) = channel.get("id").and_then(view::text) else { continue };
        if let Some((_, first)) = ids.iter().find(|(known, _)| *known == id) {
            out.report(channel, format!("this channel is never used: the first one with the id `{id}` wins"))
                .effect(Effect::NoEffect)
                .label(first.place(), "the first one")
                .help("remove it");
        }
        ids.push((id, channel));
    }
    if context.target == Version::V1_1 {
        out.report_key(list, "no e-mail is sent: v1.1.0 uses only this list, not `courier.smtp` and `courier.http`")
            .help("use v1.2.0 or later, or remove the list");
    }
}

fn report_without_type(context: &Context, channel: Node, out: &mut Sink) {
    let report = if context.target > Version::V1_3_1 {
        out.report(channel, "no message is sent here: the channel has no `type`")
    } else if super::ends_at_start(context) {
        let message = "Kratos does not start with `--watch-courier`: this channel has no `type`";
        out.report(channel, message).effect(Effect::NoBoot)
    } else {
        out.report(channel, "no message is sent, e-mail included, and its flow answers 500: this channel has no `type`")
    };
    report.help("add `type: http`");
}
