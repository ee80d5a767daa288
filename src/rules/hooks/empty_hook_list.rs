//! `empty-hook-list`: an empty list that switches nothing off.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "empty-hook-list",
    aliases: &[],
    summary: "empty list does not switch the hooks of a method off",
    category: "hooks",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-EMPTY-LIST"],
    docs: r#"
## What happens

`hooks: []` under a method has no effect: the hooks of the list for all methods run.

## Why

For Kratos an empty list is the same as no list. There is no way to switch the hooks off for one method.

## What to do

Remove the empty list. To run other hooks for one method, list them there.

## Versions

All versions.

## Source

driver/registry_default_registration.go, _login.go, _settings.go; seen on v1.0.0 to master.

## Examples

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
            out.report(list.node, "this empty list has no effect: the hooks for all methods run")
                .label(global.node.key_place(), "this list runs")
                .help("remove the empty list; to run other hooks for this method, list them here");
        }
    }
}
