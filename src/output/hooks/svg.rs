//! The timeline as one picture, readable in light and dark, without any outside resource.

use std::fmt::Write as _;

use super::timeline::{Lane, Look, Step, lanes};
use crate::kratos::plan::Point;
use crate::output::pretty::wrap::wrapped;
use crate::target::Target;

/// All is drawn on a page of this width; it scales with its container.
const WIDTH: usize = 800;
/// Left edge and width of the stages.
const REQUEST: (usize, usize) = (12, 172);
const BEFORE: (usize, usize) = (196, 176);
const SAVED: (usize, usize) = (384, 64);
const AFTER: (usize, usize) = (460, 184);
const ANSWER: (usize, usize) = (656, 134);
/// Height of a line of text.
const LINE: usize = 14;
/// Width of a character of the small texts, in tenths.
const CHARACTER: usize = 62;
/// Most lines of a text in a box.
const MAX_LINES: usize = 6;

const STYLE: &str = "text{font:11px system-ui,-apple-system,Segoe UI,Roboto,sans-serif;fill:#1f2328}\
.t{font-weight:700;font-size:15px}.h{font-weight:600}.s{fill:#59636e}.b{font-weight:600;font-size:12px}\
.box{stroke-width:1.5;fill:#fff;stroke:#59636e}.page{fill:#fff}.lane{fill:#f6f8fa;stroke:#d1d9e0}.line{stroke:#818b98;stroke-width:1.5}\
.awaited{stroke:#bc4c00}.interrupting{stroke:#8250df;stroke-width:2}.background{stroke:#1a7f37;stroke-dasharray:2 3}\
.built-in{stroke:#59636e;fill:#eff2f5}.never{stroke:#cf222e;stroke-dasharray:6 4}.x{text-decoration:line-through}\
.saved{fill:#0969da;stroke:#0969da}.w{fill:#fff;font-weight:600}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.s{fill:#9198a1}.box{fill:#161b22;stroke:#9198a1}.page{fill:#0d1117}\
.lane{fill:#10161d;stroke:#3d444d}.awaited{stroke:#f0883e}.interrupting{stroke:#a371f7}.background{stroke:#3fb950}\
.built-in{fill:#212830;stroke:#9198a1}.never{stroke:#f85149}.saved{fill:#1f6feb;stroke:#1f6feb}}";

/// The picture.
#[must_use]
pub(crate) fn svg(points: &[Point<'_>], file: &str, target: &Target) -> String {
    let mut body = String::new();
    let title = format!("Hooks of {} in {}", cut(file, 60), super::server(target));
    text(&mut body, 12, 26, "t", &title);
    let mut y = legend(&mut body, 40);
    for lane in lanes(points, target.newest()) {
        y = draw(&mut body, y + 14, &lane);
    }
    let height = y + 14;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{}\">\n<style>{STYLE}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n{body}</svg>\n",
        escape(&title)
    )
}

/// What the shapes mean; returns where it ends.
fn legend(out: &mut String, y: usize) -> usize {
    let mut x = 12;
    for look in Look::ALL {
        shape(out, look, (x, y, 30, 18));
        text(out, x + 36, y + 13, "s", look.legend());
        x += 36 + look.legend().len() * CHARACTER / 10 + 22;
    }
    y + 18
}

/// A flow; returns where it ends.
fn draw(out: &mut String, y: usize, lane: &Lane) -> usize {
    let mut body = String::new();
    let top = y + 46;
    let columns = [(REQUEST, &lane.request), (BEFORE, &lane.before_saving), (AFTER, &lane.after_saving)];
    let mut bottom = top + 40;
    for ((x, width), steps) in columns {
        let x = x + if x == REQUEST.0 { 10 } else { 0 };
        let mut at = top;
        for step in steps {
            at = hook(&mut body, x, at, width - if x == REQUEST.0 + 10 { 10 } else { 0 }, step) + 8;
        }
        bottom = bottom.max(at);
    }
    let stages = [
        (REQUEST.0 + 10, "1 request", true),
        (BEFORE.0, "2 before saving", lane.saves),
        (AFTER.0, if lane.saves { "3 after saving" } else { "2 at the end" }, true),
        (ANSWER.0, if lane.saves { "4 answer" } else { "3 answer" }, true),
    ];
    for (x, words, is_there) in stages {
        if is_there {
            text(&mut body, x, y + 38, "h s", words);
        }
    }
    fixed(&mut body, lane, top, bottom);
    let (end, rule) = (bottom + 6, y + 43);
    let off = if lane.is_off { " (off: users never come here)" } else { "" };
    _ = writeln!(
        out,
        "<rect class=\"lane\" x=\"6\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"8\"/>\
         <line class=\"line\" x1=\"22\" y1=\"{rule}\" x2=\"{}\" y2=\"{rule}\"/>",
        WIDTH - 12,
        end - y,
        ANSWER.0 + ANSWER.1 - 8,
    );
    text(out, 22, y + 20, "t", &format!("{}{off}", lane.title));
    out.push_str(&body);
    end
}

