//! `cors-off`: CORS settings while CORS is off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
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

The list has no effect, and browsers refuse calls from other origins. With v0.11.0 so do all settings of CORS.

## Why

`serve.public.cors.enabled` is false unless set. Only reported while `enabled` is not set; a written `false` is on
purpose. v0.11.0 adds the headers when the answer is already on its
way; this is an info, because the samples of v0.11.1 name v0.11.0 as their version.

## What to do

Add `enabled: true`. Use v0.11.1 instead of v0.11.0.

## Versions

All versions.

## Source

embedx/config.schema.json, all versions; cmd/daemon/serve.go of v0.11.0 (ory/kratos#2922).

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
    if let Some(switch) = cors.get("enabled").filter(|node| node.is_true() && context.target == Version::V0_11_0) {
        out.report(switch, format!("browsers never see CORS headers: {} adds them after its answer", context.target))
            .level(Level::Info)
            .help(format!("use {}", Version::V0_11_1));
    }
    let Some(origins) = cors.get("allowed_origins").filter(|list| list.is_sequence()) else { return };
    if cors.get("enabled").is_none() {
        out.report_key(origins, "these origins have no effect: CORS is off unless `enabled: true`")
            .help("add `enabled: true` beside it");
    }
}
