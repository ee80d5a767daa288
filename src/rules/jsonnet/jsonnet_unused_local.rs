//! `jsonnet-unused-local`: a local that nothing uses.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-unused-local",
    aliases: &[],
    summary: "Jsonnet local that is never used",
    category: "jsonnet",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

The `local` has no effect.

## Why

Its name is used nowhere. A name that begins with `_` is not reported.
It is off unless kratos-lint.toml (`[rules]`), `--rule NAME=info` or `--only` names it.

## What to do

Remove it.

## Versions

All versions.

## Source

The text of the document.

## Examples

```yaml bad
# local unused = 1; function(ctx) { id: ctx.flow.id }
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.com/kratos
                method: POST
                body: base64://bG9jYWwgdW51c2VkID0gMTsgZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCB9
```

```yaml good
# function(ctx) { id: ctx.flow.id }
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.com/kratos
                method: POST
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCB9
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::UnusedLocal);
}
