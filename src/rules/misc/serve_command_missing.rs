//! `serve-command-missing`: a start command without `serve`.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "serve-command-missing",
    aliases: &[],
    summary: "start command has flags and no `serve`",
    category: "misc",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: it prints `unknown flag: --config` (or `unknown shorthand flag: 'c'`) and how it is used.

## Why

The program of the image is `kratos`, and its default command is `serve`. A command of your own replaces that default:
`--config …` alone is then `kratos --config …`, and these flags belong to `kratos serve`.

## What to do

Write `serve` before the flags.

## Versions

All versions.

## Source

cmd/root.go:NewRootCmd, cmd/serve/root.go:NewServeCmd (v0.7.6 to master); ory/kratos issue 2144. Only commands with the
image of Ory are looked through.

## Examples

The rule needs a file that starts Kratos, such as a compose file.

```yaml good
selfservice:
  default_browser_return_url: https://app.example.org/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for start in context.deployment.starts.iter().filter(|start| start.is_of_ory()) {
        let Some(place) = start.place_of_command().filter(|_| start.has_flags_alone()) else { continue };
        out.report_at(place.clone(), Some(root.pointer()), "Kratos does not start: the command has no `serve`")
            .help("write `serve` before the flags");
    }
}
