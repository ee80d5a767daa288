//! `missing-key`: a key that must be there.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "missing-key",
    aliases: &[],
    summary: "required key is missing",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D041", "D109", "D155"],
    docs: r#"
## What happens

Kratos does not start, or (level info) it starts only when the environment sets the key. Where the project shows the
server, the files that it loads, and all its variables, what is in none of them is an error.

## Why

`dsn`, secrets, client secrets and the SMTP address usually come from the environment (`DSN=…`,
`COURIER_SMTP_CONNECTION_URI=…`). Name the file with `--env-file`, and kratos-lint reads it too. Kratos fills in
defaults before it validates, but never below list items and map keys, so some keys that its schema calls required may
be left out.

## What to do

Add the key, or set it in the environment.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
identity:
  schemas:
    - id: default
      url: file:///etc/kratos/identity.schema.json
selfservice:
  methods:
    password:
      enabled: true
```

```yaml good
dsn: memory
identity:
  schemas:
    - id: default
      url: file:///etc/kratos/identity.schema.json
selfservice:
  default_browser_return_url: https://app.example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::MissingKey, out);
}
