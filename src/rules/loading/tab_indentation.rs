//! `tab-indentation`: a tab where only spaces may indent.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "tab-indentation",
    aliases: &[],
    summary: "tab in the indentation",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start.

## Why

Its YAML reader refuses tabs in the indentation, also on lines with nothing else.

## What to do

Indent with spaces.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
log:
	level: info
```

```yaml good
log:
  level: info
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::TabIndentation, out);
}
