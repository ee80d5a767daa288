//! `hook-after-session`: a hook after `session`, which ends the flow for some clients.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::plan::Why;
use crate::list;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "hook-after-session",
    aliases: &[],
    summary: "hook after `session` never runs for API and SPA clients",
    category: "hooks",
    level: Level::Error,
    effect: Effect::NeverRuns,
    versions: changes::before("session-last"),
    fixable: true,
    facts: &["H-SESSION-NOT-LAST"],
    docs: r#"
## What happens

Up to v1.1.0 `session` answers API and JSON (SPA) clients itself and ends the flow. Hooks after it never run for them;
form posts go on.

## Why

Hooks run in the order of the list. Hooks that read their answer act before storing and are not affected.
`show_verification_ui` redirects form posts only, so it loses nothing. After `oidc` the browser comes back from the
provider and Kratos goes on, so hooks there run.

## What to do

Move `session` to the end of the list. The fix does this.

## Versions

Up to v1.1.0. Since v1.2.0 Kratos runs `session` last: see `session-not-last`.

## Source

selfservice/hook/session_issuer.go:ExecutePostRegistrationPostPersistHook,
selfservice/hook/show_verification_ui.go:execute, driver/registry_default_hooks.go:getHooks; seen on v1.0.0 and v1.1.0
(skipped) and v1.2.0 to master (all run).

## Examples

```yaml bad
# kratos: v1.1.0
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
# kratos: v1.1.0
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
```
"#,
    check,
};

/// A hook that does nothing for the clients that `session` ends the flow for.
const FORMS_ONLY: &str = "show_verification_ui";

fn check(context: &Context, out: &mut Sink) {
    for point in context.plan().iter().filter(|point| point.enabled) {
        let session = point.runs.iter().filter_map(|run| run.hook).find(|hook| hook.name == "session");
        let skipped = point.never.iter().filter(|never| never.why == Why::AfterSession);
        for never in skipped.filter(|never| never.hook.name != FORMS_ONLY) {
            let name = never.hook.name;
            let message = format!("this {name} never runs for API and SPA clients: `session` before it ends the flow");
            let mut report = out.report(never.hook.node, message).help("move `session` to the end of the list");
            if let Some(session) = session {
                report = report.label(session.node.place(), "`session` is here");
                if let Some(edits) = list::to_end(session.node) {
                    _ = report.fix("move `session` to the end of the list", true, edits);
                }
            }
        }
    }
}
