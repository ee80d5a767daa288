//! `jsonnet-unknown-function`: a function of std that this Kratos lacks.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-unknown-function",
    aliases: &[],
    summary: "function of std that this Kratos does not have",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

The evaluation fails. It is an error when the evaluation surely reaches the call, else a warning.

## Why

The standard library is that of the go-jsonnet inside each Kratos: 0.19 in v1.0.0, 0.20 up to v1.3.1, 0.21 since
v25.4.0. `std.trim`, `std.contains` or `std.sha256` exist since v25.4.0 only, `std.isNull` in no release. `std.trace` exists in all,
but in v1.0.0 an evaluation that writes to standard error fails.

## What to do

Use another function, or upgrade.

## Versions

All versions.

## Source

go.mod of each release; the names were read from running engines of each version.

## Examples

```yaml bad
# function(ctx) { id: if std.isNull(ctx.flow.id) then 1 else 2 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBpZiBzdGQuaXNOdWxsKGN0eC5mbG93LmlkKSB0aGVuIDEgZWxzZSAyIH0=
```

```yaml good
# function(ctx) { id: if ctx.flow.id == null then 1 else 2 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBpZiBjdHguZmxvdy5pZCA9PSBudWxsIHRoZW4gMSBlbHNlIDIgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::StandardFunction);
}
