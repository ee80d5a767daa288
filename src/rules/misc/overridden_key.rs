//! `overridden-key`: a key of the command line in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
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

/// Keys that a flag overrides, the words for what happens, and what works instead.
const FLAGS: [(&str, &str, &str); 3] = [
    ("dev", "Kratos runs outside dev mode anyway", "start it with `--dev`, or set DEV=true in the environment"),
    (
        "watch-courier",
        "`kratos serve` sends no mail anyway",
        "start it with `--watch-courier`, or run `kratos courier watch`",
    ),
    (
        "sqa-opt-out",
        "Kratos reports usage anyway",
        "start it with `--sqa-opt-out`, or set SQA_OPT_OUT=true in the environment",
    ),
];

fn check(context: &Context, out: &mut Sink) {
    for (key, happens, help) in FLAGS {
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
        let report =
            out.report_key(node, format!("{happens}: the flag `--{key}` replaces `{key}`, given or not")).help(help);
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
