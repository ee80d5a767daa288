//! `file-ending-unknown`: a file name that Kratos does not open.

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

Kratos refuses the file before it reads it.

## Why

Kratos detects the format of a file by its ending, which must be exactly `.yaml`, `.yml`, `.json` or `.toml`, in lower
case. Only endings in other case are reported: other names are usually copied or rendered before Kratos sees them.

## What to do

Rename the file.

## Versions

All versions.

## Source

configx/koanf_file.go:NewKoanfFileSubKey.
"#,
    check,
};

const ENDINGS: [&str; 4] = ["yaml", "yml", "json", "toml"];

fn check(context: &Context, out: &mut Sink) {
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
