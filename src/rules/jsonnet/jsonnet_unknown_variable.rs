//! `jsonnet-unknown-variable`: an external variable that is not given there.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-unknown-variable",
    aliases: &[],
    summary: "external variable that does not exist at this place",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: true,
    facts: &[],
    docs: r##"
## What happens

The evaluation fails.

## Why

Bodies of web hooks and of the courier get their input as the argument `ctx` of a function; mappers get it as the
external variables `claims` and `session`. The reverse fails. `std.extVar('identity')` exists in mappers after
v26.2.0, `std.extVar('scim')` in no open source Kratos.

## What to do

Write the body as `function(ctx) { … }`, the mapper with `std.extVar('claims')`.

## Versions

All versions.

## Source

request/builder.go:addJSONBody@v1.0.0..master, strategy_registration.go:298@v1.0.0, 420@master; ran on all versions.

## Examples

```yaml bad
# local ctx = std.extVar('ctx'); { id: ctx.flow.id }
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
                body: base64://bG9jYWwgY3R4ID0gc3RkLmV4dFZhcignY3R4Jyk7CnsgaWQ6IGN0eC5mbG93LmlkIH0=
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
                body: base64://ZnVuY3Rpb24oY3R4KQp7IGlkOiBjdHguZmxvdy5pZCB9
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Variable);
}
