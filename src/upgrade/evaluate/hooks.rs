//! Conditions on hooks and providers.

use std::cell::LazyCell;

use super::{Answer, Scope, Truth, World, all, any, is_filled_in, value};
use crate::kratos::changes::condition::{Hooked, Place, Provided};
use crate::kratos::hooks::{HookList, list, lists};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// The methods that can end a flow.
const ENDS: [(&str, &[&str]); 3] = [
    ("login", &["password", "oidc", "webauthn", "passkey", "code", "totp", "lookup_secret"]),
    ("registration", &["password", "oidc", "webauthn", "passkey", "code"]),
    ("settings", &["password", "profile", "oidc", "webauthn", "passkey", "totp", "lookup_secret"]),
];

fn ends(flow: &str) -> &'static [&'static str] {
    ENDS.iter().find(|(name, _)| *name == flow).map_or(&[], |(_, methods)| *methods)
}

/// A hook that is reached and fits.
pub(super) fn is_there<'t>(world: &World<'t>, hooked: &Hooked, before: Option<Version>) -> Answer<'t> {
    let fits = |wanted: Option<&str>, text: &str| wanted.is_none_or(|wanted| wanted == text);
    let mut answers = Vec::new();
    for list in lists(world.root) {
        let placed = match hooked.list {
            Place::Any => true,
            Place::Global => list.method.is_none(),
            Place::Of(method) => list.method == Some(method),
            Place::NotOf(method) => list.method.is_some_and(|own| own != method),
        };
        if !placed || !fits(hooked.flow, list.flow) || !fits(hooked.trigger, list.trigger) {
            continue;
        }
        let is_reached = LazyCell::new(|| reached(world, &list, before));
        for hook in list.hooks.iter().filter(|hook| fits(hooked.name, hook.name)) {
            let config = hook.node.get("config").unwrap_or(hook.node);
            let with = match hooked.with {
                Some(with) => world.decide(with, Scope { node: config, defaults: None }),
                None => Answer::at(true, hook.name_node),
            };
            let mut found = all([is_reached.clone(), with].into_iter());
            found.at = Some(hook.name_node);
            found.exact = true;
            answers.push(found);
        }
    }
    answers.extend(hidden_list(world.root, hooked.flow));
    any(answers.into_iter())
}

/// A list that is filled in later may hold any hook.
fn hidden_list<'t>(root: Node<'t>, flow: Option<&str>) -> Option<Answer<'t>> {
    let flows = root.find("selfservice.flows")?;
    let wanted = flows.fields().filter(|field| flow.is_none_or(|flow| flow == field.key)).map(|field| field.value);
    let hidden = wanted.flat_map(|node| {
        let points = ["before", "after"].into_iter().filter_map(move |trigger| node.get(trigger));
        points.flat_map(|point| {
            let methods: Vec<Node<'t>> =
                point.fields().map(|field| field.value).filter_map(|m| m.get("hooks")).collect();
            point.get("hooks").into_iter().chain(methods)
        })
    });
    let node = hidden.into_iter().find(|node| is_filled_in(*node))?;
    Some(Answer::needs(format!("the hooks of `{}`", node.pointer()), Some(node)))
}

/// Whether a method can end a flow.
fn usable<'t>(world: &World<'t>, method: &str, flow: &str, before: Option<Version>) -> Answer<'t> {
    if method != "code" {
        return world.method(method, before);
    }
    let keys: &[&str] =
        if flow == "login" { &["passwordless_enabled", "mfa_enabled"] } else { &["passwordless_enabled"] };
    let scope = Scope { node: world.root, defaults: before };
    let on = |key: &&str| {
        value(scope, &format!("selfservice.methods.code.{key}"), |seen| matches!(seen, super::Seen::Bool(true)))
    };
    any(keys.iter().map(on))
}

