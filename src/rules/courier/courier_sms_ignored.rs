//! `courier-sms-ignored`: SMS settings that are never read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "courier-sms-ignored",
    aliases: &["courier-sms"],
    summary: "`courier.sms` is no longer read",
    category: "courier",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: changes::from_to("sms-keys-dead", "courier-sms-removed"),
    fixable: false,
    facts: &["D178"],
    docs: r#"
## What happens

No SMS is sent.

## Why

`courier.sms` was read up to v1.0.0. v1.1.0 to v1.3.1 accept and ignore it; v25.4.0 refuses it. SMS is an entry of
`courier.channels` now.

## What to do

Move `request_config` to an entry of `courier.channels` with `id: sms` and `type: http`. `from` is a field of its body then.

## Versions

v1.1.0 to v1.3.1; later versions refuse the key.

## Source

driver/config/config.go@v1.0.0 and @v1.1.0; seen on v1.0.0 to v25.4.0.

## Examples

```yaml bad
# kratos: v1.3.1
courier:
  sms:
    enabled: true
    from: "+4912345"
```

```yaml good
# kratos: v1.3.1
courier:
  channels:
    - id: sms
      type: http
      request_config:
        url: https://sms.example.com/send
        method: POST
        body: file:///etc/kratos/sms.jsonnet
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(sms) = context.find("courier.sms") else { return };
    let report = out
        .report_key(sms, "no SMS is sent: Kratos ignores `courier.sms` since v1.1.0")
        .help("move its `request_config` to an entry of `courier.channels` with `id: sms` and `type: http`");
    if sms.get("enabled").is_none_or(|node| node.as_bool() == Some(false)) {
        _ = report.level(Level::Warning);
    }
}
