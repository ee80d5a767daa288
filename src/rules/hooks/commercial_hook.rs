//! `commercial-hook`: a hook that only the commercial Kratos knows.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::is_commercial;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "commercial-hook",
    aliases: &[],
    summary: "hook that only the commercial Kratos runs",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NeverRuns,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["H-EE-HOOK", "D136"],
    docs: r#"
## What happens

The open source server has no such hook: it logs a line at each flow and goes on. Kratos also does not count the hook
when it compares the list of a method with the list for all methods.

## Why

The schema allows `b2b_sso` (v1.1.0) and `organization` (v25.4.0), because the editions share it.

## What to do

Remove the hook, or run the edition of Kratos that has it.

## Versions

Since v1.1.0.

## Source

driver/registry_default_hooks.go:getHooks; seen on v1.1.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      before:
        hooks:
          - hook: organization
            config: {}
```

```yaml good
selfservice:
  flows:
    login:
      before:
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
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks) {
        if is_commercial(hook.name) {
            let message = format!(
                "`{}` never runs: the open source server does not know it and logs a line each time",
                hook.name
            );
            out.report(hook.node, message).help("remove it, or run the edition of Kratos that has it");
        }
    }
}
