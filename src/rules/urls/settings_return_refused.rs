//! `settings-return-refused`: Kratos refuses its own redirect to the settings page.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "settings-return-refused",
    aliases: &[],
    summary: "`allowed_return_urls` lacks the settings page, so recovery with a second factor fails",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A user with a second factor recovers the account. The recovery code counts as one factor, so the settings page answers
that a second factor is needed and sends the browser to `/self-service/login/browser?aal=aal2&return_to=<settings
page>`. Kratos checks this `return_to` like every other one, does not find it in `selfservice.allowed_return_urls`, and
answers 400 `self_service_flow_return_to_forbidden`. The user cannot set a new password.

## Why

`selfservice.flows.settings.required_aal` is `highest_available` by default. Addresses of the configuration itself are
not allowed by themselves: only `<public URL>/self-service` is.

## What to do

Add the address of the settings page to `selfservice.allowed_return_urls`. Its scheme, host and port are enough:
`https://app.example.com`.

## Versions

Since v1.0.0.

## Source

selfservice/flow/settings/handler.go:fetchFlow, selfservice/flow/login/flow.go:NewFlow; seen on v1.3.1 and v26.2.0, read
at the other tags; ory/kratos issue 3659.

## Examples

```yaml bad
selfservice:
  default_browser_return_url: https://app.example.com/home
  allowed_return_urls:
    - https://app.example.com/home
  methods:
    totp:
      enabled: true
  flows:
    recovery:
      enabled: true
    settings:
      ui_url: https://app.example.com/settings
```

```yaml good
selfservice:
  default_browser_return_url: https://app.example.com/home
  allowed_return_urls:
    - https://app.example.com
  methods:
    totp:
      enabled: true
  flows:
    recovery:
      enabled: true
    settings:
      ui_url: https://app.example.com/settings
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let asks = root.find("selfservice.flows.settings.required_aal");
    if !view::flow(root, "recovery").is_on() || asks.is_some_and(|node| node.as_str() != Some("highest_available")) {
        return;
    }
    let Some(factor) = view::second_factor(root, context.target) else { return };
    let Some((node, page)) = view::url(root, "selfservice.flows.settings.ui_url") else { return };
    if !returns::is_refused(root, &page) {
        return;
    }
    let message = "recovery of users with a second factor ends in 400: the settings page is not an allowed `return_to`";
    // Kratos completes a page without host with that of the default address (tried on v1.3.1 and v26.2.0).
    let default = view::url(root, "selfservice.default_browser_return_url").map(|(_, url)| url);
    let origin = [Some(&page), default.as_ref()]
        .into_iter()
        .flatten()
        .find(|url| url.is_web())
        .map_or_else(|| page.path.to_owned(), |url| format!("{}://{}", url.scheme, url.host));
    let report = match (returns::list(root), root.get("selfservice")) {
        (Some(list), _) => out.report_key(list, message),
        (None, Some(around)) => out.report_key(around, message),
        (None, None) => out.report(node, message),
    };
    report
        .label(node.place(), "the settings page")
        .label(factor.place(), "a second factor")
        .help(format!("add `{origin}` to `selfservice.allowed_return_urls`"));
}
