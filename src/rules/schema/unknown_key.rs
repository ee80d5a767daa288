//! `unknown-key`: a key that Kratos does not know.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "unknown-key",
    aliases: &[],
    summary: "a key that Kratos does not know",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &["D021", "D074", "D154"],
    docs: r#"
Kratos' configuration is closed almost everywhere: a misspelt or misplaced key refuses the start. `$schema` and `x-…` keys are
refused too. Some objects are open (`security`, `ciphers`, entries of `identity.schemas`, …): there any key passes and is ignored.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad
session:
  lifesapn: 24h
```

```yaml good
session:
  lifespan: 24h
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::UnknownKey, out);
}
