//! `overridden-key`: a key of the command line in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "overridden-key",
    aliases: &[],
    summary: "key that the command line replaces",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D019", "D020", "D028"],
    docs: r#"
## What happens

`dev: true`, `watch-courier: true` and `sqa-opt-out: true` in the file become false, and `config` becomes the list of
`-c`. So Kratos runs outside dev mode, sends no mail by itself, or reports usage.

`version` is only compared with the running version, for a line in the log. A text that is not a release has no effect
(info).

## Why

The flags of `kratos serve` replace the values of the file, also flags that are not given.

## What to do

Use `--dev` or `DEV=true`, `--watch-courier`, `--sqa-opt-out` or `SQA_OPT_OUT=true`.

## Versions

Since v0.13.0.

## Source

oryx/configx/pflag.go:Read, provider.go:newKoanf, cmd/serve/root.go; seen on v1.0.0 to master.

## Examples

```yaml bad
dev: true
watch-courier: true
```

```yaml good
version: v1.3.1
dev: false
```
"#,
    check,
};

/// A key that a flag of `kratos serve` overrides.
struct Overridden {
    key: &'static str,
    happens: &'static str,
    help: &'static str,
    /// What to do in the values of Ory's chart, which passes the flags.
    help_in_chart: &'static str,
}

const OVERRIDDEN: [Overridden; 3] = [
    Overridden {
        key: "dev",
        happens: "Kratos runs outside dev mode anyway",
        help: "start it with `--dev`, or set DEV=true in the environment",
        help_in_chart: "set `kratos.development: true` in the values instead",
    },
    Overridden {
        key: "watch-courier",
        happens: "`kratos serve` sends no mail anyway",
        help: "start it with `--watch-courier`, or run `kratos courier watch`",
        help_in_chart: "remove it: the chart runs `kratos courier watch` while `courier.enabled` is true",
    },
    Overridden {
        key: "sqa-opt-out",
        happens: "Kratos reports usage anyway",
        help: "start it with `--sqa-opt-out`, or set SQA_OPT_OUT=true in the environment",
        help_in_chart: "set SQA_OPT_OUT to \"true\" in `deployment.extraEnv`",
    },
];

fn check(context: &Context, out: &mut Sink) {
    for Overridden { key, happens, help, help_in_chart } in OVERRIDDEN {
        let Some(node) = context.find(key).filter(|node| node.is_true()) else { continue };
        let flag = match key {
            "dev" => &context.deployment.dev,
            "watch-courier" => &context.deployment.watch_courier,
            _ => &context.deployment.sqa_opt_out,
        };
        // The flag says what the file says.
        if flag.is_known() {
            continue;
        }
        let given = context.deployment.is_found() && flag.is_unknown();
        let report = out
            .report_key(node, format!("{happens}: the flag `--{key}` replaces `{key}`, given or not"))
            .help(if context.deployment.is_of_chart() { help_in_chart } else { help });
        if given || key == "sqa-opt-out" {
            _ = report.level(Level::Info);
        }
    }
    if let Some(config) = context.find("config") {
        out.report_key(config, "`config` has no effect: the list of `-c` on the command line replaces it")
            .help("remove it");
    }
    let version = context.find("version").and_then(|node| Some((node, view::text(node)?)));
    if let Some((node, _)) = version.filter(|(_, text)| !text.is_empty() && Version::parse(text).is_none()) {
        out.report(node, "`version` is not a release of Kratos, and Kratos writes that to its log")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("write a release, for example `v1.3.1`");
    }
}
