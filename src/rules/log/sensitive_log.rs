//! `sensitive-log`: passwords and tokens in the log.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "sensitive-log",
    aliases: &[],
    summary: "passwords and tokens in the log",
    category: "log",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Cookies, tokens, codes and request bodies are written to the log without masking.

## Why

`log.leak_sensitive_values` is `true`. An info while all addresses of the configuration are on this machine, or a file
beside it starts Kratos with `--dev`.

## What to do

Remove the key where real users sign in.

## Versions

All versions.

## Source

oryx/logrusx; embedx/config.schema.json.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
log:
  leak_sensitive_values: true
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
log:
  level: info
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("log.leak_sensitive_values").filter(|node| node.is_true()) else { return };
    let report = out
        .report(node, "Kratos writes cookies, tokens and codes to the log")
        .help("remove it where real users sign in");
    if context.is_local() || context.likely_runs_in_dev_mode() {
        _ = report.level(Level::Info).development("tokens in the log");
    }
}
