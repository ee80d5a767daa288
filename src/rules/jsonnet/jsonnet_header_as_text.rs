//! `jsonnet-header-as-text`: a list of header values is used as a text.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-header-as-text",
    aliases: &[],
    summary: "list of header values used as a text",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-TPL-HEADER-STRING"],
    docs: r##"
## What happens

Joined with `+` the header becomes the text `["value"]`, without any error, and it is never equal to a text.

## Why

Each header is a list of texts, one for each line of the request.

## What to do

Read the first item: `ctx.request_headers['User-Agent'][0]`.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:templateContext; ran on v1.3.1, v25.4.0, v26.2.0 and master.

## Examples

```yaml bad
# function(ctx) { agent: if 'User-Agent' in ctx.request_headers then 'ua: ' + ctx.request_headers['User-Agent'] else '' }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGFnZW50OiBpZiAnVXNlci1BZ2VudCcgaW4gY3R4LnJlcXVlc3RfaGVhZGVycyB0aGVuICd1YTogJyArIGN0eC5yZXF1ZXN0X2hlYWRlcnNbJ1VzZXItQWdlbnQnXSBlbHNlICcnIH0=
```

```yaml good
# function(ctx) { agent: if 'User-Agent' in ctx.request_headers then 'ua: ' + ctx.request_headers['User-Agent'][0] else '' }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGFnZW50OiBpZiAnVXNlci1BZ2VudCcgaW4gY3R4LnJlcXVlc3RfaGVhZGVycyB0aGVuICd1YTogJyArIGN0eC5yZXF1ZXN0X2hlYWRlcnNbJ1VzZXItQWdlbnQnXVswXSBlbHNlICcnIH0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::HeaderAsText);
}
