//! `jsonnet-missing-field`: a field that is never there at this place.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-missing-field",
    aliases: &[],
    summary: "Jsonnet reads a field that never exists at this place",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-CTX-MISSING", "H-CTX-TRANSIENT-METHOD", "H-HDR-CASE"],
    docs: r##"
## What happens

The whole evaluation fails. It is an error when the document fails on the fullest and on the smallest input of the
place, and a warning when it fails on one of them only.

## Why

What a document can read depends on the flow, the phase, the method that ends the flow and the release: `ctx.identity`
is missing in before hooks, `ctx.session` exists only after a login (since v1.2.0) and in settings (since v25.4.0),
metadata_admin and credentials never exist. Reading a missing key is an error of Jsonnet, not null.

## What to do

Remove the field. `kratos-lint ctx` prints what exists at a place.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:67@v1.0.0, 85@v1.3.1, 89@master; payloads of running servers, v1.0.0 to master.

## Examples

```yaml bad
# function(ctx) { session: ctx.session.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IHNlc3Npb246IGN0eC5zZXNzaW9uLmlkIH0=
```

```yaml good
# function(ctx) { flow: ctx.flow.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGZsb3c6IGN0eC5mbG93LmlkIH0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::NoField);
}
