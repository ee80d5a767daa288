//! `require-verified-address-gap`: `require_verified_address` does not guard every way to sign in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "require-verified-address-gap",
    aliases: &[],
    summary: "`require_verified_address` does not guard every way to sign in",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-REQVER-METHOD-NOOP", "H-REQVER-UPGRADE", "D141"],
    docs: r#"
Up to v1.3.1 `require_verified_address` acts on sign-ins by password only: under another method it returns at once (error), and in
`login.after.hooks` it guards the password alone. Since v25.4.0 it acts on all methods, again on the password only with
`feature_flags.legacy_require_verified_login_error: true`; upgrading makes it bind sign-ins that passed before.

In every version it guards only the methods whose effective list has it: another enabled method lets unverified people in.

Seen on v1.0.0 to master (oidc, totp). Source: selfservice/hook/address_verifier.go, require_verified_address.go.

```yaml bad
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    login:
      after:
        password:
          hooks:
            - hook: require_verified_address
```

```yaml good
selfservice:
  methods:
    oidc:
      enabled: true
  flows:
    login:
      after:
        hooks:
          - hook: require_verified_address
```
"#,
    check,
};

const GUARD: &str = "require_verified_address";

/// Second factors: who comes there has already signed in with a first one.
const SECOND_FACTORS: [&str; 2] = ["totp", "lookup_secret"];

fn check(context: &Context, out: &mut Sink) {
    let legacy = context.find("feature_flags.legacy_require_verified_login_error").is_some_and(Node::is_true);
    let password_only = context.target <= Version::V1_3_1 || legacy;
    let logins =
        context.plan().iter().filter(|point| point.flow == "login" && point.trigger == "after" && point.enabled);
    let (mut guarded, mut open, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for point in logins {
        let Some(method) = point.method.filter(|method| !SECOND_FACTORS.contains(method)) else { continue };
        let hook = point.runs.iter().filter_map(|run| run.hook).find(|hook| hook.name == GUARD);
        match hook {
            Some(hook) if !password_only || method == "password" => guarded.push(hook),
            Some(hook) => idle.push((hook, method)),
            None => open.push(method),
        }
    }
    let mut reported = Vec::new();
    for (hook, method) in idle.iter().filter(|(hook, _)| !guarded.iter().any(|other| other.node.id() == hook.node.id()))
    {
        if !reported.contains(&hook.node.id()) {
            reported.push(hook.node.id());
            let message = format!(
                "this hook does nothing: in {} it acts on sign-ins by password only, not by {method}",
                context.target
            );
            out.report(hook.node, message).level(Level::Error).help(HELP);
        }
    }
    open.extend(idle.iter().map(|(_, method)| *method));
    if let Some(hook) = guarded.first().filter(|_| !open.is_empty()) {
        let message = format!("people with an unverified address can still sign in by {}", open.join(" and "));
        out.report(hook.node, message).help(if password_only {
            HELP
        } else {
            "put the hook into the list of each method that is enabled"
        });
    }
}

const HELP: &str = "upgrade to v25.4.0 or later, or check the address in a web_hook with `response.parse`";
