//! `oidc-list-skipped`: a social sign-in that does not read its list.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "oidc-list-skipped",
    aliases: &[],
    summary: "a social sign-in that does not read its list",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-IDTOKEN-OIDC", "H-OIDC-VIA-REG"],
    docs: r#"
Some social sign-ins look up `login.after.hooks` instead of `login.after.oidc.hooks`: up to v1.2.0 those that come through the registration page (the account
exists already; warning), and since v1.1.0 native ones with an `id_token` (Apple, Google, since v25.4.0 netID).

Seen on v1.0.0 to v1.2.0 (registration page). Source: selfservice/strategy/oidc/strategy_registration.go:registrationToLogin,
strategy_login.go:Login.

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
    let lists = context.hook_lists();
    let of = |method: Option<&str>| {
        lists.iter().find(|list| list.flow == "login" && list.trigger == "after" && list.method == method)
    };
    let Some(list) = of(Some("oidc")).filter(|list| !list.hooks.is_empty() && of(None).is_none()) else { return };
    let Some(root) = context.root().filter(|root| view::method(*root, "oidc").is_on()) else { return };
    let kinds: Vec<&str> = view::providers(root).into_iter().filter_map(view::provider_kind).collect();
    let native = NATIVE.iter().find(|(kind, versions)| kinds.contains(kind) && versions.contains(context.target));
    if context.target <= Version::V1_2 {
        out.report_key(list.node, "these hooks do not run for people who sign in through the registration page")
            .level(Level::Warning)
            .help("repeat them in login.after.hooks");
    } else if let Some((kind, _)) = native {
        out.report_key(list.node, format!("these hooks do not run for native sign-ins with an id_token of {kind}"))
            .help("repeat them in login.after.hooks");
    }
}
