//! `blocking-notification`: a `web_hook` that people wait for, and that cannot say anything to them.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::{Hook, Mode, Phase};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::plan::Point;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "blocking-notification",
    aliases: &[],
    summary: "a web_hook that people wait for, and that cannot say anything to them",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-SYNC-NOTIFY-REG", "H-SYNC-LOGIN", "H-POSTPERSIST-LEFTOVER"],
    docs: r#"
Without `response.ignore: true` Kratos waits for the endpoint, up to three attempts of 30 seconds, and any status from 400 on, time-out or
error of the body fails the flow. A hook that neither reads the answer (`response.parse`) nor may interrupt has nothing to gain
from that: it is a notification that can lock people out.

After registration it is worse: the identity is already stored (and, since v1.1.0, a session), nothing is undone, and a second
try says that the account exists. `can_interrupt: false` does not make it non-blocking.

Write `response: {ignore: true}` for notifications, `response: {parse: true}` in the list of a method for hooks that decide. A
hook that is meant to stop the flow when its endpoint is down is left alone when its `id` or URL is listed under `critical_hooks`
in kratos-lint.toml, or by a comment `# kratos-lint: ignore[blocking-notification] why`.

Source: selfservice/hook/web_hook.go:execute, driver/registry_default.go:HTTPClient at each tag; seen on v1.0.0 to master.

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
```

```yaml good
selfservice:
  flows:
    login:
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
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let mut seen = Vec::new();
    // A list that no enabled method uses blocks nobody.
    for point in context.plan().iter().filter(|point| point.enabled && is_open(context, point)) {
        for run in point.runs.iter().filter(|run| run.name == "web_hook" && run.mode == Mode::Blocking) {
            let Some(hook) = run.hook.filter(|hook| !seen.contains(&hook.node.id()) && !is_critical(context, *hook))
            else {
                continue;
            };
            seen.push(hook.node.id());
            let (when, _) = EFFECTS.iter().find(|(flow, _)| *flow == point.flow).unwrap_or(&("", ""));
            let what = match (when, run.phase) {
                (&"registration", Phase::PostPersist) => {
                    "people wait for this web_hook, and when it fails they see an error although their account exists"
                }
                (&"settings", Phase::PostPersist) => {
                    "people wait for this web_hook, and when it fails they see an error although their change is saved"
                }
                _ => "people wait for this web_hook, and when its endpoint is slow or down nobody gets on",
            };
            out.report(hook.name_node, what).pointer(hook.node.pointer()).help(
                "add `response: {ignore: true}` under `config`; for a hook that decides, `response: {parse: true}`",
            );
        }
    }
}

/// Flows in which a failing hook comes after something was stored.
const EFFECTS: [(&str, &str); 2] = [("registration", "the account exists"), ("settings", "the change is saved")];

/// Whether users can come to a point. `code` is on by default, and nobody signs up by it without an identifier for it in the
/// identity schema.
fn is_open(context: &Context, point: &Point<'_>) -> bool {
    let roots: Vec<_> = context.identity_schemas().iter().map(IdentitySchema::root).collect();
    let is_known = !roots.is_empty() && roots.iter().all(Option::is_some);
    let by_code = |root: Node<'_>| identity::traits(root).iter().any(|one| takes_code(one.schema));
    point.method != Some("code") || !is_known || roots.into_iter().flatten().any(by_code)
}

fn takes_code(schema: Node<'_>) -> bool {
    schema.get("ory.sh/kratos").is_some_and(|keyword| keyword.find("credentials.code").is_some())
}

fn is_critical(context: &Context, hook: Hook<'_>) -> bool {
    let id = hook.config("id").and_then(Node::as_str);
    let listed = |name: Option<&str>| {
        name.is_some_and(|name| context.settings.critical_hooks.iter().any(|listed| listed == name))
    };
    listed(id) || listed(hook.url())
}
