//! `web-hook-content-type-refused`: a Content-Type that Kratos does not send.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-content-type-refused",
    aliases: &["web-hook-content-type"],
    summary: "web_hook with a Content-Type that Kratos cannot send",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: changes::versions("login-hook-session"),
    fixable: false,
    facts: &["H-CONTENT-TYPE", "D134"],
    docs: r#"
## What happens

Every call fails ("incorrect Content-Type") before it is sent.

## Why

Since v1.2.0 `headers` may contain `Content-Type`. It must be exactly `application/json` or
`application/x-www-form-urlencoded`: no charset, no other case, no other kind.

## What to do

Write one of the two.

## Versions

Since v1.2.0.

## Source

request/builder.go:addBody at v1.2.0 and later; seen on v1.3.1.

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
                  Content-Type: application/json; charset=utf-8
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
                  Content-Type: application/json
```
"#,
    check,
};

const TYPES: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        for field in hook.config("headers").into_iter().flat_map(Node::fields) {
            let Some(kind) = view::text(field.value).filter(|_| field.key.eq_ignore_ascii_case("content-type")) else {
                continue;
            };
            if !TYPES.contains(&kind) {
                out.report(field.value, "every call of this web_hook fails: Kratos does not send this Content-Type")
                    .help(format!("write {} (the default) or {}", TYPES[0], TYPES[1]));
            }
        }
    }
}
