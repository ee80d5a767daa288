//! `session-not-last`: a hook after `session`, which Kratos runs last.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::hooks::Hook;
use crate::kratos::view;
use crate::list;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-not-last",
    aliases: &[],
    summary: "hook after `session`, which Kratos runs last",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: changes::versions("session-last"),
    fixable: true,
    facts: &["H-SESSION-NOT-LAST", "D137"],
    docs: r#"
## What happens

Kratos moves `session` to the end of each list before it runs the list. A hook that the file lists after `session` runs
before it: the order in the file is not the order that runs.

## Why

Ory documents that `session` must be the last hook. A reader of the file expects that the user is signed in when the later
hook is called, and that the later hook cannot keep the user from being signed in. Both are wrong: a `web_hook` that
fails stops the flow before `session` runs.

`show_verification_ui` after `session` is not reported: this is the order of Ory's examples. Configurations of Ory
Network are not reported either, because Ory writes their lists.

## What to do

Move `session` to the end of the list. The fix does this, with the comments of the entry. Nothing changes on the server.

## Versions

Since v1.2.0. Up to v1.1.0 Kratos keeps the order, and `session` ends the flow for API and SPA clients: see
`hook-after-session`.

## Source

driver/registry_default_hooks.go:getHooks; seen on v1.2.0, v1.3.1, v25.4.0, v26.2.0 and master (the `web_hook` after
`session` is called before the session is issued, for all clients).

## Examples

```yaml bad
# kratos: v1.3.1
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: session
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
```

```yaml good
# kratos: v1.3.1
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
                  ignore: true
            - hook: session
            - hook: show_verification_ui
```
"#,
    check,
};

/// The hook that Ory's examples have after `session`.
const DOCUMENTED_AFTER: &str = "show_verification_ui";

fn check(context: &Context, out: &mut Sink) {
    if context.root().is_none_or(view::is_network_export) {
        return;
    }
    for point in context.plan().iter().filter(|point| point.enabled && point.flow == "registration") {
        let runs: Vec<Hook> = point.runs.iter().filter_map(|run| run.hook).collect();
        let Some(session) = runs.iter().find(|hook| hook.name == "session") else { continue };
        let (list, place) = (session.node.parent().map(Node::id), session.node.index());
        let is_after = |hook: &&Hook| {
            let same_list = hook.node.parent().map(Node::id) == list;
            same_list && hook.node.index() > place && ![DOCUMENTED_AFTER, "session"].contains(&hook.name)
        };
        for hook in runs.iter().filter(is_after) {
            let message = format!("Kratos always runs `session` last: this {} runs before it", hook.name);
            let report = out
                .report(hook.node, message)
                .label(session.node.place(), "`session` is here")
                .help("move `session` to the end of the list");
            if let Some(edits) = list::to_end(session.node) {
                _ = report.fix("move `session` to the end of the list", true, edits);
            }
        }
    }
}
