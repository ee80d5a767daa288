//! `dropped-text`: text that Kratos silently does not read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "dropped-text",
    aliases: &[],
    summary: "text that Kratos silently does not read",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D002", "D003"],
    docs: r#"
## What happens

Kratos drops the text without an error.

## Why

Its YAML reader reads the first document of a file and nothing else: it never reads what comes after a second `---` or
after `...`. When the first key of a file is indented and a later one is not, it drops everything from there on too.
`---` twice at the top makes an empty configuration.

## What to do

Remove the marker, or correct the indentation.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
 log:
   level: info
dsn: memory
```

```yaml good
log:
  level: info
dsn: memory
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Dropped, out);
}
