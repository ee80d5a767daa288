//! `global-blocking-hook`: a hook that reads its answer in a list where it never runs.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::text::names;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "global-blocking-hook",
    aliases: &[],
    summary: "hook that reads its answer never runs in the list for all methods",
    category: "hooks",
    level: Level::Error,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-GLOBAL-PARSE-REG", "H-GLOBAL-PARSE-SET"],
    docs: r#"
## What happens

The hook is never called, and what it should stop goes through.

## Why

A `web_hook` with `response.parse` or `can_interrupt` acts before the identity is stored. At that moment Kratos reads
only the lists of the methods (`registration.after.<method>.hooks`, `settings.after.<method>.hooks`). It reaches the
list for all methods only after storing, where such a hook returns at once.

## What to do

Move the hook into the list of each method that is enabled.

## Versions

All versions (settings with `response.parse` alone since v1.0.0).

## Source

driver/registry_default_registration.go:PostRegistrationPrePersistHooks, selfservice/hook/web_hook.go at each tag;
seen on v1.0.0 to master: no call, no veto.

## Examples

```yaml bad
selfservice:
  flows:
    registration:
      after:
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
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  parse: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for list in context.hook_lists().iter().filter(|list| list.is_global() && list.flow != "login") {
        for hook in list.hooks.iter().filter(|hook| hook.is_web_hook() && !hook.is_ignored()) {
            let parse = hook.parse().filter(|_| list.flow == "registration" || context.target >= Version::V1_0);
            let Some(switch) = parse.or(hook.can_interrupt()) else { continue };
            let flow = list.flow;
            let message =
                format!("this web_hook never runs: Kratos reads answers only in `{flow}.after.<method>.hooks`");
            out.report(switch, message)
                .label(list.node.key_place(), "this list is for all methods")
                .help(format!("move the hook into {}", lists_of(context, flow)));
        }
    }
}

/// The lists in which Kratos reads answers.
fn lists_of(context: &Context, flow: &str) -> String {
    let points = context.plan().iter().filter(|point| point.flow == flow && point.enabled);
    let methods = points.filter(|point| point.trigger == "after").filter_map(|point| point.method);
    let lists: Vec<String> = methods.map(|method| format!("`{flow}.after.{method}.hooks`")).collect();
    if lists.is_empty() {
        return format!("`{flow}.after.<method>.hooks` of each enabled method");
    }
    names::all_of(&lists)
}