/// What every flow has: the moment of saving, the answer, and stages without hooks.
fn fixed(body: &mut String, lane: &Lane, top: usize, bottom: usize) {
    if lane.saves {
        let (x, width) = SAVED;
        _ = writeln!(
            body,
            "<rect class=\"saved\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{}\" rx=\"4\"/>",
            bottom - top
        );
        let middle = top + (bottom - top) / 2;
        text(body, x + 9, middle - 2, "w", "identity");
        text(body, x + 14, middle + 12, "w", "saved");
    }
    _ = writeln!(
        body,
        "<rect class=\"box\" x=\"{}\" y=\"{top}\" width=\"{}\" height=\"34\" rx=\"17\"/>",
        ANSWER.0,
        ANSWER.1 - 8
    );
    text(body, ANSWER.0 + 10, top + 21, "", "answer to the user");
    if lane.request.is_empty() {
        text(body, REQUEST.0 + 10, top + 20, "s", "no hook");
    }
    if lane.saves && lane.before_saving.is_empty() {
        text(body, BEFORE.0, top + 20, "s", "no hook");
    }
    if lane.after_saving.is_empty() {
        text(body, AFTER.0, top + 20, "s", "no hook");
    }
}

/// A hook in its shape, with what is said of it; returns where it ends.
fn hook(out: &mut String, x: usize, y: usize, width: usize, step: &Step) -> usize {
    let room = (width - 22) * 10 / CHARACTER;
    let (name, address) = step.label.split_once(' ').unwrap_or((&step.label, ""));
    let mut lines: Vec<(String, &str)> = vec![(name.to_owned(), if step.look == Look::Never { "b x" } else { "b" })];
    let address = address.trim_start_matches("https://").trim_start_matches("http://");
    if !address.is_empty() {
        lines.push((cut(address, room), if step.look == Look::Never { "x" } else { "" }));
    }
    let about = wrapped(&step.about, room, 0).into_iter().filter(|line| !line.is_empty());
    lines.extend(about.take(MAX_LINES).map(|line| (line, "s")));
    let height = lines.len() * LINE + 12;
    shape(out, step.look, (x, y, width, height));
    for (number, (line, class)) in lines.iter().enumerate() {
        text(out, x + 11, y + 17 + number * LINE, class, line);
    }
    y + height
}

/// The outline: a plain box, one with pointed ends, a dotted pill, a box with double sides, a broken box that is crossed out.
fn shape(out: &mut String, look: Look, (x, y, width, height): (usize, usize, usize, usize)) {
    let (right, bottom, middle, name) = (x + width, y + height, y + height / 2, look.name());
    _ = match look {
        Look::Interrupting => writeln!(
            out,
            "<path class=\"box {name}\" d=\"M{} {y}H{}L{right} {middle}L{} {bottom}H{}L{x} {middle}Z\"/>",
            x + 7,
            right - 7,
            right - 7,
            x + 7
        ),
        Look::Background => writeln!(
            out,
            "<rect class=\"box {name}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{}\"/>",
            (height / 2).min(16)
        ),
        Look::BuiltIn => writeln!(
            out,
            "<path class=\"box {name}\" d=\"M{x} {y}H{right}V{bottom}H{x}ZM{} {y}V{bottom}M{} {y}V{bottom}\"/>",
            x + 4,
            right - 4
        ),
        Look::Never => writeln!(
            out,
            "<path class=\"box {name}\" d=\"M{x} {y}H{right}V{bottom}H{x}ZM{} {y}L{right} {}\"/>",
            right.saturating_sub(14),
            y + 14
        ),
        Look::Awaited => {
            writeln!(out, "<rect class=\"box {name}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>")
        }
    };
}

fn text(out: &mut String, x: usize, y: usize, class: &str, words: &str) {
    _ = writeln!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(words));
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() > most {
        text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
