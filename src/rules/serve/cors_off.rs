//! `cors-off`: CORS settings while CORS is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cors-off",
    aliases: &[],
    summary: "CORS settings while CORS is off",
    category: "serve",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The list has no effect, and browsers refuse calls from other origins.

## Why

`serve.public.cors.enabled` is false unless set. Only reported while `enabled` is not set; a written `false` is on
purpose.

## What to do

Add `enabled: true`.

## Versions

All versions.

## Source

embedx/config.schema.json, all versions.

## Examples

```yaml bad
serve:
  public:
    cors:
      allowed_origins:
        - https://app.example.com
```

```yaml good
serve:
  public:
    cors:
      enabled: false
      allowed_origins:
        - https://app.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors") else { return };
    let Some(origins) = cors.get("allowed_origins").filter(|list| list.is_sequence()) else { return };
    if cors.get("enabled").is_none() {
        out.report_key(origins, "these origins have no effect: CORS is off unless `enabled: true`")
            .help("add `enabled: true` beside it");
    }
}
