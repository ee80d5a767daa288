//! `recovery-return-url-delayed`: the return address of recovery acts after the settings page only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "recovery-return-url-delayed",
    aliases: &["recovery-return-url"],
    summary: "return address of recovery is used only after the user saved on the settings page",
    category: "urls",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

After a recovery Kratos always sends the user to the settings page. It uses
`selfservice.flows.recovery.after.default_browser_return_url` as the `return_to` of that settings flow: users get there
only after they saved something on the settings page.

Because it is a `return_to`, it must be in `selfservice.allowed_return_urls`. Else every save on the settings page after
a recovery is refused with 400, before anything is stored (warning).

## Why

The other flows use their `default_browser_return_url` directly; recovery ends in a settings flow.

## What to do

If the users must go elsewhere after the recovery, use this key and the settings page together. Add the address to
`selfservice.allowed_return_urls`.

## Versions

Since v0.13.0.

## Source

selfservice/strategy/code/strategy_recovery.go:recoveryIssueSession (seen on v1.3.1 and v26.2.0),
selfservice/flow/settings/hook.go:PostSettingsHook (read at v1.0.0 to v26.2.0).

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
      after:
        default_browser_return_url: https://app.example.com/welcome-back
```

```yaml good
selfservice:
  flows:
    settings:
      after:
        default_browser_return_url: https://app.example.com/welcome-back
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let path = "selfservice.flows.recovery.after.default_browser_return_url";
    let Some(node) = root.find(path).filter(|_| view::flow(root, "recovery").is_on()) else { return };
    // Others say that an address like this is not used at all.
    let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(url::Url::is_request_uri) else {
        return;
    };
    if returns::is_refused(root, &url) {
        out.report(
            node,
            "after a recovery every save of settings ends in 400: this address is not an allowed `return_to`",
        )
        .level(Level::Warning)
        .effect(Effect::RequestFails)
        .help("add the address to `selfservice.allowed_return_urls`");
    } else {
        out.report(node, "users get here only after they saved on the settings page, where each recovery ends")
            .help("remove it, and set `selfservice.flows.settings.ui_url` to the page that users see after a recovery");
    }
}
