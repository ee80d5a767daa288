//! `settings-parse-too-late`: a settings hook that reads its answer after saving.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::version::Version;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "settings-parse-too-late",
    aliases: &[],
    summary: "settings hook reads its answer after saving",
    category: "hooks",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: changes::before("settings-parse-order").from(Version::V0_13),
    fixable: false,
    facts: &["H-SET-PARSE-0130"],
    docs: r#"
## What happens

With `response.parse: true` alone the hook runs after the identity is saved: changes in the answer are lost and a
refusal comes too late.

## Why

In v0.13.0 settings hooks act before saving only with `can_interrupt: true`. Since v1.0.0 both act before saving.

## What to do

Add `can_interrupt: true`, or upgrade to v1.0.0 or later.

## Versions

v0.13.0 only.

## Source

selfservice/hook/web_hook.go:ExecuteSettingsPrePersistHook, ExecuteSettingsPostPersistHook at v0.13.0.

## Examples

```yaml bad
# kratos: v0.13.0
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
                body: file:///etc/kratos/a.jsonnet
                response:
                  parse: true
```

```yaml good
# kratos: v0.13.0
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
                body: file:///etc/kratos/a.jsonnet
                response:
                  parse: true
                can_interrupt: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists().iter().filter(|list| list.flow == "settings" && list.trigger == "after") {
        for hook in list.hooks.iter().filter(|hook| hook.is_web_hook() && hook.can_interrupt().is_none()) {
            if let Some(parse) = hook.parse() {
                out.report(parse, "this hook runs after saving: its answer is lost and it cannot stop the change")
                    .help("add `can_interrupt: true` under `config`, or upgrade to v1.0.0 or later");
            }
        }
    }
}
