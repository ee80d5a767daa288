//! `shadowed-hook`: a hook for all methods that the list of a method replaces.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::Hook;
use crate::kratos::plan::{Point, Why};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::NodeId;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "shadowed-hook",
    aliases: &[],
    summary: "hook never runs because the method has its own list",
    category: "hooks",
    level: Level::Error,
    effect: Effect::NeverRuns,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-METHOD-SHADOWS-GLOBAL", "H-NOOP-SHADOWS-GLOBAL", "H-NOTIFY-SHADOWS-GLOBAL", "D138"],
    docs: r#"
## What happens

The hook of the list for all methods never runs for that method. A list with only `session` under
`registration.after.password` switches every hook of `registration.after.hooks` off for sign-ups by password.

## Why

`after.<method>.hooks` and `after.hooks` are never merged: as soon as the list of the method contains one hook of the
phase, Kratos does not read the list for all methods for that method. Even a hook that acts before storing counts,
although it does nothing afterwards. `b2b_sso`, `organization` and (settings) `verify_new_address` do not count.

## What to do

Repeat the hook in the list of the method. Hooks that the list of the method repeats (same name and URL) are not
reported.

## Versions

All versions.

## Source

driver/registry_default_registration.go, _login.go, _settings.go at each tag; seen on v1.0.0 to master.

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
                ignore: true
        password:
          hooks:
            - hook: session
```

```yaml good
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
                ignore: true
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
            - hook: session
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let mut points: HashMap<NodeId, Vec<&Point>> = HashMap::new();
    for point in context.plan().iter().filter(|point| point.enabled) {
        let same: HashSet<_> =
            point.runs.iter().filter_map(|run| run.hook).map(|hook| (hook.name, hook.url())).collect();
        let shadowed = point.never.iter().filter(|never| never.why == Why::Shadowed).map(|never| never.hook);
        for hook in shadowed.filter(|hook| !same.contains(&(hook.name, hook.url()))) {
            points.entry(hook.node.id()).or_default().push(point);
        }
    }
    for hook in context.hook_lists().iter().filter(|list| list.is_global()).flat_map(|list| &list.hooks) {
        if let Some(points) = points.get(&hook.node.id()) {
            report(context, *hook, points, out);
        }
    }
}

fn report(context: &Context, hook: Hook<'_>, points: &[&Point<'_>], out: &mut Sink) {
    let methods: Vec<&str> = points.iter().filter_map(|point| point.method).collect();
    let name = hook.name;
    let message = format!("this {name} never runs for {}: the list of the method replaces this list", join(&methods));
    let mut report = out.report(hook.node, message);
    for point in points {
        let list = context
            .hook_lists()
            .iter()
            .find(|list| list.flow == point.flow && list.trigger == "after" && list.method == point.method);
        if let Some(list) = list {
            report = report.label(list.node.key_place(), "this list is used instead");
        }
    }
    let flow = points.first().map_or("", |point| point.flow);
    report.help(format!("repeat the hook in `{flow}.after.{}.hooks`", methods.first().unwrap_or(&"<method>")));
}

fn join(methods: &[&str]) -> String {
    match methods {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
