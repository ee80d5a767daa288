//! `malformed-value`: a value that is not in the format that its key wants.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "malformed-value",
    aliases: &[],
    summary: "a value that is not in the format that its key wants",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D085", "D086", "D191"],
    docs: r#"
URLs, durations, mail addresses, host names and sizes are checked when the server starts. Kratos' engine reads them as Go does:
`localhost:3000` is a URL with the scheme `localhost`, `127.0.0.1:3000` is none; durations have no days and no fractions.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad
selfservice:
  flows:
    login:
      lifespan: 1d
```

```yaml good
selfservice:
  flows:
    login:
      lifespan: 24h
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Malformed, out);
}
