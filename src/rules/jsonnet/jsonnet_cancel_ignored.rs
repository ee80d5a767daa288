//! `jsonnet-cancel-ignored`: an error that cancels nothing.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-cancel-ignored",
    aliases: &["jsonnet-cancel"],
    summary: "`error 'cancel'` that cancels nothing",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-FORM-CANCEL"],
    docs: r##"
## What happens

The flow fails, or the delivery is repeated and then given up.

## Why

`error 'cancel…'` skips the request only in the body of a web hook that is sent as JSON; there the flow goes on.
Anywhere else (a form body, the courier, the password migration hook, mappers) it is an error like any other.

## What to do

Remove the `error`, or return a result.

## Versions

All versions.

## Source

request/builder.go:132@v1.0.0, 147@v1.3.1, 162@master; ran on v1.3.1, v25.4.0, v26.2.0 and master.

## Examples

```yaml bad
# function(ctx) if ctx.flow.type == 'api' then error 'cancel' else { id: ctx.flow.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSBpZiBjdHguZmxvdy50eXBlID09ICdhcGknIHRoZW4gZXJyb3IgJ2NhbmNlbCcgZWxzZSB7IGlkOiBjdHguZmxvdy5pZCB9
                headers:
                  Content-Type: application/x-www-form-urlencoded
```

```yaml good
# function(ctx) if ctx.flow.type == 'api' then {} else { id: ctx.flow.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSBpZiBjdHguZmxvdy50eXBlID09ICdhcGknIHRoZW4ge30gZWxzZSB7IGlkOiBjdHguZmxvdy5pZCB9
                headers:
                  Content-Type: application/x-www-form-urlencoded
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Cancel);
}
