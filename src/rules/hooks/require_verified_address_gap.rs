//! `require-verified-address-gap`: `require_verified_address` does not guard every way to sign in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::Hook;
use crate::kratos::plan::{self, Why};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "require-verified-address-gap",
    aliases: &[],
    summary: "`require_verified_address` does not cover every way to sign in",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-REQVER-METHOD-NOOP", "H-REQVER-UPGRADE", "D141"],
    docs: r#"
## What happens

- Up to v1.3.1 `require_verified_address` acts on sign-ins by password only: under another method it returns at once
  (error), and in `login.after.hooks` it covers the password alone.
- Under `totp` or `lookup_secret` alone it covers the second factor only: a user without one signs in with an
  unverified address.
- In every version it covers only the methods whose list has it: another enabled method lets unverified users in.
- Not so `code`: whoever signs in with a code of an address has verified it. Up to v1.3.1 the hook has no effect there
  (info).
- `session` after a registration by password or with a key signs new users in before they have verified anything, and
  `require_verified_address` does not end that session (info).

## Why

Since v25.4.0 the hook acts on all methods, again on the password only with
`feature_flags.legacy_require_verified_login_error: true`. After an upgrade it refuses sign-ins that passed before.

## What to do

Put the hook into `login.after.hooks`, or into the list of each first factor. Up to v1.3.1, check the address in a
web_hook with `response.parse`. Where new users must not use anything before they are verified, remove `session` from
the registration: after the verification they sign in.

## Versions

All versions.

## Source

selfservice/hook/address_verifier.go, require_verified_address.go; seen on v1.0.0 to master (oidc, totp), code and
`session` on v1.3.1 and v26.2.0.

## Examples

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
    let Some(root) = context.root() else { return };
    let password_only = plan::password_only(root, context.target);
    let logins =
        context.plan().iter().filter(|point| point.flow == "login" && point.trigger == "after" && point.enabled);
    let (mut guarded, mut open, mut idle, mut second) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for point in logins {
        let Some(method) = point.method else { continue };
        let runs = point.runs.iter().filter_map(|run| run.hook).find(|hook| hook.name == GUARD);
        let never = point.never.iter().find(|never| never.why == Why::PasswordOnly).map(|never| never.hook);
        let is_second = SECOND_FACTORS.contains(&method);
        match (runs, never) {
            (Some(hook), _) if is_second => second.push((hook, method)),
            (Some(hook), _) => guarded.push(hook),
            (None, Some(hook)) => idle.push((hook, method)),
            (None, None) => {}
        }
        if runs.is_none() && !is_second && method != PROVES && super::is_way_in(context, method) {
            open.push(method);
        }
    }
    if !guarded.is_empty() {
        report_session(context, out);
    }
    let acts = |hook: &Hook| guarded.iter().any(|other| other.node.id() == hook.node.id());
    let mut reported = Vec::new();
    idle.sort_by_key(|(_, method)| *method == PROVES);
    for (hook, method) in idle.iter().filter(|(hook, _)| !acts(hook)) {
        if reported.contains(&hook.node.id()) {
            continue;
        }
        reported.push(hook.node.id());
        if *method == PROVES && !open.is_empty() {
            out.report(hook.node, still_open(&open)).help("put the hook into `login.after.password.hooks`");
        } else if *method == PROVES {
            out.report(hook.node, "this hook has no effect: a sign-in by code verifies the address itself")
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help("remove it");
        } else {
            let message = format!(
                "this hook has no effect: in {} it acts on sign-ins by password only, not by {method}",
                context.target
            );
            out.report(hook.node, message).level(Level::Error).help(HELP);
        }
    }
    if let Some((hook, method)) = second.iter().find(|(hook, _)| !acts(hook)).filter(|_| guarded.is_empty()) {
        let message = format!("this hook covers {method} only: users without a second factor sign in unverified");
        out.report(hook.node, message)
            .help("put the hook into `login.after.hooks`, or into the list of each first factor");
    }
    if let Some(hook) = guarded.first().filter(|_| !open.is_empty() && !context.lacks_layers()) {
        out.report(hook.node, still_open(&open)).help(if password_only {
            HELP
        } else {
            "put the hook into the list of each method that is enabled"
        });
    }
}

/// Methods of registration that verify no address (`code` does, and a mapper of `oidc` may).
const UNVERIFIED: [&str; 3] = ["password", "webauthn", "passkey"];

/// The first `session` that signs unverified users in after their registration.
fn report_session(context: &Context, out: &mut Sink) {
    let registrations = context.plan().iter().filter(|point| {
        let is_registration = point.flow == "registration" && point.trigger == "after" && point.enabled;
        is_registration && point.method.is_some_and(|method| UNVERIFIED.contains(&method))
    });
    let mut sessions = registrations.flat_map(|point| &point.runs).filter_map(|run| run.hook);
    if let Some(session) = sessions.find(|hook| hook.name == "session") {
        out.report(session.node, "new users are signed in here with an address that is not verified yet")
            .level(Level::Info)
            .help("remove this `session` if users must verify their address before they are signed in");
    }
}

fn still_open(methods: &[&str]) -> String {
    format!("users with an unverified address can still sign in by {}", methods.join(" and "))
}

/// The method that verifies the address by which users sign in (`code/strategy_login.go:loginVerifyCode`, since v1.1.0).
const PROVES: &str = "code";

const HELP: &str = "upgrade to v25.4.0 or later, or check the address in a web_hook with `response.parse`";
