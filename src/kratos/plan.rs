//! What really runs: per flow and method the hooks in their order, and those that never run with the reason.
//!
//! A pure function of configuration and version. It agrees with the traces of real servers.
//! Source: `driver/registry_default_*.go`.

use std::collections::HashMap;

use crate::kratos::changes;
use crate::kratos::hooks::{self, Hook, HookList, Mode, Phase, list, methods};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::version::Version;
use crate::kratos::view::{self, Switch};
use crate::yaml::{Node, Value};

/// A hook that runs.
#[derive(Clone)]
pub struct Run<'t> {
    /// When.
    pub phase: Phase,
    /// Its name.
    pub name: &'t str,
    /// The hook of the configuration; none for one that Kratos inserts.
    pub hook: Option<Hook<'t>>,
    /// What it asks of the flow.
    pub mode: Mode,
}

/// Why a hook never runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The list of the method replaces this list.
    Shadowed,
    /// No phase that reads this list calls it.
    NoPhase,
    /// The flow or the method is off.
    Disabled,
    /// This version does not know it.
    Unknown,
    /// The open-source server does not know it.
    Commercial,
    /// `session` before it ends the flow for some clients (before v1.2.0).
    AfterSession,
    /// It acts on sign-ins by password only.
    PasswordOnly,
}

impl Why {
    /// The word in the JSON of `kratos-lint hooks`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Why::Shadowed => "shadowed",
            Why::NoPhase | Why::PasswordOnly => "no-phase",
            Why::Disabled => "disabled",
            Why::Unknown | Why::Commercial => "unknown",
            Why::AfterSession => "after-session",
        }
    }

    /// The reason as a clause.
    #[must_use]
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Why::Shadowed => "the list of the method replaces this one",
            Why::NoPhase => "a hook that reads its answer is only called from the list of a method",
            Why::Disabled => "the flow or the method is off",
            Why::Unknown => "this version of Kratos does not know it",
            Why::Commercial => "the open-source server does not know it",
            Why::AfterSession => "`session` before it ends the flow",
            Why::PasswordOnly => "it acts on sign-ins by password only",
        }
    }
}

/// A hook that never runs.
#[derive(Clone)]
pub struct Never<'t> {
    /// The hook.
    pub hook: Hook<'t>,
    /// Why.
    pub why: Why,
    /// For which clients; all when empty.
    pub clients: &'static [&'static str],
}

/// A moment at which hooks run.
#[derive(Clone)]
pub struct Point<'t> {
    /// The flow.
    pub flow: &'static str,
    /// `before` or `after`.
    pub trigger: &'static str,
    /// The method, where the flow has method lists.
    pub method: Option<&'static str>,
    /// Whether users can come there.
    pub enabled: bool,
    /// What runs, in order.
    pub runs: Vec<Run<'t>>,
    /// What does not.
    pub never: Vec<Never<'t>>,
}

/// Clients for which `session` ends a registration before v1.2.0 (`selfservice/hook/session_issuer.go`).
const ENDED_BY_SESSION: &[&str] = &["api", "spa"];

/// From this version on `session` runs last wherever it is (getHooks, commit e94250705).
pub(crate) const SESSION_LAST: Version = changes::release("session-last");

/// The hook that lets only users with a verified address sign in.
const VERIFIED_ADDRESS: &str = "require_verified_address";

/// Drops registration by code where surely no identity schema has an identifier for it: no one can come there
/// (400 with message 4000009). A list of its own stays, so that its hooks are seen.
pub(crate) fn drop_unreachable(points: &mut Vec<Point<'_>>, schemas: &[IdentitySchema]) {
    let remote = |node: Node<'_>| node.get("$ref").and_then(Node::as_str).is_some_and(|to| !to.starts_with('#'));
    let lacks_code = |schema: &IdentitySchema| {
        schema.root().is_some_and(|root| {
            !identity::marks(root, "credentials.code.identifier") && !root.descendants().into_iter().any(remote)
        })
    };
    if schemas.is_empty() || !schemas.iter().all(lacks_code) {
        return;
    }
    points.retain(|point| {
        let hooks = point.runs.iter().filter_map(|run| run.hook).chain(point.never.iter().map(|never| never.hook));
        let own = hooks.into_iter().any(|hook| hook.node.pointer().contains("/after/code/"));
        own || (point.flow, point.method) != ("registration", Some("code"))
    });
}

/// Whether `require_verified_address` returns at once after other methods than the password
/// (`selfservice/hook/address_verifier.go` up to v1.3.1; later only with the flag for the old error).
#[must_use]
pub(crate) fn password_only(node: Node<'_>, version: Version) -> bool {
    let legacy = "feature_flags.legacy_require_verified_login_error";
    version <= Version::V1_3_1 || node.tree().root().and_then(|root| root.find(legacy)).is_some_and(Node::is_true)
}

