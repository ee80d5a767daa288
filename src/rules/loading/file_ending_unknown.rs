//! `file-ending-unknown`: a file name that Kratos does not open.

use crate::deployment::Start;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "file-ending-unknown",
    aliases: &["file-ending"],
    summary: "file name that Kratos does not open",
    category: "loading",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D001"],
    docs: r#"
## What happens

Kratos refuses the file before it reads it: `unknown config file extension`.

## Why

Kratos detects the format of a file by its ending, which must be exactly `.yaml`, `.yml`, `.json` or `.toml`, in lower
case. Of files only endings in other case are reported: other names are usually copied or rendered before Kratos sees them.
`-c` with a folder, or with a file of another ending, is reported where a command of the project says so.

## What to do

Rename the file, or name the file itself in the command.

## Versions

All versions.

## Source

configx/koanf_file.go:NewKoanfFileSubKey; seen on v1.3.1 and v26.2.0.
"#,
    check,
};

const ENDINGS: [&str; 4] = ["yaml", "yml", "json", "toml"];

fn check(context: &Context, out: &mut Sink) {
    check_commands(context, out);
    let Some((_, ending)) = context.unit.path().rsplit_once('.') else { return };
    let lower = ending.to_ascii_lowercase();
    if context.unit.at.is_empty() && ending != lower && ENDINGS.contains(&lower.as_str()) {
        let place = Place::new(context.unit.source(), Span::new(0, 0));
        out.report_at(
            place,
            Some(String::new()),
            format!("Kratos does not start: it does not know the file ending .{ending}"),
        )
        .stops_later()
        .help(format!("rename it to .{lower}"));
    }
}

/// A start whose command names a folder, or a file that Kratos does not open.
fn check_commands(context: &Context, out: &mut Sink) {
    let own = context.unit.path().rsplit('/').next().unwrap_or_default();
    let is_own = |path: &str| context.unit.at.is_empty() && path.rsplit('/').next() == Some(own);
    let refused = |start: &Start| {
        let mut named = start.configurations().into_iter().flatten();
        named.find(|path| (path.starts_with('/') || is_own(path)) && is_refused(path)).map(str::to_owned)
    };
    let Some((start, path)) = context.deployment.starts.iter().find_map(|start| Some((start, refused(start)?))) else {
        return;
    };
    let place = Place::new(context.unit.source(), Span::new(0, 0));
    let message = format!("Kratos does not start: `-c {path}` names a folder, or a file without a known ending");
    out.report_at(place, Some(String::new()), message)
        .stops_later()
        .label(start.place_of_command().unwrap_or(&start.place).clone(), "by this command")
        .help(if is_own(&path) {
            let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
            format!("rename the file, and name it so: `-c {stem}.yml`")
        } else {
            format!("name the file itself: `-c {}/{own}`", path.trim_end_matches('/'))
        });
}

/// Whether Kratos surely does not open what a command names.
fn is_refused(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    path.chars().all(is_plain) && !ending.is_some_and(|ending| ENDINGS.contains(&ending))
}
