//! `web-hook-template-cache`: a body from the network that is kept for an hour.

use crate::diagnostic::{Effect, Level};
use crate::kratos::formats;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "web-hook-template-cache",
    aliases: &[],
    summary: "a body from the network that is kept for an hour",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["H-TPL-CACHE"],
    docs: r#"
A body at an `http` or `https` URL is kept in memory for up to 60 minutes, so a change is seen late, and each server sees it at another time. Up to v1.0.0 it is
fetched at every call.

Source: request/builder.go:readTemplate at v1.1.0 and later.

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
            out.report(body, "Kratos keeps this body for up to 60 minutes after it changed")
                .help("put the version into the URL, or use file:// or base64://");
        }
    }
}
