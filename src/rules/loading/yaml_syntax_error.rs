//! `yaml-syntax-error`: a text that Kratos cannot read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "yaml-syntax-error",
    aliases: &["yaml-syntax"],
    summary: "YAML or JSON syntax error",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D007"],
    docs: r#"
## What happens

Kratos does not start. kratos-lint leaves the entry with the error out and checks the rest.

## Why

Kratos cannot parse the file. JSON is read strictly: no comments, no comma after the last entry, no byte order mark.

## What to do

Correct the place that is shown.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
log:
  level: "info

```

```yaml good
log:
  level: "info"

```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Syntax, out);
}
