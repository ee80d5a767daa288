//! `empty-hook-list`: an empty list that switches nothing off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "empty-hook-list",
    aliases: &[],
    summary: "an empty list that switches nothing off",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-EMPTY-LIST"],
    docs: r#"
`hooks: []` under a method is the same as no list: the hooks of the list for all methods run. There is no way to switch them off for one method.

All versions; seen on v1.0.0 to master. Source: driver/registry_default_registration.go, _login.go, _settings.go.

```yaml bad
selfservice:
  flows:
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
          hooks: []
```

```yaml good
selfservice:
  flows:
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
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let lists = context.hook_lists();
    for list in lists.iter().filter(|list| list.method.is_some() && list.node.items().len() == 0) {
        let global = lists.iter().find(|other| other.is_global() && other.flow == list.flow && !other.hooks.is_empty());
        if let Some(global) = global {
            out.report(list.node, "this empty list switches nothing off: the hooks for all methods run")
                .label(global.node.key_place(), "this list runs")
                .help("drop it; to differ for one method, list its hooks there");
        }
    }
}
