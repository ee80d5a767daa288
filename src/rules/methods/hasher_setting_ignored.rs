//! `hasher-setting-ignored`: hash settings that are raised, cut or not read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "hasher-setting-ignored",
    aliases: &["hasher-settings"],
    summary: "hash settings that Kratos raises, cuts or ignores",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &["D120", "D121", "D122", "D123", "D124"],
    docs: r#"
## What happens

- `hashers.argon2` without `hashers.algorithm: argon2`: bcrypt is the default, and the settings of argon2 have no
  effect (info).
- `hashers.bcrypt.cost` below 12 is raised to 12 unless in dev mode (info).
- `hashers.argon2.memory` with text after the unit (`1GBfoo`) passes the pattern; Kratos uses 128 MB, with a warning
  in the log.
- `hashers.argon2.parallelism` above 255 is cut to 8 bits, `hashers.argon2.iterations` to 32.
- Only `kratos hashers argon2 calibrate` reads `expected_duration`, `expected_deviation` and `dedicated_memory`
  (info).
- Costs of argon2 below what OWASP asks for (19 MiB with 2 iterations), on other machines than this one (info).

## Why

The schema accepts these values; Kratos changes them when it hashes.

## What to do

Write values within the limits, and choose the algorithm with `hashers.algorithm`.

## Versions

Since v0.13.0.

## Source

driver/config/config.go:HasherBcrypt,HasherArgon2, oryx/configx/provider.go:ByteSizeF; memory seen, others read.

## Examples

```yaml bad
hashers:
  argon2:
    iterations: 3
```

```yaml good
hashers:
  algorithm: argon2
  argon2:
    iterations: 3
```
"#,
    check,
};

/// Read by `kratos hashers argon2 calibrate` alone.
const CALIBRATION: [&str; 3] = ["expected_duration", "expected_deviation", "dedicated_memory"];

fn check(context: &Context, out: &mut Sink) {
    let Some(hashers) = context.find("hashers") else { return };
    let local = context.is_local();
    if let Some(cost) =
        hashers.find("bcrypt.cost").filter(|node| node.as_f64().is_some_and(|cost| cost < 12.0) && !local)
    {
        out.report(cost, "Kratos raises the cost to 12 unless it runs with `--dev`")
            .level(Level::Info)
            .help("write 12 or more")
            .development("cheap password hashes");
    }
    let Some(argon2) = hashers.get("argon2").filter(|node| node.is_mapping()) else { return };
    let algorithm = hashers.get("algorithm");
    if algorithm.is_none_or(|node| node.as_str() == Some("bcrypt")) {
        let report = out
            .report_key(argon2, "`hashers.argon2` has no effect: Kratos hashes passwords with bcrypt")
            .level(Level::Info)
            .help("set `hashers.algorithm: argon2`, or remove them");
        if let Some(algorithm) = algorithm {
            _ = report.label(algorithm.place(), "chosen here");
        }
        return;
    }
    for node in CALIBRATION.iter().filter_map(|key| argon2.get(key)) {
        let key = node.key().unwrap_or_default();
        out.report_key(
            node,
            format!("`hashers.argon2.{key}` has no effect: only `kratos hashers argon2 calibrate` reads it"),
        )
        .level(Level::Info)
        .help("remove it");
    }
    check_numbers(argon2, out);
    if let Some((node, text)) = argon2.get("memory").and_then(|node| Some((node, view::text(node)?))) {
        check_memory(node, text, local, out);
    }
}

fn check_numbers(argon2: Node, out: &mut Sink) {
    for (key, limit) in [("parallelism", 255.0), ("iterations", 4_294_967_295.0)] {
        if let Some(node) = argon2.get(key).filter(|node| node.as_f64().is_some_and(|number| number > limit)) {
            out.report(
                node,
                format!("Kratos uses another number: `hashers.argon2.{key}` has room for {limit:.0} at most"),
            )
            .help("write a smaller number");
        }
    }
}

fn check_memory(node: Node, text: &str, local: bool, out: &mut Sink) {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "B" => 1.0,
        "KB" | "K" | "KIB" => 1024.0,
        "MB" | "M" | "MIB" => 1_048_576.0,
        "GB" | "G" | "GIB" | "TB" | "PB" | "EB" | "TIB" | "PIB" | "EIB" => 1_073_741_824.0,
        _ => {
            out.report(node, "Kratos uses 128 MB, with a warning in the log: `hashers.argon2.memory` is not a size")
                .help("write a number and a unit: `128MB`");
            return;
        }
    };
    let bytes = digits.parse::<f64>().unwrap_or_default() * factor;
    if bytes < 19.0 * 1_000_000.0 && !local {
        out.report(node, "passwords are cheap to guess: OWASP asks for at least 19 MiB of memory")
            .level(Level::Info)
            .effect(Effect::Unprotected)
            .help("write `19MB` or more; 128MB is the default");
    }
}
