//! `code-switched-on`: a method that runs although it is switched off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-switched-on",
    aliases: &[],
    summary: "method `code` is on although `enabled` is false",
    category: "methods",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["D103"],
    docs: r#"
## What happens

The method runs.

## Why

`passwordless_enabled: true` switches the code method on, whatever `enabled` is.

## What to do

Set `passwordless_enabled: false`, or remove `enabled`.

## Versions

Since v1.1.0.

## Source

driver/config/config.go:SelfServiceStrategy; seen on v1.1.0 to master.

## Examples

```yaml bad
# kratos: v1.3.1
selfservice:
  methods:
    code:
      enabled: false
      passwordless_enabled: true
```

```yaml good
# kratos: v1.3.1
selfservice:
  methods:
    code:
      enabled: true
      passwordless_enabled: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(code) = context.find("selfservice.methods.code") else { return };
    let off = code.get("enabled").filter(|node| node.as_bool() == Some(false));
    if let (Some(off), Some(on)) = (off, code.get("passwordless_enabled").filter(|node| node.is_true())) {
        out.report(off, "the code method runs anyway: `passwordless_enabled` switches it on")
            .label(on.place(), "because of this")
            .help("set `passwordless_enabled: false`, or remove `enabled`");
    }
}