/// All points of a configuration, in the order of the flows.
#[must_use]
pub fn points(root: Node<'_>, version: Version) -> Vec<Point<'_>> {
    points_of(root, version, false)
}

/// The same of what may be a part of a configuration: there a flow or method is off only where the part itself switches it off.
#[must_use]
pub(crate) fn points_of(root: Node<'_>, version: Version, is_part: bool) -> Vec<Point<'_>> {
    let plan = Plan { root, version, is_part };
    let mut points = Vec::new();
    for flow in hooks::FLOWS {
        points.push(plan.single(flow, "before", Phase::Before));
        if hooks::METHODS.iter().any(|(name, _)| *name == flow) {
            points.extend(methods(flow, version).filter_map(|method| plan.after(flow, method)));
        } else {
            points.push(plan.single(flow, "after", Phase::After));
        }
    }
    points
}

#[derive(Clone, Copy)]
struct Plan<'t> {
    root: Node<'t>,
    version: Version,
    is_part: bool,
}

impl<'t> Plan<'t> {
    /// Whether the rest of the configuration may switch a flow and a method on.
    fn may_be_on(self, flow: &str, method: Option<&str>) -> bool {
        let is_off = |path: String| self.root.find(&path).is_some_and(|node| *node.value() == Value::Bool(false));
        let method = method.map(|method| format!("selfservice.methods.{method}.enabled"));
        self.is_part && !is_off(format!("selfservice.flows.{flow}.enabled")) && !method.is_some_and(is_off)
    }

    /// A point with one list.
    fn single(self, flow: &'static str, trigger: &'static str, phase: Phase) -> Point<'t> {
        let enabled = view::flow(self.root, flow) != Switch::Off || self.may_be_on(flow, None);
        let mut point = Point { flow, trigger, method: None, enabled, runs: Vec::new(), never: Vec::new() };
        for hook in list(self.root, flow, trigger, None).into_iter().flat_map(|list| list.hooks) {
            point.take(hook, phase, self.version);
        }
        let legacy = self.root.find("selfservice.flows.registration.enable_legacy_one_step").is_some_and(Node::is_true);
        let two_steps = (Version::V1_2..=Version::V1_3_1).contains(&self.version) && !legacy;
        if enabled && flow == "registration" && trigger == "before" && two_steps {
            point.runs.push(Run { phase, name: "two_step_registration", hook: None, mode: Mode::Blocking });
        }
        point
    }

    /// The point after a method; none when the method is off and has no list.
    fn after(self, flow: &'static str, method: &'static str) -> Option<Point<'t>> {
        let own = list(self.root, flow, "after", Some(method));
        let global = list(self.root, flow, "after", None);
        let enabled = is_enabled(self.root, flow, method, self.version);
        if !enabled && own.is_none() {
            return None;
        }
        let enabled = enabled || self.may_be_on(flow, Some(method));
        let mut point =
            Point { flow, trigger: "after", method: Some(method), enabled, runs: Vec::new(), never: Vec::new() };
        if flow == "login" {
            self.one_phase(&mut point, own, global);
        } else {
            self.two_phases(&mut point, own, global);
        }
        Some(point)
    }

    /// Login: the method's list, or the global one when that yields no hook.
    fn one_phase(self, point: &mut Point<'t>, own: Option<HookList<'t>>, global: Option<HookList<'t>>) {
        let shadows = own.as_ref().is_some_and(|list| self.yields(list, Phase::After));
        for hook in own.into_iter().flat_map(|list| list.hooks) {
            point.take(hook, Phase::After, self.version);
        }
        for hook in global.into_iter().flat_map(|list| list.hooks) {
            if shadows {
                point.skip(hook, Why::Shadowed);
            } else {
                point.take(hook, Phase::After, self.version);
            }
        }
    }

    /// Registration and settings: before storing only the method's list; after storing that, or the global one when it yields
    /// no hook for the phase.
    fn two_phases(self, point: &mut Point<'t>, own: Option<HookList<'t>>, global: Option<HookList<'t>>) {
        let shadows = own.as_ref().is_some_and(|list| self.yields(list, Phase::PostPersist));
        let own = own.map(|list| list.hooks).unwrap_or_default();
        for hook in own.iter().filter(|hook| self.is_pre_persist(**hook, point.flow)) {
            point.take(*hook, Phase::PrePersist, self.version);
        }
        if point.enabled && view::flow(self.root, "verification").is_on() {
            point.runs.push(Run { phase: Phase::PostPersist, name: "verification", hook: None, mode: Mode::Blocking });
        }
        let later = own.into_iter().filter(|hook| !self.is_pre_persist(*hook, point.flow)).collect();
        self.post_persist(point, later);
        let global = global.map(|list| list.hooks).unwrap_or_default();
        let mut effective = Vec::new();
        for hook in global {
            if self.is_pre_persist(hook, point.flow) {
                point.skip(hook, Why::NoPhase);
            } else if shadows {
                point.skip(hook, Why::Shadowed);
            } else {
                effective.push(hook);
            }
        }
        self.post_persist(point, effective);
    }

    fn post_persist(self, point: &mut Point<'t>, mut hooks: Vec<Hook<'t>>) {
        let session = hooks.iter().position(|hook| hook.name == "session");
        if self.version >= SESSION_LAST {
            hooks.sort_by_key(|hook| hook.name == "session");
        }
        // After a provider the browser comes back without a flow that `session` could end, also that of a native client with a
        // code (session_issuer.go:executePostRegistrationPostPersistHook, v1.0.0 and v1.1.0; v0.13.0 had no native clients there).
        let is_ended = point.flow == "registration" && point.method != Some("oidc");
        let ended = session.filter(|_| self.version < SESSION_LAST && is_ended);
        for (index, hook) in hooks.into_iter().enumerate() {
            point.take(hook, Phase::PostPersist, self.version);
            if ended.is_some_and(|session| index > session) {
                point.never.push(Never { hook, why: Why::AfterSession, clients: ENDED_BY_SESSION });
            }
        }
    }

    /// Whether a list holds at least one hook that implements the phase, acting there or not.
    fn yields(self, list: &HookList<'_>, phase: Phase) -> bool {
        list.hooks.iter().any(|hook| hooks::has_executor(hook.name, list.flow, phase, self.version))
    }

    /// Whether a hook acts before storing. In v0.13.0 settings did so for `can_interrupt` only.
    fn is_pre_persist(self, hook: Hook<'_>, flow: &str) -> bool {
        if !hook.is_web_hook() {
            return hooks::has_executor(hook.name, flow, Phase::PrePersist, self.version);
        }
        if flow == "settings" && self.version <= Version::V0_13 {
            return hook.can_interrupt().is_some();
        }
        hook.interrupts().is_some()
    }
}

