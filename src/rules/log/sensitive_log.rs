//! `sensitive-log`: passwords and tokens in the log.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
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
`log.leak_sensitive_values: true` writes cookies, tokens, codes and request bodies to the log as they are. An info while
all addresses of the configuration lie on this machine, or a file beside it starts Kratos with `--dev`.

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
        .report(node, "cookies, tokens and codes are written to the log")
        .help("leave it out where real people sign in");
    if context.root().is_some_and(view::is_local) || context.runs_in_dev_mode() == Some(true) {
        _ = report.level(Level::Info);
    }
}
