//! `misplaced-hook`: a hook in a list where it may not stand.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "misplaced-hook",
    aliases: &[],
    summary: "hook in a list that does not allow it",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start.

## Why

Each list of hooks allows only some hooks, and which ones changes with the version: `session` belongs to
`registration.after.<method>`, `require_verified_address` to `login.after`, and so on.

## What to do

Move the hook to a list that allows it.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  flows:
    registration:
      after:
        hooks:
          - hook: session
```

```yaml good
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::MisplacedHook, out);
}
