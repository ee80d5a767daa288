//! The order of events of each flow, for pictures: request, hooks before saving, the identity is saved, hooks after it, the
//! answer to the user.

use super::{is_shown, label, never_label, scope};
use crate::diagnostic::hash;
use crate::kratos::hooks::{Hook, Mode, Phase};
use crate::kratos::plan::{Never, Point, Run};
use crate::kratos::version::Version;
use crate::output::text::text;

/// What a hook looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The flow waits.
    Awaited,
    /// The flow waits, and the answer may stop or change it.
    Interrupting,
    /// The flow does not wait.
    Background,
    /// It belongs to Kratos.
    BuiltIn,
    /// It is never called.
    Never,
}

impl Look {
    /// All, in the order of the legend.
    pub(super) const ALL: [Look; 5] = [Look::Awaited, Look::Interrupting, Look::Background, Look::BuiltIn, Look::Never];

    /// The word of the legend, which is also the name of its style.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Look::Awaited => "awaited",
            Look::Interrupting => "interrupting",
            Look::Background => "background",
            Look::BuiltIn => "built-in",
            Look::Never => "never",
        }
    }

    /// What the legend says.
    pub(super) const fn legend(self) -> &'static str {
        match self {
            Look::Awaited => "users wait",
            Look::Interrupting => "can stop or change the flow",
            Look::Background => "users do not wait",
            Look::BuiltIn => "part of Kratos",
            Look::Never => "never runs",
        }
    }
}

/// A hook of a stage.
pub(super) struct Step {
    pub(super) look: Look,
    pub(super) label: String,
    /// What users see and what is stored when it fails, or why it never runs.
    pub(super) about: String,
}

/// A flow, for all methods that have the same hooks.
pub(super) struct Lane {
    /// `registration: password, oidc`
    pub(super) title: String,
    pub(super) is_off: bool,
    /// Whether the flow stores something about the identity between its hooks.
    pub(super) saves: bool,
    pub(super) request: Vec<Step>,
    pub(super) before_saving: Vec<Step>,
    pub(super) after_saving: Vec<Step>,
}

/// What tells the hooks of two methods apart: a list for all methods and lists with the same hooks are one.
pub(super) fn signature(point: &Point<'_>) -> Vec<String> {
    let runs = point.runs.iter().map(|run| {
        let written = run.hook.map(written).unwrap_or_default();
        format!("{} {} {} {written}", run.phase.name(), label(run), run.mode.name())
    });
    let never =
        point.never.iter().map(|never| format!("never {} {} {}", written(never.hook), scope(never), never.why.name()));
    runs.chain(never).chain([point.enabled.to_string()]).collect()
}

/// What a hook says, however it is indented, as a number that stands for it.
fn written(hook: Hook<'_>) -> String {
    let place = hook.node.place().in_file();
    let words: Vec<&str> = place.source.slice(place.span).split_whitespace().collect();
    hash(&words)
}

/// The lanes of all flows where something is configured.
pub(super) fn lanes(points: &[Point<'_>], version: Version) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    let mut known: Vec<(&'static str, Vec<String>, Vec<&'static str>, &Point<'_>)> = Vec::new();
    for point in points.iter().filter(|point| point.trigger == "after") {
        let own = signature(point);
        let same = known.iter_mut().find(|(flow, other, ..)| *flow == point.flow && *other == own);
        match (same, point.method) {
            (Some((_, _, methods, _)), Some(method)) => methods.push(method),
            (Some(_), None) => {}
            (None, method) => known.push((point.flow, own, method.into_iter().collect(), point)),
        }
    }
    for (flow, _, methods, point) in known {
        let start = points.iter().find(|other| other.flow == flow && other.trigger == "before");
        let is_first = lanes.iter().all(|lane| !lane.title.starts_with(flow));
        let start = start.filter(|start| is_shown(start) && is_first);
        if !is_shown(point) && start.is_none() {
            continue;
        }
        let steps = |wanted: &[Phase]| {
            let runs = point.runs.iter().filter(|run| wanted.contains(&run.phase));
            runs.map(|run| step(run, flow, version)).collect::<Vec<_>>()
        };
        let mut after_saving = steps(&[Phase::PostPersist, Phase::After]);
        after_saving.extend(point.never.iter().map(never));
        let before = |start: &Point<'_>| {
            start.runs.iter().map(|run| step(run, flow, version)).chain(start.never.iter().map(never)).collect()
        };
        let methods = if methods.is_empty() { String::new() } else { format!(": {}", methods.join(", ")) };
        lanes.push(Lane {
            title: format!("{flow}{methods}"),
            is_off: !point.enabled,
            saves: matches!(flow, "registration" | "settings"),
            request: start.map(before).unwrap_or_default(),
            before_saving: steps(&[Phase::PrePersist]),
            after_saving,
        });
    }
    lanes
}

fn look(run: &Run<'_>) -> Look {
    let is_web_hook = run.hook.is_some_and(crate::kratos::hooks::Hook::is_web_hook);
    match run.mode {
        _ if !is_web_hook => Look::BuiltIn,
        Mode::Blocking => Look::Awaited,
        Mode::Interrupting => Look::Interrupting,
        Mode::Background => Look::Background,
    }
}

/// What users see and what is stored when a hook fails for which the flow waits.
pub(super) fn when_it_fails(run: &Run<'_>, flow: &str, version: Version) -> Option<String> {
    matches!(look(run), Look::Awaited | Look::Interrupting).then(|| step(run, flow, version).about)
}

fn step(run: &Run<'_>, flow: &str, version: Version) -> Step {
    let look = look(run);
    let about = match look {
        Look::BuiltIn | Look::Never => String::new(),
        Look::Background => "if it fails: users see nothing, Kratos logs it".to_owned(),
        Look::Awaited => format!("if it fails: {}", failure(flow, run.phase, version)),
        Look::Interrupting => format!("if it fails or refuses: {}", failure(flow, run.phase, version)),
    };
    Step { look, label: text(&label(run)).to_string(), about }
}

/// What users see and what is stored already: the order of events of each flow, as records of servers show it.
fn failure(flow: &str, phase: Phase, version: Version) -> &'static str {
    match (flow, phase) {
        ("settings", Phase::Before) => "an error; it also runs after each save and recovery, which stay",
        (_, Phase::Before) => "an error, the flow does not begin",
        (_, Phase::PrePersist) => "an error or its messages, nothing is stored",
        ("registration", Phase::PostPersist) => "an error, but the account is stored",
        ("settings", Phase::PostPersist) => "an error, but the change is stored",
        ("login", _) => "an error, users are not signed in",
        ("recovery", _) if version >= Version::V1_1 => "an error, users are not signed in and the code is used up",
        ("verification", _) if version >= Version::V1_2 => "an error, but the address is verified",
        _ => "an error",
    }
}

fn never(never: &Never<'_>) -> Step {
    Step {
        look: Look::Never,
        label: text(&never_label(never)).to_string(),
        about: format!("{}: {}", scope(never), never.why.text()),
    }
}