impl<'t> Point<'t> {
    fn take(&mut self, hook: Hook<'t>, phase: Phase, version: Version) {
        if !hooks::is_known(hook.name, version) {
            self.skip(hook, if hooks::is_commercial(hook.name) { Why::Commercial } else { Why::Unknown });
        } else if !self.enabled {
            self.skip(hook, Why::Disabled);
        } else if !hooks::has_executor(hook.name, self.flow, phase, version) {
            self.skip(hook, Why::NoPhase);
        } else if hook.name == VERIFIED_ADDRESS && self.method != Some("password") && password_only(hook.node, version)
        {
            self.skip(hook, Why::PasswordOnly);
        } else {
            self.runs.push(Run { phase, name: hook.name, hook: Some(hook), mode: hook.mode() });
        }
    }

    fn skip(&mut self, hook: Hook<'t>, why: Why) {
        self.never.push(Never { hook, why, clients: &[] });
    }

    /// The point in words: `registration.after.password`.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        let method = self.method.map(|method| format!(".{method}")).unwrap_or_default();
        format!("{}.{}{method}", self.flow, self.trigger)
    }
}

/// Whether users can come to the hooks of a method.
#[must_use]
pub(crate) fn is_enabled(root: Node<'_>, flow: &str, method: &str, version: Version) -> bool {
    let on = |path: &str| {
        root.find("selfservice.methods")
            .and_then(|m| m.find(path))
            .is_some_and(|node| node.is_true() || node.is_unknown())
    };
    if view::flow(root, flow) == Switch::Off {
        return false;
    }
    let enabled = view::method(root, method) != Switch::Off;
    match (flow, method) {
        ("login", "code") => version >= Version::V1_1 && (on("code.passwordless_enabled") || on("code.mfa_enabled")),
        ("registration", "code") => version >= Version::V1_1 && (enabled || on("code.passwordless_enabled")),
        ("registration", "webauthn") => enabled && on("webauthn.config.passwordless"),
        _ => enabled,
    }
}

/// The points at which each hook runs, and does not, by the pointers of the hooks.
pub(crate) struct Uses<'p, 't> {
    runs: HashMap<String, Vec<(&'p Point<'t>, &'p Run<'t>)>>,
    never: HashMap<String, Vec<(&'p Point<'t>, &'static str)>>,
}

impl<'p, 't> Uses<'p, 't> {
    /// The uses at the points of a configuration.
    #[must_use]
    pub(crate) fn of(points: &'p [Point<'t>]) -> Uses<'p, 't> {
        let mut uses = Uses { runs: HashMap::new(), never: HashMap::new() };
        for point in points {
            for (hook, run) in point.runs.iter().filter_map(|run| Some((run.hook?, run))) {
                uses.runs.entry(hook.node.pointer()).or_default().push((point, run));
            }
            for never in &point.never {
                uses.never.entry(never.hook.node.pointer()).or_default().push((point, never.why.text()));
            }
        }
        uses
    }

    /// Where the hook at a pointer runs, in the order of the points.
    #[must_use]
    pub(crate) fn runs(&self, pointer: &str) -> &[(&'p Point<'t>, &'p Run<'t>)] {
        self.runs.get(pointer).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the hook at a pointer never runs, and why.
    #[must_use]
    pub(crate) fn never(&self, pointer: &str) -> &[(&'p Point<'t>, &'static str)] {
        self.never.get(pointer).map(Vec::as_slice).unwrap_or_default()
    }
}
