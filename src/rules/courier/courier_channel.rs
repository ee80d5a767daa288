//! `courier-channel`: a channel that sends nothing, or stops the others.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-channel",
    aliases: &[],
    summary: "a channel that sends nothing, or stops the others",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["D179", "D181", "D211"],
    docs: r#"
- Without `type` the schema passes and each send fails with an unknown channel type.
- A second channel with one id is never used.
- On v1.1.0 one entry switches all e-mail off: the list stands alone, `delivery_strategy`, `http` and `smtp` are not
  read. From v1.2.0 on both work.

Source: courier/courier_dispatcher.go:channels, driver/config/config.go:CourierChannels@v1.1.0; seen on v1.1.0 to
master.

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
            out.report(channel, "no message goes out here: the channel has no `type`").help("add `type: http`");
        }
        let Some(id) = channel.get("id").and_then(view::text) else { continue };
        if let Some((_, first)) = ids.iter().find(|(known, _)| *known == id) {
            out.report(channel, format!("this channel is never used: the first one with the id `{id}` wins"))
                .effect(Effect::NoEffect)
                .label(first.place(), "the first one")
                .help("leave it out");
        }
        ids.push((id, channel));
    }
    if context.target == Version::V1_1 {
        out.report_key(
            list,
            "no e-mail goes out: on v1.1.0 this list stands alone, and `smtp` and `http` are not read",
        )
        .help("use v1.2.0 or later, or leave the list out");
    }
}
