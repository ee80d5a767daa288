//! `invalid-value`: a word that Kratos does not know.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "invalid-value",
    aliases: &[],
    summary: "a word that Kratos does not know",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &["D166", "D182", "D193", "D195"],
    docs: r#"
Where only certain words are allowed (levels, algorithms, providers, names of hooks, `SameSite` …), any other refuses the start.
Words are compared to the letter: `info` is a log level, `INFO` is none.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad
log:
  level: warn
```

```yaml good
log:
  level: warning
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::UnknownWord, out);
}
