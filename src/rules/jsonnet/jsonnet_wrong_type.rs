//! `jsonnet-wrong-type`: operands or arguments of the wrong type.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-wrong-type",
    aliases: &[],
    summary: "Jsonnet operand or argument of the wrong type",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

The evaluation fails.

## Why

An operator or a function of `std` gets a value that it does not accept, for example a text minus one, or the result
contains a function. Reported only where all values are known, and confirmed by running the document.

## What to do

Convert the value first, for example with `std.toString`.

## Versions

All versions.

## Source

The go-jsonnet inside each Kratos.

## Examples

```yaml bad
# function(ctx) { id: ctx.flow.id - 1 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCAtIDEgfQ==
```

```yaml good
# function(ctx) { id: ctx.flow.id + '-1' }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCArICctMScgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::WrongType);
}
