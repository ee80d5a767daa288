//! `web-hook-unauthenticated`: a `web_hook` that does not say who calls.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::{secrets, view};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-unauthenticated",
    aliases: &[],
    summary: "web_hook without authentication",
    category: "hooks",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The endpoint cannot tell that Kratos calls it: anyone who can reach it can send the same body.

## Why

`auth` sends an API key (header or cookie) or basic authentication. Loopback and internal addresses, headers with
credentials and a user in the URL are not reported.

## What to do

Add `auth`, and let the endpoint check it. Give its value by the environment
(`SELFSERVICE_FLOWS_…_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE`).

## Versions

All versions.

## Source

request/auth.go at each tag.

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
                auth:
                  type: api_key
                  config:
                    name: Authorization
                    in: header
                    value: from-the-environment
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("url") else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(Url::is_web) else { continue };
        let mut headers = hook.config("headers").into_iter().flat_map(Node::fields);
        let known = hook.config("auth").is_some()
            || url.userinfo.is_some()
            || url.query.is_some()
            || headers.any(|field| secrets::is_secret_header(field.key));
        // Ory Network calls over the internet whatever the address says.
        let near = url::is_internal(url.hostname()) || url::is_loopback(url.hostname());
        if !known && (!near || context.edition == Edition::Network) {
            out.report(node, "the endpoint cannot tell that Kratos calls it: this web_hook has no `auth`")
                .help("add `auth` with `type: api_key` or `type: basic_auth`, and let the endpoint check it")
                .development("web hooks without auth");
        }
    }
}
