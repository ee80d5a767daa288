//! The hooks of a configuration by their pointers, and whether they run.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::run_row;
use crate::kratos::hooks::{self, Hook};
use crate::kratos::plan::{Point, Uses};
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::text;
use crate::yaml::Node;

/// The hooks of a configuration for programs.
#[must_use]
pub(crate) fn json(root: Node<'_>, points: &[Point<'_>], version: Version) -> Value {
    let uses = Uses::of(points);
    let row = |hook: &Hook<'_>| {
        let pointer = hook.node.pointer();
        let runs = uses.runs(&pointer).iter().map(|(point, run)| {
            let mut row = run_row(run);
            row["point"] = json!(point.name());
            row
        });
        let never = uses.never(&pointer).iter().map(|(point, why)| json!({"point": point.name(), "why": why}));
        json!({"pointer": secrets::pointer(&pointer), "hook": secrets::hook(hook.name), "url": hook.url().map(secrets::url),
            "runs": runs.collect::<Vec<_>>(), "never": never.collect::<Vec<_>>()})
    };
    json!({"version": 1, "kratos": version.name(), "hooks": all(root).iter().map(row).collect::<Vec<_>>()})
}

/// The hooks of a configuration for a terminal.
#[must_use]
pub(crate) fn plain(root: Node<'_>, points: &[Point<'_>]) -> String {
    let uses = Uses::of(points);
    let mut out = String::new();
    for hook in all(root) {
        let pointer = hook.node.pointer();
        let url = hook.url().map(|url| format!(" {}", text::text(&secrets::url(url)))).unwrap_or_default();
        _ = writeln!(out, "{}  {}{url}", secrets::pointer(&pointer), secrets::hook(hook.name));
        for (point, run) in uses.runs(&pointer) {
            _ = writeln!(out, "    runs in {}: {}, {}", point.name(), run.phase.words(), run.mode.name());
        }
        for (point, why) in uses.never(&pointer) {
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