/// A list of a method runs when the method is usable; that for all methods when a usable one has no list of its own.
fn reached<'t>(world: &World<'t>, list: &HookList<'t>, before: Option<Version>) -> Answer<'t> {
    let on = world.flow(list.flow);
    let methods = ends(list.flow);
    if list.trigger != "after" || methods.is_empty() {
        return on;
    }
    let runs = if let Some(method) = list.method {
        usable(world, method, list.flow, before)
    } else {
        let without = methods.iter().filter(|method| own(world.root, list.flow, method).is_none());
        any(without.map(|method| usable(world, method, list.flow, before)))
    };
    all([on, runs].into_iter())
}

/// The list of a method, when it holds hooks.
fn own<'t>(root: Node<'t>, flow: &'static str, method: &'static str) -> Option<HookList<'t>> {
    list(root, flow, "after", Some(method)).filter(|list| list.node.items().len() > 0)
}

/// The list that applies to a usable method lacks a hook.
pub(super) fn is_missing<'t>(
    world: &World<'t>,
    flow: &'static str,
    hook: &str,
    methods: &'static [&'static str],
    before: Option<Version>,
) -> Answer<'t> {
    let named = !methods.is_empty();
    let lacks = |method: &&'static str| {
        let applies = own(world.root, flow, method).or_else(|| list(world.root, flow, "after", None));
        let holds = applies.as_ref().is_some_and(|list| list.hooks.iter().any(|found| found.name == hook));
        let around = || world.root.find(&format!("selfservice.flows.{flow}"));
        let at = applies.as_ref().map(|list| list.node).or_else(around);
        let lacking = Answer::new(!holds, at, false);
        if named { lacking } else { all([lacking, usable(world, method, flow, before)].into_iter()) }
    };
    let used = if named { methods } else { ends(flow) };
    let mut answer = any(used.iter().map(lacks));
    if answer.truth == Truth::Yes
        && let Some(hidden) = hidden_list(world.root, Some(flow))
    {
        answer = hidden;
    }
    answer
}

/// A hook of a list after a flow has others after it.
pub(super) fn is_followed<'t>(world: &World<'t>, flow: &str, first: &str) -> Answer<'t> {
    let after = lists(world.root).into_iter().filter(|list| list.flow == flow && list.trigger == "after");
    let followed = |list: HookList<'t>| {
        let others = list.hooks.len().saturating_sub(1);
        list.hooks.into_iter().take(others).find(|hook| hook.name == first)
    };
    let found = after.into_iter().find_map(followed).map(|hook| Answer::at(true, hook.name_node));
    found.or_else(|| hidden_list(world.root, Some(flow))).unwrap_or_else(|| Answer::bare(false))
}

/// A provider that fits.
pub(super) fn provider<'t>(root: Node<'t>, wanted: &Provided) -> Answer<'t> {
    let path = "selfservice.methods.oidc.config.providers";
    let Some(list) = root.find(path) else { return Answer::bare(false) };
    if is_filled_in(list) {
        return Answer::needs(format!("the value of `{path}`"), Some(list));
    }
    any(list.items().map(|provider| fits(provider, wanted)))
}

fn fits<'t>(provider: Node<'t>, wanted: &Provided) -> Answer<'t> {
    let word = |key: &str, is_it: &dyn Fn(&str) -> bool| match provider.get(key) {
        Some(node) if is_filled_in(node) => Answer::needs(format!("the value of `{}`", node.pointer()), Some(node)),
        Some(node) => Answer::at(node.as_str().is_some_and(is_it), node),
        None => Answer::bare(false),
    };
    let mut answers = Vec::new();
    if !wanted.keys.is_empty() {
        let key = wanted.keys.iter().find_map(|key| provider.get(key));
        answers.push(key.map_or_else(|| Answer::bare(false), |node| Answer::at(true, node)));
    }
    if !wanted.kinds.is_empty() {
        answers.push(word("provider", &|kind| wanted.kinds.contains(&kind)));
    }
    if let Some(key) = wanted.has {
        let given = provider.get(key).filter(|node| node.as_str() != Some("") && !node.is_null());
        answers.push(given.map_or_else(|| Answer::bare(false), |node| Answer::at(true, node)));
    }
    if let Some((key, unwanted)) = wanted.without {
        let mut answer = super::not(word(key, &|text| text == unwanted));
        answer.exact = false;
        answers.push(answer);
    }
    all(answers.into_iter())
}
