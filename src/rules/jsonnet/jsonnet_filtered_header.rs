//! `jsonnet-filtered-header`: a request header that Kratos filters out.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-filtered-header",
    aliases: &[],
    summary: "request header that Kratos filters out",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-HDR-FILTER", "H-HDR-REPLACE"],
    docs: r##"
## What happens

Reading the header fails: a filtered header is a missing key.

## Why

Since v1.3.0 Kratos forwards only the headers of a fixed list of 17; since v25.4.0 `clients.web_hook.header_allowlist`
sets the list, and a configured list replaces the default one. `Cookie`, `Authorization` and `X-Forwarded-For` are not
on the list. `Host` never reaches a document in any release.

## What to do

Add the header to `clients.web_hook.header_allowlist` (v25.4.0), or do not read it.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:429@v1.3.1, 434@v25.4.0, 442@master.

## Examples

```yaml bad
# function(ctx) { ip: ctx.request_headers['X-Forwarded-For'][0] }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlwOiBjdHgucmVxdWVzdF9oZWFkZXJzWydYLUZvcndhcmRlZC1Gb3InXVswXSB9
```

```yaml good
# function(ctx) { ip: if 'True-Client-Ip' in ctx.request_headers then ctx.request_headers['True-Client-Ip'][0] else null }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlwOiBpZiAnVHJ1ZS1DbGllbnQtSXAnIGluIGN0eC5yZXF1ZXN0X2hlYWRlcnMgdGhlbiBjdHgucmVxdWVzdF9oZWFkZXJzWydUcnVlLUNsaWVudC1JcCddWzBdIGVsc2UgbnVsbCB9
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::FilteredHeader);
}
