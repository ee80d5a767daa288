//! `endless-page-redirect`: a page that starts the flow again.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "endless-page-redirect",
    aliases: &[],
    summary: "`ui_url` that starts its own flow again",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The browser opens `/self-service/<flow>/browser`. Kratos makes a flow and redirects to `ui_url`. When `ui_url` is this
endpoint, Kratos makes the next flow and redirects again. The browser stops with "too many redirects", and each round
leaves a flow in the database.

## Why

`ui_url` is the page that shows the form. It is not the address that starts the flow.

## What to do

Set `ui_url` to the page of your application. The page reads the id from `?flow=` and fetches the flow.

## Versions

All versions.

## Source

selfservice/flow/login/handler.go:createBrowserLoginFlow and its siblings; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      ui_url: https://auth.example.com/self-service/login/browser
```

```yaml good
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
```
"#,
    check,
};

const FLOWS: [&str; 5] = ["login", "registration", "settings", "recovery", "verification"];

fn check(context: &Context, out: &mut Sink) {
    for flow in FLOWS {
        let Some(node) = context.find(&format!("selfservice.flows.{flow}.ui_url")) else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        if !url.path.trim_end_matches('/').ends_with(&format!("/self-service/{flow}/browser")) {
            continue;
        }
        out.report(
            node,
            format!("endless redirect: this endpoint of Kratos starts the {flow} flow and redirects here"),
        )
        .help("write the address of the page that shows the form");
    }
}
