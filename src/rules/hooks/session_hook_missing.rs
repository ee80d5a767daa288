//! `session-hook-missing`: users are signed in after one way to register and not after another.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::names;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-hook-missing",
    aliases: &[],
    summary: "users are signed in after one way to register and not after another",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-NO-SESSION"],
    docs: r#"
## What happens

With `session` under `password` and not under `oidc`, a first social sign-in ends without a session and seems to do
nothing. After a registration by code, passkey or security key users see the sign-in page. Where passwords are off
and no list has `session`, users who come from a provider are asked to sign in once more: an info, since that may be on
purpose. While addresses are verified first, nothing is said.

## Why

Only a `session` hook in the list of the method signs users in after registration. There is none by default, and the
list for all methods must not contain it.

## What to do

Add `- hook: session` to the list of the other method too, for example under `registration.after.oidc.hooks`.

## Versions

All versions.

## Source

driver/registry_default_registration.go, selfservice/flow/registration/handler.go and
selfservice/strategy/oidc/strategy_login.go; seen for oidc on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
        oidc:
          hooks:
            - hook: session
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.is_unreadable() || context.lacks_layers() {
        return;
    }
    let session = |method: &str| {
        let points = context
            .plan()
            .iter()
            .filter(|point| point.flow == "registration" && point.method == Some(method) && point.enabled);
        points.map(|point| point.runs.iter().filter_map(|run| run.hook).find(|hook| hook.name == "session")).next()
    };
    let is_on = |switch: Option<&str>| switch.is_none_or(|path| context.find(path).is_some_and(Node::is_true));
    let without = METHODS.iter().filter(|(method, switch)| is_on(*switch) && matches!(session(method), Some(None)));
    let without = without.filter(|(method, _)| super::is_way_in(context, method));
    let without: Vec<&str> = without.map(|(method, _)| *method).collect();
    let first = session("password");
    let Some(Some(hook)) = first else {
        let others = METHODS.iter().any(|(method, _)| matches!(session(method), Some(Some(_))));
        if !others && first.is_none() && !without.is_empty() {
            report_none(context, out);
        }
        return;
    };
    let (message, lists) = match without.as_slice() {
        [] => return,
        [method] => (
            format!("registration by {method} does not sign users in, that by password does"),
            format!("`registration.after.{method}.hooks`"),
        ),
        many => (
            format!("registration by {} does not sign users in, that by password does", names::all_of(many)),
            names::all_of(
                &many.iter().map(|method| format!("`registration.after.{method}.hooks`")).collect::<Vec<_>>(),
            ),
        ),
    };
    // A list of a method takes the place of the list for all.
    let for_all = context.find("selfservice.flows.registration.after.hooks").is_some_and(|list| list.items().len() > 0);
    let rest = if for_all { ", after the hooks of `registration.after.hooks`, which it replaces" } else { "" };
    out.report(hook.node, message).help(format!("add `- hook: session` under {lists}{rest}"));
}

/// Other ways to register, with the key that must be on, where the method itself is not enough.
const METHODS: [(&str, Option<&str>); 4] = [
    ("oidc", None),
    ("code", Some("selfservice.methods.code.passwordless_enabled")),
    ("passkey", None),
    ("webauthn", Some("selfservice.methods.webauthn.config.passwordless")),
];

/// No way to register signs users in. Where addresses are verified first, that is on purpose.
fn report_none(context: &Context, out: &mut Sink) {
    let Some(flow) = context.find("selfservice.flows.registration") else { return };
    let verifies = context.find("selfservice.flows.verification.enabled").is_some_and(Node::is_true);
    let is_off = context.find("selfservice.flows.registration.enabled").is_some_and(|node| !node.is_true());
    if verifies || is_off || context.is_partial() || context.find("selfservice.flows.registration.ui_url").is_none() {
        return;
    }
    out.report_key(flow, "users must sign in once more after the registration: no list of hooks has `session`")
        .level(Level::Info)
        .help("add `- hook: session` under the `hooks` of each method in `registration.after`");
}
