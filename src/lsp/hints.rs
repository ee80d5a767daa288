//! Inlay hints: the order and phase of each hook, what embedded content is, and defaults of keys that are left out.

use std::path::Path;

use serde_json::{Value, json};

use super::position::Lines;
use super::state::{Known, Snapshot};
use super::{fragment, units, variables, virtuals};
use crate::kratos::hooks::{self, Mode};
use crate::kratos::version::Version;
use crate::kratos::{plan, schema};
use crate::text::Place;
use crate::unit::Unit;
use crate::yaml::Node;

/// Keys that users look for when they are left out, by the mapping around them; `*` stands for one key.
const LEFT_OUT: &[(&str, &[&str])] = &[
    ("selfservice.flows.login", &["lifespan"]),
    ("selfservice.flows.registration", &["enabled", "lifespan"]),
    ("selfservice.flows.settings", &["privileged_session_max_age", "required_aal"]),
    ("selfservice.flows.recovery", &["enabled", "use", "lifespan"]),
    ("selfservice.flows.verification", &["enabled", "use", "lifespan"]),
    ("selfservice.methods.*", &["enabled"]),
    ("selfservice.methods.code", &["passwordless_enabled"]),
    ("session", &["lifespan"]),
    ("session.cookie", &["persistent", "same_site"]),
    ("hashers", &["algorithm"]),
    ("ciphers", &["algorithm"]),
    ("log", &["level"]),
];

/// Most hints of an answer: editors ask for the lines that they show.
const MAX_HINTS: usize = 2_000;

/// The answer to `textDocument/inlayHint`.
pub(super) fn answer(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let asked = lines.span(params.get("range").unwrap_or(&Value::Null));
    let mut found = Vec::new();
    for unit in units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let version = units::version(path, Some(root), snapshot);
        let known = snapshot.known(path, &unit);
        // Nodes of other files may be laid over those of this one.
        let is_shown = |place: &Place, at: usize| asked.start <= at && at <= asked.end && snapshot.holds(path, place);
        found.extend(of_hooks(root, version, &is_shown));
        found.extend(of_contents(root, &is_shown));
        found.extend(of_defaults(&unit, root, version, known, source.text(), &is_shown));
    }
    let hints = found.into_iter().take(MAX_HINTS).map(|hint| {
        json!({"position": lines.position(hint.at).json(), "label": hint.label, "paddingLeft": hint.is_after,
            "paddingRight": !hint.is_after})
    });
    Value::Array(hints.collect())
}

/// A text at a byte of the file.
struct Hint {
    at: usize,
    label: String,
    /// It belongs to what is before it.
    is_after: bool,
}

/// Whether a byte of a place is shown.
type IsShown<'s> = dyn Fn(&Place, usize) -> bool + 's;

fn of_hooks(root: Node<'_>, version: Version, is_shown: &IsShown<'_>) -> Vec<Hint> {
    let points = plan::points(root, version);
    let hooks = hooks::lists(root).into_iter().flat_map(|list| list.hooks);
    let hint = |hook: hooks::Hook<'_>| {
        let place = hook.name_node.place().in_file();
        let at = place.span.end;
        let label = is_shown(&place, at).then(|| order(&points, hook.node))??;
        Some(Hint { at, label, is_after: true })
    };
    hooks.filter_map(hint).collect()
}

/// "1 · before saving · blocking", "never runs". A list for all methods runs at several points, perhaps not alike.
pub(super) fn order(points: &[plan::Point<'_>], hook: Node<'_>) -> Option<String> {
    let is_own = |run: &plan::Run<'_>| run.hook.is_some_and(|own| own.node.id() == hook.id());
    let run = |point: &&plan::Point<'_>| {
        let order = point.runs.iter().position(is_own)?;
        point.runs.get(order).map(|run| (order + 1, run.phase.words(), run.mode))
    };
    let is_never = |point: &&plan::Point<'_>| point.never.iter().any(|never| never.hook.node.id() == hook.id());
    let (on, off): (Vec<&plan::Point<'_>>, Vec<_>) = points.iter().partition(|point| point.enabled);
    let points = if on.iter().any(|point| run(point).is_some() || is_never(point)) { on } else { off };
    let mut runs = points.iter().filter_map(run);
    let never: Vec<String> = points.iter().filter_map(|point| never_for(point, hook)).collect();
    let Some((order, phase, mode)) = runs.next() else {
        return points.iter().any(is_never).then(|| "never runs".to_owned());
    };
    let mode = match mode {
        Mode::Background => "in the background",
        Mode::Blocking => "blocking",
        Mode::Interrupting => "can stop the flow",
    };
    let order = if runs.all(|(other, ..)| other == order) { format!("{order} · ") } else { String::new() };
    let but = if never.is_empty() { String::new() } else { format!(" · never runs for {}", never.join(", ")) };
    Some(format!("{order}{phase} · {mode}{but}"))
}

/// The method for which a hook never runs, and the clients when it is not all of them.
fn never_for(point: &plan::Point<'_>, hook: Node<'_>) -> Option<String> {
    let never = point.never.iter().find(|never| never.hook.node.id() == hook.id())?;
    let method = point.method?;
    if never.clients.is_empty() {
        return Some(method.to_owned());
    }
    Some(format!("{method} with {} clients", never.clients.join(" and ")))
}

/// The name that embedded content would have as a file, and how long it is.
fn of_contents(root: Node<'_>, is_shown: &IsShown<'_>) -> Vec<Hint> {
    let hint = |embedded: virtuals::Embedded<'_>| {
        let place = embedded.node.place().in_file();
        let at = place.span.start;
        let count = embedded.text.text().lines().count();
        let lines = if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        is_shown(&place, at).then(|| Hint { at, label: format!("{} · {lines}", embedded.name), is_after: false })
    };
    virtuals::all(root).filter_map(hint).collect()
}

/// The defaults of keys that are left out, after the key of the mapping. A key that the environment sets has none.
fn of_defaults(
    unit: &Unit,
    root: Node<'_>,
    version: Version,
    known: Option<&Known>,
    text: &str,
    is_shown: &IsShown<'_>,
) -> Vec<Hint> {
    // What other files lay over this one is not left out.
    if !unit.layers.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let set = known.map(variables::all_set).unwrap_or_default();
    for (pattern, keys) in LEFT_OUT {
        for node in root.select(pattern).into_iter().filter(|node| node.is_mapping()) {
            let place = node.key_place().in_file();
            let key = place.span;
            let end = key.end + text.get(key.end..).map_or(0, |rest| rest.find(['\n', '\r']).unwrap_or(rest.len()));
            let Some(path) = schema::path_of(node).filter(|_| is_shown(&place, end)) else { continue };
            let default = |key: &&str| {
                let is_set = variables::is_set_below(node, key, &set);
                let value = schema::default_of(&fragment::join(&path, key), version)?;
                let value: Value = serde_json::from_str(value).ok()?;
                let is_left_out = node.get(key).is_none() && !is_set && !value.is_object();
                is_left_out
                    .then(|| format!("{key}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            };
            let defaults: Vec<String> = keys.iter().filter_map(default).collect();
            if !defaults.is_empty() {
                found.push(Hint { at: end, label: format!("default {}", defaults.join(", ")), is_after: true });
            }
        }
    }
    // `methods.code` fits two rows.
    found.sort_by(|one, other| (one.at, &one.label).cmp(&(other.at, &other.label)));
    found.dedup_by(|second, first| {
        let is_same = first.at == second.at;
        if is_same {
            let more = second.label.trim_start_matches("default ").to_owned();
            first.label = format!("{}, {more}", first.label);
        }
        is_same
    });
    found
}
