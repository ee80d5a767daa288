//! `blocking-notification`: a `web_hook` that users wait for, and that cannot say anything to them.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::{Hook, Mode, Phase};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::plan::Point;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "blocking-notification",
    aliases: &[],
    summary: "web_hook blocks the flow although its response is not used",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-SYNC-NOTIFY-REG", "H-SYNC-LOGIN", "H-POSTPERSIST-LEFTOVER"],
    docs: r#"
## What happens

Without `response.ignore: true` Kratos waits for the endpoint: up to three attempts of 30 seconds. A status of 400 or
more, a timeout or an error in the body fails the flow.

After registration it is worse: the identity is already stored (and, since v1.1.0, a session). Nothing is rolled back,
and a second try tells the user that the account exists.

## Why

A hook that neither reads the answer (`response.parse`) nor may interrupt gains nothing from waiting. It is a
notification that can lock users out. `can_interrupt: false` does not make it non-blocking, and `ignore: false` is the
default.

## What to do

- For a notification, write `response: {ignore: true}`.
- For a hook that decides, write `response: {parse: true}` in the list of a method.
- For a hook that must stop the flow when its endpoint is down, list its `id` or URL under `critical-hooks` in
  kratos-lint.toml, or put a comment on it: `# kratos-lint: ignore[blocking-notification] why`.

## Versions

All versions.

## Source

selfservice/hook/web_hook.go:execute, driver/registry_default.go:HTTPClient at each tag; seen on v1.0.0 to master.

## Examples

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
    // A list that no enabled method uses blocks no one.
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
                    "this web_hook blocks registration: if it fails, users see an error although the account was created"
                }
                (&"settings", Phase::PostPersist) => {
                    "this web_hook blocks settings: if it fails, users see an error although the change is saved"
                }
                _ => "this web_hook blocks the flow: if its endpoint is slow or down, the flow fails",
            };
            out.report(hook.name_node, what).pointer(hook.node.pointer()).help(
                "set `response: {ignore: true}` under `config`; if it must block, add its URL to \
                    `critical-hooks` in kratos-lint.toml, or a comment with the reason",
            );
        }
    }
}

/// Flows in which a failing hook comes after something was stored.
const EFFECTS: [(&str, &str); 2] = [("registration", "the account exists"), ("settings", "the change is saved")];

/// Whether users can come to a point. `code` is on by default, and no one signs up by it without an identifier for it in the
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
