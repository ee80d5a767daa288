//! `web-hook-header-ignored`: a header of a `web_hook` that has no effect.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-header-ignored",
    aliases: &["web-hook-header"],
    summary: "web_hook header that has no effect",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: changes::versions("login-hook-session"),
    fixable: false,
    facts: &["H-HDR-HOST"],
    docs: r#"
## What happens

- `Host`, `Content-Length`, `Transfer-Encoding` and `Ory-Webhook-Request-ID` under `headers` have no effect.
- `Accept-Encoding` switches the decompression of answers off: with `response.parse` Kratos cannot read a compressed
  answer.

## Why

Kratos and its HTTP client set these headers themselves.

## What to do

Remove the header.

## Versions

Since v1.2.0.

## Source

request/builder.go, Go net/http; seen on v1.3.1 (the four).

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
                headers:
                  Host: internal.example.org
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
                headers:
                  X-Tenant: one
```
"#,
    check,
};

const SET_BY_KRATOS: [&str; 4] = ["host", "content-length", "transfer-encoding", "ory-webhook-request-id"];

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        for field in hook.config("headers").into_iter().flat_map(Node::fields) {
            let name = field.key.to_ascii_lowercase();
            if SET_BY_KRATOS.contains(&name.as_str()) {
                out.report_key(field.value, format!("`{}` has no effect: Kratos sets it itself", field.key))
                    .help("remove it");
            } else if name == "accept-encoding" && hook.parse().is_some() {
                out.report_key(
                    field.value,
                    "Kratos cannot read a compressed answer: with this header it does not decompress it",
                )
                .help("remove it");
            }
        }
    }
}
