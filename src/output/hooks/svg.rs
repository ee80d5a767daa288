//! One page for the whole configuration, readable in light and dark, without any outside resource.

use std::fmt::Write as _;

use super::{is_shown, label, never_label, scope};
use crate::kratos::hooks::Mode;
use crate::kratos::plan::Point;
use crate::kratos::version::Version;

const WIDTH: usize = 860;
const ROW: usize = 44;
const HEAD: usize = 34;
/// Characters of the monospaced label that fit into a box.
const FIT: usize = 92;

const STYLE: &str = "text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}.head{font-weight:700;font-size:15px}\
.small{font-size:11px;fill:#59636e}rect{stroke-width:1.5;fill:#fff;stroke:#59636e}.page{fill:#fff;stroke:none}\
.blocking{stroke:#bc4c00}.interrupting{stroke:#8250df}.background{stroke:#1a7f37}.never{stroke-dasharray:5 4;stroke:#cf222e}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}rect{fill:#161b22;stroke:#9198a1}.page{fill:#0d1117}\
.blocking{stroke:#f0883e}.interrupting{stroke:#a371f7}.background{stroke:#3fb950}.never{stroke:#f85149}}";

/// The picture.
#[must_use]
pub fn svg(points: &[Point<'_>], version: Version) -> String {
    let mut body = String::new();
    let mut y = 52;
    for point in points.iter().filter(|point| is_shown(point)) {
        let off = if point.enabled { "" } else { " — off, never runs" };
        _ = writeln!(body, "<text class=\"head\" x=\"20\" y=\"{}\">{}{off}</text>", y + 20, escape(&point.name()));
        y += HEAD;
        for (index, run) in point.runs.iter().enumerate() {
            let class = match run.mode {
                _ if run.hook.is_none() => "inserted",
                Mode::Blocking => "blocking",
                Mode::Interrupting => "interrupting",
                Mode::Background => "background",
            };
            let small = format!("{}. {} · {}", index + 1, run.phase.words(), run.mode.name());
            row(&mut body, y, class, &small, &label(run));
            y += ROW;
        }
        for never in &point.never {
            row(&mut body, y, "never", &format!("{}: {}", scope(never), never.why.text()), &never_label(never));
            y += ROW;
        }
        y += 12;
    }
    let height = y + 12;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Hooks of Kratos\">\n<style>{STYLE}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
         <text class=\"head\" x=\"20\" y=\"30\">What runs at the hook points of Kratos {version}</text>\n{body}</svg>\n"
    )
}

fn row(body: &mut String, y: usize, class: &str, small: &str, label: &str) {
    let shown: String = if label.chars().count() > FIT {
        label.chars().take(FIT - 1).chain(['…']).collect()
    } else {
        label.to_owned()
    };
    _ = writeln!(
        body,
        "<rect class=\"{class}\" x=\"20\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <text class=\"small\" x=\"34\" y=\"{}\">{}</text><text x=\"34\" y=\"{}\">{}</text>",
        WIDTH - 40,
        ROW - 6,
        y + 14,
        escape(small),
        y + 30,
        escape(&shown),
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
