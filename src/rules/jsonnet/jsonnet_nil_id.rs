//! `jsonnet-nil-id`: an id of what is not stored yet.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-nil-id",
    aliases: &[],
    summary: "Jsonnet reads an id that is not stored yet",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-CTX-ID-NIL", "H-CTX-SESSION-NIL", "H-VERIF-SEES-UNVERIFIED"],
    docs: r##"
## What happens

The id is 00000000-0000-0000-0000-000000000000 for each user, and the times are in the year 1. A fresh sign-in has no
stored session while its hooks run (a warning). Up to v1.1.0 a hook after a verification still gets the address as not
verified.

## Why

A hook of `registration.after` with `response.parse` or `can_interrupt` runs before the identity is saved.

## What to do

Read the id in a second hook without `response.parse` and `can_interrupt`, or identify the user by a trait.

## Versions

All versions.

## Source

identity/identity.go:NewIdentity, selfservice/flow/registration/hook.go:114@v1.3.1; payloads of running servers, all
versions.

## Examples

```yaml bad
# function(ctx) { id: ctx.identity.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguaWRlbnRpdHkuaWQgfQ==
                response:
                  parse: true
```

```yaml good
# function(ctx) { email: ctx.identity.traits.email }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGVtYWlsOiBjdHguaWRlbnRpdHkudHJhaXRzLmVtYWlsIH0=
                response:
                  parse: true
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::NotStored);
}
