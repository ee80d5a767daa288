//! `web-hook-header-ignored`: a header of a `web_hook` that has no effect.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::hooks::Hook;
use crate::kratos::version::Version;
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
- `Ory-Webhook-Trigger-ID` has none since v25.4.0.
- A header that `auth` sets too (`Authorization` with `basic_auth`, the `name` of `api_key`) is replaced by that of `auth`.
- `Accept-Encoding` switches the decompression of answers off: with `response.parse` Kratos cannot read a compressed
  answer.

## Why

Kratos and its HTTP client set these headers themselves.

## What to do

Remove the header.

## Versions

Since v1.2.0.

## Source

request/builder.go:BuildRequest, request/auth.go, selfservice/hook/web_hook.go, Go net/http; seen on v1.3.1 (the four of the
first line).

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

/// Set by Kratos since v25.4.0.
const TRIGGER: &str = "ory-webhook-trigger-id";

/// The header that `auth` of a `web_hook` sets.
fn set_by_auth<'t>(hook: &Hook<'t>) -> Option<(Node<'t>, &'t str)> {
    let auth = hook.config("auth")?;
    match auth.get("type").and_then(Node::as_str)? {
        "basic_auth" => Some((auth, "Authorization")),
        "api_key" if auth.find("config.in").and_then(Node::as_str) != Some("cookie") => {
            let name = auth.find("config.name")?;
            Some((name, name.as_str()?))
        }
        _ => None,
    }
}

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        for field in hook.config("headers").into_iter().flat_map(Node::fields) {
            let name = field.key.to_ascii_lowercase();
            let is_trigger = name == TRIGGER && context.target >= Version::V25_4;
            let auth = set_by_auth(hook).filter(|(_, header)| header.eq_ignore_ascii_case(&name));
            if let Some((auth, _)) = auth {
                out.report_key(field.value, format!("`{}` has no effect here: `auth` sets this header", field.key))
                    .label(auth.place(), "this is sent")
                    .help("remove it, or remove `auth`");
            } else if is_trigger || SET_BY_KRATOS.contains(&name.as_str()) {
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
