//! `web-hook-body-missing`: a `web_hook` without a body.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-body-missing",
    aliases: &[],
    summary: "web_hook without a body",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_9),
    fixable: false,
    facts: &["H-NO-BODY", "D132", "H-TRACE-CASE"],
    docs: r#"
## What happens

Every call fails before it is sent ("got empty template path"). Every flow that comes there breaks, after registration
with the account already stored. With `response.ignore: true` the request is silently never sent.

## Why

Kratos renders a body for every web_hook whose method is not exactly `TRACE`, `GET` included.

## What to do

Set `body` to a file or to base64. `function(ctx) {}` is enough.

## Versions

Since v0.9.0. Before, such a hook is called without a body.

## Source

request/builder.go:addBody; selfservice/hook/web_hook.go:createBody@v0.8.0; seen on v1.0.0 to master.

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
        let Some(config) = hook.config("url").and_then(Node::parent) else { continue };
        let body = config.get("body");
        let is_empty = body.is_none_or(|body| body.as_str().is_some_and(str::is_empty));
        if !is_empty || hook.config("method").is_some_and(|method| method.as_str() == Some("TRACE")) {
            continue;
        }
        let (effect, message) = if hook.is_ignored() {
            (Effect::NeverRuns, "this web_hook never runs: it has no body")
        } else {
            (Effect::RequestFails, "every call of this web_hook fails before it is sent: it has no body")
        };
        let report = match body {
            Some(body) => out.report(body, message),
            None => out.report_key(config, message),
        };
        report
            .effect(effect)
            .help("add `body: file:///…/body.jsonnet` or `body: base64://…`; `function(ctx) {}` is enough");
    }
}
