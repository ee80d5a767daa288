//! `cors-any-origin`: CORS that lets every site in, or none.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cors-any-origin",
    aliases: &[],
    summary: "CORS that allows every site, or no site",
    category: "serve",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D069", "D070"],
    docs: r#"
## What happens

Up to v26.2.0 the answer contains a literal `*`, which browsers refuse for requests with cookies: calls from pages
fail (warning). Later releases mirror any origin together with credentials: each site that users visit can act with their
session (error).

## Why

`cors.enabled` is on, `allowed_origins` is the default or `["*"]`, and `allow_credentials` is true by default. An
empty list allows every origin, too. Where the list is not set and calls from elsewhere may never come, it is an info
up to v26.2.0.

## What to do

List the origins of your pages.

## Versions

All versions.

## Source

oryx/configx/cors.go:CORS@v26.2.0,@master, oryx/corsx/check_origin.go:CheckOrigin; seen on v1.0.0 to master.

## Examples

```yaml bad kratos=v26.2.0
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - "*"
```

```yaml good
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return;
    };
    let origins = cors.get("allowed_origins");
    let star = origins.and_then(|list| list.items().find(|item| item.as_str() == Some("*")));
    let empty = origins.filter(|list| list.is_sequence() && list.items().len() == 0);
    let written = star.or(empty);
    let credentials = cors.get("allow_credentials").is_none_or(Node::is_true);
    if !credentials || (written.is_none() && origins.is_some()) {
        return;
    }
    let place = written.map_or_else(|| cors.key_place(), Node::place);
    let pointer = written.unwrap_or(cors).pointer();
    let which = if empty.is_some() { "all origins (an empty list)" } else { "all origins (`*`)" };
    let help = "list the origins of your pages: `https://app.example.com`";
    if context.target >= Version::AFTER_V26_2 {
        let message = format!("each site that users visit can act as them: {which}, with credentials");
        out.report_at(place, Some(pointer), message).level(Level::Error).effect(Effect::Unprotected).help(help);
        return;
    }
    let message = format!("browsers refuse the answer to calls with cookies: {which}, with credentials");
    let report = out.report_at(place, Some(pointer), message).help(help);
    // The list was written for calls from elsewhere; the default may never be met by one.
    if written.is_none() {
        _ = report.level(Level::Info);
    }
}
