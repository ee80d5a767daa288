//! `unknown-alias`: an alias without its anchor.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-alias",
    aliases: &[],
    summary: "alias without its anchor",
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

An alias `*name` needs an anchor `&name` before it in the same document.

## What to do

Define the anchor before it. Quote a text that begins with a star.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

## Examples

```yaml bad
serve:
  public:
    cors:
      allowed_origins:
        - *all
```

```yaml good
serve:
  public:
    cors:
      allowed_origins:
        - "*"
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::UnknownAlias, out);
}
