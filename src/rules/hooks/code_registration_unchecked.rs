//! `code-registration-unchecked`: users can register by code past the hooks that decide.

use crate::diagnostic::{Effect, Level};
use crate::kratos::hooks::{Hook, HookList};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view::{self, Switch};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "code-registration-unchecked",
    aliases: &[],
    summary: "registration by code does not run the hooks that decide",
    category: "hooks",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &["H-CODE-REG-OPEN"],
    docs: r#"
## What happens

A client that posts `method: code` registers, and hooks that decide under another method (`response.parse`,
`can_interrupt`) are not called.

## Why

Registration by code is open as soon as the method `code` is on (it is by default) and a trait has
`credentials.code.identifier`. `selfservice.methods.code.passwordless_enabled: false` hides only the button.

## What to do

Repeat the hook under `registration.after.code`, or remove the code identifier from the identity schema.

## Versions

Since v1.1.0.

## Source

selfservice/flow/request.go:MethodEnabledAndAllowed, selfservice/strategy/code/strategy_registration.go; seen on
v1.1.0 to master.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let has_identifier = |schema: &IdentitySchema| {
        schema.root().is_some_and(|root| identity::marks(root, "credentials.code.identifier"))
    };
    if view::method(root, "code") != Switch::On || view::flow(root, "registration") != Switch::On {
        return;
    }
    let Some(schema) = context.identity_schemas().iter().find(|schema| has_identifier(schema)) else { return };
    let decides = |list: &&HookList, by_code: bool| {
        list.flow == "registration"
            && list.trigger == "after"
            && list.method.is_some()
            && (list.method == Some("code")) == by_code
    };
    let lists = context.hook_lists();
    if lists.iter().filter(|list| decides(list, true)).any(|list| veto(list).is_some()) {
        return;
    }
    let on = |method: Option<&str>| method.is_some_and(|method| view::method(root, method) != Switch::Off);
    let other = lists.iter().filter(|list| decides(list, false) && on(list.method)).find_map(|list| veto(list));
    if let Some(hook) = other {
        out.report(
            hook.node,
            "users can register without this hook: Kratos does not call it when a client posts `method: code`",
        )
        .label(schema.url_place.clone(), "a trait of this schema is a code identifier")
        .help("repeat the hook under `registration.after.code`, or remove the code identifier from the schema");
    }
}

fn veto<'t>(list: &HookList<'t>) -> Option<Hook<'t>> {
    list.hooks.iter().find(|hook| hook.is_web_hook() && hook.interrupts().is_some()).copied()
}
