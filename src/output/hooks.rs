//! Pictures of what really runs at the hook points of a configuration.

mod mermaid;
pub(crate) mod places;
mod svg;
pub(crate) mod table;
mod timeline;

use std::fmt::Write as _;

use serde_json::json;

use crate::kratos::hooks::Hook;
use crate::kratos::network::Edition;
use crate::kratos::plan::{Never, Point, Run};
use crate::kratos::secrets;
use crate::output::text;
use crate::target::Target;

pub(crate) use mermaid::mermaid;
pub(crate) use svg::svg;

/// What runs the hooks: of a range the newest release is drawn.
fn server(target: &Target) -> String {
    match target.edition {
        Edition::OpenSource => format!("Kratos {}", target.newest()),
        _ => target.title(),
    }
}

/// The interface for programs (src/site/pages/house/interface.md).
#[must_use]
pub(crate) fn json(points: &[Point<'_>], target: &Target) -> String {
    let rows: Vec<_> = points
        .iter()
        .map(|point| {
            let runs: Vec<_> = point.runs.iter().map(run_row).collect();
            let never: Vec<_> = point.never.iter().map(never_row).collect();
            json!({"flow": point.flow, "trigger": point.trigger, "method": point.method, "enabled": point.enabled,
                "runs": runs, "never": never})
        })
        .collect();
    let document =
        json!({"version": 1, "kratos": target.edition.name().unwrap_or(target.newest().name()), "points": rows});
    format!("{document:#}\n")
}

fn run_row(run: &Run<'_>) -> serde_json::Value {
    let hook = run.hook;
    let pointer = hook.map(|hook| hook.node.pointer());
    json!({"phase": run.phase.name(), "hook": secrets::hook(run.name), "pointer": pointer, "url": hook.and_then(Hook::url).map(secrets::url),
        "mode": run.mode.name(), "inserted": hook.is_none()})
}

fn never_row(never: &Never<'_>) -> serde_json::Value {
    let mut row =
        json!({"hook": secrets::hook(never.hook.name), "pointer": never.hook.node.pointer(), "why": never.why.name()});
    if !never.clients.is_empty() {
        row["clients"] = json!(never.clients);
    }
    row
}

/// The widest line of the text picture, in columns.
const WIDTH: usize = 100;

/// A picture for the terminal.
#[must_use]
pub(crate) fn plain(points: &[Point<'_>], file: &str, target: &Target) -> String {
    let version = target.newest();
    let mut out = format!("What runs at the hook points of {file} in {}\n", server(target));
    for group in alike(points) {
        let Some(point) = group.first() else { continue };
        let off = if point.enabled { "" } else { "   (off: never runs)" };
        _ = write!(out, "\n{}{off}\n", title(&group));
        for (index, run) in point.runs.iter().enumerate() {
            let line = format!("  {}. {:<13} {:<13} {}", index + 1, run.phase.words(), run.mode.name(), label(run));
            _ = writeln!(out, "{}", cut(&line));
            if let Some(about) = timeline::when_it_fails(run, point.flow, version) {
                _ = writeln!(out, "     {about}");
            }
        }
        for never in &point.never {
            _ = writeln!(out, "{}", cut(&format!("  ✗  {}", never_label(never))));
            _ = writeln!(out, "{}", cut(&format!("     {}: {}", scope(never), never.why.text())));
        }
        if point.runs.is_empty() && point.never.is_empty() {
            out.push_str("  nothing\n");
        }
    }
    out
}

/// The points that are shown; methods of a flow with the same hooks are together.
fn alike<'p, 't>(points: &'p [Point<'t>]) -> Vec<Vec<&'p Point<'t>>> {
    let mut groups: Vec<(Vec<String>, Vec<&Point<'t>>)> = Vec::new();
    for point in points.iter().filter(|point| is_shown(point)) {
        let own = timeline::signature(point);
        let is_same = |group: &&mut (Vec<String>, Vec<&Point<'t>>)| {
            group.0 == own && group.1.iter().all(|other| (other.flow, other.trigger) == (point.flow, point.trigger))
        };
        match groups.iter_mut().find(is_same) {
            Some((_, group)) => group.push(point),
            None => groups.push((own, vec![point])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// `registration.after.password`, or `registration.after: password, oidc`
fn title(group: &[&Point<'_>]) -> String {
    match group {
        [point] => point.name(),
        [point, ..] => {
            let methods: Vec<&str> = group.iter().filter_map(|point| point.method).collect();
            format!("{}.{}: {}", point.flow, point.trigger, methods.join(", "))
        }
        [] => String::new(),
    }
}

/// Points where nothing is configured are left out of pictures.
pub(super) fn is_shown(point: &Point<'_>) -> bool {
    point.runs.iter().any(|run| run.hook.is_some()) || !point.never.is_empty()
}

fn label(run: &Run<'_>) -> String {
    match run.hook.and_then(Hook::url) {
        Some(url) => format!("{} {}", secrets::hook(run.name), text::text(&secrets::url(url))),
        None if run.hook.is_none() => format!("{} (inserted by Kratos)", run.name),
        None => secrets::hook(run.name).to_owned(),
    }
}

fn never_label(never: &Never<'_>) -> String {
    match never.hook.url() {
        Some(url) => format!("{} {}", secrets::hook(never.hook.name), text::text(&secrets::url(url))),
        None => secrets::hook(never.hook.name).to_owned(),
    }
}

fn scope(never: &Never<'_>) -> String {
    if never.clients.is_empty() {
        "never runs".to_owned()
    } else {
        format!("never runs for {} clients", never.clients.join(" and "))
    }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= WIDTH {
        return line.trim_end().to_owned();
    }
    line.chars().take(WIDTH - 1).chain(['…']).collect()
}
