//! `verification-hook-idle`: a verification hook that has nothing to do where it is.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "verification-hook-idle",
    aliases: &[],
    summary: "verification hook that has no effect at its place",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: changes::versions("login-hook-session"),
    fixable: false,
    facts: &[
        "H-SHOWUI-LOGIN-ALONE",
        "H-LOGINVERIF-AAL2",
        "H-SHOWUI-OAUTH2",
        "H-SHOWUI-SETTINGS-BROWSER",
        "H-VNA-SHOWUI",
    ],
    docs: r#"
## What happens

`show_verification_ui` at login needs a `verification` hook before it in the same list. Under second factors (`totp`,
`lookup_secret`) both return at once.

An info in three other cases: with `oauth2_provider` browsers go back to the OAuth2 server without the page; after
`settings.after.profile` form clients stay on the settings page; after `verify_new_address` the hook adds nothing.

## Why

Kratos never starts a verification at login by itself.

## What to do

Put `- hook: verification` before it, or move both under the first factor.

## Versions

Since v1.2.0.

## Source

selfservice/hook/show_verification_ui.go, verification.go, driver/registry_default_login.go; seen on v1.2.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    verification:
      enabled: true
    login:
      after:
        password:
          hooks:
            - hook: show_verification_ui
```

```yaml good
selfservice:
  flows:
    verification:
      enabled: true
    login:
      after:
        password:
          hooks:
            - hook: verification
            - hook: show_verification_ui
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists() {
        let position = |name: &str| list.hooks.iter().position(|hook| hook.name == name);
        let shows = position("show_verification_ui").and_then(|index| list.hooks.get(index).map(|hook| (index, hook)));
        if list.flow == "login" && matches!(list.method, Some("totp" | "lookup_secret")) {
            for hook in list.hooks.iter().filter(|hook| matches!(hook.name, "verification" | "show_verification_ui")) {
                out.report(hook.node, "this hook has no effect after a second factor")
                    .help("put it under the first factor");
            }
        } else if let Some((index, hook)) = shows.filter(|_| list.flow == "login") {
            if position("verification").is_none_or(|first| first > index) {
                out.report(hook.node, "this hook shows nothing: no `verification` hook comes before it")
                    .help("put `- hook: verification` before it");
            } else if let Some(provider) = context.find("oauth2_provider.url") {
                out.report(hook.node, "sign-ins for OAuth2 clients do not show this page")
                    .level(Level::Info)
                    .label(provider.place(), "OAuth2 is on here");
            }
        } else if let Some((_, hook)) = shows.filter(|_| list.flow == "settings") {
            let message = if position("verify_new_address").is_some() {
                "this hook adds nothing: `verify_new_address` already shows the page"
            } else {
                "form clients stay on the settings page; only JSON clients get the redirect"
            };
            out.report(hook.node, message).level(Level::Info);
        }
    }
}
