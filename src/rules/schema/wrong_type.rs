//! `wrong-type`: a value that does not have the type of its key.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "wrong-type",
    aliases: &[],
    summary: "value of the wrong type",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: true,
    facts: &["D022", "D023", "D024", "D075"],
    docs: r#"
## What happens

Kratos does not start. `dev`, `sqa-opt-out`, `watch-courier` and `config` are replaced by the flags of `kratos serve`,
so only editors see a wrong type there (level info).

## Why

Kratos reads YAML 1.1 with Go's `yaml.v3`: `yes`, `no`, `on` and `off` are texts; `010` is the number 8; a key without
a value is null, which replaces all defaults below it.

## What to do

Write the value in the type that is shown.

## Versions

All versions.

## Source

embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

## Examples

```yaml bad
selfservice:
  flows:
    registration:
      enabled: yes
```

```yaml good
selfservice:
  flows:
    registration:
      enabled: true
```

Terraform makes a number of `"5"` and a truth value of `"true"`; other texts stay as they are.

```terraform bad
resource "ory_project_config" "main" {
  selfservice_methods_password_config_min_password_length = "eight"
}
```

```terraform good
resource "ory_project_config" "main" {
  selfservice_methods_password_config_min_password_length = "10"
  selfservice_methods_totp_enabled                        = "true"
}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::WrongType, out);
}
