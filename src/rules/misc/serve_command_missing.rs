//! `serve-command-missing`: a start command without `serve`.

use crate::deployment::{By, Start};
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "serve-command-missing",
    aliases: &[],
    summary: "start command has no `serve`, or begins with a program",
    category: "misc",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: it prints `unknown flag: --config` (or `unknown shorthand flag: 'c'`) and how it is used.

The same happens to a command that begins with a program: `command: kratos serve`, or `command: sh -c "…"` without an
`entrypoint`. Kratos prints `unknown command "sh" for "kratos"`.

## Why

The program of the image is `kratos`, and its default command is `serve`. A command of your own replaces that default:
`--config …` alone is then `kratos --config …`, and these flags belong to `kratos serve`.

## What to do

Write `serve` before the flags. For a shell set the `entrypoint` of the compose service (`command` in Kubernetes).

## Versions

All versions.

## Source

cmd/root.go:NewRootCmd, cmd/serve/root.go:NewServeCmd (v0.7.6 to master), .docker/Dockerfile-alpine; seen on v1.3.1 and v26.2.0; ory/kratos issue 2144. Only commands with the
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
        doubled(root, start, out);
        let Some(place) = start.place_of_command().filter(|_| start.has_flags_alone()) else { continue };
        out.report_at(place.clone(), Some(root.pointer()), "Kratos does not start: the command has no `serve`")
            .help("write `serve` before the flags");
    }
}

/// Reports a command that names a program, which Kratos looks for among its own commands.
fn doubled(root: Node<'_>, start: &Start, out: &mut Sink) {
    let Some(program) = start.doubled.as_ref().filter(|_| matches!(start.by, By::Compose | By::Kubernetes)) else {
        return;
    };
    let place = start.place_of_command().unwrap_or(&start.place);
    let own = if start.by == By::Compose { "entrypoint" } else { "command" };
    let help = if program.ends_with("kratos") {
        "begin the command with `serve`".to_owned()
    } else {
        format!("set `{own}: [\"{program}\"]`, and leave the rest in its place")
    };
    let message = format!("Kratos does not start: the image runs `kratos`, which has no command `{program}`");
    out.report_at(place.clone(), Some(root.pointer()), message).help(help);
}
