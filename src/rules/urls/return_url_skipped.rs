//! `return-url-skipped`: a return address of a flow that is skipped.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "return-url-skipped",
    aliases: &[],
    summary: "return address of a flow that Kratos skips",
    category: "urls",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D048", "D049"],
    docs: r#"
## What happens

Kratos uses the next wider address (method, flow, `selfservice.default_browser_return_url`), without a message.

## Why

A `default_browser_return_url` must be absolute or begin with a slash. It need not be in
`selfservice.allowed_return_urls`: that list checks the parameter `return_to` only.

## What to do

Write an absolute URL, or a path with a leading slash.

## Versions

All versions.

## Source

driver/config/config.go:selfServiceReturnTo, oryx/configx/provider.go:RequestURIF; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        default_browser_return_url: dashboard
```

```yaml good
selfservice:
  flows:
    login:
      after:
        default_browser_return_url: /dashboard
        password:
          default_browser_return_url: https://app.example.com/
```
"#,
    check,
};

const KEYS: [&str; 3] = [
    "selfservice.flows.*.after.default_browser_return_url",
    "selfservice.flows.*.after.*.default_browser_return_url",
    "selfservice.flows.*.default_browser_return_url",
];

fn check(context: &Context, out: &mut Sink) {
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(text) = view::text(node) else { continue };
        if !url::parse(text).is_ok_and(|url| url.is_request_uri()) {
            let message = "Kratos skips this address: it is neither absolute nor a path with a leading slash";
            out.report(node, message).help("write an absolute URL (https://…) or a path with a leading slash");
        }
    }
}
