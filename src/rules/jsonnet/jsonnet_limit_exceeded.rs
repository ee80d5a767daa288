//! `jsonnet-limit-exceeded`: a document that runs too long, too deep or takes too much memory.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-limit-exceeded",
    aliases: &["jsonnet-limit"],
    summary: "Jsonnet that runs too long, too deep or needs too much memory",
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

Kratos stops an evaluation after one second and 500 nested calls; since v25.4.0 a worker has 2 GiB of memory.
kratos-lint gives documents 0.6 seconds, in which it does more than Kratos in one, and 256 MiB.

## What to do

Make the document simpler.

## Versions

All versions.

## Source

jsonnetsecure/jsonnet_pool.go:240@v25.4.0; measured.

## Examples

```yaml bad
# local loop(n) = loop(n + 1); function(ctx) { n: loop(0) }
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
                body: base64://bG9jYWwgbG9vcChuKSA9IGxvb3AobiArIDEpOyBmdW5jdGlvbihjdHgpIHsgbjogbG9vcCgwKSB9
```

```yaml good
# function(ctx) { n: 0 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IG46IDAgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report_any(context, out, &[Kind::Limit, Kind::Depth]);
}
