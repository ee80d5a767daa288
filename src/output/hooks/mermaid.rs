//! The timeline as a Mermaid flowchart, which GitHub and GitLab draw.

use std::fmt::Write as _;

use super::timeline::{Lane, Look, Step, lanes};
use crate::kratos::plan::Point;
use crate::target::Target;

/// A flowchart, one subgraph for each flow and its methods.
#[must_use]
pub(crate) fn mermaid(points: &[Point<'_>], file: &str, target: &Target) -> String {
    let server = super::server(target);
    let mut out = format!("%% What runs at the hook points of {} in {server}\nflowchart LR\n", escape(file));
    for (number, lane) in lanes(points, target.newest()).iter().enumerate() {
        draw(&mut out, number, lane);
    }
    out.push_str("  classDef never stroke-dasharray: 4 4,opacity:0.7\n  classDef saved font-weight:bold\n");
    out
}

fn draw(out: &mut String, number: usize, lane: &Lane) {
    let off = if lane.is_off { " (off)" } else { "" };
    _ = writeln!(out, "  subgraph p{number}[\"{}{off}\"]", escape(&lane.title));
    _ = writeln!(out, "    p{number}q([\"request\"])");
    let mut last = format!("p{number}q");
    let mut next = 0;
    let mut chain = |out: &mut String, steps: &[Step], last: &mut String| {
        for step in steps {
            let id = format!("p{number}n{next}");
            next += 1;
            let words = if step.about.is_empty() { step.look.legend() } else { step.about.as_str() };
            let shown = format!("{}<br/>{}", escape(&step.label), escape(words));
            let (open, close) = match step.look {
                Look::Awaited => ("[", "]"),
                Look::Interrupting => ("{{", "}}"),
                Look::Background => ("([", "])"),
                Look::BuiltIn => ("[[", "]]"),
                Look::Never => (">", "]"),
            };
            match step.look {
                Look::Never => _ = writeln!(out, "    {id}{open}\"<s>{shown}</s>\"{close}:::never"),
                Look::Background => {
                    _ = writeln!(out, "    {id}{open}\"{shown}\"{close}\n    {last} -.-> {id}");
                }
                _ => {
                    _ = writeln!(out, "    {id}{open}\"{shown}\"{close}\n    {last} --> {id}");
                    *last = id;
                }
            }
        }
    };
    chain(out, &lane.request, &mut last);
    chain(out, &lane.before_saving, &mut last);
    if lane.saves {
        _ = writeln!(out, "    p{number}s[(\"identity saved\")]:::saved\n    {last} --> p{number}s");
        last = format!("p{number}s");
    }
    chain(out, &lane.after_saving, &mut last);
    _ = writeln!(out, "    p{number}a([\"answer to the user\"])\n    {last} --> p{number}a\n  end");
}

/// Mermaid reads entity codes with `#`.
fn escape(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('`', "#96;").replace('<', "#lt;").replace('>', "#gt;")
}
