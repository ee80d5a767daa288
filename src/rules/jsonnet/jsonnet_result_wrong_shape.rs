//! `jsonnet-result-wrong-shape`: a result of the wrong shape.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-result-wrong-shape",
    aliases: &["jsonnet-result"],
    summary: "Jsonnet result of the wrong shape",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D160", "D215", "H-FORM-CANCEL"],
    docs: r##"
## What happens

The sign-in, the token or the call fails. It is an error when each result is wrong, a warning when some are.

## Why

A mapper must return `identity.traits`; `metadata_public` and `metadata_admin` must be objects or be left out, null is
refused; `verified_addresses` is a list of `{ via, value }`. A tokenizer must return `claims`, in which `sub` has no
effect. With `Content-Type: application/x-www-form-urlencoded` a body must be an object of texts (null becomes an
empty one). kratos-lint runs the document and checks its results.

## What to do

Return what the place needs.

## Versions

All versions.

## Source

strategy_registration.go:333@v1.0.0, 406@v1.3.1, 499@master; session/tokenizer.go:129@v1.3.1;
request/builder.go:addURLEncodedBody.

## Examples

```yaml bad
# function(ctx) { count: 1 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGNvdW50OiAxIH0=
                headers:
                  Content-Type: application/x-www-form-urlencoded
```

```yaml good
# function(ctx) { count: '1' }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGNvdW50OiAnMScgfQ==
                headers:
                  Content-Type: application/x-www-form-urlencoded
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Result);
}
