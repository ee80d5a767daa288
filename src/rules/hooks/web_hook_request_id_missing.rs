//! `web-hook-request-id-missing`: a `web_hook` without the id of its call.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-request-id-missing",
    aliases: &["web-hook-request-id"],
    summary: "web_hook without the id of its call",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: changes::versions("hook-request-id"),
    fixable: false,
    facts: &["H-EMIT-OFF"],
    docs: r#"
## What happens

Endpoints that detect repeated calls by `Ory-Webhook-Trigger-ID` cannot do it any more: Kratos calls up to three
times.

## Why

`emit_analytics_event: false` also removes the headers `Ory-Webhook-Request-ID` (v1.1.0), which is new for each
attempt, and `Ory-Webhook-Trigger-ID` (v25.4.0), which is the same for all attempts of a call.
It is off unless kratos-lint.toml (`[rules]`), `--rule NAME=info` or `--only` names it.

## What to do

Remove `emit_analytics_event: false` if the endpoint uses these headers.

## Versions

Since v1.1.0.

## Source

selfservice/hook/web_hook.go:InstrumentHTTPClientForEvents; seen on v1.3.1.

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
                emit_analytics_event: false
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
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        if let Some(switch) = hook.config("emit_analytics_event").filter(|node| node.as_bool() == Some(false)) {
            out.report(switch, "Kratos sends the calls without the header Ory-Webhook-Request-ID")
                .help("remove it if the endpoint detects repeated calls by that header")
                .optional();
        }
    }
}
