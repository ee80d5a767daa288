//! `overridden-key`: a key of the command line in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "overridden-key",
    aliases: &[],
    summary: "a key of the command line in the file",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D019", "D020", "D028"],
    docs: r#"
`kratos serve` lays its flags over the file, the ones not given included: `dev: true`, `watch-courier: true` and
`sqa-opt-out: true` in the file become false, and `config` the list of `-c`. So Kratos runs outside dev mode, sends no
mail by itself, or reports usage. What works: `--dev` or `DEV=true`, `--watch-courier`, `--sqa-opt-out` or
`SQA_OPT_OUT=true`.

`version` is compared with the running one for a line in the log, nothing else. A text that names no release says
nothing (info).

Source: oryx/configx/pflag.go:Read, provider.go:newKoanf, cmd/serve/root.go; seen on v1.0.0 to master.

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
    ("dev", "Kratos runs outside dev mode all the same", "start it with --dev, or set DEV=true in the environment"),
    (
        "watch-courier",
        "`kratos serve` sends no mail all the same",
        "start it with --watch-courier, or run `kratos courier watch`",
    ),
    (
        "sqa-opt-out",
        "usage is reported all the same",
        "start it with --sqa-opt-out, or set SQA_OPT_OUT=true in the environment",
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
        let report = out
            .report_key(
                node,
                format!("{happens}: the flag --{key} of the command line, given or not, wins over the file"),
            )
            .help(help);
        if given || key == "sqa-opt-out" {
            _ = report.level(Level::Info);
        }
    }
    if let Some(config) = context.find("config") {
        out.report_key(config, "this is replaced by the list of -c on the command line").help("leave it out");
    }
    let version = context.find("version").and_then(|node| Some((node, view::text(node)?)));
    if let Some((node, _)) = version.filter(|(_, text)| !text.is_empty() && Version::parse(text).is_none()) {
        out.report(node, "this names no release of Kratos, which says so in its log")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("write v1.3.1, say");
    }
}
