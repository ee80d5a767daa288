//! The hooks of a configuration by their pointers, and whether they run.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::run_row;
use crate::kratos::hooks::{self, Hook};
use crate::kratos::plan::Point;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::text;
use crate::yaml::Node;

/// The hooks of a configuration for programs.
#[must_use]
pub fn json(root: Node<'_>, points: &[Point<'_>], version: Version) -> Value {
    let row = |hook: &Hook<'_>| {
        let pointer = hook.node.pointer();
        let runs = runs(&pointer, points).map(|(point, run)| {
            let mut row = run_row(run);
            row["point"] = json!(point.name());
            row
        });
        let never = never(&pointer, points).map(|(point, why)| json!({"point": point.name(), "why": why}));
        json!({"pointer": pointer, "hook": secrets::hook(hook.name), "url": hook.url().map(secrets::url),
            "runs": runs.collect::<Vec<_>>(), "never": never.collect::<Vec<_>>()})
    };
    json!({"version": 1, "kratos": version.name(), "hooks": all(root).iter().map(row).collect::<Vec<_>>()})
}

/// The hooks of a configuration for a terminal.
#[must_use]
pub fn plain(root: Node<'_>, points: &[Point<'_>]) -> String {
    let mut out = String::new();
    for hook in all(root) {
        let pointer = hook.node.pointer();
        let url = hook.url().map(|url| format!(" {}", text::text(&secrets::url(url)))).unwrap_or_default();
        _ = writeln!(out, "{pointer}  {}{url}", secrets::hook(hook.name));
        for (point, run) in runs(&pointer, points) {
            _ = writeln!(out, "    runs in {}: {}, {}", point.name(), run.phase.words(), run.mode.name());
        }
        for (point, why) in never(&pointer, points) {
            _ = writeln!(out, "    never runs in {}: {why}", point.name());
        }
    }
    if out.is_empty() {
        out.push_str("no hooks\n");
    }
    out
}

fn all(root: Node<'_>) -> Vec<Hook<'_>> {
    hooks::lists(root).into_iter().flat_map(|list| list.hooks).collect()
}

fn runs<'p, 't>(
    pointer: &'p str,
    points: &'p [Point<'t>],
) -> impl Iterator<Item = (&'p Point<'t>, &'p crate::kratos::plan::Run<'t>)> {
    let is_it = move |hook: Option<Hook<'_>>| hook.is_some_and(|hook| hook.node.pointer() == pointer);
    points
        .iter()
        .flat_map(move |point| point.runs.iter().filter(move |run| is_it(run.hook)).map(move |run| (point, run)))
}

fn never<'p>(pointer: &'p str, points: &'p [Point<'_>]) -> impl Iterator<Item = (&'p Point<'p>, &'static str)> {
    points.iter().flat_map(move |point| {
        let is_it = move |hook: Hook<'_>| hook.node.pointer() == pointer;
        point.never.iter().filter(move |never| is_it(never.hook)).map(move |never| (point, never.why.text()))
    })
}
