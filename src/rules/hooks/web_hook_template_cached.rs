//! `web-hook-template-cached`: a body from the network that is kept for an hour.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::formats;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-template-cached",
    aliases: &["web-hook-template-cache"],
    summary: "body from the network is cached for up to an hour",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: changes::versions("jsonnet-cache"),
    fixable: false,
    facts: &["H-TPL-CACHE"],
    docs: r#"
## What happens

A change of the body is seen late, and each server sees it at another time.

## Why

A body at an `http` or `https` URL is kept in memory for up to 60 minutes. Up to v1.0.0 Kratos fetches it at every
call.

## What to do

Put a version into the URL, or use `file://` or `base64://`.

## Versions

Since v1.1.0.

## Source

request/builder.go:readTemplate at v1.1.0 and later.

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
                body: https://cdn.example.org/a.jsonnet
                response:
                  ignore: true
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
        if let Some(body) = hook.config("body").filter(|body| body.as_str().is_some_and(formats::is_http_url)) {
            out.report(body, "Kratos uses the old body for up to 60 minutes after it changed")
                .help("put the version into the URL, or use `file://` or `base64://`");
        }
    }
}
