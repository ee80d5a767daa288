//! `oidc-list-skipped`: a social sign-in that does not read its list.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::Hook;
use crate::kratos::plan::Point;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "oidc-list-skipped",
    aliases: &[],
    summary: "social sign-in does not use the hooks of `login.after.oidc`",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-IDTOKEN-OIDC", "H-OIDC-VIA-REG"],
    docs: r#"
## What happens

Some social sign-ins run `login.after.hooks` instead of `login.after.oidc.hooks`: up to v1.2.0 those that come through
the registration page while the account exists already (warning), and since v1.1.0 native ones with an `id_token`
(Apple, Google, since v25.4.0 netID).

The first sign-in of a user is a registration. It runs the lists of registration, also when a `session` hook there
signs the user in (info where a `web_hook` of login is not repeated there).

## Why

Kratos looks for the list of the method that the flow was started with, and these flows start as another one.

## What to do

Repeat the hooks in `login.after.hooks`, and in `registration.after.oidc.hooks` if they must run for new users too.

## Versions

All versions; the registration page up to v1.2.0, native sign-ins since v1.1.0.

## Source

selfservice/strategy/oidc/strategy_registration.go:registrationToLogin, strategy_login.go:Login; seen on v1.0.0 to
v1.2.0 (registration page).

## Examples

```yaml bad
# kratos: v1.2.0
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    login:
      after:
        oidc:
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
# kratos: v1.2.0
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    registration:
      after:
        oidc:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
            - hook: session
    login:
      after:
        hooks:
          - hook: web_hook
            config:
              url: https://hooks.example.org/a
              method: POST
              body: file:///etc/kratos/a.jsonnet
              response:
                ignore: true
        oidc:
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

/// Providers that can check an `id_token`, and since when.
const NATIVE: [(&str, Versions); 3] = [
    ("apple", Versions::since(Version::V1_1)),
    ("google", Versions::since(Version::V1_1)),
    ("netid", Versions::since(Version::V25_4)),
];

fn check(context: &Context, out: &mut Sink) {
    check_other_list(context, out);
    check_first_sign_in(context, out);
}

/// A web hook of login that newcomers do not meet, because their first sign-in is a registration.
fn check_first_sign_in(context: &Context, out: &mut Sink) {
    let point = |flow: &str| {
        let wanted = |point: &&Point| point.flow == flow && point.trigger == "after" && point.method == Some("oidc");
        context.plan().iter().find(wanted).filter(|point| point.enabled)
    };
    let (Some(login), Some(registration)) = (point("login"), point("registration")) else { return };
    if let (Some(hook), None) = (web_hook(login), web_hook(registration)) {
        out.report(hook.node, "the first sign-in with a provider is a registration, where this web_hook does not run")
            .effect(Effect::Advice)
            .help("repeat it in `registration.after.oidc.hooks` if it must run for new users too");
    }
}

fn web_hook<'t>(point: &Point<'t>) -> Option<Hook<'t>> {
    point.runs.iter().find(|run| run.name == "web_hook").and_then(|run| run.hook)
}

fn check_other_list(context: &Context, out: &mut Sink) {
    let lists = context.hook_lists();
    let of = |method: Option<&str>| {
        lists.iter().find(|list| list.flow == "login" && list.trigger == "after" && list.method == method)
    };
    let Some(list) = of(Some("oidc")).filter(|list| !list.hooks.is_empty() && of(None).is_none()) else { return };
    let Some(root) = context.root().filter(|root| view::method(*root, "oidc").is_on()) else { return };
    let kinds: Vec<&str> = view::providers(root).into_iter().filter_map(view::provider_kind).collect();
    let native = NATIVE.iter().find(|(kind, versions)| kinds.contains(kind) && versions.contains(context.target));
    if context.target <= Version::V1_2 {
        out.report_key(list.node, "these hooks do not run for users who sign in through the registration page")
            .level(Level::Warning)
            .help("repeat them in `login.after.hooks`");
    } else if let Some((kind, _)) = native {
        out.report_key(list.node, format!("these hooks do not run for native sign-ins with an id_token of {kind}"))
            .help("repeat them in `login.after.hooks`");
    }
}
