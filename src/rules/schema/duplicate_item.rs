//! `duplicate-item`: a list that repeats an item.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "duplicate-item",
    aliases: &[],
    summary: "a list that repeats an item",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D143"],
    docs: r#"
Lists of URLs, origins and hooks must not hold two equal items (`uniqueItems`); Kratos refuses to start. Objects are equal when all
their keys are.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad
serve:
  public:
    cors:
      allowed_origins:
        - https://example.org
        - https://example.org
```

```yaml good
serve:
  public:
    cors:
      allowed_origins:
        - https://example.org
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::DuplicateItem, out);
}
