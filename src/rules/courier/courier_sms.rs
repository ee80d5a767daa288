//! `courier-sms`: SMS settings that nobody reads.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-sms",
    aliases: &[],
    summary: "SMS settings that nobody reads",
    category: "courier",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::between(Version::V1_1, Version::V1_3_1),
    fixable: false,
    facts: &["D178"],
    docs: r#"
`courier.sms` was read up to v1.0.0. v1.1.0 to v1.3.1 accept and ignore it, so that no SMS goes out; v25.4.0 refuses it.
It is an entry of `courier.channels` now.

Source: driver/config/config.go@v1.0.0 and @v1.1.0; seen on v1.0.0 to v25.4.0.

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
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(sms) = context.find("courier.sms") else { return };
    let report = out
        .report_key(sms, "no SMS goes out: this has been read by nobody since v1.1.0")
        .help("move it to `courier.channels`, with `id: sms` and `type: http`");
    if sms.get("enabled").is_none_or(|node| node.as_bool() == Some(false)) {
        _ = report.level(Level::Warning);
    }
}
