//! `unreadable-yaml`: YAML that Kratos does not take.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unreadable-yaml",
    aliases: &[],
    summary: "YAML that Kratos refuses",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D004", "D008"],
    docs: r#"
## What happens

Kratos does not start.

## Why

Some things are valid YAML, but Kratos' reader refuses them: `%YAML 1.2` at the top, a list or map as key (often a
template without quotes: `{{ .Values.x }}`), a colon without a key, a merge key `<<` on a value that is not a map,
tags that do not fit (`!!int abc`), control characters, infinite numbers.

A file that is rendered before Kratos reads it (placeholders stand in it) is read as a template instead.

## What to do

Correct the place that is shown. Quote values that begin with `{`.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
%YAML 1.2
---
dsn: memory
```

```yaml good
dsn: memory
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Refused, out);
}
