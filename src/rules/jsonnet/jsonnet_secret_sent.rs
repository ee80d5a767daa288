//! `jsonnet-secret-sent`: cookies, tokens or all of ctx go out.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-secret-sent",
    aliases: &[],
    summary: "Jsonnet sends cookies, tokens or all of ctx",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

Anyone who can read the requests, or the logs of the endpoint, can take over sessions.

## Why

`ctx.request_cookies` contains the session cookie in every release, and up to v1.2.0 `ctx.request_headers` contains
`Cookie` and `Authorization`. A body `function(ctx) ctx` sends all of them.

## What to do

Send only the fields that the endpoint needs.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:templateContext; payloads of running servers, all versions.

## Examples

```yaml bad
# function(ctx) ctx
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
                body: base64://ZnVuY3Rpb24oY3R4KSBjdHg=
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
    super::report(context, out, Kind::SecretSent);
}
