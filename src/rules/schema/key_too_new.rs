//! `key-too-new`: a key, word or hook that a later Kratos brings.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "key-too-new",
    aliases: &[],
    summary: "a key, word or hook that a later Kratos brings",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
Kratos' configuration is closed almost everywhere: a key, word or hook of a later release is an unknown one, and the server does not
start. The message says since when it is known and against which version the file is checked; `kratos-lint versions FILE` says
which versions accept all of it.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad kratos=v1.1.0
selfservice:
  methods:
    passkey:
      enabled: false
```

```yaml good kratos=v1.2.0
selfservice:
  methods:
    passkey:
      enabled: false
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::TooNew, out);
}
