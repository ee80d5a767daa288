//! `jsonnet-parameter-mismatch`: a function whose parameters do not fit.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-parameter-mismatch",
    aliases: &["jsonnet-parameter"],
    summary: "Jsonnet function whose parameters do not fit",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

Each call fails.

## Why

Kratos calls the function of a body with the one named argument `ctx`. A function without such a parameter fails, also
when its parameters have defaults; a further parameter needs a default. A mapper is not called: it must be an object.

## What to do

Write the body as `function(ctx) { … }`, the mapper as an object.

## Versions

All versions.

## Source

request/builder.go:addJSONBody@v1.0.0..master; ran on v1.3.1, v25.4.0, v26.2.0 and master.

## Examples

```yaml bad
# function(context) { id: context.flow.id }
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
                body: base64://ZnVuY3Rpb24oY29udGV4dCkgeyBpZDogY29udGV4dC5mbG93LmlkIH0=
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
    super::report(context, out, Kind::Parameter);
}
