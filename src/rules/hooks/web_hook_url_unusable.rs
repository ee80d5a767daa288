//! `web-hook-url-unusable`: a `web_hook` URL that cannot be called.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::{formats, url, view};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-url-unusable",
    aliases: &["web-hook-url"],
    summary: "web_hook URL that cannot be called",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-URL-SCHEME", "D131"],
    docs: r#"
## What happens

Every call fails at once.

## Why

The schema accepts any URL with a scheme, so `localhost:4000/x` passes (its scheme is `localhost`). Kratos can call
only `http` and `https` with a host.

## What to do

Write the whole URL: `http://host:port/path`.

## Versions

All versions.

## Source

embedx/config.schema.json:selfServiceWebHook, go-retryablehttp; seen on v1.0.0 to master.

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
                url: localhost:4000/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
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
        let Some(node) = hook.config("url") else { continue };
        let Some(text) = view::text(node).filter(|text| formats::is_uri(text, false)) else { continue };
        let Ok(url) = url::parse(text) else { continue };
        if !url.is_web() {
            out.report(node, "every call of this web_hook fails: Kratos can call only http and https")
                .help("write the whole URL: `http://host:port/path`");
        } else if url.hostname().is_empty() {
            out.report(node, "every call of this web_hook fails: the URL has no host")
                .help("write the host after `://`");
        } else if let Some(why) = url::host_fault(url.hostname()) {
            out.report(node, format!("every call of this web_hook fails: its host {why}")).help("write the whole host");
        }
    }
}
