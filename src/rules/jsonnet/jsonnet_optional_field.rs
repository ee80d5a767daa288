//! `jsonnet-optional-field`: a field that may be missing is read without a test.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-optional-field",
    aliases: &[],
    summary: "Jsonnet reads a field that may be missing",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: true,
    facts: &["H-CTX-TRANSIENT"],
    docs: r##"
## What happens

The evaluation fails for some users. The finding names the field, when it is missing and, for traits, the smallest
traits for which the document fails.

## Why

A trait that the identity schema does not require, a claim that the provider need not send, an address list that is
empty, the keys of `transient_payload`: their keys can be missing. Headers, cookies and claims of a scope that is
requested are reported as info: they may always exist. In a registration in two steps (since v1.2.0) hooks get the
`transient_payload` of the second step alone: what a client submits with the first one is lost.

## What to do

Test the key first (`'phone' in ctx.identity.traits`), or read it with `std.get(object, 'key', default)`, which every
release has. `--unsafe-fixes` does the latter, and sends null then; in a mapper it leaves the field out.

## Versions

All versions.

## Source

identity/identity.go:52@v1.3.1 (omitempty); payloads of running servers; each finding is proved by running the
document.

## Examples

```yaml bad
# function(ctx) { from: ctx.flow.return_to }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGZyb206IGN0eC5mbG93LnJldHVybl90byB9
```

```yaml good
# function(ctx) { from: std.get(ctx.flow, 'return_to', '') }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGZyb206IHN0ZC5nZXQoY3R4LmZsb3csICdyZXR1cm5fdG8nLCAnJykgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::OptionalField);
}
