//! `network-dropped-hooks`: hooks that Ory Network takes and drops.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::{self, Edition};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-dropped-hooks",
    aliases: &[],
    summary: "list of hooks that Ory Network drops",
    category: "network",
    level: Level::Error,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The API answers 200 and the hooks are gone: the list is not in the configuration that it returns.

## Why
Ory Network keeps the lists of some methods only: for login password, oidc, code, webauthn, passkey, totp, `lookup_secret` and
saml; for registration password, oidc, code, webauthn, passkey and saml; for settings password, oidc, profile, webauthn, passkey,
totp, `lookup_secret` and saml. Recovery and verification have one list, `after.hooks`.

## What to do
Move the hooks to a method of the flow, or to `after.hooks`.

## Versions
Ory Network. A self-hosted Kratos refuses such a key at the start.

## Source
terraform-provider-ory, the resource of actions and its issues 241 and 328; not tried against the service.

## Examples
```yaml bad
# kratos: network
selfservice:
  flows:
    settings:
      after:
        code:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
```

```yaml good
# kratos: network
selfservice:
  flows:
    settings:
      after:
        profile:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.edition != Edition::Network {
        return;
    }
    for list in context.hook_lists() {
        let Some(method) = list.method.filter(|_| list.trigger == "after" && list.node.items().len() > 0) else {
            continue;
        };
        if network::keeps_list(list.flow, method) {
            continue;
        }
        let at = list.node.parent().unwrap_or(list.node);
        let kept: Vec<&str> = network::KEPT_LISTS
            .iter()
            .find(|(flow, _)| *flow == list.flow)
            .map(|(_, methods)| methods.to_vec())
            .unwrap_or_default();
        let help = match kept.as_slice() {
            [] => format!("move them to `selfservice.flows.{}.after.hooks`", list.flow),
            kept => format!("move them to `after.hooks` or to a method of this flow: {}", kept.join(", ")),
        };
        out.report_key(at, format!("these hooks never run: Ory Network drops `{}` without an error", list.point()))
            .help(help);
    }
}
